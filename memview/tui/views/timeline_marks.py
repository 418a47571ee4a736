"""Marks on the scale of turns: where breakpoints hit, and bookmarks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from memview.tui.glyphs import Mark
from memview.tui.lines import Line
from memview.tui.views.change_words import FORK
from memview.tui.views.ruler import Ruler

BREAKPOINT = Mark("●", "breakpoint", "action-error")
BREAKPOINT_OFF = Mark("○", "off", "faint")
FORKED = Mark(FORK, "forked here", "action-warn")
BOOKMARK = Mark("◆", "bookmark", "action-promote")


@dataclass(frozen=True, slots=True)
class TimelineMarks:
    """`hits` are the turns with a hit of each breakpoint that is on, `bookmarks` the turns that are marked: ascending.

    The lists of hits grow while they are searched for. `forked_at` is the first turn that a what-if can have otherwise.
    """

    hits: tuple[Sequence[int], ...] = ()
    bookmarks: tuple[int, ...] = ()
    forked_at: int | None = None

    def __bool__(self) -> bool:
        return bool(self.hits or self.bookmarks) or self.forked_at is not None

    def is_like(self, other: TimelineMarks) -> bool:
        """Whether both look at the same lists, however long those are by now."""
        same = len(self.hits) == len(other.hits) and self.bookmarks == other.bookmarks
        return same and all(mine is theirs for mine, theirs in zip(self.hits, other.hits, strict=True))

    def columns(self, ruler: Ruler) -> dict[int, Mark]:
        """The mark of each column that has one; a bookmark goes before hits."""
        marks: dict[int, Mark] = {}
        for turns in self.hits:
            place = 0
            while place < len(turns):
                column = ruler.first_column(max(1, turns[place]))
                marks[column] = BREAKPOINT
                if column + 1 >= ruler.columns:
                    break
                # On to the first turn that is drawn in a later column.
                place = bisect_left(turns, ruler.turn_at(column + 1), place + 1)
        if self.forked_at is not None:
            marks[min(ruler.first_column(max(1, self.forked_at)), ruler.columns - 1)] = FORKED
        for turn in self.bookmarks:
            marks[min(ruler.first_column(max(1, turn)), ruler.columns - 1)] = BOOKMARK
        return marks


def with_marks(line: Line, marks: dict[int, Mark], kept: int) -> Line:
    """`line`, one cell a character, with marks drawn over it; the cell `kept` stays."""
    spans: list[tuple[str, str]] = []
    at = 0
    for text, style in line:
        begun = 0
        for place in range(len(text)):
            mark = marks.get(at + place)
            if mark is not None and at + place != kept:
                spans += [(text[begun:place], style), (mark.glyph, f"bold {mark.style}")]
                begun = place + 1
        spans.append((text[begun:], style))
        at += len(text)
    return tuple(span for span in spans if span[0])
