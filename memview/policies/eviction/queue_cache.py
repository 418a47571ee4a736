"""One queue of keys with their sizes: what FIFO, LRU and MRU stand on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import ClassVar

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import Grounds, RankedCache


class QueueCache(RankedCache):
    """Newcomers go to the end, the front leaves."""

    parts: ClassVar[tuple[str, ...]] = ("queue",)

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.queue: OrderedDict[int, int] = OrderedDict()

    def residents(self) -> dict[int, int]:
        return dict(self.queue)

    def ranking(self) -> Iterator[int]:
        return iter(self.queue)

    def insert(self, key: int, size: int) -> None:
        self.queue[key] = size
        self.used += size
        self.log.append(key)

    def discard(self, key: int) -> None:
        self.used -= self.queue.pop(key)
        self.log.append(~key)


def idle_grounds(key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int, reason: str) -> Grounds:
    """Turns since the last use of both."""
    threshold = None if runner_up is None else float(turn - pages[runner_up].last_used)
    return Grounds("idle_turns", float(turn - pages[key].last_used), threshold, reason)
