"""Frames in constant time: checkpoints of the fold, spaced so that they never cost more than the events themselves."""

from __future__ import annotations

from array import array
from bisect import bisect_right

from memview.kernel.context import Context
from memview.kernel.event_log import EventLog

_EVENTS_BETWEEN = 384


class Checkpoints:
    """Contexts at chosen ends of turns. A context anywhere is the nearest one before it, folded forward.

    The spacing is at least the weight of a checkpoint, so all of them together are linear in the number of events, and
    a jump costs at most that many events.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._ends = array("Q", [0])
        self._contexts = [Context()]

    def offer(self, context: Context) -> None:
        """The replay stands at the end of a turn: keep a copy when the last one is far enough away."""
        done = len(self._log)
        if done - self._ends[-1] >= max(_EVENTS_BETWEEN, context.weight):
            self._contexts.append(context.copy())
            self._ends.append(done)

    def context_after(self, events: int) -> Context:
        """The fold over the first `events` events, as a context of the caller's own."""
        place = bisect_right(self._ends, events) - 1
        context = self._contexts[place].copy()
        context.apply_log(self._log, range(self._ends[place], events))
        return context
