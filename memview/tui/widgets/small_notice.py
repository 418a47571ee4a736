"""What a screen shows in the place of everything else while the terminal is too small for it."""

from __future__ import annotations

from textual.screen import Screen

from memview.tui.views.notice_view import LEAST_HEIGHT, LEAST_WIDTH, small_lines
from memview.tui.widgets.line_widget import LineWidget


class SmallNotice(LineWidget):
    """Says how large the terminal has to be, and hides itself when it is. It lies over its screen and moves nothing."""

    DEFAULT_CSS = """
    SmallNotice { display: none; layer: notice; dock: top; width: 100%; height: 100%; }
    """

    def on_mount(self) -> None:
        screen = self.screen
        screen.styles.layers = "default notice"
        screen.styles.overflow_x = screen.styles.overflow_y = "hidden"
        screen.screen_layout_refresh_signal.subscribe(self, self._fit)

    def _fit(self, screen: Screen[object]) -> None:
        width, height = screen.size
        is_small = width < LEAST_WIDTH or height < LEAST_HEIGHT
        if is_small:
            self.set_rows([(line, LineWidget.GROUND) for line in small_lines(width, height)])
        if self.display != is_small:
            self.display = is_small
