"""Help: every key of a screen (`?`), and what the focused pane shows (F1). Both come from the action table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Protocol, TypeVar, runtime_checkable

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from memview.tui.actions import INSPECTOR, Action, actions_on
from memview.tui.keymap import show_keys
from memview.tui.lines import Line, fitted
from memview.tui.views.help_view import PANES, SCREENS, PaneHelp, key_lines, pane_lines
from memview.tui.widgets.line_widget import LineWidget

Answer = TypeVar("Answer")

_PANEL_FROM = 150
"""Cells of screen from which F1 opens a panel beside the panes, not a box over them."""


@runtime_checkable
class DrawsItself(Protocol):
    """A screen that makes its lines for the width there is, and has to be told that this has changed."""

    def refresh_soon(self) -> None: ...


def scope_of(screen: Screen[Answer]) -> str:
    """Which actions of the table belong to a screen: those of its `SCOPE`, or of the inspector."""
    return str(getattr(screen, "SCOPE", INSPECTOR))


def keys_in_force(screen: Screen[Answer], actions: Iterable[Action]) -> dict[str, str]:
    """The keys of each action by id, as people write them and as the user's key map has them."""
    bound: dict[str, list[str]] = {}
    for active in screen.active_bindings.values():
        if active.binding.id:
            bound.setdefault(active.binding.id, []).append(active.binding.key)
    return {action.id: show_keys(bound.get(action.id) or action.keys) for action in actions}


def help_on(screen: Screen[Answer], widget: Widget | None) -> PaneHelp:
    """The help on a widget, or on the nearest thing around it that has some."""
    for node in widget.ancestors_with_self if widget is not None else ():
        if node.id is not None and node.id in PANES:
            return PANES[node.id]
    return SCREENS[scope_of(screen)]


def open_keys(app: App[Answer]) -> None:
    """Show every key of the screen in front."""
    actions = actions_on(scope_of(app.screen))
    keys = keys_in_force(app.screen, actions)
    app.push_screen(HelpBox("Keys", lambda width: key_lines(actions, keys, width)))


def open_pane_help(app: App[Answer]) -> None:
    """Explain the focused pane: in a panel that follows the focus where there is room, else in a box."""
    screen = app.screen
    if screen.query(HelpPanel):
        screen.call_later(_close_panel, screen)
    elif screen.size.width >= _PANEL_FROM:
        screen.mount(HelpPanel())
    else:
        pane = help_on(screen, screen.focused)
        app.push_screen(HelpBox(pane.title, _pane_page(screen, pane)))


def _pane_page(screen: Screen[Answer], pane: PaneHelp) -> Callable[[int], list[Line]]:
    actions = actions_on(scope_of(screen))
    keys = keys_in_force(screen, actions)
    return lambda width: pane_lines(pane, actions, keys, width)


async def _close_panel(screen: Screen[Answer]) -> None:
    await screen.query(HelpPanel).remove()
    _draw_again(screen)


def _draw_again(screen: Screen[Answer]) -> None:
    """The panes have another width, once the panel's coming or going is laid out."""
    if isinstance(screen, DrawsItself):
        screen.call_after_refresh(screen.refresh_soon)


class HelpPage(LineWidget):
    """Lines made for the width there is."""

    DEFAULT_CSS = "HelpPage { height: auto; background: $surface; }"
    GROUND = "surface"

    def __init__(self, page: Callable[[int], list[Line]]) -> None:
        super().__init__()
        self._page = page

    def turn_to(self, page: Callable[[int], list[Line]]) -> None:
        """Show another page."""
        self._page = page
        self.on_resize()

    def on_resize(self) -> None:
        width = self.size.width
        if width:
            lines = self._page(width)
            self.styles.height = len(lines)
            self.set_rows([(fitted(line, width), self.GROUND) for line in lines])


def _empty_page(_width: int) -> list[Line]:
    return []


class HelpBox(ModalScreen[None]):
    """A page to read and scroll; the keys that open help close it as well."""

    DEFAULT_CSS = """
    HelpBox { align: right top; background: $background 60%; }
    HelpBox > VerticalScroll {
        width: 96; max-width: 100%; height: auto; max-height: 100%; padding: 0 2; scrollbar-size-vertical: 1;
        background: $surface; border: round $border; border-title-color: $foreground; border-title-style: bold;
        border-subtitle-color: $text-muted;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,question_mark,enter", "close", "Close", show=False),
    ]

    def __init__(self, heading: str, page: Callable[[int], list[Line]]) -> None:
        super().__init__()
        self._heading = heading
        self._page = page

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = self._heading
            box.border_subtitle = "esc closes · ↑ ↓ scroll"
            yield HelpPage(self._page)

    def action_close(self) -> None:
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        if not self.query_one(VerticalScroll).region.contains(event.screen_x, event.screen_y):
            self.dismiss(None)


class HelpPanel(VerticalScroll, can_focus=False):
    """Stands beside the panes and explains the one that has the focus."""

    DEFAULT_CSS = """
    HelpPanel {
        dock: right; width: 44; height: 100%; padding: 0 1; scrollbar-size-vertical: 1;
        background: $surface; border: round $border-blurred; border-title-color: $foreground;
        border-title-style: bold; border-subtitle-color: $text-muted;
    }
    """

    def compose(self) -> ComposeResult:
        self.border_subtitle = "F1 closes"
        yield HelpPage(_empty_page)

    def on_mount(self) -> None:
        self.watch(self.screen, "focused", self._follow)
        _draw_again(self.screen)

    def _follow(self, focused: Widget | None) -> None:
        pane = help_on(self.screen, focused)
        self.border_title = pane.title
        self.query_one(HelpPage).turn_to(_pane_page(self.screen, pane))
