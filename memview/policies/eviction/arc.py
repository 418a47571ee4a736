"""ARC (libCacheSim 0.3.5 semantics): recency and frequency in a balance that the ghosts of both move.

T1 holds what was used once, T2 what was used again, B1 and B2 remember who left them; all are measured in size units.
`p` is the share of T1: a request for somebody in B1 raises it, one in B2 lowers it, by a step that does not know how
large the object is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Set
from typing import ClassVar

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import NOTHING_LOCKED, Cache, Grounds, first_unlocked


class Arc(Cache):
    """T1, T2 and their ghosts B1, B2, each with the size units in it."""

    parts: ClassVar[tuple[str, ...]] = ("t1", "t2", "b1", "b2")

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.t1: OrderedDict[int, int] = OrderedDict()
        self.t2: OrderedDict[int, int] = OrderedDict()
        self.b1: OrderedDict[int, int] = OrderedDict()
        self.b2: OrderedDict[int, int] = OrderedDict()
        self.t1_used = 0
        self.b1_used = 0
        self.b2_used = 0
        self.p = 0.0
        self.newcomer_size = 0
        self.was_in_b1 = False
        self.was_in_b2 = False

    def residents(self) -> dict[int, int]:
        return {**self.t1, **self.t2}

    def touch(self, key: int) -> bool:
        size = self.t1.pop(key, None)
        if size is not None:
            self.t1_used -= size
            self.t2[key] = size
            return True
        if key not in self.t2:
            return False
        self.t2.move_to_end(key)
        return True

    def step(self, ratio: float, size: int) -> float:  # noqa: ARG002
        """How far a ghost of `size` moves p, where its ghosts are outweighed `ratio` times by the others."""
        return max(ratio, 1.0)

    def expect(self, key: int, size: int) -> None:
        """A ghost moves p and will come into T2."""
        self.newcomer_size = size
        self.was_in_b1 = self.was_in_b2 = False
        if key in self.b1:
            self.was_in_b1 = True
            self.p = min(self.p + self.step(self.b2_used / self.b1_used, size), float(self.capacity))
            self.b1_used -= self.b1.pop(key)
        elif key in self.b2:
            self.was_in_b2 = True
            self.p = max(self.p - self.step(self.b1_used / self.b2_used, size), 0.0)
            self.b2_used -= self.b2.pop(key)

    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        if self.was_in_b1 or self.was_in_b2:
            return self._replace(locked)
        if self.t1_used + self.b1_used + self.newcomer_size > self.capacity:
            if self.b1:
                self.b1_used -= self.b1.popitem(last=False)[1]
            else:
                key = first_unlocked(self.t1, locked)
                if key is not None:
                    self.discard(key)
                    return key
        elif self.used + self.b1_used + self.b2_used >= 2 * self.capacity and self.b2:
            self.b2_used -= self.b2.popitem(last=False)[1]
        return self._replace(locked)

    def _replace(self, locked: Set[int]) -> int:
        used, p = self.t1_used, self.p
        first, second = self.t1, self.t2
        if not (used > p or (self.was_in_b2 and used == p)):
            first, second = second, first
        key = first_unlocked(first, locked) if first else None
        if key is None:
            first = second
            key = first_unlocked(second, locked)
            if key is None:
                raise LookupError("nothing may leave")
        size = first.pop(key)
        if first is self.t1:
            self.b1[key] = size
            self.t1_used -= size
            self.b1_used += size
        else:
            self.b2[key] = size
            self.b2_used += size
        self.used -= size
        self.log.append(~key)
        return key

    def insert(self, key: int, size: int) -> None:
        if self.was_in_b1 or self.was_in_b2:
            self.was_in_b1 = self.was_in_b2 = False
            self.t2[key] = size
        else:
            self.t1[key] = size
            self.t1_used += size
        self.used += size
        self.newcomer_size = 0
        self.log.append(key)

    def discard(self, key: int) -> None:
        size = self.t1.pop(key, None)
        if size is None:
            size = self.t2.pop(key)
        else:
            self.t1_used -= size
        self.used -= size
        self.log.append(~key)

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        value, threshold = float(self.t1_used), self.p
        where = ">" if value > threshold else "=" if value == threshold else "<"
        whose = "its oldest" if key in self.t1 else "the oldest of T2"
        reason = f"arc: T1 holds {{value:.0f}} {where} p {{threshold:.0f}} tok, {whose} leaves"
        return Grounds("t1_tokens", value, threshold, reason)


class ArcTokens(Arc):
    """For sizes in tokens: the step of p is as large as the object, or p would move some thirty times too slowly."""

    def step(self, ratio: float, size: int) -> float:
        """The step for objects of one size unit, `size` times."""
        return max(ratio, 1.0) * size
