"""The timeline pane: scrubber and density rows to drag on, under them the event list, whose cursor is the position."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from memview.tui.position import event_count
from memview.tui.scene import Scene
from memview.tui.views.agent_lanes import MOST_LANES, AgentLanes
from memview.tui.views.events_view import event_lines
from memview.tui.views.timeline_marks import TimelineMarks
from memview.tui.views.timeline_view import ROWS, Timeline, nothing_found, timeline_title
from memview.tui.widgets.line_widget import Row
from memview.tui.widgets.pane import SIDE, Pane

_LEAST_DENSITIES = 2
"""Density rows that stay in sight beside one row for each agent; where there is less room, agents share one."""
_CONTEXT = 2
"""Events of the turn before that stay in sight above those of the turn."""


class Scrubbed(Message):
    """Someone pressed or dragged on the scale of turns."""

    def __init__(self, turn: int) -> None:
        super().__init__()
        self.turn = turn

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Scrubbed)


class EventChosen(Message):
    """Someone clicked an event."""

    def __init__(self, seq: int) -> None:
        super().__init__()
        self.seq = seq


class EventStepped(Message):
    """Someone moved the cursor of the event list by so many rows."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows


@dataclass(frozen=True, slots=True)
class Filtered:
    """A filter on the event list: what was typed, the events it lets through so far, and whether it still looks."""

    text: str
    matches: Sequence[int]
    searching: bool


class TimelinePane(Pane):
    """Draws only the rows in sight, out of a log of any length."""

    DEFAULT_CSS = """
    TimelinePane { height: 1fr; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._scene: Scene | None = None
        self._filtered: Filtered | None = None
        self._timeline: Timeline | None = None
        self._lanes: AgentLanes | None = None
        self._scrubbing = False
        self.has_scrubber = True
        self.marks: TimelineMarks | None = None

    @property
    def target(self) -> str | None:
        """The item of the event under the cursor."""
        scene = self._scene
        if scene is None or scene.cursor < 0:
            return None
        return scene.replay.events[scene.cursor].memory_id

    def show_scene(self, scene: Scene, filtered: Filtered | None) -> None:
        """Show the events around the scene's position; the list follows when the position left its sight."""
        before, self._scene = self._scene, scene
        is_refiltered = (self._filtered is None) != (filtered is None)
        self._filtered = filtered
        moved = before is None or before.replay is not scene.replay or before.position != scene.position
        if moved or is_refiltered:
            self._follow(before is None or is_refiltered or before.position.turn != scene.position.turn)
        self._draw()

    def action_cursor(self, step: int) -> None:
        self.post_message(EventStepped(step))

    def action_page(self, step: int) -> None:
        self.post_message(EventStepped(step * max(1, self._list_height - 1)))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        # Textual calls the handler of the pane as well.
        if self._scrubbing:
            self._scrub(event.x)

    def on_mouse_up(self) -> None:
        if self._scrubbing:
            self._scrubbing = False
            self.release_mouse()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._wheel(event.y, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._wheel(event.y, -1)

    def _wheel(self, y: int, direction: int) -> None:
        if 1 <= y <= self._head_height and self._scene is not None:
            self.post_message(Scrubbed(self._scene.position.turn + direction))
        else:
            self._scroll(3 * direction)

    def _press(self, x: int, y: int) -> None:
        if 1 <= y <= self._head_height:
            self._scrubbing = True
            self.capture_mouse()
            self._scrub(x)
            return
        row = self._row_at(y)
        if row is not None:
            self.post_message(EventChosen(self._seq(row)))

    def _scrub(self, x: int) -> None:
        if self._timeline is not None:
            self.post_message(Scrubbed(self._timeline.turn_at(x - SIDE)))

    @property
    def _head_height(self) -> int:
        """The scrubber, unless it stands elsewhere, and as many other rows as leave the list more than half."""
        scrubber = 1 if self.has_scrubber else 0
        return scrubber + min(len(ROWS) + self._lane_count, max(0, self.inner_height // 2 - scrubber))

    @property
    def _lane_count(self) -> int:
        """Rows that the agents would like: none where there is one agent."""
        return 0 if self._scene is None else min(len(self._scene.agents), MOST_LANES)

    @property
    def _list_height(self) -> int:
        return max(0, self.inner_height - self._head_height)

    def _total(self) -> int:
        if self._scene is None:
            return 0
        return event_count(self._scene.replay) if self._filtered is None else len(self._filtered.matches)

    def _seq(self, row: int) -> int:
        return row if self._filtered is None else self._filtered.matches[row]

    def _row_at(self, y: int) -> int | None:
        row = y - 1 - self._head_height + self._top
        return row if y > self._head_height and y < self.size.height - 1 and row < self._total() else None

    def _overflow(self) -> int:
        return max(0, self._total() - self._list_height)

    def _scroll_to_thumb(self, y: int) -> None:
        share = (y - 1 - self._head_height) / max(1, self._list_height - 1)
        self._top = round(max(0.0, min(share, 1.0)) * self._overflow())
        self._draw()

    def _follow(self, is_new_turn: bool) -> None:
        scene, height = self._scene, self._list_height
        if scene is None or height <= 0:
            return
        if self._filtered is None:
            first, cursor = scene.span.start, scene.cursor
        else:
            first = bisect_left(self._filtered.matches, scene.span.start)
            cursor = bisect_right(self._filtered.matches, scene.cursor) - 1
        if is_new_turn:
            self._top = first - min(_CONTEXT, max(0, height - 1 - (cursor - first + 1)))
        if not self._top <= cursor < self._top + height:
            self._top = cursor - height + 1 if cursor >= self._top else cursor
        self._top = max(0, min(self._top, self._overflow()))

    def _draw(self) -> None:
        scene = self._scene
        if scene is None or not self.size or self.inner_width < 20:
            super()._draw()
            return
        if (
            self._timeline is None
            or self._timeline.replay is not scene.replay
            or self._timeline.width != self.inner_width
        ):
            self._timeline = Timeline(scene.replay, self.inner_width)
            self._lanes = None
        if self._lanes is None and scene.agents:
            self._lanes = AgentLanes(scene.replay.session, scene.agents, self._timeline.ruler)
        self._top = max(0, min(self._top, self._overflow()))
        turn = scene.position.turn
        head = [self._timeline.scrubber(turn, self.marks)] if self.has_scrubber else []
        if self._lanes is not None:
            room = self._head_height - len(head)
            head += self._lanes.rows(turn, max(min(1, room - 1), room - _LEAST_DENSITIES))
        head += [self._timeline.density(action, turn) for action in list(ROWS)[: self._head_height - len(head)]]
        seqs = [self._seq(row) for row in range(self._top, min(self._top + self._list_height, self._total()))]
        lines = event_lines(scene, seqs, self.inner_width)
        body: list[Row] = [(line, self.GROUND) for line in head]
        body += [
            (line, "cursor" if seq == scene.cursor else self.GROUND) for seq, line in zip(seqs, lines, strict=True)
        ]
        filtered = self._filtered
        if filtered is not None and not seqs and self._list_height:
            body.append((nothing_found(filtered.text, filtered.searching), self.GROUND))
        body += [((), self.GROUND)] * (self.inner_height - len(body))
        shown = None if filtered is None else (filtered.text, len(filtered.matches), filtered.searching)
        title, info = timeline_title(scene.replay, turn, shown)
        self.set_rows(self._framed(title, info, body, self._top + self._head_height, self._total() + self._head_height))
