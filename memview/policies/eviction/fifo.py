"""FIFO (libCacheSim 0.3.5 semantics): who came in first leaves first, however often it was used."""

from __future__ import annotations

from collections.abc import Mapping

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import Grounds
from memview.policies.eviction.queue_cache import QueueCache


class Fifo(QueueCache):
    """The queue of arrival."""

    def touch(self, key: int) -> bool:
        return key in self.queue

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:
        threshold = None if runner_up is None else float(turn - pages[runner_up].entered)
        reason = "fifo: resident for {turns}, first in of {count}"
        return Grounds("age_turns", float(turn - pages[key].entered), threshold, reason)
