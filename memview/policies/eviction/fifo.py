"""FIFO: the page that came in first leaves first, however often it was used."""

from __future__ import annotations

from collections.abc import Callable

from memview.kernel.protocols import Page, Victim
from memview.policies.eviction.queue import ArrivalQueue, first_of_queue


class Fifo(ArrivalQueue):
    """The head of the queue of arrival leaves."""

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:
        """The page that has been resident longest."""
        return first_of_queue(
            self,
            may_leave,
            signal="age_turns",
            measure=lambda page: turn - page.entered,
            reason="fifo: resident for {turns}, first in of {count}",
        )
