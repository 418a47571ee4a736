"""Reuse distances as a histogram, the working set over turns, and in words whether a bigger core would help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.lines import BLANK, Line, grouped_number, left, meter, right, short_number, wrap
from memview.tui.views.chart_view import Plot, Scale, axis, filled, framed
from memview.tui.views.metrics_view import percent

if TYPE_CHECKING:
    from memview.evaluate.reuse import AccessProfile

_WAITING = "The accesses are read off the first replay…"
_DISTANCE, _COUNT, _SHARE = 17, 7, 8
_AXIS = 8


def histogram_lines(profile: AccessProfile | None, width: int, height: int) -> list[Line]:
    """Requests by how many tokens of other memories came in between, a line where the core ends; under it the verdict.

    Where there is no room for all of it, neighbours are put together in one bar.
    """
    if profile is None:
        return filled([BLANK, ((f"  {_WAITING}", "muted"),)], height, width)
    words = verdict_lines(profile, width - 2)
    bars = _bars(profile, max(3, height - len(words) - 3))
    most = max([profile.cold, *(count for _, _, count in bars)], default=0)
    head = left(" tokens between", _DISTANCE) + right("uses", _COUNT) + right("share", _SHARE)
    lines: list[Line] = [((head, "muted"),)]
    marked = False
    for above, upto, count in bars:
        if not marked and upto > profile.budget:
            lines.append(_core_line(profile.budget, width))
            marked = True
        style = "action-hit" if upto <= profile.budget else "text"
        name = f" {short_number(above + 1)} – {short_number(upto)}"
        lines.append(_bar(name, count, profile.requests, most, style, width))
    if not marked:
        lines.append(_core_line(profile.budget, width))
    lines.append(_bar(" first use", profile.cold, profile.requests, most, "action-fault", width))
    gap = [BLANK] if len(lines) + len(words) < height else []
    room = max(0, height - len(words) - len(gap))
    return filled([*lines[:room], *gap, *words], height, width)


def histogram_height(profile: AccessProfile | None, width: int) -> int:
    """Lines for all bars and the whole verdict."""
    if profile is None:
        return 3
    return len(_bars(profile, len(profile.buckets) + 1)) + 4 + len(verdict_lines(profile, width - 2))


def _bars(profile: AccessProfile, room: int) -> list[tuple[int, int, int]]:
    """(above, up to, requests) of the buckets from the first one with requests on; the core's end parts one of them.

    For want of room, first those within the core are put together, then the ones furthest beyond it.
    """
    bars = _parted([(bucket.above, bucket.upto, bucket.requests) for bucket in profile.buckets], profile)
    while bars and not bars[0][2]:
        bars.pop(0)
    while len(bars) > room and len(bars) > 1 and bars[1][1] <= profile.budget:
        bars[:2] = [_together(bars[0], bars[1])]
    while len(bars) > max(1, room):
        bars[-2:] = [_together(bars[-2], bars[-1])]
    return bars


def _parted(bars: list[tuple[int, int, int]], profile: AccessProfile) -> list[tuple[int, int, int]]:
    """The bucket that the core ends in as two, so that what comes back within the core stands above its line.

    A part without requests goes to its neighbour.
    """
    budget = profile.budget
    for place, (above, upto, count) in enumerate(bars):
        if above < budget < upto:
            before, after = bars[:place], bars[place + 1 :]
            within = min(count, max(0, profile.within - sum(requests for _, _, requests in before)))
            near, far = [(above, budget, within)], [(budget, upto, count - within)]
            if not within and before:
                before, near = before[:-1], [_together(before[-1], near[0])]
            if within == count and after:
                far, after = [_together(far[0], after[0])], after[1:]
            return [*before, *near, *far, *after]
    return bars


def _together(first: tuple[int, int, int], second: tuple[int, int, int]) -> tuple[int, int, int]:
    return first[0], second[1], first[2] + second[2]


def _bar(name: str, count: int, whole: int, most: int, style: str, width: int) -> Line:
    done, track = meter(count, most, max(1, width - _DISTANCE - _COUNT - _SHARE - 2))
    share = percent(count / whole) if whole else ""
    return (
        (left(name, _DISTANCE), "text"),
        (right(grouped_number(count), _COUNT), "bold text" if count else "faint"),
        (right(share, _SHARE), "muted"),
        ("  ", "text"),
        (done, style),
        (track, "track"),
    )


def _core_line(budget: int, width: int) -> Line:
    words = f" ┈┈ core now: {grouped_number(budget)} tokens "
    return ((words + "┈" * max(0, width - len(words)), "action-warn"),)


def verdict_words(profile: AccessProfile) -> list[str]:
    """What the distances say, in sentences: does a bigger core help, and how far."""
    whole = profile.requests
    if not whole:
        return ["No turn asked for a memory, so the size of the core changes nothing."]
    budget = grouped_number(profile.budget)
    back = whole - profile.cold
    told = [
        f"{percent(profile.cold / whole)} of {grouped_number(whole)} requests are first uses: no core of any size hits "
        f"them. {percent(profile.within / whole)} come back within {budget} tokens, the core as it is; "
        f"{percent(profile.beyond / whole)} come back later."
    ]
    gained = profile.within_double - profile.within
    if not back:
        told.append("Nothing is asked for twice. A bigger core does not help.")
    elif profile.helps:
        told.append(
            f"A bigger core helps: twice the tokens reach {percent(gained / whole)} more of the requests, and the last "
            f"ones come back after {grouped_number(profile.largest)}."
        )
    elif profile.beyond:
        told.append(
            f"A bigger core hardly helps: twice the tokens reach only {percent(gained / whole)} more; what comes back "
            f"later does so up to {grouped_number(profile.largest)} tokens away."
        )
    else:
        told.append("A bigger core does not help: everything that comes back does so within the core.")
    return told


def verdict_lines(profile: AccessProfile, width: int) -> list[Line]:
    """The verdict, wrapped; what follows from the figures stands out."""
    return [
        ((f" {piece}", "text" if number == 0 else "bold text"),)
        for number, told in enumerate(verdict_words(profile))
        for piece in wrap(told, width)
    ]


def working_set_lines(profile: AccessProfile | None, turn: int, width: int, height: int) -> list[Line]:
    """Tokens that the last turns asked for, turn by turn, with the core as a line across; `turn` is marked."""
    if profile is None:
        return filled([BLANK, ((f"  {_WAITING}", "muted"),)], height, width)
    sizes = profile.working_set
    if not sizes:
        return filled([BLANK, (("  There are no turns.", "muted"),)], height, width)
    words = [
        ((f" {piece}", "text"),)
        for piece in wrap(f"{_turn_words(profile, turn)}{working_set_words(profile)}", width - 2)
    ]
    rows = max(2, height - 2 - len(words))
    columns = max(4, width - _AXIS - 5)
    used = _used(len(sizes), columns)
    across = Scale(1, len(sizes), used)
    top = max(*sizes, profile.budget) if len(sizes) > 1 else max(sizes[0], profile.budget)
    up = Scale(0, max(1, top), rows)
    plot = Plot(across, up)
    plot.bars(_columns(sizes, used), "tier-core", profile.budget, "action-evict")
    plot.level(profile.budget, "┈", "action-warn")
    labels = {rows - 1: "0", 0: short_number(top)}
    core_row = rows - 1 - up.cell(profile.budget)
    if core_row > 1 or top == profile.budget:
        labels[core_row] = f"{short_number(profile.budget)}"
    marks = sorted({1, len(sizes), *(len(sizes) * part // 4 for part in (1, 2, 3) if len(sizes) >= 8)})
    begin = (max(1, turn) - 1) * used // len(sizes)
    columns_of_turn = range(begin, max(begin + 1, max(1, turn) * used // len(sizes)))
    line, numbers = axis(across, marks, _AXIS)
    return filled([*words, *framed(plot.rows(columns_of_turn), labels, _AXIS), line, numbers], height, width)


def _turn_words(profile: AccessProfile, turn: int) -> str:
    """The figure of the turn that is marked."""
    if not 1 <= turn <= len(profile.working_set):
        return ""
    return f"Turn {grouped_number(turn)}: {grouped_number(profile.working_set[turn - 1])} tokens. "


def turn_at_column(profile: AccessProfile, x: int, width: int) -> int | None:
    """The turn whose bar is at cell `x` of a chart of `width` cells; None beside the bars."""
    turns = len(profile.working_set)
    used = _used(turns, max(4, width - _AXIS - 5)) if turns else 0
    return (x - _AXIS) * turns // used + 1 if 0 <= x - _AXIS < used else None


def _used(turns: int, columns: int) -> int:
    """Cells for the turns: the same number for each, or several turns in one."""
    return turns * (columns // turns) if turns <= columns else columns


def _columns(sizes: tuple[int, ...], columns: int) -> list[float]:
    """The size a column shows: of its turn, or the largest of its turns."""
    turns = len(sizes)
    return [
        float(
            max(sizes[column * turns // columns : max(column * turns // columns + 1, (column + 1) * turns // columns)])
        )
        for column in range(columns)
    ]


def working_set_words(profile: AccessProfile) -> str:
    """How often the working set does not fit."""
    over, turns = profile.turns_over, len(profile.working_set)
    largest = grouped_number(max(profile.working_set, default=0))
    if not over:
        return (
            f"What {profile.working_turns} turns ask for always fits the core: {largest} tokens at the most "
            f"of {grouped_number(profile.budget)}."
        )
    return (
        f"In {grouped_number(over)} of {grouped_number(turns)} turns the last {profile.working_turns} turns asked for "
        f"more than the core holds: up to {largest} tokens, the core has {grouped_number(profile.budget)}."
    )


def accesses_title(profile: AccessProfile | None) -> str:
    """Whose accesses these are."""
    return "Reuse distance" if profile is None else f"Reuse distance · under {printable(profile.label)}"
