"""An eviction policy for a fork that will hardly need one: copied only when it has to name a victim.

Most questions that are asked of a fork evict nobody, and copying a policy costs more than answering them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

from memview.kernel.protocols import EvictionPolicy, Page, Victim


class DeferredEviction:
    """Stands for a copy of `original`, which must not change until this one is resolved or forgotten.

    `own_pages` gives the pages of the fork by the `id` of those that they are copies of.
    """

    def __init__(self, original: EvictionPolicy, own_pages: Callable[[], dict[int, Page]]) -> None:
        self._original = original
        self._own_pages = own_pages
        self._told: list[Callable[[EvictionPolicy], None]] = []
        self._resolved: EvictionPolicy | None = None

    def resolve(self) -> EvictionPolicy:
        """The copy, brought up to date with what has been told since."""
        if self._resolved is None:
            self._resolved = copy.deepcopy(self._original, self._own_pages())
            for tell in self._told:
                tell(self._resolved)
        return self._resolved

    def _tell(self, call: Callable[[EvictionPolicy], None]) -> None:
        if self._resolved is None:
            self._told.append(call)
        else:
            call(self._resolved)

    def observe(self, turn: int, asked: Sequence[tuple[int, float]]) -> None:
        """Passed on when it matters."""
        self._tell(lambda policy: policy.observe(turn, asked))

    def largest(self) -> int | None:
        """The original's: what has been told here since does not change it."""
        return (self._resolved or self._original).largest()

    def fault(self, item: int, tokens: int, turn: int) -> None:
        """Passed on when it matters."""
        self._tell(lambda policy: policy.fault(item, tokens, turn))

    def admit(self, page: Page, turn: int) -> None:
        """Passed on when it matters."""
        self._tell(lambda policy: policy.admit(page, turn))

    def touch(self, page: Page, turn: int) -> None:
        """Passed on when it matters; a policy may look at the page, so it is told of it as it is now."""
        if self._resolved is None:
            uses, last_used, relevance = page.uses, page.last_used, page.relevance

            def tell(policy: EvictionPolicy) -> None:
                now = page.uses, page.last_used, page.relevance
                page.uses, page.last_used, page.relevance = uses, last_used, relevance
                policy.touch(page, turn)
                page.uses, page.last_used, page.relevance = now

            self._told.append(tell)
        else:
            self._resolved.touch(page, turn)

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:
        """The copy's answer: from here on there is a copy."""
        return self.resolve().victim(may_leave, turn)

    def evict(self, victim: Victim, turn: int) -> None:
        """The victim was the copy's."""
        self.resolve().evict(victim, turn)

    def remove(self, page: Page) -> None:
        """Passed on when it matters."""
        self._tell(lambda policy: policy.remove(page))
