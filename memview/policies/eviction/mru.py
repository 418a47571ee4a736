"""MRU (libCacheSim 0.3.5 semantics): who was used last leaves. For loops that are longer than the core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import Grounds
from memview.policies.eviction.lru import Lru
from memview.policies.eviction.queue_cache import QueueCache, idle_grounds


class Mru(QueueCache):
    """The queue of last use, from its other end."""

    touch = Lru.touch

    def ranking(self) -> Iterator[int]:
        return reversed(self.queue)

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:
        return idle_grounds(key, runner_up, pages, turn, "mru: idle {turns}, shortest of {count}")
