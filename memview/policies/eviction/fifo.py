"""FIFO: the page that came in first leaves first, however often it was used."""

from __future__ import annotations

from collections.abc import Callable

from memview.kernel.protocols import Page, Victim
from memview.policies.eviction.queue import first_of_queue


class Fifo:
    """A queue in order of arrival."""

    def __init__(self) -> None:
        self._queue: dict[int, Page] = {}

    def admit(self, page: Page, turn: int) -> None:  # noqa: ARG002
        self._queue[page.item] = page

    def touch(self, page: Page, turn: int) -> None:
        """A hit changes nothing."""

    def remove(self, page: Page) -> None:
        del self._queue[page.item]

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:
        return first_of_queue(
            self._queue.values(),
            may_leave,
            signal="age_turns",
            measure=lambda page: turn - page.entered,
            reason="fifo: resident for {value:.0f} turns, first in of {count}",
        )
