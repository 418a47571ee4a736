"""Which metrics have a better and a worse, and which of several values are best: for tables that compare policies."""

from __future__ import annotations

from collections.abc import Sequence

_HIGHER_IS_BETTER = frozenset(
    {
        "probe_recall", "probe_recall_covered", "resident_hit_ratio", "token_hit_ratio", "prefix_reuse",
        "identifier_survival",
    }
)  # fmt: skip
_LOWER_IS_BETTER = frozenset(
    {
        "faults", "thrash", "prompt_tokens_mean", "lost", "retrieved_unused_ratio", "regret",
        "duplicate_ratio", "stale_ratio", "never_retrieved_ratio", "conflicting_ratio",
    }
)  # fmt: skip
# Not in either: promotions, evictions, covered and recoverable are neither good nor bad by themselves, and
# fallback_ratio, metadata_missing_ratio and uncited_ratio belong to the session.


def best_of(values: Sequence[float | int | None], metric: str) -> frozenset[int]:
    """Places of the best of `values` of `metric`; None is no value.

    Empty where the metric has no better and worse, where fewer than two have a value and where all values are alike.
    """
    known = {place: value for place, value in enumerate(values) if value is not None}
    if not known or metric not in _HIGHER_IS_BETTER | _LOWER_IS_BETTER:
        return frozenset()
    best = max(known.values()) if metric in _HIGHER_IS_BETTER else min(known.values())
    leading = frozenset(place for place, value in known.items() if value == best)
    return leading if len(leading) < len(known) else frozenset()
