"""Counts up to an event (hits, faults, evictions, thrashing): the events counted, as sorted columns."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from memview.kernel.event_log import ACTION_CODE
from memview.replay.metrics import THRASH_TURNS

if TYPE_CHECKING:
    from memview.replay.replay import Replay

COUNTED = {"hits": "hit", "faults": "fault", "promotions": "promote", "evictions": "evict"}
THRASH = "thrash"
_FAULT, _EVICT = ACTION_CODE["fault"], ACTION_CODE["evict"]


class SoFar:
    """Grows with the replay: `extend` in a thread, `count` from any. The events before `done` are counted."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._seqs = {name: array("Q") for name in (*COUNTED, THRASH)}
        self._evicted_at: dict[int, int] = {}
        self._lock = threading.Lock()
        self.done = 0

    def extend(self, stop: int) -> None:
        """Count the events before `stop`, which have to be computed."""
        import numpy as np

        with self._lock:
            start = self.done
            if stop <= start:
                return
            log = self._replay.events
            actions = np.array(log.actions[start:stop])
            for name, action in COUNTED.items():
                found = np.flatnonzero(actions == ACTION_CODE[action]) + start
                self._seqs[name].frombytes(found.astype(np.uint64).tobytes())
            moves = np.flatnonzero((actions == _FAULT) | (actions == _EVICT)) + start
            for seq in moves.tolist():
                self._follow(seq)
            self.done = stop

    def _follow(self, seq: int) -> None:
        log = self._replay.events
        item, turn = log.items[seq], log.turns[seq]
        if log.actions[seq] == _EVICT:
            self._evicted_at[item] = turn
        elif turn - self._evicted_at.get(item, -THRASH_TURNS - 1) <= THRASH_TURNS:
            self._seqs[THRASH].append(seq)

    def count(self, name: str, seq: int) -> int | None:
        """How many there were up to and with event `seq`; None when it has not been looked at yet."""
        return bisect_right(self._seqs[name], seq) if seq < self.done else None

    def between(self, name: str, start: int, stop: int) -> array[int]:
        """The counted events from `start` on and before `stop`."""
        seqs = self._seqs[name]
        return seqs[bisect_right(seqs, start - 1) if start else 0 : bisect_right(seqs, stop - 1)]
