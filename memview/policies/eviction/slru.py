"""SLRU (libCacheSim 0.3.5 semantics): LRU in segments of equal size; a use lifts by one, the lowest loses first.

A newcomer takes the first segment with room, so a filling cache populates the upper ones. What does not fit into one
segment is not let in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import ClassVar

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import NOTHING_LOCKED, Cache, Grounds
from memview.policies.eviction.parameters import whole_number
from memview.policies.eviction.segments import Segments


class Slru(Cache):
    """`segments` of capacity // segments each."""

    parts: ClassVar[tuple[str, ...]] = ("segments",)

    def __init__(self, capacity: int, segments: float = 4) -> None:
        super().__init__(capacity)
        count = whole_number("segments", segments, 1, 64)
        self.segments = Segments([capacity // count] * count)

    def residents(self) -> dict[int, int]:
        return dict(self.segments.items())

    def largest(self) -> int:
        return self.segments.bounds[0]

    def touch(self, key: int) -> bool:
        if key not in self.segments.levels:
            return False
        self.segments.touch(key)
        return True

    def request(self, key: int, size: int) -> bool:
        """As any cache; and what a hit pushed out of the lowest segment leaves at once."""
        return bool(self.run((key,), (size,))[0])

    def run(self, keys: Iterable[int], sizes: Iterable[int]) -> bytearray:
        """The operations below written out in one loop."""
        segments, capacity, note = self.segments, self.capacity, self.log.append
        levels, bounds, room = segments.levels, segments.bounds, segments.used
        hits = bytearray()
        for key, size in zip(keys, sizes, strict=True):
            self.now += 1
            hit = key in levels
            hits.append(hit)
            if hit:
                if segments.touch(key):
                    while room[0] > bounds[0]:
                        self.evict()
                continue
            if size > self.largest():
                continue
            self.expect(key, size)
            used = self.used + size
            while used > capacity:
                gone, freed = segments.pop()
                used -= freed
                note(~gone)
            self.used = used
            segments.insert(key, size)
            note(key)
        return hits

    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        """The least recently used of the lowest segment that has any."""
        if locked:
            key = self.segments.first(locked)
            if key is None:
                raise LookupError("nothing may leave")
            size = self.segments.remove(key)
        else:
            key, size = self.segments.pop()
        self.used -= size
        self.log.append(~key)
        return key

    def insert(self, key: int, size: int) -> None:
        self.segments.insert(key, size)
        self.used += size
        self.log.append(key)

    def discard(self, key: int) -> None:
        self.used -= self.segments.remove(key)
        self.log.append(~key)

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        level = self.segments.levels[key] + 1
        reason = "slru: least recently used of segment {value:.0f} of {threshold:.0f}, the lowest that holds any"
        return Grounds("segment", float(level), float(len(self.segments.bounds)), reason)


class SlruTokens(Slru):
    """For sizes in tokens: anything that fits the core comes in, and the lowest segment has room for two of it.

    The lowest segment is as large as twice the largest size seen, the others share the rest.
    """

    def __init__(self, capacity: int, segments: float = 4) -> None:
        super().__init__(capacity, segments)
        self._largest_seen = 0

    def largest(self) -> int:
        return self.capacity

    def expect(self, key: int, size: int) -> None:  # noqa: ARG002
        """Make room in the lowest segment for a size that was never seen before."""
        if size <= self._largest_seen:
            return
        self._largest_seen = size
        bounds = self.segments.bounds
        bounds[0] = max(self.capacity // len(bounds), min(self.capacity, 2 * size))
        for place in range(1, len(bounds)):
            bounds[place] = (self.capacity - bounds[0]) // (len(bounds) - 1)
