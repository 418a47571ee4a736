"""ARC (libCacheSim 0.3.5 semantics): recency and frequency in a balance that the ghosts of both move.

T1 holds what was used once, T2 what was used again, B1 and B2 remember who left them; all are measured in size units.
`p` is the share of T1: a request for somebody in B1 raises it, one in B2 lowers it, by a step that does not know how
large the object is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Set
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
        if self._drops_from_t1():
            key = first_unlocked(self.t1, locked)
            if key is not None:
                self.discard(key)
                return key
        elif self.t1_used + self.b1_used + self.newcomer_size > self.capacity:
            if self.b1:
                self.b1_used -= self.b1.popitem(last=False)[1]
        elif self.used + self.b1_used + self.b2_used >= 2 * self.capacity and self.b2:
            self.b2_used -= self.b2.popitem(last=False)[1]
        return self._replace(locked)

    def _drops_from_t1(self) -> bool:
        """Whether T1 and the newcomer are too much even without B1: then its oldest leaves without a ghost."""
        if self.b1 or self.was_in_b2:
            return False
        return self.t1_used + self.newcomer_size > self.capacity and not self.was_in_b1

    def _prefers_t1(self) -> bool:
        return self.t1_used > self.p or (self.was_in_b2 and self.t1_used == self.p)

    def _replace(self, locked: Set[int]) -> int:
        first, second = (self.t1, self.t2) if self._prefers_t1() else (self.t2, self.t1)
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

    def run(self, keys: Iterable[int], sizes: Iterable[int]) -> bytearray:  # noqa: C901, PLR0912, PLR0915
        """As `request` one by one, faster: the operations above written out in one loop."""
        t1, t2, b1, b2, capacity = self.t1, self.t2, self.b1, self.b2, self.capacity
        used, t1_used, b1_used, b2_used, p = self.used, self.t1_used, self.b1_used, self.b2_used, self.p
        note = self.log.append
        hits = bytearray()
        tell = hits.append
        for key, size in zip(keys, sizes, strict=True):
            if key in t2:
                t2.move_to_end(key)
                tell(1)
                continue
            if key in t1:
                t2[key] = held = t1.pop(key)
                t1_used -= held
                tell(1)
                continue
            tell(0)
            if size > capacity:
                continue
            was_in_b1 = was_in_b2 = False
            if key in b1:
                was_in_b1 = True
                p = min(p + self.step(b2_used / b1_used, size), float(capacity))
                b1_used -= b1.pop(key)
            elif key in b2:
                was_in_b2 = True
                p = max(p - self.step(b1_used / b2_used, size), 0.0)
                b2_used -= b2.pop(key)
            while used + size > capacity:
                if not (was_in_b1 or was_in_b2):
                    if t1_used + b1_used + size > capacity:
                        if not b1:
                            gone, freed = t1.popitem(last=False)
                            t1_used -= freed
                            used -= freed
                            note(~gone)
                            continue
                        b1_used -= b1.popitem(last=False)[1]
                    elif b2 and used + b1_used + b2_used >= 2 * capacity:
                        b2_used -= b2.popitem(last=False)[1]
                if t1 and (t1_used > p or not t2 or (was_in_b2 and t1_used == p)):
                    gone, freed = t1.popitem(last=False)
                    b1[gone] = freed
                    t1_used -= freed
                    b1_used += freed
                else:
                    gone, freed = t2.popitem(last=False)
                    b2[gone] = freed
                    b2_used += freed
                used -= freed
                note(~gone)
            if was_in_b1 or was_in_b2:
                t2[key] = size
            else:
                t1[key] = size
                t1_used += size
            used += size
            note(key)
        self.used, self.t1_used, self.b1_used, self.b2_used, self.p = used, t1_used, b1_used, b2_used, p
        self.now += len(hits)
        return hits

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        in_t1 = key in self.t1
        if self._drops_from_t1() and in_t1:
            reason = "arc: T1 ({value:.0f} tok) and the newcomer are more than the core, its oldest leaves unremembered"
        elif in_t1 == self._prefers_t1():
            whose = "its oldest leaves" if in_t1 else "the least recently used of T2 leaves"
            reason = f"arc: T1 holds {{value:.0f}} {self._compared()} p {{threshold:.0f}} tok, {whose}"
        elif in_t1:
            reason = "arc: T2 has none that may leave, the oldest of T1 does ({value:.0f} tok, p {threshold:.0f})"
        else:
            reason = "arc: T1 has none that may leave, the least recently used of T2 does"
        return Grounds("t1_tokens", float(self.t1_used), self.p, reason)

    def _compared(self) -> str:
        return ">" if self.t1_used > self.p else "=" if self.t1_used == self.p else "<"


class ArcTokens(Arc):
    """For sizes in tokens: the step of p is as large as the object, or p would move some thirty times too slowly."""

    def step(self, ratio: float, size: int) -> float:
        """The step for objects of one size unit, `size` times."""
        return max(ratio, 1.0) * size
