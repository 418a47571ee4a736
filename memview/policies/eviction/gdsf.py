"""GDSF (libCacheSim 0.3.5 semantics): the least uses per size leave, aged by the priority of those that left.

priority = L + uses * 1e6 / size, where L is the priority of the last victim; the lowest leaves, among equals the one
that was used longest ago. On a trace who comes in may be the victim itself: it is inserted first. In the core, where
what is promoted has to be there, it competes from the next eviction on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from heapq import heapify, heappop, heappush
from typing import ClassVar

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import NOTHING_LOCKED, Grounds, RankedCache

_SCALE = 1e6

Entry = tuple[float, int, int, int]
"""Priority, number of the last use, key, uses."""


class Gdsf(RankedCache):
    """Priorities in a heap; an entry that its key has outgrown is dropped when it comes up."""

    parts: ClassVar[tuple[str, ...]] = ("sizes", "entries", "heap")

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.sizes: dict[int, int] = {}
        self.entries: dict[int, Entry] = {}
        self.heap: list[Entry] = []
        self.inflation = 0.0
        self._ticks = 0

    def residents(self) -> dict[int, int]:
        return self.sizes.copy()

    def ranking(self) -> Iterator[int]:
        return (entry[2] for entry in sorted(self.entries.values()))

    def touch(self, key: int) -> bool:
        entry = self.entries.get(key)
        if entry is None:
            return False
        self._rank(key, entry[3] + 1)
        return True

    def insert(self, key: int, size: int) -> None:
        self.sizes[key] = size
        self._rank(key, 1)
        self.used += size
        self.log.append(key)

    def _rank(self, key: int, uses: int) -> None:
        self._ticks += 1
        entry = (self.inflation + uses * _SCALE / self.sizes[key], self._ticks, key, uses)
        self.entries[key] = entry
        heappush(self.heap, entry)
        if len(self.heap) > 64 + 4 * len(self.entries):
            self.heap = list(self.entries.values())
            heapify(self.heap)

    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        """The first of the ranking leaves."""
        if locked or not self.entries:
            return super().evict(locked)
        heap, entries = self.heap, self.entries
        entry = heappop(heap)
        while entries.get(entry[2]) is not entry:
            entry = heappop(heap)
        self.expel(entry[2])
        return entry[2]

    def expel(self, key: int) -> None:
        """Whoever comes in or is used from now on starts from the priority of this one."""
        self.inflation = self.entries[key][0]
        self.discard(key)

    def discard(self, key: int) -> None:
        self.used -= self.sizes.pop(key)
        del self.entries[key]
        self.log.append(~key)

    def request(self, key: int, size: int) -> bool:
        """As any cache, but the newcomer is inserted first, and may be who leaves."""
        self.now += 1
        if self.touch(key):
            return True
        if size > self.capacity:
            return False
        self.insert(key, size)
        while self.used > self.capacity:
            self.evict()
        return False

    def run(self, keys: Iterable[int], sizes: Iterable[int]) -> bytearray:
        """As `request` one by one, faster: the operations above written out in one loop."""
        entries, held, capacity = self.entries, self.sizes, self.capacity
        heap, used, inflation, ticks = self.heap, self.used, self.inflation, self._ticks
        note = self.log.append
        hits = bytearray()
        for key, size in zip(keys, sizes, strict=True):
            known = entries.get(key)
            if known is None:
                hits.append(0)
                if size > capacity:
                    continue
                uses = 1
                held[key] = size
                used += size
                note(key)
            else:
                hits.append(1)
                uses = known[3] + 1
            ticks += 1
            entry = entries[key] = (inflation + uses * _SCALE / held[key], ticks, key, uses)
            heappush(heap, entry)
            while used > capacity:
                entry = heappop(heap)
                gone = entry[2]
                if entries.get(gone) is entry:
                    inflation = entry[0]
                    used -= held.pop(gone)
                    del entries[gone]
                    note(~gone)
            if len(heap) > 64 + 4 * len(entries):
                heap[:] = entries.values()
                heapify(heap)
        self.used, self.inflation, self._ticks = used, inflation, ticks
        self.now += len(hits)
        return hits

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        threshold = None if runner_up is None else self.entries[runner_up][0]
        reason = "gdsf: uses per size, aged: {value:.0f}, lowest of {count}"
        return Grounds("priority", self.entries[key][0], threshold, reason)
