"""Blocks and tools: the MemGPT surface of a turn. What core memory says, and what the agent's calls did to it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen

from memview.model.display import printable
from memview.replay.memory_surface import BlockAccount, CallAccount, blocks_of_turn, calls_of_turn
from memview.tui.actions import BLOCKS, actions_on, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.copying import copy_json
from memview.tui.lines import Line, grouped_number, spread
from memview.tui.position import Position, at_event, last_turn
from memview.tui.scene import agents_of, no_masks_lifted
from memview.tui.views.blocks_view import blocks_rows
from memview.tui.views.calls_view import call_target, calls_rows
from memview.tui.views.cross_agent_view import cross_agent_rows
from memview.tui.views.pane_rows import PaneRows
from memview.tui.views.tool_words import value_words
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.pane import Pane
from memview.tui.widgets.small_notice import SmallNotice

if TYPE_CHECKING:
    from memview.replay import Replay
    from memview.replay.cross_agent import CrossAgentEffect
    from memview.replay.governance_masks import Masks


@dataclass(frozen=True, slots=True)
class _Account:
    """What a turn has to show."""

    turn: int
    blocks: list[BlockAccount]
    calls: list[CallAccount]
    effects: list[CrossAgentEffect]


class BlocksScreen(Screen[Position]):
    """Answers with the position of a call's event, or None for the one before."""

    CSS_PATH = Path(__file__).parent.parent / "styles" / "blocks.tcss"
    SCOPE = BLOCKS
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual declares it so
    AUTO_FOCUS = "#calls"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(actions_only_on(BLOCKS))

    def __init__(self, replay: Replay, here: Position, masks: Masks | None = None) -> None:
        super().__init__()
        self._replay = replay
        self._turn = here.turn
        self._account: _Account | None = None
        self._masks = masks or no_masks_lifted()
        self._has_agents = bool(agents_of(replay.session))
        self._effects: tuple[int, list[CrossAgentEffect]] = (-1, [])
        if self._has_agents:
            self.add_class("-team")

    def compose(self) -> ComposeResult:
        yield ClickBar(id="title")
        with Container(id="surface"):
            with Container(id="core-memory"):
                yield Pane(id="blocks")
                yield Pane(id="across")
            yield Pane(id="calls")
        yield KeyBar(actions_on(BLOCKS))
        yield SmallNotice()

    def on_mount(self) -> None:
        self._look(self._turn)

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def on_pane_resized(self) -> None:
        self._draw()

    def on_pane_opened(self) -> None:
        self.action_blocks_enter()

    @work(thread=True, exclusive=True)
    def _look(self, turn: int) -> None:
        """Blocks are folded from the first edit on, and searches told again: away from the screen's thread."""
        blocks, calls = blocks_of_turn(self._replay, turn), calls_of_turn(self._replay, turn)
        self.app.call_from_thread(self._show, _Account(turn, blocks, calls, self._effects_so_far()))

    def _effects_so_far(self) -> list[CrossAgentEffect]:
        """What agents did to each other over all turns computed: told once, not at every step."""
        computed = last_turn(self._replay)
        if self._has_agents and self._effects[0] != computed:
            from memview.replay.cross_agent import cross_agent_effects

            self._effects = (computed, cross_agent_effects(self._replay))
        return self._effects[1]

    def _show(self, account: _Account) -> None:
        if account.turn == self._turn:
            self._account = account
            self._draw()

    def _draw(self) -> None:
        if not self.size or not self.is_mounted:
            return
        self.query_one("#title", ClickBar).show(self._title(self.size.width))
        blocks, calls, account = self.query_one("#blocks", Pane), self.query_one("#calls", Pane), self._account
        if account is None:
            waiting = ((("…", "faint"),),)
            blocks.show(PaneRows("Blocks", "", waiting))
            calls.show(PaneRows("Tool calls", "", waiting))
            return
        blocks.show(blocks_rows(self._replay, account.blocks, self._masks, blocks.inner_width))
        calls.show(calls_rows(self._replay, account.calls, account.turn, self._masks, calls.inner_width))
        if self._has_agents:
            across = self.query_one("#across", Pane)
            across.show(cross_agent_rows(account.effects, account.turn, across.inner_width))

    def _title(self, width: int) -> Line:
        replay, turn = self._replay, self._turn
        agent = replay.session.turns[turn - 1].agent if turn and self._has_agents else None
        start: Line = (
            (" Blocks and tools ", "bold text"),
            (f" {printable(replay.session.session_id)}  {printable(replay.spec.label)} ", "muted"),
        )
        acting = f"{printable(agent)} acts   " if agent else ""
        revealed = "○ revealed   " if self._masks.revealed else ""
        at = f"turn {grouped_number(turn)}/{grouped_number(replay.turn_count)} "
        return spread(start, ((revealed, "action-warn"), (acting, "text"), (at, "bold text")), width)

    @property
    def _pane(self) -> Pane:
        """The pane that keys go to."""
        return self.focused if isinstance(self.focused, Pane) else self.query_one("#calls", Pane)

    @property
    def _call(self) -> CallAccount | None:
        """The call under the cursor."""
        target = self.query_one("#calls", Pane).target if self._pane.id == "calls" else None
        calls = self._account.calls if self._account else []
        return next((call for call in calls if call_target(call) == target), None)

    def action_blocks_enter(self) -> None:
        """To the event of the call under the cursor, or to the memory of the line under it."""
        call, target = self._call, self._pane.target
        if call is not None:
            self.dismiss(at_event(self._replay, call.seq))
        elif target is not None:
            from memview.tui.screens.memory import MemoryScreen

            self.app.push_screen(MemoryScreen(self._replay, target, Position(self._turn), self._masks), self._came_back)
        else:
            self.notify("Nothing is under the cursor.", markup=False)

    def _came_back(self, position: Position | None) -> None:
        """From the memory's screen: the masks may have been lifted there, or an event was chosen."""
        if position is None:
            self._draw()
        else:
            self.dismiss(position)

    def action_masks_toggle(self) -> None:
        """Reveal what is sensitive, or mask it again."""
        self._masks.toggle()
        self._draw()

    def action_memory_close(self) -> None:
        self.dismiss(None)

    def action_step_back(self) -> None:
        self._go(self._turn - 1)

    def action_step_forward(self) -> None:
        self._go(self._turn + 1)

    def _go(self, turn: int) -> None:
        turn = max(0, min(turn, last_turn(self._replay)))
        if turn != self._turn:
            self._turn = turn
            self._look(turn)

    def action_copy_row(self) -> None:
        """The call under the cursor, or the block that it stands in, as JSON."""
        account, call = self._account, self._call
        if account is None:
            return
        row = _call_json(call, self._masks) if call else _blocks_json(self._replay, account.blocks, self._masks)
        copied = json.dumps(row, indent=2, ensure_ascii=False)
        copy_json(self, copied)


def _call_json(call: CallAccount, masks: Masks) -> dict[str, object]:
    outcome = call.outcome
    return {
        "place": call.place,
        "tool": call.tool,
        "arguments": {str(name): value_words(value, masks) for name, value in call.arguments.items()},
        "outcome": call.state,
        "result": None if outcome is None else value_words(outcome.result, masks),
        "recorded": None if call.recorded is None else value_words(call.recorded, masks),
        "difference": "" if outcome is None else value_words(outcome.difference, masks),
        "memory_ids": [] if outcome is None else list(outcome.memory_ids),
        "event": call.seq,
    }


def _blocks_json(replay: Replay, blocks: list[BlockAccount], masks: Masks) -> list[dict[str, object]]:
    return [
        {
            "label": block.state.label,
            "value": "\n".join(masks.of_memory(replay.memory(name)) for name in block.state.memory_ids),
            "chars": block.state.chars,
            "limit": block.state.limit,
            "description": block.state.description,
            "read_only": block.state.read_only,
            "memory_ids": list(block.state.memory_ids),
            "owners": list(block.owners),
            "added": list(block.added),
            "removed": list(block.removed),
        }
        for block in blocks
    ]
