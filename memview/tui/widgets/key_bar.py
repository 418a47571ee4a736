"""The line of keys under a screen, from the action table; a click on one does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from memview.tui.actions import Action
from memview.tui.keymap import show_key
from memview.tui.views.footer_view import Hint, footer_line
from memview.tui.widgets.bars import ClickBar

_KEPT = ("help_keys", "command_palette")
"""What leads to all the other keys is never left out for want of room."""


class KeyBar(ClickBar):
    """Shows the actions that have a footer label, as many as fit."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; width: 100%; background: $panel; }
    """

    def __init__(self, actions: Iterable[Action], *, id: str = "keys") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._actions = {action.method: action for action in actions}
        self._replaced: dict[str, Sequence[str]] = {}

    def replace(self, replaced: Mapping[str, Sequence[str]]) -> None:
        """In place of an action (by its method) show the keys of others under its label; a click does the last."""
        if replaced != self._replaced:
            self._replaced = dict(replaced)
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if self.size.width:
            kept = (*_KEPT, *(methods[-1] for methods in self._replaced.values()))
            shown = footer_line(self._hints(), self.size.width, kept)
            self.show(shown.line, shown.targets)

    def _hints(self) -> list[Hint]:
        """Neighbours with one label share it: `← → step`."""
        bound: dict[str, list[str]] = {}
        for active in self.screen.active_bindings.values():
            bound.setdefault(active.binding.action, []).append(active.binding.key)
        hints: list[Hint] = []
        for action in self._actions.values():
            if not action.footer:
                continue
            shown = [self._actions[method] for method in self._replaced.get(action.method, (action.method,))]
            keys = " ".join(_key(one, bound.get(one.method, ())) for one in shown)
            if hints and hints[-1].label == action.footer:
                hints[-1] = Hint(f"{hints[-1].keys} {keys}", action.footer, shown[-1].method)
            else:
                hints.append(Hint(keys, action.footer, shown[-1].method))
        return hints

    async def on_click_bar_chosen(self, message: ClickBar.Chosen) -> None:
        message.stop()
        await self.app.run_action(message.name, self.screen if message.name in self._own_methods() else self.app)

    def _own_methods(self) -> frozenset[str]:
        return frozenset(method for method, action in self._actions.items() if self._belongs_to_screen(action))

    def _belongs_to_screen(self, action: Action) -> bool:
        return hasattr(self.screen, f"action_{action.method}")


def _key(action: Action, bound: Sequence[str]) -> str:
    """The first of the action's own keys if that is bound, else the first that is."""
    own = bound or action.keys
    return show_key(action.keys[0] if action.keys[0] in own else own[0])
