"""MemoryOS: the heat of a segment of its mid-term memory (EMNLP 2025, `memoryos-pypi/mid_term.py`).

H = visits + interaction length + exp(-idle hours / 24), each with its weight; the lowest heat leaves. A segment is a
run of dialogue pages there and a memory here: visits are hits since it came in, the interaction length is its tokens in
pages of `page_tokens`, and a turn stands for an hour. The reset of a segment that was analysed (at H = 5) belongs to
the work of the LLM and is left out.
"""

from __future__ import annotations

import math

from memview.kernel.protocols import Page
from memview.policies.eviction.parameters import number_above_zero
from memview.policies.eviction.scored import ScoredEviction


class MemoryOsHeat(ScoredEviction):
    """The coldest page leaves. `fade` is in turns."""

    signal = "heat"
    reason = "heat {value:.2f} (visits + length + recency), coldest of {count}"

    def __init__(
        self,
        visit_weight: float = 1.0,
        length_weight: float = 1.0,
        recency_weight: float = 1.0,
        fade: float = 24.0,
        page_tokens: float = 100.0,
    ) -> None:
        super().__init__()
        self._visit_weight = visit_weight
        self._length_weight = length_weight
        self._recency_weight = recency_weight
        self._fade = number_above_zero("fade", fade)
        self._page_tokens = number_above_zero("page_tokens", page_tokens)

    def score(self, page: Page, turn: int) -> float:
        """The heat of `page` at `turn`."""
        visits, length = page.uses - 1, page.tokens / self._page_tokens
        recency = math.exp(-(turn - page.last_used) / self._fade)
        return self._visit_weight * visits + self._length_weight * length + self._recency_weight * recency
