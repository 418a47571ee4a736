"""Queues of resident pages: what policies stand on whose order is one of arrival or of last use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from memview.kernel.protocols import Page, Victim


class ArrivalQueue:
    """Pages in order of arrival."""

    def __init__(self) -> None:
        self._pages: dict[int, Page] = {}

    def __iter__(self) -> Iterator[Page]:
        return iter(self._pages.values())

    def observe(self, turn: int, asked: Sequence[tuple[int, float]]) -> None:
        """What retrieval found does not matter here."""

    def largest(self) -> int | None:
        """Whatever fits the core may come in."""
        return None

    def fault(self, item: int, tokens: int, turn: int) -> None:
        """What is about to come in does not matter here."""

    def admit(self, page: Page, turn: int) -> None:  # noqa: ARG002
        """`page` goes to the end."""
        self._pages[page.item] = page

    def touch(self, page: Page, turn: int) -> None:
        """A hit changes nothing."""

    def evict(self, victim: Victim, turn: int) -> None:  # noqa: ARG002
        """The victim leaves, and nothing is remembered of it."""
        self.remove(victim.page)

    def remove(self, page: Page) -> None:
        """`page` leaves, from wherever it stands."""
        del self._pages[page.item]


class RecencyQueue(ArrivalQueue):
    """Pages in order of last use; those used in the same turn keep the order of their references."""

    def touch(self, page: Page, turn: int) -> None:  # noqa: ARG002
        """A hit moves `page` to the end."""
        self._pages[page.item] = self._pages.pop(page.item)


def first_of_queue(
    queue: Iterable[Page],
    may_leave: Callable[[Page], bool],
    *,
    signal: str,
    measure: Callable[[Page], float],
    reason: str,
) -> Victim | None:
    """The first page of `queue` that may leave, with its measure beside that of the next one; None when none may."""
    allowed = [page for page in queue if may_leave(page)]
    if not allowed:
        return None
    page, runner_up = allowed[0], allowed[1] if len(allowed) > 1 else None
    threshold = None if runner_up is None else float(measure(runner_up))
    return Victim(page, signal, float(measure(page)), threshold, reason, runner_up, len(allowed))
