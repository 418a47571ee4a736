"""A cache around a kernel policy: a bare trace of ids and sizes, with a page for every resident id.

What a trace does not tell is the same for all pages: importance 0.5, kind "fact", nothing pinned. A turn is a request.
"""

from __future__ import annotations

from collections.abc import Iterable

from memview.kernel.protocols import EvictionPolicy, Page

_IMPORTANCE = 0.5
_KIND = "fact"


class PagedCache:
    """`capacity` is in size units. `log` tells what happened in order: a key that came in, `~key` for one that left."""

    def __init__(self, policy: EvictionPolicy, capacity: int) -> None:
        self.policy = policy
        self.capacity = capacity
        self.used = 0
        self.now = 0
        self.pages: dict[int, Page] = {}
        self.log: list[int] = []

    def residents(self) -> dict[int, int]:
        """The size of each resident key."""
        return {key: page.tokens for key, page in self.pages.items()}

    def request(self, key: int, size: int) -> bool:
        """Whether `key` was resident. If it was not, it comes in unless it is too large, and others leave for it.

        Raises RuntimeError when the policy names no victim, which is a fault of the policy.
        """
        self.now += 1
        turn, policy = self.now, self.policy
        policy.observe(turn, ((key, 1.0),))
        page = self.pages.get(key)
        if page is not None:
            page.uses += 1
            page.last_used = turn
            page.relevance = 1.0
            policy.touch(page, turn)
            return True
        largest = policy.largest()
        if size > self.capacity or (largest is not None and size > largest):
            return False
        policy.fault(key, size, turn)
        while self.used + size > self.capacity:
            self._evict_one(turn)
        page = Page(key, str(key), size, _IMPORTANCE, _KIND, False, turn, turn)
        self.pages[key] = page
        self.used += size
        self.log.append(key)
        policy.admit(page, turn)
        return False

    def run(self, keys: Iterable[int], sizes: Iterable[int]) -> bytearray:
        """Request all in order; one byte a request, 1 for a hit."""
        request = self.request
        return bytearray(request(key, size) for key, size in zip(keys, sizes, strict=True))

    def _evict_one(self, turn: int) -> None:
        victim = self.policy.victim(_anyone, turn)
        if victim is None:
            raise RuntimeError(f"{type(self.policy).__name__} names no victim although any page may leave")
        page = self.pages.pop(victim.page.item)
        self.used -= page.tokens
        self.log.append(~page.item)
        self.policy.evict(victim, turn)


def _anyone(page: Page) -> bool:  # noqa: ARG001
    return True
