"""The timeline of a lesson: it can keep what comes to itself, and marks the memory that the caption speaks of."""

from __future__ import annotations

from collections.abc import Sequence

from memview.tui.widgets.line_widget import Row
from memview.tui.widgets.timeline import TimelinePane


class LessonTimeline(TimelinePane):
    """With `hides_future` the event list ends at the position; events of `marked` stand on a ground of their own."""

    DEFAULT_CSS = """
    LessonTimeline { height: 1fr; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.hides_future = False
        self.marked = ""

    def set_rows(self, rows: Sequence[Row]) -> None:
        super().set_rows([(line, self._ground_of(line, ground)) for line, ground in rows])

    def _ground_of(self, line: Sequence[tuple[str, str]], ground: str) -> str:
        is_marked = self.marked and any(text.strip() == self.marked for text, _ in line)
        return "track" if is_marked and ground == self.GROUND else ground

    def _total(self) -> int:
        scene = self._scene
        total = super()._total()
        if not self.hides_future or scene is None or self._filtered is not None:
            return total
        return min(total, scene.cursor + 1)
