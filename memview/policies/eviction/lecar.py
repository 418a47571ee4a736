"""LeCaR (libCacheSim 0.3.5 semantics): two experts, LRU and LFU, and a weight for each that their mistakes lower.

The victim is LRU's with the probability of its weight, else LFU's. Who left by an expert's advice and is asked for
again was a mistake of that expert, the larger the sooner. Differs from the authors' program: weights are not clamped to
.01 and .99, and frequencies start at 1 again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Set
from math import exp
from typing import ClassVar

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import NOTHING_LOCKED, Cache, Grounds, first_unlocked
from memview.policies.eviction.frequency import FrequencyClasses
from memview.policies.eviction.ghost import Ghost
from memview.policies.eviction.parameters import number_above_zero

_SEED = 0xDEADBEEF
_MULTIPLIER = 0xDA942042E4DD58B5
_MASK = 2**128 - 1
_EPSILON = 1e-10
_DISCOUNT = 0.005
"""What a mistake counts after as many requests as the cache has size units."""


class LeCaR(Cache):
    """`learning_rate` is how much a fresh mistake lowers a weight. The generator is Lehmer's with 128 bits."""

    parts: ClassVar[tuple[str, ...]] = ("queue", "frequencies", "lru_ghost", "lfu_ghost", "left_at")

    def __init__(self, capacity: int, learning_rate: float = 0.45) -> None:
        super().__init__(capacity)
        self.learning_rate = number_above_zero("learning_rate", learning_rate)
        self.queue: OrderedDict[int, int] = OrderedDict()
        self.frequencies = FrequencyClasses()
        self.lru_ghost = Ghost(capacity // 2)
        self.lfu_ghost = Ghost(capacity // 2)
        self.left_at: dict[int, int] = {}
        self.lru_weight = 0.5
        self.lfu_weight = 0.5
        self._state = _SEED

    def residents(self) -> dict[int, int]:
        return dict(self.queue)

    def touch(self, key: int) -> bool:
        if key not in self.queue:
            return False
        self.queue.move_to_end(key)
        self.frequencies.count(key)
        return True

    def lifetime(self) -> float:
        """After how many requests a mistake counts next to nothing."""
        return float(max(1, self.capacity))

    def expect(self, key: int, size: int) -> None:  # noqa: ARG002
        """A ghost is a mistake of the expert by whose advice it left."""
        left_at = self.left_at.pop(key, None)
        if left_at is None:
            return
        factor = exp(-self.learning_rate * _DISCOUNT ** ((self.now - left_at) / self.lifetime()))
        if self.lru_ghost.remove(key):
            self.lru_weight, self.lfu_weight = _lowered(self.lru_weight, factor, self.lfu_weight)
        elif self.lfu_ghost.remove(key):
            self.lfu_weight, self.lru_weight = _lowered(self.lfu_weight, factor, self.lru_weight)

    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        """The one that both experts name; where they differ, a draw decides, and a ghost remembers."""
        old, rare = self._candidates(locked)
        if old == rare:
            self.discard(old)
            return old
        self._state = self._state * _MULTIPLIER & _MASK
        key, ghost = (old, self.lru_ghost) if _draw(self._state) < self.lru_weight else (rare, self.lfu_ghost)
        size = self.queue[key]
        self.discard(key)
        ghost.add(key, size)
        self.left_at[key] = self.now
        remembered = len(self.lru_ghost.sizes) + len(self.lfu_ghost.sizes)
        if len(self.left_at) > 64 + 2 * remembered:
            ghosts = (self.lru_ghost, self.lfu_ghost)
            self.left_at = {key: at for key, at in self.left_at.items() if any(key in ghost for ghost in ghosts)}
        return key

    def _candidates(self, locked: Set[int]) -> tuple[int, int]:
        old = first_unlocked(self.queue, locked)
        if old is None:
            raise LookupError("nothing may leave")
        rare = first_unlocked(self.frequencies, locked) if locked else self.frequencies.first()
        return old, old if rare is None else rare

    def insert(self, key: int, size: int) -> None:
        self.queue[key] = size
        self.frequencies.add(key)
        self.used += size
        self.log.append(key)

    def discard(self, key: int) -> None:
        self.used -= self.queue.pop(key)
        self.frequencies.remove(key)
        self.log.append(~key)

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        old, rare = self._candidates(self.queue.keys() - pages.keys())
        if old == rare:
            reason = "lecar: idle longest and used least of {count}, both experts agree"
            return Grounds("lru_weight", self.lru_weight, None, reason)
        draw = _draw(self._state * _MULTIPLIER & _MASK)
        if key == old:
            reason = "lecar: draw {value:.2f} < weight of LRU {threshold:.2f}, the least recently used leaves"
        else:
            reason = "lecar: draw {value:.2f} >= weight of LRU {threshold:.2f}, the least often used leaves"
        return Grounds("draw", draw, self.lru_weight, reason)


class LeCaRTokens(LeCaR):
    """For sizes in tokens: time runs in expected objects, the capacity over the mean size of who came in."""

    def __init__(self, capacity: int, learning_rate: float = 0.45) -> None:
        super().__init__(capacity, learning_rate)
        self._arrivals = 0
        self._arrived = 0

    def lifetime(self) -> float:
        return max(1.0, self.capacity * self._arrivals / self._arrived) if self._arrived else super().lifetime()

    def insert(self, key: int, size: int) -> None:
        super().insert(key, size)
        self._arrivals += 1
        self._arrived += size


def _draw(state: int) -> float:
    return (state >> 64) % 100 / 100


def _lowered(weight: float, factor: float, other: float) -> tuple[float, float]:
    """The weight of an expert that was mistaken, and that of the other one."""
    weight = weight * factor + _EPSILON
    total = weight + other + 2 * _EPSILON
    return weight / total, (other + _EPSILON) / total
