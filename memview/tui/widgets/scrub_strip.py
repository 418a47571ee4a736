"""The timeline on screens without room for it: the scrubber on one row and the last event under it."""

from __future__ import annotations

from memview.tui.lines import BLANK
from memview.tui.scene import Scene
from memview.tui.views.agent_lanes import AgentLanes
from memview.tui.views.events_view import event_detail
from memview.tui.views.timeline_marks import TimelineMarks
from memview.tui.views.timeline_view import Timeline
from memview.tui.widgets.scrubber import Scrubber


class ScrubStrip(Scrubber):
    """Press or drag on the scrubber, or on who acts when under it, to travel; the wheel steps by turn."""

    DEFAULT_CSS = """
    ScrubStrip { height: 2; padding: 0 2; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._timeline: Timeline | None = None
        self._lanes: AgentLanes | None = None
        self.marks: TimelineMarks | None = None

    def show_scene(self, scene: Scene) -> None:
        """Show where the scene is among all turns, and its last event."""
        width = self.size.width
        if width <= 0:
            return
        if self._timeline is None or self._timeline.replay is not scene.replay or self._timeline.width != width:
            self._timeline = Timeline(scene.replay, width)
            self._lanes = None
        if self._lanes is None and scene.agents:
            self._lanes = AgentLanes(scene.replay.session, scene.agents, self._timeline.ruler)
        self._turn = scene.position.turn
        head = [self._timeline.scrubber(self._turn, self.marks)]
        if self._has_lane and self._lanes is not None:
            head.append(self._lanes.merged(self._turn))
        lines = (*head, *event_detail(scene, width, self.size.height - len(head)))
        rows = [(line, self.GROUND) for line in lines]
        self.set_rows(rows + [(BLANK, self.GROUND)] * (self.size.height - len(rows)))

    @property
    def _has_lane(self) -> bool:
        """Who acts when has a row of its own where the last event keeps one too."""
        return self._lanes is not None and self.size.height > 2

    def _is_scale(self, y: int) -> bool:
        return y <= self._has_lane

    def _turn_at(self, x: int) -> int | None:
        return None if self._timeline is None else self._timeline.turn_at(x)
