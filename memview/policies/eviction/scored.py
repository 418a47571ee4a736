"""Scored eviction: every resident page has a score, and the lowest leaves. The base for a policy of one's own."""

from __future__ import annotations

import math
from collections.abc import Callable

from memview.kernel.protocols import Page, Victim
from memview.model.errors import PolicyError
from memview.policies.eviction.queue import ArrivalQueue


class ScoredEviction(ArrivalQueue):
    """Scores all resident pages when one has to leave. A subclass says what a page is worth, and nothing else.

    `signal` names the score in events; `reason` is a `str.format` template over `value` (the score of the page that
    leaves), `threshold` (that of the next one), `other` (its id) and `count` (pages that were compared).
    """

    signal = "score"
    reason = "score {value:.3f}, lowest of {count}"

    def score(self, page: Page, turn: int) -> float:
        """What `page` is worth at `turn`: a finite number, the same whenever it is asked for in one turn."""
        raise NotImplementedError(f"{type(self).__name__} has no score(page, turn)")

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:
        """The page with the lowest score; among equals the first by id. Raises PolicyError for a score like NaN."""
        scored: list[tuple[float, str, Page]] = []
        for page in self:
            if may_leave(page):
                worth = float(self.score(page, turn))
                if not math.isfinite(worth):
                    raise PolicyError(f"the score of {page.memory_id} is {worth}, not a finite number")
                scored.append((worth, page.memory_id, page))
        if not scored:
            return None
        scored.sort(key=lambda entry: entry[:2])
        worth, _, page = scored[0]
        following = scored[1] if len(scored) > 1 else None
        threshold, runner_up = (following[0], following[2]) if following else (None, None)
        return Victim(page, self.signal, worth, threshold, self.reason, runner_up, len(scored))
