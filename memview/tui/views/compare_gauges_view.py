"""The figures of a column of the Compare screen: prompt, sections, custody, counts so far, metrics after all turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from memview.replay.ranking import best_of
from memview.tui.compared import ColumnScene
from memview.tui.glyphs import CUSTODY_MARKS, SECTION_MARKS, action_mark
from memview.tui.lines import Line, cells, grouped_number, left, right, short_number, spread
from memview.tui.scene import Scene
from memview.tui.views.gauge_view import FREE, RESERVE, bar_line
from memview.tui.views.metrics_view import BEST, MetricValues, figure

METRICS: Mapping[str, tuple[str, str]] = {
    "probe_recall": ("recall", "recall"),
    "resident_hit_ratio": ("hit ratio", "hits"),
    "faults": ("faults", "faults"),
    "evictions": ("evictions", "evicts"),
    "thrash": ("thrash", "thrash"),
    "regret": ("regret", "regret"),
    "prefix_reuse": ("prefix", "prefix"),
    "prompt_tokens_mean": ("prompt", "prompt"),
    "lost": ("lost", "lost"),
}
"""What of the metrics a column shows, and what it calls them where there is room and where there is little."""

ROOM_FROM = 36
"""Cells from which figures have a gap between them."""
MARKS_FROM = 48
"""Cells from which slots have their states in words, and events stand on one line."""
WORDS_FROM = 74
"""Cells from which custody is told in whole words, and sections by their names."""
_ONE_LINE_FROM = 56
"""Cells from which the counts so far stand on one line, however large they are."""
_SHORT_CUSTODY = {"visible": "vis", "covered": "cov", "recoverable": "rec", "lost": "lost"}


@dataclass(frozen=True, slots=True)
class Measures:
    """The metrics of all columns at the end, by place; None for one that is not measured yet."""

    values: Sequence[MetricValues | None]

    def best(self, name: str) -> frozenset[int]:
        """The places of the best, once all are measured."""
        if any(each is None for each in self.values):
            return frozenset()
        return best_of([each.get(name) if each else None for each in self.values], name)


def head_lines(at: ColumnScene, width: int) -> list[Line]:
    """What is in the prompt and where everything else is, in as many lines at every turn."""
    lines = [_count_line(at.scene, width), bar_line(at.scene, width)]
    tokens = at.scene.frame.tokens
    amounts = [(mark.glyph, name, mark.style, getattr(tokens, name)) for name, mark in SECTION_MARKS.items()]
    amounts += [("·", FREE, "faint", tokens.free), ("╱", RESERVE, "tier-reserve", tokens.reserve)]
    named = width >= WORDS_FROM
    parts: list[Line] = [
        ((glyph, f"bold {style}"), (f" {name}" if named else "", "muted"), (f" {short_number(amount)}", "text"))
        for glyph, name, style, amount in amounts
    ]
    lines += grid(parts, 17 if named else 7, width)
    lines += _custody(at.scene, width)
    return lines + _so_far(at, width)


def _count_line(scene: Scene, width: int) -> Line:
    tokens = scene.frame.tokens
    about = "" if scene.replay.workload.tokenizer.exact else "≈"
    start: Line = (
        ("Prompt " if width >= ROOM_FROM else "", "muted"),
        (f"{about}{grouped_number(tokens.total)}", "bold text"),
        (f" / {grouped_number(tokens.limit)} tok", "text"),
    )
    return spread(start, ((f" {_percent(tokens.total, tokens.limit)}", "muted"),), width)


def _custody(scene: Scene, width: int) -> list[Line]:
    parts: list[Line] = []
    for name, mark in CUSTODY_MARKS.items():
        count = getattr(scene.frame.custody, name)
        quiet = name == "lost" and not count
        word = mark.word if width >= WORDS_FROM else _SHORT_CUSTODY[name]
        parts.append(
            (
                (f"{mark.glyph} {word} ", "muted" if quiet else mark.style),
                (short_number(count), "muted" if quiet else f"bold {mark.style}"),
            )
        )
    return grid(parts, 19 if width >= WORDS_FROM else 12, width)


def _so_far(at: ColumnScene, width: int) -> list[Line]:
    total = at.column.replay.frame(at.scene.position.turn).tokens.total
    share = f" · {_percent(at.reused, total)}" if at.reused else ""
    fault, evict = action_mark("fault"), action_mark("evict")
    named = width >= WORDS_FROM
    parts: list[Line] = [
        ((f"{fault.glyph} faults ", fault.style), (short_number(at.faults), "text")),
        ((f"{evict.glyph} {'evictions' if named else 'evicts'} ", evict.style), (short_number(at.evictions), "text")),
    ]
    words = "prefix reused " if named else "prefix " if width >= _ONE_LINE_FROM else "reused "
    reused: Line = ((words, "muted"), (f"{short_number(at.reused)} tok{share}", "text"))
    if width < _ONE_LINE_FROM:
        return [*grid(parts, 12 if width < ROOM_FROM else 14, width), reused]
    return [(*grid(parts, 17 if named else 14, width)[0], ("  ", "text"), *reused)]


def metric_lines(at: ColumnScene, measures: Measures, place: int, width: int) -> list[Line]:
    """As many lines before the metrics are known as after, so that nothing jumps when they are."""
    replay = at.column.replay
    values = measures.values[place]
    narrow = width < ROOM_FROM
    parts: list[Line] = []
    for name, words in METRICS.items():
        value, is_best = (values or {}).get(name), place in measures.best(name)
        style = "bold action-hit" if is_best else "faint" if value is None else "text"
        shown = "…" if values is None else figure(value)
        head = left(words[narrow], 6 if narrow else 9)
        parts.append(((head, "muted"), (right(shown, 6 if narrow else 7) + (BEST if is_best else " "), style)))
    waits = ": none, it stopped" if at.column.is_stopped else " when computed"
    state = "" if values is not None else " measuring…" if replay.is_complete else waits
    name = "At the end" if state else f"After all {grouped_number(replay.turn_count)} turns"
    heading: Line = ((name, "bold text"), (state, "faint"))
    return [heading, *grid(parts, 13 if narrow else 17, width, 0 if narrow else 2)]


def grid(parts: Sequence[Line], cell: int, width: int, gap: int = 2) -> list[Line]:
    """`parts` in columns of `cell` cells with a gap between, on as few lines as can be, those alike long."""
    if not parts:
        return []
    count = -(-len(parts) // max(1, (width + gap) // (cell + gap)))
    each = -(-len(parts) // max(1, count))
    lines: list[Line] = []
    for start in range(0, len(parts), each):
        spans: list[tuple[str, str]] = []
        for part in parts[start : start + each]:
            used = sum(cells(text) for text, _ in part)
            spans += [*part, (" " * (max(0, cell - used) + gap), "text")]
        lines.append(tuple(spans[:-1]))
    return lines


def _percent(done: int, whole: int) -> str:
    return f"{100 * max(0, done) // max(1, whole)} %"
