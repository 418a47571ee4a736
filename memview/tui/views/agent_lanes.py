"""Who acts when: one row an agent on the timeline's scale, or one row for all of them where there is little room."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.lines import Line, Span, left, right, short_number
from memview.tui.views.timeline_view import LABEL, TOTAL

if TYPE_CHECKING:
    from memview.model import Session
    from memview.tui.views.ruler import Ruler

MOST_LANES = 5
"""Agents beyond that share the last row."""

_MARKS = (
    ("●", "tier-core"), ("■", "tier-window"), ("▲", "tier-retrieved"), ("◆", "tier-shared"), ("▼", "tier-summary"),
)  # fmt: skip
_NOBODY, _SEVERAL = " ", "◌"
_GAP_FROM = 3


class AgentLanes:
    """The rows of the agents of one session on one ruler; what does not depend on the position is made once."""

    def __init__(self, session: Session, agents: Sequence[str], ruler: Ruler) -> None:
        self._ruler = ruler
        self._names = [printable(agent) for agent in agents[:MOST_LANES]]
        if len(agents) > MOST_LANES:
            self._names[-1] = f"{len(agents) - MOST_LANES + 1} others"
        lane_of = {agent: min(index, MOST_LANES - 1) for index, agent in enumerate(agents)}
        acting = [lane_of.get(turn.agent or "", -1) for turn in session.turns]
        self._acting = array("b", acting)
        self._totals = [acting.count(lane) for lane in range(len(self._names))]
        self._texts = [self._text(lane, acting) for lane in range(len(self._names))]
        self._shared = self._merged_text(acting)

    def __len__(self) -> int:
        return len(self._names)

    def rows(self, turn: int, most: int) -> list[Line]:
        """A row for each agent, or one for all of them when `most` rows are too few; none for `most` 0."""
        if most <= 0:
            return []
        return [self.merged(turn)] if most < len(self) else [self._row(lane, turn) for lane in range(len(self))]

    def merged(self, turn: int) -> Line:
        """All agents on one row: each column has the mark of who acts there, the label that of who acts now."""
        start, stop = self._ruler.span(turn) if turn else (0, 0)
        now = self._acting[turn - 1] if 0 < turn <= len(self._acting) else -1
        label = (f" {_MARKS[now][0]} {self._names[now]}", _MARKS[now][1]) if now >= 0 else (" agents", "muted")
        spans: list[Span] = [(left(label[0], LABEL - 1) + " ", label[1])]
        columns = enumerate(self._shared)
        styled = ((glyph, f"{style} on cursor" if start <= at < stop else style) for at, (glyph, style) in columns)
        for style, run in groupby(styled, key=lambda cell: cell[1]):
            spans.append(("".join(glyph for glyph, _ in run), style))
        spans.append((right(short_number(sum(self._totals)), TOTAL), "muted"))
        return tuple(spans)

    def _row(self, lane: int, turn: int) -> Line:
        glyph, style = _MARKS[lane]
        text = self._texts[lane]
        start, stop = self._ruler.span(turn) if turn else (0, 0)
        acts = text[start:stop].strip() != ""
        return (
            (left(f" {glyph} {self._names[lane]}", LABEL - 1) + " ", f"bold {style}" if acts else style),
            (text[:start], style),
            (text[start:stop], f"{style} on cursor"),
            (text[stop:], style),
            (right(short_number(self._totals[lane]), TOTAL), "muted"),
        )

    def _text(self, lane: int, acting: Sequence[int]) -> str:
        """The lane's mark where its agent acts; a turn of several columns is drawn along them."""
        columns = [" "] * self._ruler.columns
        for number, who in enumerate(acting, start=1):
            if who == lane:
                start, stop = self._ruler.span(number)
                size = min(stop, len(columns)) - start
                drawn = _MARKS[lane][0] + "━" * (size - 1)
                columns[start:stop] = drawn[:-1] + " " if size >= _GAP_FROM else drawn
        return "".join(columns)

    def _merged_text(self, acting: Sequence[int]) -> list[tuple[str, str]]:
        columns: list[tuple[str, str]] = [(_NOBODY, "faint")] * self._ruler.columns
        for number, who in enumerate(acting, start=1):
            if who < 0:
                continue
            start, stop = self._ruler.span(number)
            taken = columns[start]
            mark = _MARKS[who] if taken[0] in (_NOBODY, _MARKS[who][0]) else (_SEVERAL, "muted")
            for column in range(start, min(stop, len(columns))):
                glyph = mark[0] if column == start else "━"
                columns[column] = (glyph, mark[1])
            if stop - start >= _GAP_FROM and stop <= len(columns):
                columns[stop - 1] = (" ", "faint")
        return columns
