"""Probes by policy: which question passes under which, which is only covered, which fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import Mark
from memview.tui.lines import BLANK, Line, Span, fitted, grouped_number, left, right, wrap
from memview.tui.views.scoreboard_view import GUTTER, Entry, Heading

if TYPE_CHECKING:
    from memview.model.session import Probe
    from memview.replay.probes import ProbeResult

VERDICT_MARKS: Mapping[str, Mark] = {
    "pass": Mark("✓", "pass", "custody-visible"),
    "covered": Mark("◐", "covered", "custody-covered"),
    "fail": Mark("✗", "fail", "custody-lost"),
    "": Mark("·", "no evidence named", "faint"),
}
NOTHING = "The session asks no probes: questions with the memories that answer them, scored without an LLM."
_TURN = 7
_CELL = 9
_QUESTION_SHARE = 0.45
_NAMED = 6
"""Policies that are named where a probe fares otherwise; more of them are counted."""


def verdict(result: ProbeResult | None) -> str:
    """`pass`, `covered` or `fail`; empty for a probe that nothing is known of."""
    if result is None:
        return ""
    from memview.evaluate.scoreboard import verdict_of

    return verdict_of(result)


def question_width(width: int, policies: int) -> int:
    """Cells for the question beside so many policies in `width` cells."""
    room = width - GUTTER - _TURN - 2
    return max(int(room * _QUESTION_SHARE), room - policies * _CELL)


def columns(width: int, policies: int) -> int:
    """Policies that stand beside each other."""
    room = width - GUTTER - _TURN - 2 - question_width(width, policies)
    return max(1, min(policies, room // _CELL))


def probes_heading(entries: Sequence[Entry], first: int, chosen: int, width: int) -> Heading:
    """Names of the policies over their columns, from number `first` on, in two lines; targets are their numbers."""
    start = GUTTER + 2 + _TURN + question_width(width, len(entries))
    shown = entries[first : first + columns(width, len(entries))]
    more = first + len(shown) < len(entries)
    count = f"{'‹ ' if first else ''}{first + 1}–{first + len(shown)} of {len(entries)}{' ›' if more else ''}"
    told = f"  {count} policies" if first or more else ""
    upper: list[Span] = [(left(f"{' ' * GUTTER}{told}", start), "muted")]
    lower: list[Span] = [(left(f"{' ' * GUTTER}  {right('turn', _TURN - 2)}  question", start), "bold text")]
    targets = []
    for place, entry in enumerate(shown):
        style = "bold text on cursor" if first + place == chosen else "bold text"
        parts = _two_lines(printable(entry.name).removesuffix("@1"), _CELL - 1)
        for row, text in zip((upper, lower), parts, strict=True):
            row.append((left(f" {text}", _CELL), style))
        at = start + place * _CELL
        targets.append((at, at + _CELL, str(first + place)))
    return Heading((fitted(tuple(upper), width), fitted(tuple(lower), width)), tuple(targets))


def _two_lines(name: str, size: int) -> tuple[str, str]:
    """`name` on two lines of `size` cells, broken at a hyphen where there is one; the rest is cut."""
    if len(name) <= size:
        return "", name
    for place in range(size, 1, -1):
        if name[place - 1] in "-@":
            return name[:place], left(name[place:], size).rstrip()
    return name[:size], left(name[size:], size).rstrip()


def probe_line(
    probe: Probe, entries: Sequence[Entry], first: int, chosen: int, is_disputed: bool, text: str, width: int
) -> Line:
    """One probe: ≠ where the policies differ, its turn, question (`text`), and a verdict a policy."""
    size = question_width(width + GUTTER, len(entries))
    spans: list[Span] = [
        ("≠ " if is_disputed else "  ", "action-warn"),
        (right(grouped_number(probe.after_turn), _TURN - 2) + "  ", "muted"),
        (left(printable(text), size - 1) + " ", "text"),
    ]
    for number, entry in list(enumerate(entries))[first : first + columns(width + GUTTER, len(entries))]:
        result = entry.probes.get(probe.probe_id)
        mark = VERDICT_MARKS[verdict(result)]
        counts = "" if result is None else f" {result.visible + result.covered}/{result.evidence}"
        if entry.score is None:
            mark, counts = Mark("…", "waiting", "faint"), ""
        style = f"{mark.style} on bar" if number == chosen else mark.style
        spans.append((left(f"  {mark.glyph}{counts}", _CELL), style))
    return fitted(tuple(spans), width)


def probe_words(
    probe: Probe | None,
    entry: Entry | None,
    entries: Sequence[Entry],
    masked: Callable[[str], str],
    width: int,
    height: int,
) -> list[Line]:
    """The question, what became of it under the policy under the cursor, where it fared otherwise, its evidence."""
    if probe is None:
        return [BLANK] * height
    lines: list[Line] = [((piece, "bold text"),) for piece in wrap(printable(masked(probe.question)), width)[:2]]
    if entry is not None:
        lines.append(_outcome(probe, entry))
        if told := _otherwise(probe, entry, entries):
            lines += [((piece, "action-warn"),) for piece in wrap(told, width)[:2]]
    evidence = ", ".join(printable(name) for name in probe.evidence) or "none named"
    told = f"Evidence: {evidence}."
    if probe.answer:
        told += f" Recorded answer: {printable(masked(probe.answer))}"
    lines += [((piece, "muted"),) for piece in wrap(told, width)]
    return [fitted(line, width) for line in lines[:height]] + [BLANK] * max(0, height - len(lines))


def _outcome(probe: Probe, entry: Entry) -> Line:
    name = printable(entry.name)
    if entry.score is None:
        return ((f"Not computed under {name} yet.", "muted"),)
    result = entry.probes.get(probe.probe_id)
    mark = VERDICT_MARKS[verdict(result)]
    head = (f"{mark.glyph} {mark.word} ", f"bold {mark.style}")
    if result is None:
        return (head, (f"under {name}: it cannot be scored.", "muted"))
    covered = f", {result.covered} covered by a summary" if result.covered else ""
    told = f"under {name}: {result.visible} of {result.evidence} in the prompt when asked{covered}. enter opens turn "
    return (head, (f"{told}{grouped_number(probe.after_turn)}.", "text"))


def _otherwise(probe: Probe, entry: Entry, entries: Sequence[Entry]) -> str:
    """The policies under which the probe fares otherwise than under `entry`; empty when there are none."""
    own = verdict(entry.probes.get(probe.probe_id))
    if entry.score is None or not own:
        return ""
    told = []
    for word in ("pass", "covered", "fail"):
        under = [
            printable(other.name)
            for other in entries
            if word != own and other.score is not None and verdict(other.probes.get(probe.probe_id)) == word
        ]
        if under:
            names = ", ".join(under) if len(under) <= _NAMED else f"{len(under)} others"
            told.append(f"{VERDICT_MARKS[word].glyph} {word} under {names}")
    return f"≠ {'; '.join(told)}" if told else ""


def tally_words(entries: Sequence[Entry], probes: int, differing: int) -> str:
    """`15 probes · 7 differ ≠`."""
    measured = sum(entry.score is not None for entry in entries)
    differ = f" · {differing} differ between {measured} policies ≠" if measured > 1 else ""
    return f"{probes} probes{differ}"
