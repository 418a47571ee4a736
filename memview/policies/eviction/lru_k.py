"""LRU-K (libCacheSim 0.3.5 semantics): who has the oldest K-th last use leaves; who was used less than K times first.

Those with fewer than K uses since they came in leave in order of arrival. Nothing is remembered of who left, and uses
close to each other count each.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Set
from heapq import heapify, heappop, heappush
from typing import ClassVar

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import NOTHING_LOCKED, Grounds, RankedCache
from memview.policies.eviction.parameters import whole_number

Use = tuple[int, int]
"""When: the number of the use, counted here, and the time that the cache was told."""


class LruK(RankedCache):
    """`k` counts uses, the arrival among them."""

    parts: ClassVar[tuple[str, ...]] = ("sizes", "uses", "young", "heap")

    def __init__(self, capacity: int, k: float = 2) -> None:
        super().__init__(capacity)
        self.k = whole_number("k", k, 1, 64)
        self.sizes: dict[int, int] = {}
        self.uses: dict[int, tuple[Use, ...]] = {}
        self.young: OrderedDict[int, None] = OrderedDict()
        self.heap: list[tuple[Use, int]] = []
        self._ticks = 0

    def residents(self) -> dict[int, int]:
        return self.sizes.copy()

    def touch(self, key: int) -> bool:
        if key not in self.sizes:
            return False
        self._use(key, self.uses[key])
        return True

    def insert(self, key: int, size: int) -> None:
        self.sizes[key] = size
        self.young[key] = None
        self._use(key, ())
        self.used += size
        self.log.append(key)

    def _use(self, key: int, before: tuple[Use, ...]) -> None:
        self._ticks += 1
        uses = (*before, (self._ticks, self.now))[-self.k :]
        self.uses[key] = uses
        if len(uses) == self.k:
            self.young.pop(key, None)
            heappush(self.heap, (uses[0], key))
            if len(self.heap) > 64 + 4 * len(self.sizes):
                self.heap = [(uses[0], key) for key, uses in self.uses.items() if len(uses) == self.k]
                heapify(self.heap)

    def ranking(self) -> Iterator[int]:
        yield from self.young
        yield from sorted(self.uses.keys() - self.young.keys(), key=lambda key: self.uses[key][0])

    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        """The first of the ranking leaves."""
        if locked or not self.sizes:
            return super().evict(locked)
        if self.young:
            key = next(iter(self.young))
        else:
            use, key = heappop(self.heap)
            while key not in self.uses or self.uses[key][0] != use:  # it left, or was used since
                use, key = heappop(self.heap)
        self.expel(key)
        return key

    def discard(self, key: int) -> None:
        self.used -= self.sizes.pop(key)
        self.young.pop(key, None)
        del self.uses[key]
        self.log.append(~key)

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        uses = self.uses[key]
        if len(uses) < self.k:
            reason = "lru-k: used {times}, fewer than {threshold:.0f}; first in of those"
            return Grounds("uses", float(len(uses)), float(self.k), reason)
        threshold = None if runner_up is None else float(turn - self.uses[runner_up][0][1])
        reason = f"lru-k: last use but {self.k - 1} was {{turns}} ago, longest of {{count}}"
        return Grounds("kth_idle_turns", float(turn - uses[0][1]), threshold, reason)
