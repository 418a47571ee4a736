"""How often the router fell back, counted once per turn as a person goes through a replay."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from memview.kernel.event_log import ACTION_CODE

if TYPE_CHECKING:
    from memview.replay.replay import Replay

_ROUTE = ACTION_CODE["route"]
_AT_ONCE = 2000


class Fallbacks:
    """Fallbacks of one replay up to each turn. Every turn is looked at once, and only so many at a time."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self._counts = array("I", [0])

    def upto(self, turn: int) -> int | None:
        """Turns up to `turn` that asked another store because the right one was empty.

        None when more than 2,000 turns are still to be looked at: a key press must not wait for them. Asking again goes
        on from there. Raises IndexError for a turn that is not computed.
        """
        counts = self._counts
        for number in range(len(counts), min(turn + 1, len(counts) + _AT_ONCE)):
            counts.append(counts[-1] + self._fell_back(number))
        return counts[turn] if turn < len(counts) else None

    def at(self, turn: int) -> bool:
        """Whether `turn` itself did."""
        return turn > 0 and self._fell_back(turn)

    def _fell_back(self, turn: int) -> bool:
        log = self.replay.events
        for seq in self.replay.event_span(turn):
            if log.actions[seq] == _ROUTE:
                return log.values[seq] > 0
        return False
