"""S3-FIFO (libCacheSim 0.3.5 semantics): a small queue that lets only those pass that were used twice in it.

S is a FIFO of a tenth of the capacity, M a FIFO of the rest in which a use earns another round, and a ghost remembers
who left S; a newcomer that is remembered goes into M at once. Until somebody was evicted for the first time newcomers
go into M when S is full. What does not fit into S is not let in, nor what fills it exactly.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Set
from typing import ClassVar

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import NOTHING_LOCKED, Cache, Grounds, first_unlocked
from memview.policies.eviction.ghost import Ghost
from memview.policies.eviction.parameters import share, whole_number

_MOST_ROUNDS = 3


class S3Fifo(Cache):
    """`small_share` is that of S, `ghost_share` that of the ghost; `promote_at` uses in S lead into M."""

    parts: ClassVar[tuple[str, ...]] = ("small", "main", "ghost", "uses")

    def __init__(
        self, capacity: int, small_share: float = 0.1, ghost_share: float = 0.9, promote_at: float = 2
    ) -> None:
        super().__init__(capacity)
        self.promote_at = whole_number("promote_at", promote_at, 1, 1000)
        self.small: OrderedDict[int, int] = OrderedDict()
        self.small_used = 0
        self.small_bound = int(capacity * share("small_share", small_share))
        self.main: OrderedDict[int, int] = OrderedDict()
        self.ghost = Ghost(int(capacity * share("ghost_share", ghost_share)))
        self.uses: dict[int, int] = {}
        self.returning = False
        self.has_evicted = False

    def residents(self) -> dict[int, int]:
        return {**self.small, **self.main}

    def largest(self) -> int:
        return max(0, self.small_bound - 1)

    def touch(self, key: int) -> bool:
        if key not in self.uses:
            return False
        self.uses[key] += 1
        return True

    def expect(self, key: int, size: int) -> None:  # noqa: ARG002
        """Whether `key` is remembered decides where it will go."""
        self.returning = self.ghost.remove(key)

    def request(self, key: int, size: int) -> bool:
        """As any cache; but what would fill S is dropped after others have left for it."""
        self.now += 1
        if self.touch(key):
            return True
        if size > max(self.small_bound, self.largest()):
            return False
        self.expect(key, size)
        while self.used + size > self.capacity:
            self.evict()
        if size <= self.largest():
            self.insert(key, size)
        return False

    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        """From M when it is above its bound or S is empty, else from S."""
        self.has_evicted = True
        over = self.used - self.small_used > self.capacity - self.small_bound
        if over and not self.main.keys() <= locked:
            return self._evict_main(locked)
        while (key := first_unlocked(self.small, locked)) is not None:
            if self.uses[key] < self.promote_at:
                size = self.small[key]
                self.discard(key)
                self.ghost.add(key, size)
                return key
            self._promote(key)
        return self._evict_main(locked)

    def _promote(self, key: int) -> None:
        size = self.main[key] = self.small.pop(key)
        self.small_used -= size
        self.uses[key] = 0

    def _evict_main(self, locked: Set[int]) -> int:
        while (key := first_unlocked(self.main, locked)) is not None:
            if not self.uses[key]:
                self.discard(key)
                return key
            self.uses[key] = min(self.uses[key], _MOST_ROUNDS) - 1
            self.main.move_to_end(key)
        raise LookupError("nothing may leave")

    def insert(self, key: int, size: int) -> None:
        if self.returning or (not self.has_evicted and self.small_used >= self.small_bound):
            self.returning = False
            self.main[key] = size
        else:
            self.small[key] = size
            self.small_used += size
        self.uses[key] = 0
        self.used += size
        self.log.append(key)

    def discard(self, key: int) -> None:
        size = self.small.pop(key, None)
        if size is None:
            size = self.main.pop(key)
        else:
            self.small_used -= size
        del self.uses[key]
        self.used -= size
        self.log.append(~key)

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        uses = float(self.uses[key])
        if key in self.small and uses < self.promote_at:
            reason = "s3fifo: used {times} in the small queue, not {threshold:.0f}, and its oldest such"
            return Grounds("uses", uses, float(self.promote_at), reason)
        if uses:
            return Grounds(
                "uses", uses, None, "s3fifo: used {times}, but all in the main queue were; first out of rounds"
            )
        return Grounds("uses", uses, None, "s3fifo: no round left in the main queue, oldest such")


class S3FifoTokens(S3Fifo):
    """For sizes in tokens: anything that fits the core comes in, and S has room for two of the largest seen."""

    def largest(self) -> int:
        return self.capacity

    def expect(self, key: int, size: int) -> None:
        """Make room in S for a size that was never seen before."""
        super().expect(key, size)
        self.small_bound = max(self.small_bound, min(self.capacity, 2 * size))
