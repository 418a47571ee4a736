"""The timeline: a scrubber with one density row for each kind of movement, on one scale of turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import Mark
from memview.tui.lines import Line, grouped_number, left, right, short_number
from memview.tui.position import event_count
from memview.tui.views.ruler import Density, Ruler
from memview.tui.views.timeline_marks import TimelineMarks, with_marks

if TYPE_CHECKING:
    from memview.replay import Replay

LABEL = 12
TOTAL = 7

ROWS: dict[str, Mark] = {
    "promote": Mark("▲", "promotes", "action-promote"),
    "evict": Mark("▼", "evicts", "action-evict"),
    "fault": Mark("○", "faults", "action-fault"),
    "loss": Mark("✗", "losses", "custody-lost"),
}

_DONE, _AHEAD, _UNKNOWN, _HEAD = "━", "─", "┄", "╋"


class Timeline:
    """The rows above the event list for one replay at one width; it remembers the sums per column."""

    def __init__(self, replay: Replay, width: int) -> None:
        self.replay = replay
        self.width = width
        self.ruler = Ruler(replay.turn_count, max(1, width - LABEL - TOTAL))
        self._densities = {action: Density(replay, action, self.ruler) for action in ROWS}
        self._marked: tuple[TimelineMarks, list[int], dict[int, Mark]] | None = None

    def turn_at(self, x: int) -> int:
        """The turn under the cell `x` of these rows."""
        return self.ruler.turn_at(x - LABEL)

    def scrubber(self, turn: int, marks: TimelineMarks | None = None) -> Line:
        """Where the position is between turn 1 and the last, how far the replay has come, and `marks` over it."""
        ruler = self.ruler
        known = ruler.first_column(min(self.replay.computed, ruler.turns) + 1)
        start, stop = ruler.span(turn) if turn else (0, 0)
        head = min(start + (stop - start) // 2, ruler.columns - 1)
        ahead = max(head + 1, min(known, ruler.columns))
        scale: Line = (
            (_DONE * head, "primary"),
            (_HEAD, "bold focus"),
            (_AHEAD * (ahead - head - 1), "faint"),
            (_UNKNOWN * (ruler.columns - ahead), "track"),
        )
        return (
            (left(f" turn {short_number(turn)}", LABEL), "bold text"),
            *(with_marks(scale, self._columns_of(marks), head) if marks else scale),
            (right(short_number(self.replay.turn_count), TOTAL), "muted"),
        )

    def _columns_of(self, marks: TimelineMarks) -> dict[int, Mark]:
        """Marks stay where they are until there are more of them."""
        sizes = [len(turns) for turns in marks.hits]
        known = self._marked
        if known is None or known[1] != sizes or not known[0].is_like(marks):
            known = self._marked = (marks, sizes, marks.columns(self.ruler))
        return known[2]

    def density(self, action: str, turn: int) -> Line:
        """How many of one movement in each column, the column of the position marked, the total at the right."""
        mark = ROWS[action]
        row = self._densities[action]
        text = row.update()
        style = mark.style if row.total else "faint"
        start, stop = self.ruler.span(turn) if turn else (0, 0)
        total = short_number(row.total) if row.total else "none"
        return (
            (left(f" {mark.glyph} {mark.word}", LABEL), style),
            (text[:start], style),
            (text[start:stop], f"{style} on cursor"),
            (text[stop:], style),
            (right(total, TOTAL), "muted"),
        )


def timeline_title(replay: Replay, turn: int, filtered: tuple[str, int, bool] | None) -> tuple[str, str]:
    """Title and the fact at its right: events so far, or what the filter lets through."""
    count = grouped_number(event_count(replay))
    here, turns = grouped_number(turn), grouped_number(replay.turn_count)
    if filtered is None:
        return f"Timeline · turn {here} of {turns}", f"{count} events"
    text, matches, searching = filtered
    found = f"{grouped_number(matches)}{'…' if searching else ''} of {count}"
    return f"Timeline · turn {here}/{turns} · filter “{printable(text)}”", found


def nothing_found(text: str, searching: bool) -> Line:
    """What stands in the place of the events when a filter has let none through."""
    words = "Searching…" if searching else f"No event holds “{printable(text)}”: every word must occur. esc shows all."
    return ((f"  {words}", "muted"),)
