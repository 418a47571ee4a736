"""All metrics of the loaded policies side by side, the best of each marked, with what each of them means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from memview.model.display import printable
from memview.replay.ranking import best_of
from memview.tui.lines import BLANK, Line, Span, cells, grouped_number, left, right, wrap

MetricValues = Mapping[str, float | int | None]

BEST = "★"
_NOT_APPLICABLE = "n/a"
_NAME = 25
_GAP = 2
_VALUE = 9
_LEAST_MEANING = 40
"""Cells beside the figures from which the meanings stand there; else they follow the table."""
_OTHERS = "Others"

_MEANINGS: Mapping[str, tuple[str, str]] = {
    "probe_recall": ("Answers", "share of the evidence in the prompt when a probe asks"),
    "probe_recall_covered": ("Answers", "the same, counting what a summary stands for"),
    "uncited_ratio": ("Answers", "answers resting on memory that nothing cites"),
    "identifier_survival": ("Answers", "names, paths, numbers that left the window and are still there"),
    "resident_hit_ratio": ("Paging", "references to a memory that was resident"),
    "token_hit_ratio": ("Paging", "the same, weighed by tokens"),
    "faults": ("Paging", "references to a memory that was not resident"),
    "promotions": ("Paging", "memories paged in"),
    "evictions": ("Paging", "memories paged out"),
    "thrash": ("Paging", "faults on what was evicted within the last 8 turns"),
    "regret": ("Paging", "hits missed against a schedule that knows the future"),
    "prefix_reuse": ("Prompt", "share of the prompt that a provider's cache would save"),
    "prompt_tokens_mean": ("Prompt", "tokens of a prompt, on average"),
    "lost": ("Custody", "items that are nowhere at the end"),
    "covered": ("Custody", "items that something in the prompt stands for"),
    "recoverable": ("Custody", "items that could be fetched"),
    "fallback_ratio": ("Router and metadata", "turns that asked another store: the right one was empty"),
    "retrieved_unused_ratio": ("Router and metadata", "memories fetched and not used by the answer"),
    "metadata_missing_ratio": ("Router and metadata", "memories that do not say where they come from"),
}
_GROUPS = tuple(dict.fromkeys(group for group, _ in _MEANINGS.values()))


@dataclass(frozen=True, slots=True)
class Measured:
    """The metrics of one lane after `turns` of the session's turns."""

    label: str
    metrics: MetricValues
    turns: int


def metric_lines(lanes: Sequence[Measured], turn_count: int, width: int) -> list[Line]:
    """A table of metrics by group, lanes across; lanes that find no room beside the others stand below them."""
    lines: list[Line] = []
    for piece in wrap(_heading(lanes, turn_count), width):
        lines.append(((piece, "muted"),))
    rows = _ordered(lanes)
    best = {name: best_of([lane.metrics.get(name) for lane in lanes], name) for name in rows}
    blocks = list(_blocks(lanes, width))
    for start, stop in blocks:
        lines.append(BLANK)
        lines += _block(lanes, range(start, stop), rows, best, width)
    if any(_room_for_meaning(lanes, range(*block), width) < _LEAST_MEANING for block in blocks):
        lines += [BLANK, (("What they mean", "bold text"),)]
        for name in rows:
            lines += _meaning(name, width)
    return lines


def _heading(lanes: Sequence[Measured], turn_count: int) -> str:
    words = f"Over {grouped_number(turn_count)} turns."
    computed = min(lane.turns for lane in lanes)
    if computed < turn_count:
        words = f"Over the turns computed so far ({grouped_number(computed)} of {grouped_number(turn_count)})."
    if len(lanes) > 1:
        return f"{words} {BEST} marks the best where there is a better and a worse."
    return f"{words} Load a second policy and the better of the two is marked {BEST}."


def _ordered(lanes: Sequence[Measured]) -> list[str]:
    """Every metric that a lane has: groups in their order, in each the order in which they are published."""
    names = list(dict.fromkeys(name for lane in lanes for name in lane.metrics))
    order = [*_GROUPS, _OTHERS]
    return sorted(names, key=lambda name: order.index(_group_of(name)))


def _group_of(name: str) -> str:
    return _MEANINGS.get(name, (_OTHERS, ""))[0]


def _columns(lanes: Sequence[Measured]) -> list[int]:
    return [max(_VALUE, cells(printable(lane.label))) + _GAP for lane in lanes]


def _blocks(lanes: Sequence[Measured], width: int) -> Iterator[tuple[int, int]]:
    start, room = 0, width - _NAME
    for place, size in enumerate(_columns(lanes)):
        if place > start and size > room:
            yield start, place
            start, room = place, width - _NAME
        room -= size
    yield start, len(lanes)


def _block(
    lanes: Sequence[Measured], shown: range, rows: Sequence[str], best: Mapping[str, frozenset[int]], width: int
) -> list[Line]:
    columns = [min(size, width - _NAME) for size in _columns(lanes)]
    labels = tuple((right(printable(lanes[place].label), columns[place] - 1) + " ", "bold text") for place in shown)
    lines: list[Line] = [((left("", _NAME), "text"), *labels)]
    meaning = _room_for_meaning(lanes, shown, width)
    beside = meaning >= _LEAST_MEANING
    for group, names in groupby(rows, _group_of):
        lines.append(((group, "accent"),))
        for name in names:
            figures: list[Span] = []
            for place in shown:
                value, is_best = lanes[place].metrics.get(name), place in best[name]
                style = "bold action-hit" if is_best else "faint" if value is None else "text"
                figures.append((right(figure(value), columns[place] - 1) + (BEST if is_best else " "), style))
            told = wrap(_MEANINGS.get(name, ("", ""))[1], meaning - 1) if beside else []
            head = (f"  {left(name, _NAME - 2)}", "text")
            lines.append((head, *figures, *([(" " * _GAP + told[0], "muted")] if told else [])))
            indent = " " * (width - meaning)
            lines += [((indent, "text"), (piece, "muted")) for piece in told[1:]]
    return lines


def _room_for_meaning(lanes: Sequence[Measured], shown: range, width: int) -> int:
    columns = _columns(lanes)
    return width - _NAME - sum(min(columns[place], width - _NAME) for place in shown) - _GAP


def _meaning(name: str, width: int) -> list[Line]:
    """The name and what it means, the rest of it under itself."""
    told = wrap(_MEANINGS.get(name, ("", ""))[1], width - _NAME)
    heads = [f"  {left(name, _NAME - 2)}", *([" " * _NAME] * (len(told) - 1))]
    return [((head, "text"), (piece, "muted")) for head, piece in zip(heads, told, strict=True) if piece]


def figure(value: float | int | None) -> str:
    """A metric's value in a few digits; None is n/a."""
    if value is None:
        return _NOT_APPLICABLE
    if isinstance(value, int):
        return grouped_number(value)
    return f"{value:.3f}" if abs(value) < 10 else grouped_number(round(value))
