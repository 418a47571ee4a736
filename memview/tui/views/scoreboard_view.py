"""The scoreboard's table: policies down, metrics across, the best and the worst of each marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.replay.ranking import best_of, direction_of, worst_of
from memview.tui.glyphs import Mark
from memview.tui.lines import BLANK, Line, Span, cells, clip, fitted, grouped_number, left, right, spread
from memview.tui.views.footer_view import Footer
from memview.tui.views.metrics_view import (
    BEST,
    WORST,
    amount,
    direction_mark,
    explained,
    metric_name,
    ordered_metrics,
    unit_of,
)

if TYPE_CHECKING:
    from memview.evaluate.scoreboard import Score
    from memview.replay.probes import ProbeResult

GUTTER = 2
"""Cells at the left of a list's rows, which a heading over them leaves free."""

_CELL = 9
_LEAST_LABEL, _MOST_LABEL = 18, 30
_ROOMY = 100
_SCROLL_BAR = 1
_PLOTTED = 2
POLICY = ""
"""Stands for the column of names where a metric is asked for."""

GROUP_MARKS: Mapping[str, Mark] = {
    "loaded": Mark("◆", "loaded", "focus"),
    "shipped": Mark("·", "shipped", "muted"),
    "preset": Mark("◇", "preset", "tier-summary"),
    "offline": Mark("∞", "knows the future", "action-warn"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One policy on the board. `score` is None until it is computed, or for good where `problem` says why.

    `probes` are those of the score by id. `curve_glyph` is its mark in the chart of curves, if it is drawn there.
    """

    name: str
    group: str
    summary: str = ""
    score: Score | None = None
    probes: Mapping[str, ProbeResult] = field(default_factory=dict)
    problem: str = ""
    curve_glyph: str = ""
    curve_style: str = "text"

    def value(self, metric: str) -> float | int | None:
        """A metric's value; None where there is none or it does not apply."""
        return None if self.score is None else self.score.metrics.get(metric)


@dataclass(frozen=True, slots=True)
class Order:
    """What the board is sorted by: a metric (or POLICY) the better way round, or the other way; None as it comes."""

    metric: str | None = None
    reverse: bool = False

    def by(self, metric: str) -> Order:
        """Sorted by `metric`, or by it the other way round, or not at all: what choosing it once more does."""
        if metric != self.metric:
            return Order(metric)
        return Order() if self.reverse else Order(metric, reverse=True)


@dataclass(frozen=True, slots=True)
class Board:
    """Entries in the order shown, the metrics that any of them has, and which entries lead or trail in each."""

    entries: tuple[Entry, ...]
    metrics: tuple[str, ...]
    order: Order = Order()
    best: Mapping[str, frozenset[str]] = field(default_factory=dict)
    worst: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def label_width(self, width: int) -> int:
        """Cells for the column of names in a table of `width` cells."""
        longest = max((cells(printable(entry.name)) for entry in self.entries), default=0)
        most = _MOST_LABEL if width >= _ROOMY else _LEAST_LABEL
        return _PLOTTED + 2 + max(_LEAST_LABEL, min(longest + 1, most))

    def columns(self, width: int) -> int:
        """Metrics that stand beside each other in `width` cells, with a gutter at the left and a scroll bar."""
        return max(1, min(len(self.metrics), (width - GUTTER - _SCROLL_BAR - self.label_width(width)) // _CELL))


def board_of(entries: Sequence[Entry], order: Order) -> Board:
    """The board of `entries`. What knows the future is shown and not compared: no agent could use it."""
    metrics = ordered_metrics(name for entry in entries if entry.score for name in entry.score.metrics)
    rivals = [entry for entry in entries if entry.group != "offline" and entry.score is not None]
    best, worst = {}, {}
    for metric in metrics:
        values = [entry.value(metric) for entry in rivals]
        best[metric] = frozenset(rivals[place].name for place in best_of(values, metric))
        worst[metric] = frozenset(rivals[place].name for place in worst_of(values, metric))
    return Board(tuple(_sorted(entries, order)), tuple(metrics), order, best, worst)


def _sorted(entries: Sequence[Entry], order: Order) -> list[Entry]:
    if order.metric is None:
        return list(entries)
    if order.metric == POLICY:
        return sorted(entries, key=lambda entry: entry.name, reverse=order.reverse)
    direction = (direction_of(order.metric) or 1) * (-1 if order.reverse else 1)
    known = [(value, entry) for entry in entries if (value := entry.value(order.metric)) is not None]
    unknown = [entry for entry in entries if entry.value(order.metric) is None]
    return [entry for _, entry in sorted(known, key=lambda each: -direction * each[0])] + unknown


@dataclass(frozen=True, slots=True)
class Heading:
    """The lines over the table, and for each column (first cell, cell after the last, metric)."""

    lines: tuple[Line, ...]
    targets: tuple[tuple[int, int, str], ...]


def heading(board: Board, first: int, chosen: str, width: int) -> Heading:
    """Group, name in two lines, unit and direction of every column from number `first` on; `chosen` is under a cursor.

    The arrow of the order stands in the last line: ▼ the better first, ▲ the worse first.
    """
    shown = board.metrics[first : first + board.columns(width)]
    start = " " * GUTTER
    name_width = board.label_width(width)
    rows: list[list[Span]] = [[(left(start, GUTTER + name_width), "text")] for _ in range(4)]
    rows[2] = [(start, "text"), (left("policy" + _arrow(board.order, POLICY), name_width), _style(chosen == POLICY))]
    targets = [(0, GUTTER + name_width, POLICY)]
    group = ""
    for place, metric in enumerate(shown):
        known = metric_name(metric)
        style = _style(metric == chosen)
        is_new = known.group != group
        group = known.group
        begun = cells("".join(text for text, _ in rows[0]))
        at = GUTTER + name_width + place * _CELL
        if is_new and begun <= at + 1:
            rows[0].append((" " * (at - begun) + "  " + group, "accent"))
        for row, text in zip(rows[1:3], known.heading, strict=True):
            row.append((right(text, _CELL - 1) + " ", style))
        unit = f"{_arrow(board.order, metric)} {unit_of(metric)} {direction_mark(metric)[0]}".strip()
        rows[3].append((right(unit, _CELL - 1) + " ", _unit_style(metric == chosen)))
        targets.append((at, at + _CELL, metric))
    more = len(board.metrics) - first - len(shown)
    lines = [tuple(row) for row in rows]
    if more or first:
        told = f"{'‹ ' if first else ''}{first + 1}–{first + len(shown)} of {len(board.metrics)}{' ›' if more else ''} "
        lines[3] = ((left(f"{start}{told}", GUTTER + name_width), "muted"), *lines[3][1:])
    return Heading(tuple(fitted(line, width) for line in lines), tuple(targets))


def _style(is_chosen: bool) -> str:
    return "bold text on cursor" if is_chosen else "bold text"


def _unit_style(is_chosen: bool) -> str:
    return "text on cursor" if is_chosen else "muted"


def _arrow(order: Order, metric: str) -> str:
    if order.metric != metric:
        return ""
    arrow = "▲" if order.reverse else "▼"
    return f" {arrow}" if metric == POLICY else arrow


def entry_line(board: Board, place: int, first: int, chosen: str, table_width: int, width: int) -> Line:
    """One policy: its group, name, and the metrics from column number `first` on.

    The columns are those of a heading of `table_width` cells; `width` is that of the line itself.
    """
    entry = board.entries[place]
    mark = GROUP_MARKS[entry.group]
    name_width = board.label_width(table_width)
    spans: list[Span] = [
        (f"{mark.glyph} ", mark.style),
        (f"{entry.curve_glyph or ' '} ", entry.curve_style),
        (left(printable(entry.name), name_width - 2 - _PLOTTED), "bold text" if entry.group == "loaded" else "text"),
    ]
    if entry.problem:
        spans.append((clip(f"cannot run: {printable(entry.problem)}", width - name_width), "action-error"))
        return fitted(tuple(spans), width)
    if entry.score is None:
        return fitted((*spans, ("  waiting…", "faint")), width)
    for metric in board.metrics[first : first + board.columns(table_width)]:
        value = entry.value(metric)
        leads, trails = entry.name in board.best.get(metric, ()), entry.name in board.worst.get(metric, ())
        style = "bold action-hit" if leads else "action-fault" if trails else "faint" if value is None else "text"
        text = right(amount(metric, value), _CELL - 1) + (BEST if leads else WORST if trails else " ")
        spans.append((text, f"{style} on bar" if metric == chosen else style))
    return fitted(tuple(spans), width)


def explanation_line(board: Board, chosen: str, width: int) -> Line:
    """What the column under the cursor means."""
    if chosen not in board.metrics:
        return fitted((("  Sorts by name.", "muted"),), width) if chosen == POLICY else BLANK
    return fitted(((f" {explained(chosen)}", "text"),), width)


def entry_words(entry: Entry, width: int) -> Line:
    """What the policy under the cursor is, in a line."""
    words = entry.problem or entry.summary
    mark = GROUP_MARKS[entry.group]
    head = (f" {mark.glyph} {mark.word} ", mark.style)
    return fitted((head, (f" {printable(entry.name)}: {printable(words)}", "muted")), width)


def legend_words() -> str:
    """What the marks of the table mean."""
    return f"{BEST} best  {WORST} worst  ↑ ↓ the better way"


def group_words(entries: Sequence[Entry]) -> str:
    """`◆ 2 loaded · 33 shipped`."""
    counts = {group: sum(entry.group == group for entry in entries) for group in GROUP_MARKS}
    return "  ".join(
        f"{GROUP_MARKS[group].glyph} {count} {GROUP_MARKS[group].word}" for group, count in counts.items() if count
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is: things done of all, what is under way, and its turn of all turns (0: not replaying)."""

    done: int
    total: int
    busy_with: str = ""
    turn: int = 0
    turns: int = 0

    @property
    def is_done(self) -> bool:
        return self.done >= self.total


def progress_words(progress: Progress, room: int) -> str:
    """`━━━──── 12/35 arc@1 turn 120/419`, as much of it as fits; what was computed when all is done."""
    if progress.total and progress.is_done:
        return clip(f"computed {grouped_number(progress.total)}", room)
    size = 10
    filled = size * progress.done // max(1, progress.total)
    bar = "━" * filled + "─" * (size - filled)
    count = f"{grouped_number(progress.done)}/{grouped_number(progress.total)}"
    turn = f" turn {grouped_number(progress.turn)}/{grouped_number(progress.turns)}" if progress.turn else ""
    return clip(f"{bar} {count} {printable(progress.busy_with)}{turn}".rstrip(), room)


def title_line(session: str, budget: int | None, turn: int, progress: Progress, width: int) -> Line:
    """What is measured at the left, how far the work is at the right."""
    core = "" if budget is None else f"core {grouped_number(budget)} tokens  "
    start: Line = (
        (" Scoreboard ", "bold text"),
        (f" {printable(session)}  {core}turn {grouped_number(turn)} ", "muted"),
    )
    words = progress_words(progress, max(0, width * 3 // 5))
    style = "muted" if progress.is_done else "bold accent"
    return spread(start, ((f"{words} ", style),), width)


def sections_line(active: str, width: int) -> Footer:
    """The four sections by number."""
    from memview.tui.views.tabs_view import tabs_line

    return tabs_line(SECTIONS, active, width)


SECTIONS = (("board", "Policies"), ("curve", "Budget"), ("accesses", "Accesses"), ("probes", "Probes"))
