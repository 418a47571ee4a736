"""The MemGPT surface of one turn: its tool calls with the events that they made, its blocks with what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.kernel.event_log import ACTION_CODE
from memview.kernel.memory_tools.blocks import BlockState
from memview.kernel.memory_tools.outcome import ToolOutcome

if TYPE_CHECKING:
    from memview.replay.replay import Replay

RECORDED, OK, ERROR = "recorded", "ok", "error"
"""What a call came to: not one of ours and only recorded, executed, or executed and refused."""

_TOOL = ACTION_CODE["tool"]
_INSERT = ACTION_CODE["insert"]
_OF_CALLS = frozenset(ACTION_CODE[name] for name in ("error", "update", "hit", "fault", "quarantine", "reject"))


@dataclass(frozen=True, slots=True)
class CallAccount:
    """Call number `place` of a turn, from 1. `outcome` is None for a tool that is not a memory tool.

    `seq` is its `tool` event, `made` the events that followed from it.
    """

    place: int
    tool: str
    arguments: Mapping[str, object]
    recorded: object
    outcome: ToolOutcome | None
    seq: int
    made: tuple[int, ...] = ()

    @property
    def state(self) -> str:
        if self.outcome is None:
            return RECORDED
        return OK if self.outcome.error is None else ERROR

    @property
    def differs(self) -> bool:
        """Whether the recording has another result than our execution."""
        return self.outcome is not None and self.outcome.agrees is False


@dataclass(frozen=True, slots=True)
class BlockAccount:
    """A block at the end of a turn. `added` are its parts that the turn before did not have, `removed` those now gone.

    `owners` are the agents whose it is, or whose memories it holds; `chars_before` is None where the turn before had
    no such block.
    """

    state: BlockState
    added: tuple[str, ...]
    removed: tuple[str, ...]
    owners: tuple[str, ...]
    chars_before: int | None

    @property
    def is_over_its_limit(self) -> bool:
        return self.state.chars > self.state.limit

    @property
    def changed(self) -> bool:
        return bool(self.added or self.removed)


def calls_of_turn(replay: Replay, turn: int) -> list[CallAccount]:
    """Every tool call of `turn` in order. Raises IndexError for a turn that is not computed."""
    outcomes = {outcome.place: outcome for outcome in replay.tool_calls(turn)}
    if turn == 0:
        return []
    seqs = list(_tool_events(replay, turn))
    calls = replay.session.turns[turn - 1].tool_calls
    ends = [*seqs[1:], replay.event_span(turn).stop][: len(seqs)]
    return [
        CallAccount(
            place, call.tool, call.arguments, call.result, outcomes.get(place), seq,
            tuple(_made(replay, outcomes.get(place), range(seq + 1, following))),
        )
        for place, (call, seq, following) in enumerate(zip(calls, seqs, ends, strict=True), start=1)
    ]  # fmt: skip


def _tool_events(replay: Replay, turn: int) -> Iterator[int]:
    actions = replay.events.actions
    return (seq for seq in replay.event_span(turn) if actions[seq] == _TOOL)


def _made(replay: Replay, outcome: ToolOutcome | None, after: range) -> Iterator[int]:
    """The events of a call: those that follow it, as long as they are of a kind that calls make.

    Behind the last call the turn goes on with what it wrote by itself: of inserts only the call's own belong to it.
    """
    if outcome is None:
        return
    log, ids = replay.events, frozenset(outcome.memory_ids)
    for seq in after:
        action = log.actions[seq]
        if action not in _OF_CALLS and not (action == _INSERT and log[seq].memory_id in ids):
            return
        yield seq


def blocks_of_turn(replay: Replay, turn: int) -> list[BlockAccount]:
    """Every block of core memory at the end of `turn` beside the turn before; those that have gone are left out.

    Raises IndexError for a turn that is not computed.
    """
    before = {(state.agent, state.label): state for state in replay.blocks(turn - 1)} if turn else {}
    return [_account(replay, state, before.get((state.agent, state.label)), turn) for state in replay.blocks(turn)]


def _account(replay: Replay, state: BlockState, before: BlockState | None, turn: int) -> BlockAccount:
    old = () if before is None else before.memory_ids
    had, has = frozenset(old), frozenset(state.memory_ids)
    named = (state.agent, *(replay.memory(name).agent for name in state.memory_ids))
    owners = dict.fromkeys(owner for owner in named if owner)
    return BlockAccount(
        state=state,
        # At loading there is no turn before in which anything could have changed.
        added=tuple(name for name in state.memory_ids if name not in had) if turn else (),
        removed=tuple(name for name in old if name not in has),
        owners=tuple(owners),
        chars_before=None if before is None else before.chars,
    )
