"""A list of any length to choose from: rows are made when drawn, and a cursor move repaints two of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from memview.tui.lines import BLANK, Line, fitted
from memview.tui.paint import Paint

GUTTER = 2
"""Cells at the left that hold the cursor mark, so that the cursor shows without colour too."""


class RowList(ScrollView, can_focus=True):
    """Shows `count` rows, one terminal line each. Headings are drawn but skipped by the cursor."""

    DEFAULT_CSS = """
    RowList { height: 1fr; background: $background; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor(-1)", "Row up", show=False),
        Binding("down", "cursor(1)", "Row down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "edge(-1)", "First row", show=False),
        Binding("end", "edge(1)", "Last row", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]

    class Highlighted(Message):
        """The cursor is on another row; `index` is None when there is no row to be on."""

        def __init__(self, rows: RowList, index: int | None) -> None:
            super().__init__()
            self.rows = rows
            self.index = index

        @property
        def control(self) -> RowList:
            return self.rows

    class Chosen(Message):
        """A row was chosen: enter, or a click on the row under the cursor."""

        def __init__(self, rows: RowList, index: int) -> None:
            super().__init__()
            self.rows = rows
            self.index = index

        @property
        def control(self) -> RowList:
            return self.rows

    def __init__(self, *, ground: str = "ground", nothing: str = "", id: str | None = None) -> None:  # noqa: A002
        """`ground` is the colour name that rows stand on, `nothing` what an empty list says."""
        super().__init__(id=id)
        self._ground = ground
        self._nothing = nothing
        self._count = 0
        self._line_at: Callable[[int, int], Line] = _no_line
        self._headings: frozenset[int] = frozenset()
        self._cursor: int | None = None
        self._paint: Paint | None = None

    @property
    def cursor(self) -> int | None:
        """The row under the cursor."""
        return self._cursor

    def show(
        self,
        count: int,
        line_at: Callable[[int, int], Line],
        headings: frozenset[int] = frozenset(),
        cursor: int | None = 0,
    ) -> None:
        """Show `count` rows. `line_at(index, width)` makes one; the cursor starts on the choice nearest to `cursor`."""
        self._count, self._line_at, self._headings = count, line_at, headings
        self.virtual_size = Size(0, count)
        self._cursor = None if cursor is None else self._nearest_choice(cursor)
        self.refresh()
        self._reveal()
        self.post_message(self.Highlighted(self, self._cursor))

    def reveal(self) -> None:
        """Scroll to the cursor; after a change of size or count, once that is laid out."""
        self._reveal()

    def set_nothing(self, words: str) -> None:
        """What an empty list says from now on."""
        self._nothing = words
        self.refresh()

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, or on the nearest choice to it."""
        target = self._nearest_choice(index)
        if target == self._cursor:
            return
        before, self._cursor = self._cursor, target
        for row in (before, target):
            if row is not None:
                self._repaint(row)
        self._reveal()
        self.post_message(self.Highlighted(self, target))

    def action_cursor(self, step: int) -> None:
        """One choice up or down; headings are stepped over."""
        row = (self._cursor if self._cursor is not None else -1) + step
        while 0 <= row < self._count and row in self._headings:
            row += step
        if 0 <= row < self._count:
            self.move_to(row)
        elif step < 0:
            # A heading above the first choice comes into view as well.
            self.scroll_to(y=0, animate=False)

    def action_page(self, step: int) -> None:
        self.move_to((self._cursor or 0) + step * max(1, self.size.height - 1))

    def action_edge(self, step: int) -> None:
        self.move_to(0 if step < 0 else self._count - 1)

    def action_choose(self) -> None:
        if self._cursor is not None:
            self.post_message(self.Chosen(self, self._cursor))

    def on_resize(self) -> None:
        # The cursor was in sight at the old height.
        self._reveal()

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None:
            return
        row = place.y + self.scroll_offset.y
        if not 0 <= row < self._count or row in self._headings:
            return
        if row == self._cursor:
            self.action_choose()
        else:
            self.move_to(row)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        row = y + self.scroll_offset.y
        if self._paint is None:
            self._paint = Paint(self.app.theme_variables)
        if row >= self._count:
            empty = (("  " + self._nothing, "muted"),) if row == 0 else BLANK
            return self._paint.strip(fitted(empty, width), width, self._ground)
        on_cursor = row == self._cursor
        line = fitted(self._line_at(row, max(0, width - GUTTER)), max(0, width - GUTTER))
        mark = ("› ", "bold text") if on_cursor else ("  ", "text")
        return self._paint.strip(fitted((mark, *line), width), width, "cursor" if on_cursor else self._ground)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._paint = None

    def _nearest_choice(self, wanted: int) -> int | None:
        if self._count == len(self._headings):
            return None
        wanted = max(0, min(wanted, self._count - 1))
        for distance in range(self._count):
            for row in (wanted + distance, wanted - distance):
                if 0 <= row < self._count and row not in self._headings:
                    return row
        return None

    def _repaint(self, row: int) -> None:
        self.refresh(Region(0, row - self.scroll_offset.y, self.size.width, 1))

    def _reveal(self) -> None:
        if self._cursor is None:
            return
        top = self._cursor
        while top - 1 in self._headings:
            top -= 1
        height = self.size.height
        offset = self.scroll_offset.y
        if self._cursor >= offset + height > 0:
            self.scroll_to(y=self._cursor - height + 1, animate=False)
        elif top < offset:
            self.scroll_to(y=top, animate=False)


def _no_line(index: int, width: int) -> Line:  # noqa: ARG001 - the shape of a row maker
    return BLANK
