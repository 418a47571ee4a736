"""A strip with a scale of turns: press or drag on it to travel, the wheel steps by turn."""

from __future__ import annotations

from textual import events

from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.timeline import Scrubbed


class Scrubber(LineWidget):
    """What strips have in common: a subclass keeps `_turn` and says where its scale is and which turn is where."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._turn = 0
        self._scrubbing = False

    def _turn_at(self, x: int) -> int | None:
        """The turn under the cell `x` of the content; None before anything is shown."""
        raise NotImplementedError

    def _is_scale(self, y: int) -> bool:
        """Whether a press on the row `y` starts to travel."""
        raise NotImplementedError

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button == 1 and self._is_scale(event.y):
            self._scrubbing = True
            self.capture_mouse()
            self._scrub(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._scrubbing:
            self._scrub(event.x)

    def on_mouse_up(self) -> None:
        if self._scrubbing:
            self._scrubbing = False
            self.release_mouse()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(Scrubbed(self._turn + 1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(Scrubbed(self._turn - 1))

    def _scrub(self, x: int) -> None:
        turn = self._turn_at(x - self.styles.padding.left)
        if turn is not None:
            self.post_message(Scrubbed(turn))
