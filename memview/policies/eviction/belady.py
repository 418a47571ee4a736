"""Belady's MIN with sizes: who is asked for again last, or never, leaves. Offline: it knows what comes.

Everything that fits comes in (forced admission). For equal sizes nothing misses less; for different sizes it is no
optimum: the band of `memview.optimum` is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from heapq import heapify, heappop, heappush
from typing import ClassVar

from memview.kernel.protocols import Future, Page
from memview.policies.eviction.cache import NOTHING_LOCKED, Grounds, RankedCache

NEVER = 2**62
"""Later than any request."""

Entry = tuple[int, int, int]
"""The negated next use, the number of the latest use, the key."""


class Belady(RankedCache):
    """Next uses in a heap; an entry that its key has outgrown is dropped when it comes up."""

    parts: ClassVar[tuple[str, ...]] = ("sizes", "entries", "heap")

    def __init__(self, capacity: int, future: Future) -> None:
        super().__init__(capacity)
        self.future = future
        self.sizes: dict[int, int] = {}
        self.entries: dict[int, Entry] = {}
        self.heap: list[Entry] = []
        self._ticks = 0

    def residents(self) -> dict[int, int]:
        return self.sizes.copy()

    def touch(self, key: int) -> bool:
        if key not in self.sizes:
            return False
        self._foresee(key)
        return True

    def insert(self, key: int, size: int) -> None:
        self.sizes[key] = size
        self._foresee(key)
        self.used += size
        self.log.append(key)

    def _foresee(self, key: int) -> None:
        self._ticks += 1
        entry = (-self.next_use(key), self._ticks, key)
        self.entries[key] = entry
        heappush(self.heap, entry)
        if len(self.heap) > 64 + 4 * len(self.entries):
            self.heap = list(self.entries.values())
            heapify(self.heap)

    def next_use(self, key: int) -> int:
        """When `key` is asked for next, or NEVER."""
        at = self.future.next_reference(key, self.now)
        return NEVER if at is None else at

    def ranking(self) -> Iterator[int]:
        """By the next use from now on: a turn may refer to a resident without asking the policy."""
        entries = self.entries
        return iter(sorted(entries, key=lambda key: (-self.next_use(key), entries[key][1])))

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

    def discard(self, key: int) -> None:
        self.used -= self.sizes.pop(key)
        del self.entries[key]
        self.log.append(~key)

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        value = self.next_use(key)
        if value == NEVER:
            return Grounds("uses_to_come", 0.0, None, "belady: never referred to again, of {count}")
        threshold = None if runner_up is None else float(self.next_use(runner_up) - turn)
        return Grounds("next_use_turns", float(value - turn), threshold, "belady: next use in {turns}, last of {count}")
