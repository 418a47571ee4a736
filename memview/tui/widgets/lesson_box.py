"""The box in which a lesson speaks: caption, question, feedback. It scrolls where it is too small."""

from __future__ import annotations

from textual import events
from textual.message import Message

from memview.tui.lines import Line, fitted
from memview.tui.views.lesson_view import Told, hint_edge, lesson_rows, title_edge
from memview.tui.widgets.line_widget import LineWidget, Row

_SIDE = 2
"""Cells of frame and padding on either side."""
_FRAME = 2
"""Rows of frame."""


class LessonBox(LineWidget):
    """Shows what is told at a stop; a click on an option, on back or on posts `Chosen`."""

    DEFAULT_CSS = """
    LessonBox { height: 3; width: 100%; }
    """
    GROUND = "surface"

    class Chosen(Message):
        """Something in the box was clicked: `next`, `back`, or an option's number from 1."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._told: Told | None = None
        self._top = 0
        self._targets: tuple[tuple[int, int, int, str], ...] = ()
        self._most = 0

    def tell(self, told: Told, most: int) -> None:
        """Show `told` in at most `most` rows."""
        if self._told is None or (told.number, told.is_told) != (self._told.number, self._told.is_told):
            self._top = 0
        self._told, self._most = told, most
        self._draw()

    @property
    def is_cut(self) -> bool:
        """Whether something is told further below."""
        return self._told is not None and self._top + self._room < self._count

    def page(self, step: int) -> bool:
        """A page on or back inside the box; False where there is nothing more that way."""
        bottom = max(0, self._count - self._room)
        top = max(0, min(self._top + step * max(1, self._room - 1), bottom))
        moved, self._top = top != self._top, top
        if moved:
            self._draw()
        return moved

    def on_resize(self) -> None:
        self._draw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-1)

    def on_click(self, event: events.Click) -> None:
        for row, start, stop, name in self._targets:
            if row == event.y and start <= event.x < stop:
                self.post_message(self.Chosen(name))
                return

    @property
    def _inner(self) -> int:
        return max(1, self.size.width - 2 * _SIDE)

    @property
    def _room(self) -> int:
        return max(0, self.size.height - _FRAME)

    @property
    def _count(self) -> int:
        return 0 if self._told is None else len(lesson_rows(self._told, self._inner).lines)

    def _scroll(self, rows: int) -> None:
        self._top = max(0, min(self._top + rows, max(0, self._count - self._room)))
        self._draw()

    def _draw(self) -> None:
        told, width = self._told, self.size.width
        if told is None or width <= 2 * _SIDE:
            return
        content = lesson_rows(told, self._inner)
        height = max(_FRAME + 1, min(len(content.lines) + _FRAME, self._most))
        if self.size.height != height:
            # The rows are drawn when the box has its new height.
            self.styles.height = height
        room = self._room
        self._top = max(0, min(self._top, len(content.lines) - room))
        edge, buttons = hint_edge(told, width, self.is_cut)
        rows: list[Row] = [(title_edge(told, width), self.GROUND)]
        for y in range(room):
            row = self._top + y
            line: Line = content.lines[row] if row < len(content.lines) else ()
            rows.append(((("│ ", "focus"), *fitted(line, self._inner), (" │", "focus")), self.GROUND))
        rows.append((edge, self.GROUND))
        self.set_rows(rows)
        self._targets = (
            *(
                (row - self._top + 1, start + _SIDE, stop + _SIDE, name)
                for row, start, stop, name in content.targets
                if 0 <= row - self._top < room
            ),
            *((room + 1, start, stop, name) for start, stop, name in buttons),
        )
