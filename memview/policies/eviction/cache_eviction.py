"""A cache as the kernel's eviction policy.

A forecast is made on a copy of the cache, which becomes the cache when the eviction happens; so to ask changes nothing.
Pages that may not leave are locked: the algorithm passes over them as though they were not there, yet they are counted
in every queue they stand in. Where an algorithm evicts on a hit or insertion to keep a queue of its own to its bound,
the core keeps the page until room is needed: a turn takes nothing out of the core but for something that comes in.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import wraps

from memview.kernel.protocols import Page, Victim
from memview.policies.eviction.cache import Cache


class CacheEviction:
    """Implements `memview.kernel.protocols.EvictionPolicy` over a `Cache` of the core's capacity."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self._pages: dict[int, Page] = {}
        self._expected: int | None = None

    def __deepcopy__(self, memo: dict[int, object]) -> CacheEviction:
        twin = CacheEviction(self.cache.clone())
        # A fork has copied its pages already: asking `deepcopy` for each of them is most of the cost of a copy.
        for item, page in self._pages.items():
            own = memo.get(id(page))
            twin._pages[item] = own if isinstance(own, Page) else copy.deepcopy(page, memo)
        twin._expected = self._expected
        return twin

    def observe(self, turn: int, asked: Sequence[tuple[int, float]]) -> None:
        """What retrieval found does not matter to a cache."""

    def largest(self) -> int | None:
        """What the algorithm lets in; None when that is whatever fits the core."""
        largest = self.cache.largest()
        return None if largest >= self.cache.capacity else largest

    def fault(self, item: int, tokens: int, turn: int) -> None:
        """Ghosts are asked whether they remember `item`."""
        self.cache.now = turn
        self.cache.expect(item, tokens)
        self._expected = item

    def admit(self, page: Page, turn: int) -> None:
        """`page` comes in, whatever its size: it may have been loaded with the core."""
        if self._expected != page.item:
            self.fault(page.item, page.tokens, turn)
        self._expected = None
        self._pages[page.item] = page
        self.cache.now = turn
        # A page may have no tokens; to a cache everything has a size.
        self.cache.insert(page.item, max(1, page.tokens))

    def touch(self, page: Page, turn: int) -> None:
        """A hit."""
        self.cache.now = turn
        self.cache.touch(page.item)

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:
        """Whom the algorithm would evict if it were `turn`."""
        allowed = {item: page for item, page in self._pages.items() if may_leave(page)}
        if not allowed:
            return None
        cache = self.cache
        locked = self._pages.keys() - allowed.keys()
        before, cache.now = cache.now, turn
        key, runner_up, plan = cache.forecast(locked)
        signal, value, threshold, reason = cache.grounds(key, runner_up, allowed, turn)
        cache.now = before
        other = None if runner_up is None else allowed[runner_up]
        return Victim(allowed[key], signal, value, threshold, reason, other, len(allowed), plan)

    def evict(self, victim: Victim, turn: int) -> None:
        """What was foretold happens."""
        del self._pages[victim.page.item]
        self.cache.now = turn
        if isinstance(victim.plan, Cache):
            self.cache = victim.plan
        else:
            self.cache.expel(victim.page.item)
        self.cache.log.clear()

    def remove(self, page: Page) -> None:
        """`page` is taken out of wherever it stands."""
        del self._pages[page.item]
        self.cache.discard(page.item)
        self.cache.log.clear()


def eviction_by_cache(cache_class: Callable[..., Cache]) -> Callable[..., CacheEviction]:
    """A constructor with the arguments of `cache_class` that makes an eviction policy of what that makes."""

    @wraps(cache_class, updated=())
    def create(*arguments: object, **named: object) -> CacheEviction:
        return CacheEviction(cache_class(*arguments, **named))

    return create
