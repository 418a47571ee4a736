"""What a cache remembers of those that it evicted: keys and sizes, the oldest forgotten first."""

from __future__ import annotations

from collections import OrderedDict


class Ghost:
    """A queue of at most `bound` size units. A key that is in it keeps its place; one that is too large stays out."""

    __slots__ = ("bound", "sizes", "used")

    def __init__(self, bound: int) -> None:
        self.bound = bound
        self.used = 0
        self.sizes: OrderedDict[int, int] = OrderedDict()

    def __contains__(self, key: int) -> bool:
        return key in self.sizes

    def add(self, key: int, size: int) -> None:
        """Remember `key`; the oldest are forgotten until it fits."""
        if key in self.sizes or size > self.bound:
            return
        self.used += size
        while self.used > self.bound:
            self.used -= self.sizes.popitem(last=False)[1]
        self.sizes[key] = size

    def remove(self, key: int) -> bool:
        """Forget `key`; whether it was remembered."""
        size = self.sizes.pop(key, None)
        if size is None:
            return False
        self.used -= size
        return True

    def copy(self) -> Ghost:
        """One that goes its own way."""
        twin = Ghost(self.bound)
        twin.used = self.used
        twin.sizes = self.sizes.copy()
        return twin
