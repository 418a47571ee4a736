"""The divergence strip under the columns: press or drag on it to travel, press its title for the first divergence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.message import Message

from memview.tui.views.compare_strip_view import Strip
from memview.tui.widgets.scrubber import Scrubber

if TYPE_CHECKING:
    from memview.replay.divergence import Divergences


class FirstDivergenceAsked(Message):
    """Someone pressed on the title, which names the first divergence."""


class DivergenceStrip(Scrubber):
    """Draws a title, the scale of turns and how much the prompts of each differ; the wheel steps by turn."""

    DEFAULT_CSS = """
    DivergenceStrip { height: 3; padding: 0 2; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._strip: Strip | None = None

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
        # Textual calls the handler of `Scrubber` as well.
        if event.button == 1 and not self._is_scale(event.y):
            self.post_message(FirstDivergenceAsked())

    def _is_scale(self, y: int) -> bool:
        return y > 0

    def _turn_at(self, x: int) -> int | None:
        return None if self._strip is None else self._strip.turn_at(x)
