"""W-TinyLFU (libCacheSim 0.3.5 semantics but for the hash): a small LRU window before an SLRU that a sketch guards.

The window is a hundredth of the capacity, the SLRU has segments of 1:4. Who is about to leave the window goes into the
SLRU while that has room; then the sketch decides between it and the SLRU's own victim. The sketch counts arrivals, hits
in the SLRU and every look at a victim of the window, 14.38 counters a size unit, and is halved after 32 hits a size
unit. The hash is ours (libCacheSim takes XXH64), so that where two keys collide differs.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Set
from typing import ClassVar

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import NOTHING_LOCKED, Cache, Grounds, first_unlocked
from memview.policies.eviction.parameters import share
from memview.policies.eviction.segments import Segments
from memview.policies.eviction.sketch import Sketch

_COUNTERS_PER_UNIT = 14.38
_HITS_PER_UNIT = 32


class WTinyLfu(Cache):
    """`window_share` is that of the window in the capacity."""

    parts: ClassVar[tuple[str, ...]] = ("window", "main", "sketch")

    def __init__(self, capacity: int, window_share: float = 0.01) -> None:
        super().__init__(capacity)
        self.window: OrderedDict[int, int] = OrderedDict()
        self.window_used = 0
        self.window_bound = int(capacity * share("window_share", window_share))
        self.main = Segments(_one_to_four(capacity - self.window_bound))
        self.sketch = Sketch(int(_COUNTERS_PER_UNIT * self.main_bound()))
        self._main_hits = 0

    def main_bound(self) -> int:
        """The size units that the SLRU may hold."""
        return self.capacity - self.window_bound

    def residents(self) -> dict[int, int]:
        return {**self.window, **dict(self.main.items())}

    def largest(self) -> int:
        return min(self.window_bound, self.main.bounds[0])

    def memory(self) -> float:
        """After how many hits in the SLRU what was seen before counts half."""
        return float(_HITS_PER_UNIT * self.main_bound())

    def touch(self, key: int) -> bool:
        if key in self.window:
            self.window.move_to_end(key)
            return True
        if key not in self.main.levels:
            return False
        self.main.touch(key)
        self.sketch.add(key)
        self._main_hits += 1
        if self._main_hits >= self.memory():
            self._main_hits = 0
            self.sketch.halve()
        return True

    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        """The window's victim goes on into the SLRU or has to beat the SLRU's victim; the loser leaves."""
        while (key := first_unlocked(self.window, locked)) is not None:
            self.sketch.add(key)
            if self._has_room_for(key):
                self._move(key)
                continue
            rival = self.main.first(locked)
            if rival is None or self.sketch.estimate(key) <= self.sketch.estimate(rival):
                self.discard(key)
                return key
            self.discard(rival)
            if self._has_room_for(key):
                self._move(key)
            return rival
        rival = self.main.first(locked)
        if rival is None:
            raise LookupError("nothing may leave")
        self.discard(rival)
        return rival

    def _has_room_for(self, key: int) -> bool:
        return self.used - self.window_used + self.window[key] <= self.main_bound()

    def _move(self, key: int) -> None:
        size = self.window.pop(key)
        self.window_used -= size
        self.main.insert(key, size)

    def insert(self, key: int, size: int) -> None:
        self.window[key] = size
        self.window_used += size
        self.used += size
        self.sketch.add(key)
        self.log.append(key)

    def discard(self, key: int) -> None:
        size = self.window.pop(key, None)
        if size is None:
            size = self.main.remove(key)
        else:
            self.window_used -= size
        self.used -= size
        self.log.append(~key)

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        locked = (self.window.keys() | self.main.levels.keys()) - pages.keys()
        value = float(self.sketch.estimate(key))
        if key in self.main:
            challenger = first_unlocked(self.window, locked)
            if challenger is None:
                return Grounds("sketch", value, None, "wtinylfu: nobody may leave the window, the SLRU's victim does")
            reason = "wtinylfu: seen {value:.0f} times, the victim of the window more often"
            return Grounds("sketch", value, float(self.sketch.estimate(challenger) + 1), reason)
        rival = self.main.first(locked)
        if rival is None:
            return Grounds("sketch", value, None, "wtinylfu: no room in the SLRU, least recently used of the window")
        reason = "wtinylfu: seen {value:.0f} times, the SLRU's victim at least as often ({threshold:.0f})"
        return Grounds("sketch", value + 1, float(self.sketch.estimate(rival)), reason)


class WTinyLfuTokens(WTinyLfu):
    """For sizes in tokens: anything that fits the core comes in, and the window has room for two of the largest seen.

    The window is never less than a tenth of the capacity, and time runs in expected objects: the sketch is halved after
    32 hits for each object that the SLRU may hold.
    """

    def __init__(self, capacity: int, window_share: float = 0.1) -> None:
        super().__init__(capacity, window_share)
        self._arrivals = 0
        self._arrived = 0

    def largest(self) -> int:
        return self.capacity

    def memory(self) -> float:
        return max(1.0, super().memory() * self._arrivals / self._arrived) if self._arrived else super().memory()

    def expect(self, key: int, size: int) -> None:  # noqa: ARG002
        """Make room in the window for a size that was never seen before."""
        wanted = min(self.capacity, 2 * size)
        if wanted > self.window_bound:
            self.window_bound = wanted
            self.main.bounds[:] = _one_to_four(self.main_bound())

    def insert(self, key: int, size: int) -> None:
        super().insert(key, size)
        self._arrivals += 1
        self._arrived += size


def _one_to_four(bound: int) -> tuple[int, int]:
    return bound // 5, bound * 4 // 5
