"""LRU: the page that has been idle longest leaves."""

from __future__ import annotations

from collections.abc import Callable

from memview.kernel.protocols import Page, Victim
from memview.policies.eviction.queue import first_of_queue


class Lru:
    """A queue in order of last use; pages used in the same turn keep the order of their references."""

    def __init__(self) -> None:
        self._queue: dict[int, Page] = {}

    def admit(self, page: Page, turn: int) -> None:  # noqa: ARG002
        self._queue[page.item] = page

    def touch(self, page: Page, turn: int) -> None:  # noqa: ARG002
        del self._queue[page.item]
        self._queue[page.item] = page

    def remove(self, page: Page) -> None:
        del self._queue[page.item]

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:
        return first_of_queue(
            self._queue.values(),
            may_leave,
            signal="idle_turns",
            measure=lambda page: turn - page.last_used,
            reason="lru: idle {value:.0f} turns, longest of {count}",
        )
