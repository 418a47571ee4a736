"""2Q (libCacheSim 0.3.5 semantics): newcomers wait in a FIFO; who is asked for again after leaving it has come to stay.

A1in is a FIFO of a quarter of the capacity, A1out remembers half a capacity of those that left it, Am is an LRU of the
rest. A hit in A1in changes nothing. What does not fit into A1in is not let in.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Set
from typing import ClassVar

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import NOTHING_LOCKED, Cache, Grounds, first_unlocked
from memview.policies.eviction.ghost import Ghost
from memview.policies.eviction.parameters import share


class TwoQueue(Cache):
    """`in_share` and `out_share` are the shares of A1in and A1out in the capacity."""

    parts: ClassVar[tuple[str, ...]] = ("arrivals", "main", "ghost")

    def __init__(self, capacity: int, in_share: float = 0.25, out_share: float = 0.5) -> None:
        super().__init__(capacity)
        self.arrivals: OrderedDict[int, int] = OrderedDict()
        self.arrivals_used = 0
        self.arrivals_bound = int(capacity * share("in_share", in_share))
        self.main: OrderedDict[int, int] = OrderedDict()
        self.ghost = Ghost(int(capacity * share("out_share", out_share)))
        self.returning = False

    def residents(self) -> dict[int, int]:
        return {**self.arrivals, **self.main}

    def largest(self) -> int:
        return self.arrivals_bound

    def touch(self, key: int) -> bool:
        if key in self.arrivals:
            return True
        if key not in self.main:
            return False
        self.main.move_to_end(key)
        return True

    def expect(self, key: int, size: int) -> None:  # noqa: ARG002
        """Whether `key` is remembered decides where it will go."""
        self.returning = self.ghost.remove(key)

    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        if self.arrivals_used <= self.arrivals_bound:
            key = first_unlocked(self.main, locked)
            if key is not None:
                self.discard(key)
                return key
        key = first_unlocked(self.arrivals, locked)
        if key is None:
            key = first_unlocked(self.main, locked)
            if key is None:
                raise LookupError("nothing may leave")
            self.discard(key)
            return key
        size = self.arrivals[key]
        self.discard(key)
        self.ghost.add(key, size)
        return key

    def request(self, key: int, size: int) -> bool:
        """As any cache; and Am, before somebody comes into it, is trimmed to a bound of its own."""
        self.now += 1
        if self.touch(key):
            return True
        if size > self.largest():
            return False
        self.expect(key, size)
        while self.used + size > self.capacity:
            self.evict()
        if self.returning:
            while self.main and self.used - self.arrivals_used + size > self.capacity - self.arrivals_bound:
                self.discard(next(iter(self.main)))
        self.insert(key, size)
        return False

    def insert(self, key: int, size: int) -> None:
        if self.returning:
            self.returning = False
            self.main[key] = size
        else:
            self.arrivals[key] = size
            self.arrivals_used += size
        self.used += size
        self.log.append(key)

    def discard(self, key: int) -> None:
        size = self.main.pop(key, None)
        if size is None:
            size = self.arrivals.pop(key)
            self.arrivals_used -= size
        self.used -= size
        self.log.append(~key)

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        value, threshold = float(self.arrivals_used), float(self.arrivals_bound)
        if key in self.main:
            where = "<=" if value <= threshold else ">"
            reason = f"2q: A1in holds {{value:.0f}} {where} {{threshold:.0f}} tok, the least recently used of Am leaves"
        elif value > threshold:
            reason = "2q: A1in holds {value:.0f} > {threshold:.0f} tok, its oldest leaves"
        else:
            reason = "2q: Am has none that may leave, the oldest of A1in does"
        return Grounds("a1in_tokens", value, threshold, reason)


class TwoQueueTokens(TwoQueue):
    """For sizes in tokens: anything that fits the core comes in, and A1in has room for two of the largest seen."""

    def largest(self) -> int:
        return self.capacity

    def expect(self, key: int, size: int) -> None:
        """Make room in A1in for a size that was never seen before."""
        super().expect(key, size)
        self.arrivals_bound = max(self.arrivals_bound, min(self.capacity, 2 * size))
