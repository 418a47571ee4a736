"""The scoreboard's own widgets: a heading whose columns can be clicked, and panes of lines that take the focus."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from memview.tui.lines import Line
from memview.tui.views.scoreboard_view import Heading
from memview.tui.widgets.line_widget import LineWidget


class Headings(LineWidget):
    """Column headings; a click on one posts `Chosen` with the column's name."""

    class Chosen(Message):
        """A column was clicked."""

        def __init__(self, headings: Headings, name: str) -> None:
            super().__init__()
            self.headings = headings
            self.name = name

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._targets: Sequence[tuple[int, int, str]] = ()

    def show(self, heading: Heading) -> None:
        """Show the lines of `heading`."""
        self._targets = heading.targets
        if self.size.height != len(heading.lines):
            self.styles.height = len(heading.lines)
        self.set_rows([(line, self.GROUND) for line in heading.lines])

    def on_click(self, event: events.Click) -> None:
        event.stop()
        for start, stop, name in self._targets:
            if start <= event.x < stop:
                self.post_message(self.Chosen(self, name))
                return


class LinePane(LineWidget, can_focus=True):
    """Lines in a frame that takes the focus; a click posts `Pointed`."""

    class Pointed(Message):
        """A cell of the pane was clicked; `x` and `y` count from its first cell inside the frame."""

        def __init__(self, pane: LinePane, x: int, y: int) -> None:
            super().__init__()
            self.pane = pane
            self.x = x
            self.y = y

    def show(self, lines: Sequence[Line]) -> None:
        """Show `lines`."""
        self.set_rows([(line, self.GROUND) for line in lines])

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is not None:
            self.post_message(self.Pointed(self, place.x, place.y))
