"""ACT-R per token: the activation of a memory over the room that it takes.

value = sum over past uses of age ** -decay, divided by tokens; the lowest leaves. Decay 0.8 suits an agent's lookups,
which come back sooner than what Anderson's subjects were asked.
"""

from __future__ import annotations

from memview.kernel.protocols import Page
from memview.policies.eviction.act_r import ActR


class ActRPerToken(ActR):
    """As ACT-R, with `decay` 0.8 and the size in the balance."""

    signal = "activation_per_token"
    reason = "activation {value:.5f} a token, lowest of {count}"

    def __init__(self, decay: float = 0.8) -> None:
        super().__init__(decay)

    def score(self, page: Page, turn: int) -> float:
        """What past uses of `page` still weigh, a token."""
        return self.strength(page, turn) / max(1, page.tokens)
