"""CLOCK (libCacheSim 0.3.5 semantics): FIFO in which a use since the hand last passed earns another round.

Kept as FIFO with reinsertion, which is the same: there is no hand to model. The counter starts at 0 and stops at
2^bits - 1.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Set
from itertools import cycle
from typing import ClassVar

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import NOTHING_LOCKED, Cache, Grounds
from memview.policies.eviction.parameters import whole_number


class ClockQueue:
    """The queue and its counters, of at most `bound` size units where its owner keeps to that."""

    __slots__ = ("bound", "counters", "most", "sizes", "used")

    def __init__(self, bound: int, bits: int) -> None:
        self.bound = bound
        self.most = 2**bits - 1
        self.used = 0
        self.sizes: OrderedDict[int, int] = OrderedDict()
        self.counters: dict[int, int] = {}

    def __contains__(self, key: int) -> bool:
        return key in self.sizes

    def touch(self, key: int) -> None:
        """`key` was used."""
        if self.counters[key] < self.most:
            self.counters[key] += 1

    def insert(self, key: int, size: int) -> None:
        """`key` comes in at the end, unused."""
        self.sizes[key] = size
        self.counters[key] = 0
        self.used += size

    def remove(self, key: int) -> int:
        """`key` leaves; returns its size."""
        size = self.sizes.pop(key)
        del self.counters[key]
        self.used -= size
        return size

    def turn_to_victim(self, locked: Set[int] = NOTHING_LOCKED) -> int | None:
        """The first key whose counter is 0; those before it lose one and go to the end. None when all are locked."""
        sizes, counters = self.sizes, self.counters
        if locked:
            allowed = [key for key in sizes if key not in locked]
            for key in cycle(allowed):
                if not counters[key]:
                    return key
                counters[key] -= 1
                sizes.move_to_end(key)
            return None
        while sizes:
            key = next(iter(sizes))
            if not counters[key]:
                return key
            counters[key] -= 1
            sizes.move_to_end(key)
        return None

    def copy(self) -> ClockQueue:
        """One that goes its own way."""
        twin = object.__new__(ClockQueue)
        twin.bound, twin.most, twin.used = self.bound, self.most, self.used
        twin.sizes, twin.counters = self.sizes.copy(), self.counters.copy()
        return twin


class Clock(Cache):
    """One clock queue. `bits` are those of the counter."""

    parts: ClassVar[tuple[str, ...]] = ("queue",)

    def __init__(self, capacity: int, bits: float = 1) -> None:
        super().__init__(capacity)
        self.queue = ClockQueue(capacity, whole_number("bits", bits, 1, 16))

    def residents(self) -> dict[int, int]:
        return dict(self.queue.sizes)

    def touch(self, key: int) -> bool:
        if key not in self.queue.sizes:
            return False
        self.queue.touch(key)
        return True

    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        key = self.queue.turn_to_victim(locked)
        if key is None:
            raise LookupError("nothing may leave")
        self.discard(key)
        return key

    def insert(self, key: int, size: int) -> None:
        self.queue.insert(key, size)
        self.used += size
        self.log.append(key)

    def discard(self, key: int) -> None:
        self.used -= self.queue.remove(key)
        self.log.append(~key)

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        value = float(self.queue.counters[key])
        if value:
            reason = "clock: used (counter {value:.0f}), but all that may leave were; first out of rounds"
            return Grounds("counter", value, None, reason)
        age = float(turn - pages[key].entered)
        return Grounds(
            "age_turns", age, None, "clock: not used since the hand passed, first such in the queue; resident {turns}"
        )
