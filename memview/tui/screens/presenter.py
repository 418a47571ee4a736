"""Presenter mode: the inspector's position, or a lesson's stop, in type that is read from the last bench."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from memview.tui.actions import PRESENTER, actions_on, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.views.notice_view import small_lines
from memview.tui.views.presenter_view import blank_rows, presenter_rows
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.line_widget import LineWidget, Row

if TYPE_CHECKING:
    from memview.tui.screens.presenting import Presenting

_LEAST_WIDTH, _LEAST_HEIGHT = 60, 16


def _bindings() -> list[BindingType]:
    own = [action for action in actions_only_on(PRESENTER) if action.id != "presenter.choose"]
    digits = [Binding(str(digit), f"presenter_choose({digit})", show=False) for digit in range(1, 10)]
    return [*bindings_for(own), *digits]


class PresenterScreen(Screen[None]):
    """Moves `host`, which stands behind it, and draws where that is."""

    CSS_PATH = Path(__file__).parent.parent / "styles" / "presenter.tcss"
    SCOPE = PRESENTER
    BINDINGS: ClassVar[list[BindingType]] = _bindings()

    def __init__(self, host: Presenting) -> None:
        super().__init__()
        self._host = host
        self._is_blank = False

    def compose(self) -> ComposeResult:
        yield LineWidget(id="page")
        yield KeyBar(actions_on(PRESENTER))

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def on_screen_resume(self) -> None:
        self._draw()

    def _draw(self) -> None:
        page = self.query_one("#page", LineWidget)
        width, height = page.size
        if width > 0 and height > 0:
            page.set_rows(self._rows(width, height))

    def _rows(self, width: int, height: int) -> list[Row]:
        if self.size.width < _LEAST_WIDTH or self.size.height < _LEAST_HEIGHT:
            return [(line, LineWidget.GROUND) for line in small_lines(width, height)]
        scene = self._host.presented
        if self._is_blank or scene is None:
            return blank_rows(width, height)
        return presenter_rows(scene, self._host.spoken, self._host.pane.id or "", width, height)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A blanked screen comes back with any key, which does nothing else."""
        if self._is_blank and action.startswith("presenter_") and action != "presenter_close":
            self._is_blank = False
            self.call_later(self._draw)
            return False
        return super().check_action(action, parameters)

    def action_presenter_next(self) -> None:
        self._host.present_on()
        self._draw()

    def action_presenter_back(self) -> None:
        self._host.present_back()
        self._draw()

    def action_presenter_event_next(self) -> None:
        self._host.action_event_forward()
        self._draw()

    def action_presenter_event_back(self) -> None:
        self._host.action_event_back()
        self._draw()

    def action_presenter_choose(self, option: int = 0) -> None:
        """Choose `option`, from 1; the palette, which knows none, is told nothing."""
        self._host.present_choice(option)
        self._draw()

    def action_presenter_answer(self) -> None:
        self._host.present_answer()
        self._draw()

    def action_presenter_blank(self) -> None:
        """Nothing on the screen, or all of it again."""
        self._is_blank = not self._is_blank
        self._draw()

    def action_presenter_close(self) -> None:
        self.dismiss(None)
