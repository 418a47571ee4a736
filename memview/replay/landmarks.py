"""Places to run to: the next event of a kind, the next change of one memory, the events of a tool call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.kernel.event_log import ACTION_CODE, PLACE_CODE

if TYPE_CHECKING:
    from memview.kernel.event_log import EventLog
    from memview.replay.replay import Replay

LOSS = "loss"
_TOOL = ACTION_CODE["tool"]
_NOWHERE = PLACE_CODE["nowhere"]
_NO_CHANGE = frozenset(ACTION_CODE[name] for name in ("hit", "search", "reject", "route", "tool", "warn"))
"""Events that tell of a memory and leave it as it is and where it is."""
_OF_A_CALL = frozenset(ACTION_CODE[name] for name in ("error", "hit", "fault", "reject", "quarantine", "update"))
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class ToolCallEvents:
    """Call number `place` of `calls` in a turn, and the `seq` numbers of its events: the call, then all that it did."""

    place: int
    calls: int
    tool: str
    events: range


def next_of_kind(replay: Replay, kind: str, seq: int, direction: int) -> int | None:
    """The nearest event of an action, or `loss` (something gone for good), after `seq` (1) or before it (-1)."""
    log, tally = replay.events, replay.tally(kind)
    code = -1 if kind == LOSS else ACTION_CODE[kind]
    turn = replay.turn_of(seq) if seq >= 0 else 0
    turns: Iterable[int] = range(turn, replay.computed + 1) if direction > 0 else range(turn, -1, -1)
    for each in turns:
        if tally[each]:
            span = replay.event_span(each)
            later, earlier = range(max(span.start, seq + 1), span.stop), range(span.start, min(span.stop, seq))
            for event in later if direction > 0 else reversed(earlier):
                if log.actions[event] == code or (code < 0 and log.destinations[event] == _NOWHERE):
                    return event
    return None


def next_change(replay: Replay, memory_id: str, seq: int, direction: int) -> int | None:
    """The nearest event that moved or changed the item, after `seq` (1) or before it (-1). KeyError: unknown item."""
    log, stop = replay.events, replay.event_span(replay.computed).stop
    item = replay.number_of(memory_id)
    at = seq
    while (found := _next_of_item(log, item, at, stop, direction)) is not None:
        if log.actions[found] not in _NO_CHANGE:
            return found
        at = found
    return None


def _next_of_item(log: EventLog, item: int, seq: int, stop: int, direction: int) -> int | None:
    if direction > 0:
        try:
            # At the speed of C: a million events take some 10 ms.
            return log.items.index(item, seq + 1, stop)
        except ValueError:
            return None
    upper = seq
    while upper > 0:
        lower = max(0, upper - _BLOCK)
        block = log.items[lower:upper]
        if item in block:
            block.reverse()
            return upper - 1 - block.index(item)
        upper = lower
    return None


def tool_calls_of(replay: Replay, turn: int) -> list[ToolCallEvents]:
    """The tool calls of `turn` with their events, in order; none for turn 0."""
    log, span = replay.events, replay.event_span(turn)
    starts = [seq for seq in span if log.actions[seq] == _TOOL]
    if not turn or not starts:
        return []
    calls = replay.session.turns[turn - 1].tool_calls
    made = {outcome.place: set(outcome.memory_ids) for outcome in replay.tool_calls(turn)}
    found = []
    for place, start in enumerate(starts, start=1):
        # Behind the last call come the turn's own writes and decisions.
        stop = starts[place] if place < len(starts) else _end_of_call(replay, start, span.stop, made.get(place, set()))
        name = calls[place - 1].tool if place <= len(calls) else ""
        found.append(ToolCallEvents(place, len(starts), name, range(start, stop)))
    return found


def _end_of_call(replay: Replay, start: int, stop: int, made: set[str]) -> int:
    log, items = replay.events, replay.workload.items
    numbers = {number for name in made if (number := items.find(name)) is not None}
    for seq in range(start + 1, stop):
        if log.actions[seq] not in _OF_A_CALL and log.items[seq] not in numbers and log.covers[seq] not in numbers:
            return seq
    return stop
