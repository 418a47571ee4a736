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


def direction_of(metric: str) -> int:
    """1 where more of `metric` is better, -1 where less is, 0 where neither is."""
    return (metric in _HIGHER_IS_BETTER) - (metric in _LOWER_IS_BETTER)


def worst_of(values: Sequence[float | int | None], metric: str) -> frozenset[int]:
    """As `best_of`, places of the worst."""
    return _leading(values, -direction_of(metric))


def best_of(values: Sequence[float | int | None], metric: str) -> frozenset[int]:
    """Places of the best of `values` of `metric`; None is no value.

    Empty where the metric has no better and worse, where fewer than two have a value and where all values are alike.
    """
    return _leading(values, direction_of(metric))


def _leading(values: Sequence[float | int | None], direction: int) -> frozenset[int]:
    known = {place: value for place, value in enumerate(values) if value is not None}
    if not known or not direction:
        return frozenset()
    first = max(known.values()) if direction > 0 else min(known.values())
    leading = frozenset(place for place, value in known.items() if value == first)
    return leading if len(leading) < len(known) else frozenset()
