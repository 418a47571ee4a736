"""Small sessions around memory-tool calls, and what they came to."""

from __future__ import annotations

from typing import Any

from building import memory, run, session, turn

from memview.kernel.memory_tools.outcome import ToolOutcome
from memview.model.block import Block
from memview.model.session import Budgets, ToolCall
from memview.replay import Replay

ROOM = Budgets(window=10_000, core=400, retrieval=400, reserve=0)
HUMAN = Block("human", "Her name is Ada.\nShe likes tea.", 60)
PERSONA = Block("persona", "I keep the boats.", read_only=True)


def call(tool: str, result: object = None, **arguments: object) -> ToolCall:
    """A recorded call."""
    return ToolCall(tool, arguments, result)


def after(*calls: ToolCall, policy: str = "lru", **fields: Any) -> Replay:
    """A replay of two turns, the first of which makes the calls."""
    blocks = fields.pop("blocks", (HUMAN, PERSONA))
    more = fields.pop("turns", (turn(2, "and then"),))
    first = turn(1, "x", tool_calls=calls, **fields.pop("first", {}))
    return run(session(first, *more, budgets=ROOM, blocks=blocks, tokenizer="words", **fields), policy)


def only(replay: Replay, number: int = 1) -> ToolOutcome:
    """The outcome of the only call of a turn."""
    (outcome,) = replay.tool_calls(number)
    return outcome


def human(replay: Replay, number: int = 1) -> str:
    """What the block `human` says after a turn."""
    (value,) = [block.value for block in replay.blocks(number) if block.label == "human"]
    return value


__all__ = ["HUMAN", "PERSONA", "ROOM", "after", "call", "human", "memory", "only", "run", "session", "turn"]
