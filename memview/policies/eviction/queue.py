"""The head of a queue as a victim: shared by policies whose order is a queue (FIFO, LRU)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from memview.kernel.protocols import Page, Victim


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
