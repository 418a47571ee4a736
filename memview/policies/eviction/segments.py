"""LRU queues one above the other, through which keys rise with every use: what SLRU and W-TinyLFU stand on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence, Set

from memview.policies.eviction.cache import first_unlocked


class Segments:
    """`bounds` are the size units of each segment, the lowest first."""

    __slots__ = ("bounds", "levels", "queues", "used")

    def __init__(self, bounds: Sequence[int]) -> None:
        self.bounds = list(bounds)
        self.queues: list[OrderedDict[int, int]] = [OrderedDict() for _ in bounds]
        self.used = [0] * len(bounds)
        self.levels: dict[int, int] = {}

    def __contains__(self, key: int) -> bool:
        return key in self.levels

    def items(self) -> Iterator[tuple[int, int]]:
        """Keys and sizes."""
        for queue in self.queues:
            yield from queue.items()

    def insert(self, key: int, size: int) -> None:
        """`key` comes into the first segment that has room, or into the lowest."""
        for level, bound in enumerate(self.bounds):
            if self.used[level] + size <= bound:
                break
        else:
            level = 0
        self.queues[level][key] = size
        self.used[level] += size
        self.levels[key] = level

    def touch(self, key: int) -> bool:
        """`key` rises by one segment; what no longer fits there falls, and pushes others down. Nothing leaves.

        Returns whether somebody fell into the lowest segment.
        """
        level = self.levels[key]
        queues, used, bounds = self.queues, self.used, self.bounds
        if level == len(queues) - 1:
            queues[level].move_to_end(key)
            return False
        size = queues[level].pop(key)
        used[level] -= size
        level += 1
        queues[level][key] = size
        used[level] += size
        self.levels[key] = level
        risen = level
        while level and used[level] > bounds[level]:
            while used[level] > bounds[level]:
                fallen, size = queues[level].popitem(last=False)
                used[level] -= size
                queues[level - 1][fallen] = size
                used[level - 1] += size
                self.levels[fallen] = level - 1
            level -= 1
        return level == 0 < risen

    def remove(self, key: int) -> int:
        """`key` leaves; returns its size."""
        level = self.levels.pop(key)
        size = self.queues[level].pop(key)
        self.used[level] -= size
        return size

    def first(self, locked: Set[int]) -> int | None:
        """The key that leaves first: the least recently used of the lowest segment. None when all are locked."""
        for queue in self.queues:
            key = first_unlocked(queue, locked) if queue else None
            if key is not None:
                return key
        return None

    def pop(self) -> tuple[int, int]:
        """Take out the key that leaves first, with its size. Raises LookupError when there is none."""
        for level, queue in enumerate(self.queues):
            if queue:
                key, size = queue.popitem(last=False)
                self.used[level] -= size
                del self.levels[key]
                return key, size
        raise LookupError("nothing may leave")

    def copy(self) -> Segments:
        """One that goes its own way."""
        twin = object.__new__(Segments)
        twin.bounds, twin.used = self.bounds.copy(), self.used.copy()
        twin.queues = [queue.copy() for queue in self.queues]
        twin.levels = self.levels.copy()
        return twin
