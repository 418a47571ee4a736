"""A column of the Compare screen as a framed pane."""

from __future__ import annotations

from textual import events
from textual.message import Message

from memview.tui.lines import Line
from memview.tui.widgets.pane import Pane


class ColumnPane(Pane):
    """Shows one policy. An arrow marks the column that keys go to; a double click on its title changes its policy."""

    class TitlePressed(Message):
        """The title was double-clicked."""

        def __init__(self, pane: ColumnPane) -> None:
            super().__init__()
            self.pane = pane

    class Scrolled(Message):
        """Another line is the first one in sight: the columns beside it follow, so that the same parts stay level."""

        def __init__(self, pane: ColumnPane, top: int) -> None:
            super().__init__()
            self.pane = pane
            self.top = top

    _told_top = 0

    def follow(self, top: int) -> None:
        """Have line `top` first in sight, as far as there are lines."""
        self._top = self._told_top = max(0, min(top, self._overflow()))
        self.redraw()

    def reveal(self, row: int) -> None:
        """Scroll so that line `row` is in sight."""
        if not self._top <= row < self._top + self.inner_height:
            self._top = max(0, min(row - self.inner_height // 2, self._overflow()))
            self.redraw()

    def on_click(self, event: events.Click) -> None:
        if event.y == 0 and event.chain == 2:
            self.post_message(self.TitlePressed(self))

    def _draw(self) -> None:
        super()._draw()
        if self._top != self._told_top:
            self._told_top = self._top
            self.post_message(self.Scrolled(self, self._top))

    def _top_edge(self, title: str, info: str, width: int, edge: str) -> Line:
        return super()._top_edge(f"▸ {title}" if self.has_focus else title, info, width, edge)
