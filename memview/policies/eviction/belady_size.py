"""Belady-Size: whose size times the wait for its next use is largest leaves. Offline: it knows what comes.

After libCacheSim 0.3.5, whose victim is the largest of 128 random residents; here all are looked at while there are no
more than that, and the draws are a seeded Mersenne Twister's. On a trace who is never asked for again leaves at its
last hit, and a newcomer that is never asked for again makes room but does not stay. In the core a hit evicts nobody and
what is promoted has to be there: those who are never asked for again are the first to leave at the next eviction.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import ClassVar

from memview.kernel.protocols import Future, Page
from memview.policies.eviction.belady import NEVER
from memview.policies.eviction.cache import Grounds, RankedCache
from memview.policies.eviction.parameters import whole_number


class BeladySize(RankedCache):
    """`samples` are looked at for each eviction."""

    parts: ClassVar[tuple[str, ...]] = ("sizes", "next_uses")

    def __init__(self, capacity: int, future: Future, seed: int, samples: float = 128) -> None:
        super().__init__(capacity)
        self.future = future
        self.seed = seed
        self.samples = whole_number("samples", samples, 1, 1_000_000)
        self.sizes: dict[int, int] = {}
        self.next_uses: dict[int, int] = {}
        self._evictions = 0

    def residents(self) -> dict[int, int]:
        return self.sizes.copy()

    def touch(self, key: int) -> bool:
        if key not in self.sizes:
            return False
        self.next_uses[key] = self.next_use(key)
        return True

    def next_use(self, key: int) -> int:
        """When `key` is asked for next, or NEVER."""
        at = self.future.next_reference(key, self.now)
        return NEVER if at is None else at

    def score(self, key: int) -> int:
        """Size times the requests until the next use, which ranks as the sum of their logarithms does."""
        if self.next_uses[key] <= self.now:  # a turn referred to it without asking the policy
            self.next_uses[key] = self.next_use(key)
        return self.sizes[key] * (self.next_uses[key] - self.now)

    def ranking(self) -> Iterator[int]:
        """The samples by their scores, and then, for those that may not leave, the others."""
        residents = list(self.sizes)
        if len(residents) <= self.samples:
            yield from sorted(residents, key=self.score, reverse=True)
            return
        draw = random.Random(f"{self.seed}/{self._evictions}").random  # noqa: S311  (a replay, not a secret)
        sampled = dict.fromkeys(residents[int(draw() * len(residents))] for _ in range(self.samples))
        yield from sorted(sampled, key=self.score, reverse=True)
        yield from sorted((key for key in residents if key not in sampled), key=self.score, reverse=True)

    def insert(self, key: int, size: int) -> None:
        self.sizes[key] = size
        self.next_uses[key] = self.next_use(key)
        self.used += size
        self.log.append(key)

    def expel(self, key: int) -> None:
        """The next samples are drawn."""
        self._evictions += 1
        self.discard(key)

    def discard(self, key: int) -> None:
        self.used -= self.sizes.pop(key)
        del self.next_uses[key]
        self.log.append(~key)

    def request(self, key: int, size: int) -> bool:
        """As any cache, but nobody stays who is never asked for again."""
        self.now += 1
        if self.touch(key):
            if self.next_uses[key] == NEVER:
                self.discard(key)
            return True
        if size > self.capacity:
            return False
        while self.used + size > self.capacity:
            self.evict()
        if self.next_use(key) != NEVER:
            self.insert(key, size)
        return False

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        if self.next_use(key) == NEVER:
            return Grounds("uses_to_come", 0.0, None, "belady-size: never referred to again, of {count}")
        threshold = None if runner_up is None else float(self.score(runner_up))
        reason = "belady-size: tokens times turns to the next use {value:.0f}, most of {count}"
        return Grounds("size_times_wait", float(self.score(key)), threshold, reason)
