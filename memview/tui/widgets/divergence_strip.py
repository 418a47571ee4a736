"""The divergence strip under the columns: press or drag on it to travel, press its title for the first divergence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.message import Message

from memview.tui.views.compare_strip_view import Strip
from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.timeline import Scrubbed

if TYPE_CHECKING:
    from memview.replay.divergence import Divergences


class FirstDivergenceAsked(Message):
    """Someone pressed on the title, which names the first divergence."""


class DivergenceStrip(LineWidget):
    """Draws a title, the scale of turns and how much the prompts of each differ; the wheel steps by turn."""

    DEFAULT_CSS = """
    DivergenceStrip { height: 3; padding: 0 2; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._strip: Strip | None = None
        self._turn = 0
        self._scrubbing = False

    def show_turn(self, divergences: Divergences, turns: int, turn: int) -> None:
        """Show where `turn` is among all turns, and which of them differ."""
        width = self.size.width
        if width <= 0:
            return
        strip = self._strip
        if strip is None or strip.divergences is not divergences or strip.width != width:
            strip = self._strip = Strip(divergences, turns, width)
        self._turn = turn
        height = self.size.height
        rows = [(line, self.GROUND) for line in strip.rows(turn, height)]
        self.set_rows(rows + [((), self.GROUND)] * (height - len(rows)))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1:
            return
        if event.y == 0:
            self.post_message(FirstDivergenceAsked())
            return
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
        if self._strip is not None:
            self.post_message(Scrubbed(self._strip.turn_at(x - self.styles.padding.left)))
