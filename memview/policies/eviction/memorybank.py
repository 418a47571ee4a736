"""MemoryBank: Ebbinghaus' curve of forgetting (Zhong et al. 2023, `memory_bank/memory_retrieval/forget_memory.py`).

R = exp(-t / S): t days since the last recall, S the level, 1 when a memory comes in and one more with each recall, to
`levels`. MemoryBank draws whether to keep a memory with probability R; here the lowest R leaves, which needs no draw.
What has left is forgotten: it comes back at level 1. A day is `turns_per_day` turns; that changes R, not the order.
"""

from __future__ import annotations

import math

from memview.kernel.protocols import Page
from memview.policies.eviction.parameters import number_above_zero, whole_number
from memview.policies.eviction.scored import ScoredEviction


class MemoryBank(ScoredEviction):
    """The page that is nearest to being forgotten leaves."""

    signal = "retention"
    reason = "retention {value:.3f} (exp(-days/level)), lowest of {count}"

    def __init__(self, levels: float = 3, turns_per_day: float = 50.0) -> None:
        super().__init__()
        self._levels = whole_number("levels", levels, 1, 100)
        self._turns_per_day = number_above_zero("turns_per_day", turns_per_day)

    def score(self, page: Page, turn: int) -> float:
        """The retention of `page` at `turn`, 0..1."""
        level = min(page.uses, self._levels)
        return math.exp(-(turn - page.last_used) / self._turns_per_day / level)
