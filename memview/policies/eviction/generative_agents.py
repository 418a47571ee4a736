"""Generative Agents (Park et al. 2023; `reverie/backend_server/persona/cognitive_modules/retrieve.py`).

score = 0.5 recency + 3 relevance + 2 importance, each spread over 0..1 among the residents; the lowest leaves. Recency
is `decay` to the power of a rank by last use, not of time. Relevance is what retrieval scored for this turn, 0 for a
page that it did not name. A part in which all residents are equal is 0.5 for each, as in the original.

The paper gives the newest memory the first rank. The code sorts by last access in ascending order and numbers from 1,
so that the oldest memory gets it: recency is reversed. Both are here, side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from memview.kernel.protocols import Page, Victim
from memview.model.errors import PolicyError
from memview.policies.eviction.queue import RecencyQueue, first_of_queue


class GenerativeAgentsAsCoded(RecencyQueue):
    """Recency as the published code computes it: the longer idle, the higher."""

    def __init__(
        self,
        recency_weight: float = 0.5,
        relevance_weight: float = 3.0,
        importance_weight: float = 2.0,
        decay: float = 0.99,
    ) -> None:
        super().__init__()
        self._weights = (recency_weight, relevance_weight, importance_weight)
        if not 0 < decay <= 1:
            raise PolicyError(f"decay is {decay:g}: it has to be above 0 and at most 1")
        self._decay = decay
        self._relevance: dict[int, float] = {}

    def observe(self, turn: int, asked: Sequence[tuple[int, float]]) -> None:  # noqa: ARG002
        """The scores of this turn are its relevance."""
        self._relevance = dict(asked)

    def by_recency(self) -> list[Page]:
        """The residents, the one whose recency is highest first."""
        return list(self)

    def scores(self) -> dict[int, float]:
        """The score of each resident item, 0 to the sum of the weights."""
        pages = self.by_recency()
        parts = (
            [self._decay**rank for rank in range(1, len(pages) + 1)],
            [self._relevance.get(page.item, 0.0) for page in pages],
            [page.importance for page in pages],
        )
        spread = [
            [weight * value for value in _spread(part)] for weight, part in zip(self._weights, parts, strict=True)
        ]
        return {page.item: sum(values) for page, *values in zip(pages, *spread, strict=True)}

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:  # noqa: ARG002
        """The page with the lowest score; among equals the first by id."""
        scores = self.scores()
        return first_of_queue(
            sorted(self, key=lambda page: (scores[page.item], page.memory_id)),
            may_leave,
            signal="score",
            measure=lambda page: scores[page.item],
            reason="recency + relevance + importance {value:.2f}, lowest of {count}",
        )


class GenerativeAgentsPaper(GenerativeAgentsAsCoded):
    """Recency as the paper describes it: the newer its last use, the higher."""

    def by_recency(self) -> list[Page]:
        """The residents, the one used last first."""
        return super().by_recency()[::-1]


def _spread(values: list[float]) -> list[float]:
    """`values` from 0 for the least to 1 for the greatest; 0.5 each when all are equal."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    return [(value - low) / (high - low) if high > low else 0.5 for value in values]
