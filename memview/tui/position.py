"""Where a person stands in a replay: a turn, or one event inside it. One position drives every pane."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memview.replay import Replay


@dataclass(frozen=True, slots=True)
class Position:
    """`turn` is 0 (after loading) to the session's last. `event` is a `seq`, or None for the end of the turn."""

    turn: int
    event: int | None = None


def last_turn(replay: Replay) -> int:
    """The last turn that can be shown now: the end of the session once the replay is complete."""
    return min(replay.computed, replay.turn_count)


def event_count(replay: Replay) -> int:
    """Events of the turns that can be shown now."""
    return replay.event_span(last_turn(replay)).stop


def at_turn(replay: Replay, turn: int) -> Position:
    """The end of `turn`, or of the nearest turn that is computed."""
    return Position(max(0, min(turn, last_turn(replay))))


def at_event(replay: Replay, seq: int) -> Position:
    """Just after event `seq`, or after the nearest one there is. The last event of a turn is the end of that turn."""
    count = event_count(replay)
    if not count:
        return at_turn(replay, 0)
    seq = max(0, min(seq, count - 1))
    turn = replay.turn_of(seq)
    return Position(turn, None if seq == replay.event_span(turn).stop - 1 else seq)


def cursor_of(replay: Replay, position: Position) -> int:
    """The `seq` of the last event that has happened at `position`; -1 before the first."""
    if position.event is not None:
        return position.event
    return replay.event_span(position.turn).stop - 1


def step_turns(replay: Replay, position: Position, turns: int) -> Position:
    """So many turns on or back. From inside a turn, a step forward is its end, one back that of the one before."""
    if position.event is not None and turns > 0:
        turns -= 1
    return at_turn(replay, position.turn + turns)


def step_events(replay: Replay, position: Position, events: int) -> Position:
    """So many events on or back."""
    cursor = cursor_of(replay, position) + events
    if cursor < 0:
        return Position(0)
    return at_event(replay, cursor)


def step_matches(replay: Replay, position: Position, matches: Sequence[int], steps: int) -> Position | None:
    """The next (`steps` 1) or previous (-1) of the event numbers in `matches` (ascending); None when there is none."""
    cursor = cursor_of(replay, position)
    index = bisect_right(matches, cursor) if steps > 0 else bisect_left(matches, cursor) - 1
    if not 0 <= index < len(matches):
        return None
    return at_event(replay, matches[index])
