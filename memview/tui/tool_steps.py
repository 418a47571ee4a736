"""Stepping through the tool calls of a turn: in at the first event, event by event, out at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.replay.landmarks import ToolCallEvents, next_of_kind, tool_calls_of
from memview.tui.position import Position, at_turn, cursor_of

if TYPE_CHECKING:
    from memview.replay import Replay


def step_into_call(replay: Replay, here: Position) -> tuple[Position | None, str]:
    """Where `i` leads from `here` (None: nowhere), and where that is, in words.

    From the end of a turn it leads into the turn's first call, from inside a call one event on, from the end of the
    last call out of it: to the end of the turn.
    """
    calls = tool_calls_of(replay, here.turn)
    if not calls:
        return None, _no_calls(replay, here)
    if here.event is None:
        return _at(replay, calls[0], 0)
    cursor = cursor_of(replay, here)
    for call in calls:
        if cursor < call.events.start:
            return _at(replay, call, 0)
        if cursor + 1 in call.events:
            return _at(replay, call, cursor + 1 - call.events.start)
    return at_turn(replay, here.turn), f"Out of the tool calls: the end of turn {here.turn}."


def _at(replay: Replay, call: ToolCallEvents, number: int) -> tuple[Position, str]:
    seq = call.events.start + number
    turn = replay.turn_of(seq)
    of = f" of {call.calls}" if call.calls > 1 else ""
    words = f"ƒ {printable(call.tool)}: call {call.place}{of}, event {number + 1} of {len(call.events)}"
    # The last event of a turn is its end to every other key, but here one has yet to step out.
    return Position(turn, seq), words


def _no_calls(replay: Replay, here: Position) -> str:
    found = next_of_kind(replay, "tool", replay.event_span(here.turn).stop - 1, 1)
    later = f"; the next one with a call is turn {replay.turn_of(found)}" if found is not None else ""
    return f"Turn {here.turn} has no tool calls{later}."
