"""SIEVE (libCacheSim 0.3.5 semantics): a hand sweeps a queue of arrival and takes the first that was not used.

The hand goes from the oldest to the newest, clears the marks of those that it spares where they stand, starts again at
the oldest, and stays where it is between evictions.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import ClassVar

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import NOTHING_LOCKED, Cache, Grounds

_END = -1
"""Beyond both ends of the ring: `newer[_END]` is the oldest key, `older[_END]` the newest."""


class Sieve(Cache):
    """A linked ring of keys, a mark for each, and the hand."""

    parts: ClassVar[tuple[str, ...]] = ("sizes", "visited", "newer", "older")

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.sizes: dict[int, int] = {}
        self.visited: set[int] = set()
        self.newer = {_END: _END}
        self.older = {_END: _END}
        self.hand = _END

    def residents(self) -> dict[int, int]:
        return self.sizes.copy()

    def touch(self, key: int) -> bool:
        if key not in self.sizes:
            return False
        self.visited.add(key)
        return True

    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        """The first unmarked key from the hand on."""
        if self.sizes.keys() <= locked:
            raise LookupError("nothing may leave")
        newer, visited = self.newer, self.visited
        key = self.hand
        while True:
            if key == _END:
                key = newer[_END]
            if key not in locked:
                if key not in visited:
                    break
                visited.remove(key)
            key = newer[key]
        self.hand = newer[key]
        self.discard(key)
        return key

    def insert(self, key: int, size: int) -> None:
        newest = self.older[_END]
        self.newer[newest] = self.older[_END] = key
        self.newer[key], self.older[key] = _END, newest
        self.sizes[key] = size
        self.used += size
        self.log.append(key)

    def discard(self, key: int) -> None:
        older, newer = self.older.pop(key), self.newer.pop(key)
        self.newer[older], self.older[newer] = newer, older
        if self.hand == key:
            self.hand = newer
        self.visited.discard(key)
        self.used -= self.sizes.pop(key)
        self.log.append(~key)

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        age = float(turn - pages[key].entered)
        if key in self.visited:
            return Grounds(
                "age_turns",
                age,
                None,
                "sieve: used, but all that may leave were, the hand came round; resident {turns}",
            )
        return Grounds("age_turns", age, None, "sieve: not used since the hand passed, next of those; resident {turns}")
