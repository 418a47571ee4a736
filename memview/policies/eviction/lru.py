"""LRU: the page that has been idle longest leaves."""

from __future__ import annotations

from collections.abc import Callable

from memview.kernel.protocols import Page, Victim
from memview.policies.eviction.queue import RecencyQueue, first_of_queue


class Lru(RecencyQueue):
    """The head of the queue of last use leaves."""

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:
        """The page that has been idle longest."""
        return first_of_queue(
            self,
            may_leave,
            signal="idle_turns",
            measure=lambda page: turn - page.last_used,
            reason="lru: idle {turns}, longest of {count}",
        )
