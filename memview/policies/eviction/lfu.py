"""LFU (libCacheSim 0.3.5 semantics): the page with the fewest references since it came in leaves.

Counts start at 1 on admission and are forgotten on eviction. Among equals the one that entered its frequency class
first leaves, which is the least recently used of them.
"""

from __future__ import annotations

from collections.abc import Callable

from memview.kernel.protocols import Page, Victim


class Lfu:
    """Pages in order of last use; the victim is the first with the smallest count."""

    def __init__(self) -> None:
        self._queue: dict[int, Page] = {}

    def admit(self, page: Page, turn: int) -> None:  # noqa: ARG002
        self._queue[page.item] = page

    def touch(self, page: Page, turn: int) -> None:  # noqa: ARG002
        del self._queue[page.item]
        self._queue[page.item] = page

    def remove(self, page: Page) -> None:
        del self._queue[page.item]

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:  # noqa: ARG002
        allowed = sorted((page for page in self._queue.values() if may_leave(page)), key=lambda page: page.uses)
        if not allowed:
            return None
        page, runner_up = allowed[0], allowed[1] if len(allowed) > 1 else None
        threshold = None if runner_up is None else float(runner_up.uses)
        reason = "lfu: used {value:.0f} times, fewest of {count}"
        return Victim(page, "uses", float(page.uses), threshold, reason, runner_up, len(allowed))
