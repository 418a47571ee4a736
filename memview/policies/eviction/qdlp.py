"""QD-LP (libCacheSim 0.3.5 semantics): quick demotion through a small FIFO, lazy promotion into a CLOCK.

S is a FIFO of a tenth of the capacity; who was used in it goes on into the CLOCK, the others are remembered by a ghost
of nine tenths. A newcomer that is remembered goes into the CLOCK at once. Evictions begin in S as long as it holds any.
What does not fit into S is not let in, nor what fills it exactly.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Set
from typing import ClassVar

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import NOTHING_LOCKED, Cache, Grounds, first_unlocked
from memview.policies.eviction.clock import ClockQueue
from memview.policies.eviction.ghost import Ghost
from memview.policies.eviction.parameters import share, whole_number


class Qdlp(Cache):
    """`promote_at` uses in S lead into the CLOCK, whose counters have `bits`."""

    parts: ClassVar[tuple[str, ...]] = ("small", "uses", "main", "ghost")

    def __init__(
        self,
        capacity: int,
        small_share: float = 0.1,
        ghost_share: float = 0.9,
        promote_at: float = 1,
        bits: float = 2,
    ) -> None:
        super().__init__(capacity)
        self.promote_at = whole_number("promote_at", promote_at, 1, 1000)
        self.small: OrderedDict[int, int] = OrderedDict()
        self.small_used = 0
        self.small_bound = int(capacity * share("small_share", small_share))
        self.uses: dict[int, int] = {}
        self.main = ClockQueue(capacity - self.small_bound, whole_number("bits", bits, 1, 16))
        self.ghost = Ghost(int(capacity * share("ghost_share", ghost_share)))
        self.returning = False

    def residents(self) -> dict[int, int]:
        return {**self.small, **self.main.sizes}

    def largest(self) -> int:
        return max(0, self.small_bound - 1)

    def touch(self, key: int) -> bool:
        if key in self.uses:
            self.uses[key] += 1
            return True
        if key not in self.main.sizes:
            return False
        self.main.touch(key)
        return True

    def expect(self, key: int, size: int) -> None:  # noqa: ARG002
        """Whether `key` is remembered decides where it will go."""
        self.returning = self.ghost.remove(key)

    def request(self, key: int, size: int) -> bool:
        """As any cache; but the CLOCK makes room of its own for whoever comes into it.

        What would fill S is dropped after others have left for it.
        """
        self.now += 1
        if self.touch(key):
            return True
        if size > max(self.small_bound, self.largest()):
            return False
        self.expect(key, size)
        while self.used + size > self.capacity:
            self._evict_and_trim()
        if size > self.largest():
            return False
        if self.returning:
            self._trim_main(size)
        self.insert(key, size)
        return False

    def _evict_and_trim(self) -> None:
        key = next(iter(self.small), None)
        if key is not None and self.uses[key] >= self.promote_at:
            self._trim_main(self.small[key])
            self._promote(key)
        else:
            self.evict()

    def _trim_main(self, size: int) -> None:
        while self.main.sizes and self.main.used + size > self.main.bound:
            self._evict_main(NOTHING_LOCKED)

    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        """From S, where those that were used go on into the CLOCK and may push somebody out of it, else from there."""
        while (key := first_unlocked(self.small, locked)) is not None:
            size = self.small[key]
            if self.uses[key] < self.promote_at:
                self.discard(key)
                self.ghost.add(key, size)
                return key
            pushed = None
            if self.main.used + size > self.main.bound and not self.main.sizes.keys() <= locked:
                pushed = self._evict_main(locked)
            self._promote(key)
            if pushed is not None:
                return pushed
        return self._evict_main(locked)

    def _promote(self, key: int) -> None:
        size = self.small.pop(key)
        self.small_used -= size
        del self.uses[key]
        self.main.insert(key, size)

    def _evict_main(self, locked: Set[int]) -> int:
        key = self.main.turn_to_victim(locked)
        if key is None:
            raise LookupError("nothing may leave")
        self.discard(key)
        return key

    def insert(self, key: int, size: int) -> None:
        if self.returning:
            self.returning = False
            self.main.insert(key, size)
        else:
            self.small[key] = size
            self.small_used += size
            self.uses[key] = 0
        self.used += size
        self.log.append(key)

    def discard(self, key: int) -> None:
        if key in self.uses:
            size = self.small.pop(key)
            self.small_used -= size
            del self.uses[key]
        else:
            size = self.main.remove(key)
        self.used -= size
        self.log.append(~key)

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        if key in self.main:
            value = float(self.main.counters[key])
            if value:
                reason = "qdlp: used (counter {value:.0f}), but all in the main queue were; first out of rounds"
            else:
                reason = "qdlp: no round left in the main queue, oldest such"
            return Grounds("counter", value, None, reason)
        if self.uses[key] < self.promote_at:
            reason = "qdlp: used {times} in the small queue, not {threshold:.0f}, and its oldest such"
        else:
            reason = "qdlp: used {times} in the small queue, and the first without a round left in the main queue"
        return Grounds("uses", float(self.uses[key]), float(self.promote_at), reason)


class QdlpTokens(Qdlp):
    """For sizes in tokens: anything that fits the core comes in, and S has room for two of the largest seen."""

    def largest(self) -> int:
        return self.capacity

    def expect(self, key: int, size: int) -> None:
        """Make room in S for a size that was never seen before."""
        super().expect(key, size)
        self.small_bound = max(self.small_bound, min(self.capacity, 2 * size))
        self.main.bound = self.capacity - self.small_bound
