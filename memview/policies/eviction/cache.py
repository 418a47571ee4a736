"""Replacement algorithms over bare keys and sizes, driven the way libCacheSim 0.3.5 drives one.

A request is find (touch on a hit), then on a miss: admission, evict until it fits, insert. So who comes in can not be
its own victim, what is larger than `largest()` changes nothing, and a hit does not update the stored size. Queues are
written oldest first: the front of a dict is the tail that leaves, its end the head that was used last.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import ClassVar, NamedTuple, Self

from memview.kernel.protocols import Page

NOTHING_LOCKED: frozenset[int] = frozenset()


class Grounds(NamedTuple):
    """Why a key goes, as in `memview.kernel.protocols.Victim`: the number that decided, and a template in words."""

    signal: str
    value: float
    threshold: float | None
    reason: str


class Forecast(NamedTuple):
    """Who would leave, who after that (None when the algorithm has no order), and the state afterwards.

    Without a `plan`, nothing but the departure changes: `expel` makes it happen.
    """

    key: int
    runner_up: int | None
    plan: Cache | None


class Cache(ABC):
    """A cache of `capacity` size units. Keys are integers from 0 on, sizes positive.

    `log` tells what happened, in order: a key that came in, `~key` for one that left. `now` is the time of the latest
    request, from 1 on, rejected ones counted; whoever drives the operations one by one sets it. `parts` names the
    attributes that change in place, and so have to be copied with the cache.
    """

    parts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.used = 0
        self.now = 0
        self.log: list[int] = []

    @abstractmethod
    def residents(self) -> dict[int, int]:
        """The size of each resident key."""

    def largest(self) -> int:
        """The largest size that may come in."""
        return self.capacity

    @abstractmethod
    def touch(self, key: int) -> bool:
        """Whether `key` is resident; a resident one counts as used. Evicts nothing."""

    def expect(self, key: int, size: int) -> None:  # noqa: B027 - most algorithms need not know
        """`key` is not resident and is about to come in: said before anything is evicted for it."""

    @abstractmethod
    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        """Evict one key and return it; keys in `locked` are passed over as though they were not there.

        Raises LookupError when there is none.
        """

    @abstractmethod
    def insert(self, key: int, size: int) -> None:
        """`key` comes in, whatever its size; `expect` has been said of it. Evicts nothing."""

    @abstractmethod
    def discard(self, key: int) -> None:
        """A resident leaves for a reason of somebody else; it is not remembered."""

    @abstractmethod
    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:
        """Why `key`, then `runner_up`, would be evicted from this state. `pages` are those that may leave."""

    def forecast(self, locked: Set[int] = NOTHING_LOCKED) -> Forecast:
        """What `evict` would do, without doing it. Raises LookupError as `evict` does."""
        plan = self.clone()
        return Forecast(plan.evict(locked), None, plan)

    def expel(self, key: int) -> None:
        """Make happen what a `forecast` without a plan foretold."""
        self.discard(key)

    def request(self, key: int, size: int) -> bool:
        """Whether `key` was resident; if it was not, it comes in, unless it is too large."""
        self.now += 1
        if self.touch(key):
            return True
        if size > self.largest():
            return False
        self.expect(key, size)
        while self.used + size > self.capacity:
            self.evict()
        self.insert(key, size)
        return False

    def run(self, keys: Iterable[int], sizes: Iterable[int]) -> bytearray:
        """Request all in order; one byte a request, 1 for a hit."""
        return bytearray(map(self.request, keys, sizes))

    def clone(self) -> Self:
        """A copy that goes its own way. Its log is empty."""
        twin = object.__new__(type(self))
        state = twin.__dict__
        state.update(self.__dict__)
        for name in self.parts:
            state[name] = state[name].copy()
        twin.log = []
        return twin


class RankedCache(Cache):
    """A cache whose residents stand in an order at any time: whoever is first leaves."""

    @abstractmethod
    def ranking(self) -> Iterator[int]:
        """The residents, the one that leaves first first."""

    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        """The first of the ranking leaves."""
        for key in self.ranking():
            if key not in locked:
                self.expel(key)
                return key
        raise LookupError("nothing may leave")

    def forecast(self, locked: Set[int] = NOTHING_LOCKED) -> Forecast:
        """The first two of the ranking."""
        allowed = (key for key in self.ranking() if key not in locked)
        key = next(allowed, None)
        if key is None:
            raise LookupError("nothing may leave")
        return Forecast(key, next(allowed, None), None)


def first_unlocked(queue: Iterable[int], locked: Set[int]) -> int | None:
    """The first key of `queue` that is not in `locked`, or None."""
    return next((key for key in queue if key not in locked), None) if locked else next(iter(queue), None)
