"""LFU (libCacheSim 0.3.5 semantics): who was used least often since it came in leaves.

Counts start at 1 and are forgotten on eviction. Among equals the one that entered its frequency class first leaves,
which is the least recently used of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import ClassVar

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import NOTHING_LOCKED, Grounds, RankedCache
from memview.policies.eviction.frequency import FrequencyClasses


class Lfu(RankedCache):
    """In-cache frequency."""

    parts: ClassVar[tuple[str, ...]] = ("sizes", "frequencies")

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.sizes: dict[int, int] = {}
        self.frequencies = FrequencyClasses()

    def residents(self) -> dict[int, int]:
        return self.sizes.copy()

    def ranking(self) -> Iterator[int]:
        return iter(self.frequencies)

    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        """The first of the ranking leaves."""
        if locked or not self.sizes:
            return super().evict(locked)
        key = self.frequencies.first()
        self.expel(key)
        return key

    def touch(self, key: int) -> bool:
        if key not in self.sizes:
            return False
        self.frequencies.count(key)
        return True

    def insert(self, key: int, size: int) -> None:
        self.sizes[key] = size
        self.frequencies.add(key)
        self.used += size
        self.log.append(key)

    def discard(self, key: int) -> None:
        self.used -= self.sizes.pop(key)
        self.frequencies.remove(key)
        self.log.append(~key)

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        counts = self.frequencies.counts
        threshold = None if runner_up is None else float(counts[runner_up])
        return Grounds("uses", float(counts[key]), threshold, "lfu: used {times}, fewest of {count}")
