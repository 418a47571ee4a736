"""The timeline of a lesson: it keeps what comes later to itself, and marks the memory that the caption speaks of."""

from __future__ import annotations

from collections.abc import Sequence

from memview.tui.widgets.line_widget import Row
from memview.tui.widgets.timeline import TimelinePane


class LessonTimeline(TimelinePane):
    """With `hides_future` the event list ends with the turn, with `hides_counts` nothing is told of all turns.

    Events of the memory `marked` stand on a ground of their own.
    """

    DEFAULT_CSS = """
    LessonTimeline { height: 1fr; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.hides_future = False
        self.hides_counts = False
        self.marked = ""

    def on_resize(self) -> None:
        """The event under the cursor stays in sight."""
        self._follow(False)

    def set_rows(self, rows: Sequence[Row]) -> None:
        super().set_rows([(line, self._ground_of(line, ground)) for line, ground in rows])

    def _ground_of(self, line: Sequence[tuple[str, str]], ground: str) -> str:
        is_marked = self.marked and any(text.strip() == self.marked for text, _ in line)
        return "track" if is_marked and ground == self.GROUND else ground

    @property
    def _head_height(self) -> int:
        """While a class is asked, how often it came to a fault in all turns is no secret that the screen gives away."""
        return (1 if self.has_scrubber else 0) if self.hides_counts else super()._head_height

    def _total(self) -> int:
        scene = self._scene
        total = super()._total()
        if not self.hides_future or scene is None or self._filtered is not None:
            return total
        return min(total, scene.span.stop)
