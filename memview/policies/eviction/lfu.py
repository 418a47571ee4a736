"""LFU (libCacheSim 0.3.5 semantics): the page with the fewest references since it came in leaves.

Counts start at 1 on admission and are forgotten on eviction. Among equals the one that entered its frequency class
first leaves, which is the least recently used of them.
"""

from __future__ import annotations

from collections.abc import Callable

from memview.kernel.protocols import Page, Victim
from memview.policies.eviction.queue import RecencyQueue, first_of_queue


class Lfu(RecencyQueue):
    """Of the queue of last use, the first page with the smallest count leaves."""

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:  # noqa: ARG002
        """The page with the fewest references."""
        return first_of_queue(
            sorted(self, key=lambda page: page.uses),
            may_leave,
            signal="uses",
            measure=lambda page: page.uses,
            reason="lfu: used {times}, fewest of {count}",
        )
