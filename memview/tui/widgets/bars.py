"""One-line bars with things to click: header, pane tabs, footer."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from memview.tui.lines import Line
from memview.tui.widgets.line_widget import LineWidget


class ClickBar(LineWidget):
    """Shows a line; a click on one of its targets posts `Chosen` with the target's name."""

    GROUND = "panel"

    class Chosen(Message):
        """A target of the bar was clicked."""

        def __init__(self, bar: ClickBar, name: str) -> None:
            super().__init__()
            self.bar = bar
            self.name = name

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._targets: Sequence[tuple[int, int, str]] = ()

    def show(self, line: Line, targets: Sequence[tuple[int, int, str]] = ()) -> None:
        """Show `line`; `targets` are (first cell, cell after the last, name)."""
        self._targets = targets
        self.set_rows([(line, self.GROUND)])

    def on_click(self, event: events.Click) -> None:
        for start, stop, name in self._targets:
            if start <= event.x < stop:
                self.post_message(self.Chosen(self, name))
                return
