"""The base of every widget that changes on a step: it keeps its lines and repaints only those that differ."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from memview.tui.lines import BLANK, Line, cells, fitted, line_width
from memview.tui.paint import Paint

Row = tuple[Line, str]
"""A line and the name of the colour it stands on."""


class LineWidget(Widget):
    """Draws rows given by `set_rows`, one terminal line each."""

    DEFAULT_CSS = """
    LineWidget { height: 1; width: 1fr; background: $background; }
    """
    GROUND = "ground"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._rows: list[Row] = []
        self._strips: list[Strip | None] = []
        self._paint: Paint | None = None

    @property
    def paint(self) -> Paint:
        """The styles of the theme in force."""
        if self._paint is None:
            self._paint = Paint(self.app.theme_variables)
        return self._paint

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show `rows`; of those that differ from what is shown, only the part up to the last change is repainted."""
        width = self.size.width
        old, self._rows = self._rows, list(rows)
        if len(old) != len(self._rows):
            self._strips = [None] * len(self._rows)
            self.refresh()
            return
        regions: list[Region] = []
        for y, (before, after) in enumerate(zip(old, self._rows, strict=True)):
            if before != after:
                self._strips[y] = None
                regions.append(Region(0, y, changed_cells(before, after, width), 1))
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self._rows):
            return self.paint.strip(((" " * width, "text"),), width, self.GROUND)
        strip = self._strips[y]
        if strip is None or strip.cell_length != width:
            line, ground = self._rows[y]
            # Just after a resize the rows are still those for the old width; they must not run over the edge.
            strip = self._strips[y] = self.paint.strip(fitted(line, width), width, ground)
        return strip

    def notify_style_update(self) -> None:
        """The theme may be another: every style is made anew."""
        super().notify_style_update()
        self._paint = None
        self._strips = [None] * len(self._rows)


def changed_cells(before: Row, after: Row, width: int) -> int:
    """Cells from the left of a widget of `width` cells to paint where `after` takes the place of `before`.

    Lines made for different widths do not end in the same column, so of those nothing is known to be the same.
    """
    if before[1] != after[1] or line_width(before[0]) != line_width(after[0]):
        return max(1, width)
    return max(1, width - _common_end(before[0], after[0]))


def _common_end(before: Line, after: Line) -> int:
    """Cells at the end of two lines that look the same."""
    same = 0
    for (text, style), (new_text, new_style) in zip(reversed(before or BLANK), reversed(after or BLANK), strict=False):
        if style != new_style:
            break
        if text != new_text:
            shared = 0
            while shared < min(len(text), len(new_text)) and text[-1 - shared] == new_text[-1 - shared]:
                shared += 1
            return same + (cells(text[len(text) - shared :]) if shared else 0)
        same += cells(text)
    return same
