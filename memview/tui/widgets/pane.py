"""A framed pane with a title, its own scrolling and a cursor over the lines that stand for an item."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from memview.tui.lines import Line, cells, clip, fitted
from memview.tui.views.pane_rows import PaneRows
from memview.tui.widgets.line_widget import LineWidget, Row

SIDE = 2
"""Cells of frame and padding on either side of a pane's text."""
_WHEEL = 3


class Pane(LineWidget, can_focus=True):
    """Shows `PaneRows`. Rows with a target can be selected; the others are scrolled over."""

    DEFAULT_CSS = """
    Pane { height: 1fr; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor(-1)", "Row up", show=False),
        Binding("down", "cursor(1)", "Row down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
    ]

    class Opened(Message):
        """A row was double-clicked."""

        def __init__(self, pane: Pane, target: str) -> None:
            super().__init__()
            self.pane = pane
            self.target = target

    class Resized(Message):
        """The pane has another size, so its rows have to be made anew."""

        def __init__(self, pane: Pane) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._content = PaneRows("", "", ())
        self._cursor: int | None = None
        self._top = 0
        self._drags_thumb = False

    @property
    def inner_width(self) -> int:
        """Cells for text inside the frame."""
        return max(0, self.size.width - 2 * SIDE)

    @property
    def inner_height(self) -> int:
        """Lines inside the frame."""
        return max(0, self.size.height - 2)

    @property
    def target(self) -> str | None:
        """The item under the cursor."""
        return None if self._cursor is None else self._content.target_at(self._cursor)

    def show(self, content: PaneRows) -> None:
        """Show `content`; the cursor stays on its item, or near its place when the item is gone."""
        target = self.target
        if content.title != self._content.title:
            self._top = 0
        self._content = content
        selectable = [row for row, item in enumerate(content.targets) if item is not None]
        if not selectable:
            self._cursor = None
        elif target is not None and target in content.targets:
            self._cursor = content.targets.index(target)
        else:
            wanted = self._cursor or 0
            self._cursor = min(selectable, key=lambda row: (abs(row - wanted), row))
        self._draw()

    def select(self, target: str) -> None:
        """Put the cursor on `target`, if it is shown, and bring it into sight."""
        if target in self._content.targets:
            self._cursor = self._content.targets.index(target)
            self._keep_visible()
            self._draw()

    def redraw(self) -> None:
        """Draw again what is shown, at the size and focus of now."""
        self._draw()

    def action_cursor(self, step: int) -> None:
        """To the next item up or down; without items, or past the last, the pane scrolls."""
        rows = self._item_rows()
        if self._cursor is None or not rows:
            self._scroll(step)
            return
        index = rows.index(self._first_row_of(self._cursor)) + step
        if 0 <= index < len(rows):
            self._cursor = rows[index]
            self._keep_visible()
        else:
            self._scroll(step)
        self._draw()

    def action_page(self, step: int) -> None:
        """A page up or down."""
        rows = self._item_rows()
        if self._cursor is not None and rows:
            wanted = self._cursor + step * max(1, self.inner_height - 1)
            self._cursor = min(rows, key=lambda row: abs(row - wanted))
            self._keep_visible()
            self._draw()
        else:
            self._scroll(step * max(1, self.inner_height - 1))

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        # The messages of focus and blur come before the fact that the frame shows.
        self._draw()

    def on_resize(self) -> None:
        self.post_message(self.Resized(self))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-_WHEEL)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1:
            return
        if event.x >= self.size.width - 1 and self._overflow():
            self._drags_thumb = True
            self.capture_mouse()
            self._scroll_to_thumb(event.y)
            return
        self._press(event.x, event.y)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._drags_thumb:
            self._scroll_to_thumb(event.y)

    def on_mouse_up(self) -> None:
        if self._drags_thumb:
            self._drags_thumb = False
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        if event.chain == 2 and self.target is not None and self._row_at(event.y) is not None:
            self.post_message(self.Opened(self, self.target))

    def _press(self, x: int, y: int) -> None:  # noqa: ARG002 - panes with columns need it
        row = self._row_at(y)
        if row is not None and self._content.target_at(row) is not None:
            self._cursor = self._first_row_of(row)
            self._draw()

    def _row_at(self, y: int) -> int | None:
        row = y - 1 + self._top
        return row if 1 <= y < self.size.height - 1 and row < len(self._content.lines) else None

    def _item_rows(self) -> list[int]:
        """The first row of every item."""
        targets = self._content.targets
        return [row for row, item in enumerate(targets) if item is not None and (row == 0 or targets[row - 1] != item)]

    def _first_row_of(self, row: int) -> int:
        targets = self._content.targets
        while row > 0 and targets[row - 1] == targets[row]:
            row -= 1
        return row

    def _overflow(self) -> int:
        return max(0, len(self._content.lines) - self.inner_height)

    def _scroll(self, lines: int) -> None:
        self._top = max(0, min(self._top + lines, self._overflow()))
        self._draw()

    def _scroll_to_thumb(self, y: int) -> None:
        share = (y - 1) / max(1, self.inner_height - 1)
        self._top = round(max(0.0, min(share, 1.0)) * self._overflow())
        self._draw()

    def _keep_visible(self) -> None:
        if self._cursor is None:
            return
        last = self._cursor
        while self._content.target_at(last + 1) == self._content.target_at(self._cursor):
            last += 1
        self._top = max(min(self._top, self._cursor), last - self.inner_height + 1)

    def _draw(self) -> None:
        if not self.size:
            return
        self._top = min(self._top, self._overflow())
        target = self.target if self.has_focus else None
        first = -1 if target is None or self._cursor is None else self._first_row_of(self._cursor)
        body: list[Row] = []
        for y in range(self.inner_height):
            row = self._top + y
            line = self._content.lines[row] if row < len(self._content.lines) else ()
            on_item = target is not None and self._content.target_at(row) == target and row >= first
            together = on_item and (row == first or all(item == target for item in self._content.targets[first:row]))
            body.append((line, "cursor" if together else self.GROUND))
        self.set_rows(self._framed(self._content.title, self._content.info, body, self._top, len(self._content.lines)))

    def _framed(self, title: str, info: str, body: list[Row], top: int, total: int) -> list[Row]:
        """`body` inside a frame whose right side shows which part of `total` lines is on screen."""
        width, inner = self.size.width, self.inner_width
        edge = "focus" if self.has_focus else "frame"
        height = len(body)
        thumb_start = thumb_end = 0
        if total > height > 0:
            size = max(1, height * height // total)
            thumb_start = (height - size) * top // max(1, total - height)
            thumb_end = thumb_start + size
        rows: list[Row] = [(self._top_edge(title, info, width, edge), self.GROUND)]
        for y, (line, ground) in enumerate(body):
            rail = ("┃", "muted") if thumb_start <= y < thumb_end else ("│", edge)
            middle = fitted(line, inner)
            rows.append(
                (
                    (
                        ("│", f"{edge} on ground"),
                        (" ", "text"),
                        *middle,
                        (" ", "text"),
                        (rail[0], f"{rail[1]} on ground"),
                    ),
                    ground,
                )
            )
        rows.append((self._bottom_edge(width, edge), self.GROUND))
        return rows

    def _bottom_edge(self, width: int, edge: str) -> Line:
        """The frame's last line; in a focused pane it tells of the selected item what its lines have no room for."""
        target = self.target if self.has_focus else None
        caption = clip(self._content.captions.get(target, ""), width - 6) if target is not None else ""
        if not caption:
            return (("╰" + "─" * (width - 2) + "╯", edge),)
        dashes = "─" * (width - 5 - cells(caption))
        return (("╰─", edge), (f" {caption} ", "text"), (f"{dashes}╯", edge))

    def _top_edge(self, title: str, info: str, width: int, edge: str) -> Line:
        name = clip(title, width - 6)
        room = width - 6 - cells(name)
        fact = info if cells(info) + 3 <= room else clip(info, room - 3) if room >= 8 else ""
        end = f" {fact} ─╮" if fact else "─╮"
        dash = "─" * (width - 4 - cells(name) - cells(end))
        spans = [("╭─", edge), (f" {name} ", f"bold {edge}" if edge == "focus" else "bold text"), (dash, edge)]
        if fact:
            spans += [(f" {fact} ", "muted"), ("─╮", edge)]
        else:
            spans.append(("─╮", edge))
        return fitted(tuple(spans), width)
