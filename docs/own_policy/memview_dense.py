"""A policy of one's own: what is worth little for its size leaves first."""

from memview.policies import Page, PolicyPlugin, PolicySpec, ScoredEviction


class Dense(ScoredEviction):
    """Worth is importance, and more with every use; it counts per token."""

    reason = "worth {value:.4f} a token, lowest of {count}"

    def __init__(self, use_weight: float = 0.1) -> None:
        super().__init__()
        self.use_weight = use_weight

    def score(self, page: Page, turn: int) -> float:
        return (page.importance + self.use_weight * page.uses) / max(1, page.tokens)


SUMMARY = "Keeps what is worth most per token."
DENSE = PolicyPlugin(PolicySpec("dense", "1", family="example", summary=SUMMARY), eviction=Dense)
