"""Keys by how often they were used: constant-time least frequently used."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator


class FrequencyClasses:
    """Counts, and for each count its keys in the order in which they reached it."""

    __slots__ = ("classes", "counts", "lowest")

    def __init__(self) -> None:
        self.counts: dict[int, int] = {}
        self.classes: dict[int, OrderedDict[int, None]] = {}
        self.lowest = 0

    def __iter__(self) -> Iterator[int]:
        """The keys, the least used first; among equals the one that reached its count first."""
        for count in sorted(self.classes):
            yield from self.classes[count]

    def first(self) -> int:
        """The key that iteration begins with. Raises KeyError when there is none."""
        return next(iter(self.classes[self.lowest]))

    def add(self, key: int) -> None:
        """`key` is new: its count is 1."""
        self.counts[key] = 1
        self.classes.setdefault(1, OrderedDict())[key] = None
        self.lowest = 1

    def count(self, key: int) -> None:
        """`key` was used once more."""
        count = self.counts[key] + 1
        self.counts[key] = count
        self.classes.setdefault(count, OrderedDict())[key] = None
        self._leave_class(key, count - 1)

    def remove(self, key: int) -> None:
        """`key` and its count are forgotten."""
        self._leave_class(key, self.counts.pop(key))

    def _leave_class(self, key: int, count: int) -> None:
        members = self.classes[count]
        del members[key]
        if not members:
            del self.classes[count]
            if count == self.lowest:
                self.lowest = min(self.classes, default=0)

    def copy(self) -> FrequencyClasses:
        """One that goes its own way."""
        twin = FrequencyClasses()
        twin.counts = self.counts.copy()
        twin.classes = {count: members.copy() for count, members in self.classes.items()}
        twin.lowest = self.lowest
        return twin
