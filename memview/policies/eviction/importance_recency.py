"""Importance and recency: a page is worth what the agent said of it, plus how lately it was used.

score = importance_weight * importance + recency_weight * 2 ** (-idle / half_life), idle in turns; the lowest leaves.
The shape is that of Generative Agents (Park et al. 2023, recency and importance), with decay per turn, not per hour.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from memview.kernel.protocols import Page, Victim
from memview.model.errors import PolicyError
from memview.policies.eviction.queue import ArrivalQueue, first_of_queue


class ImportanceRecency(ArrivalQueue):
    """Scores all resident pages when one has to leave. `half_life` is in turns."""

    def __init__(self, importance_weight: float = 1.0, recency_weight: float = 1.0, half_life: float = 8.0) -> None:
        super().__init__()
        if half_life <= 0:
            raise PolicyError(f"half_life is {half_life:g}: it counts turns and has to be above 0")
        self._importance_weight = importance_weight
        self._recency_weight = recency_weight
        self._half_life = half_life

    def score(self, page: Page, turn: int) -> float:
        """What `page` is worth at `turn`, 0 to the sum of the weights."""
        recency = math.pow(2.0, -(turn - page.last_used) / self._half_life)
        return self._importance_weight * page.importance + self._recency_weight * recency

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:
        """The page that is worth least; among equals the first by id."""
        return first_of_queue(
            sorted(self, key=lambda page: (self.score(page, turn), page.memory_id)),
            may_leave,
            signal="score",
            measure=lambda page: self.score(page, turn),
            reason="importance + recency {value:.2f}, lowest of {count}",
        )
