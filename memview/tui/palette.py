"""The command palette: every action of the screen, `Go to turn N`, `Policy: x`, `Theme: x`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.command import DiscoveryHit, Hit, Hits, Provider

from memview.model.display import printable
from memview.tui.actions import Action, actions_on
from memview.tui.position import Position, at_turn
from memview.tui.screens.help import keys_in_force, scope_of

if TYPE_CHECKING:
    from memview.model import PolicySpec
    from memview.replay import Replay

_NUMBER = re.compile(r"\d{1,9}")
_OPENS_ITSELF = "palette.open"


@runtime_checkable
class Travels(Protocol):
    """What the palette asks of the inspector."""

    @property
    def replay(self) -> Replay | None: ...
    def move_to(self, position: Position) -> None: ...
    def choose_policy(self, policy: PolicySpec) -> None: ...


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the palette."""

    name: str
    help: str
    run: Callable[[], object]


class MemviewCommands(Provider):
    """Offers what the screen behind the palette can do."""

    async def discover(self) -> Hits:
        for command in self._actions():
            yield DiscoveryHit(command.name, command.run, help=command.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in (*self._travel(query), *self._actions(), *self._policies(), *self._themes()):
            score = matcher.match(command.name)
            if score > 0:
                yield Hit(score, matcher.highlight(command.name), command.run, help=command.help)

    def _actions(self) -> Iterator[Command]:
        actions = [action for action in actions_on(scope_of(self.screen)) if action.id != _OPENS_ITSELF]
        keys = keys_in_force(self.screen, actions)
        for action in actions:
            yield Command(f"{action.description}  ({keys[action.id]})", action.help, partial(self._run, action))

    async def _run(self, action: Action) -> None:
        on_screen = hasattr(self.screen, f"action_{action.method}")
        await self.app.run_action(action.method, self.screen if on_screen else self.app)

    def _travel(self, query: str) -> Iterator[Command]:
        number = _NUMBER.search(query)
        screen = self.screen
        if number is None or not isinstance(screen, Travels) or screen.replay is None:
            return
        turn = int(number[0])
        if turn <= screen.replay.computed:
            go = partial(screen.move_to, at_turn(screen.replay, turn))
            yield Command(f"Go to turn {number[0]}", "Shows that turn in the inspector.", go)

    def _policies(self) -> Iterator[Command]:
        screen = self.screen
        if not isinstance(screen, Travels) or screen.replay is None:
            return
        from memview.policies import policy_catalogue

        for spec in policy_catalogue():
            yield Command(f"Policy: {spec.label}", printable(spec.summary), partial(screen.choose_policy, spec))

    def _themes(self) -> Iterator[Command]:
        from memview.tui.themes import theme_catalogue
        from memview.tui.wardrobe import wear

        for theme in theme_catalogue():
            yield Command(f"Theme: {theme.name}", theme.description, partial(wear, self.app, theme.name))
