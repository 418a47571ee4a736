"""What a sweep finds out: one result a cell, and what they come to over all sessions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

ByName = Mapping[str, float | int | None]
Metrics = Mapping[str, float | int | ByName | None]
"""Metrics by published name; None is not applicable. The last three of the following are by name themselves."""

PROBES = "probes"
BY_CATEGORY = "probe_recall_by_category"
PROBES_BY_CATEGORY = "probes_by_category"
RETRIEVAL_RECALL = "recall_at_10"

_BY_NAME = (BY_CATEGORY, PROBES_BY_CATEGORY, RETRIEVAL_RECALL)
_OF_PROBES = ("probe_recall", "probe_recall_covered")


@dataclass(frozen=True, slots=True)
class Result:
    """One session under one policy at one point of the grid. Budgets are tokens, those in force.

    `budget` is the one that the sweep varies: the core's, or the retrieved section's where only that one is varied.
    A budget is None only in a pooled result, where sessions or policies bring their own.
    """

    session: str
    policy: str
    point: int
    budget: int | None
    core_budget: int | None
    retrieval_budget: int | None
    metrics: Metrics

    def as_dict(self) -> dict[str, object]:
        """The published shape."""
        return {
            "session": self.session,
            "policy": self.policy,
            "budget": self.budget,
            "core_budget": self.core_budget,
            "retrieval_budget": self.retrieval_budget,
            "metrics": dict(self.metrics),
        }

    def number(self, metric: str) -> float | int | None:
        """A metric that is one number; None where it does not apply."""
        value = self.metrics.get(metric)
        return value if isinstance(value, int | float) else None

    def named(self, metric: str) -> ByName:
        """A metric that is by name, such as recall by category."""
        value = self.metrics.get(metric)
        return value if isinstance(value, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The results of a sweep in its order: sessions, in each the policies, in each the budgets.

    `problems` are cells that could not be computed, one printable line each.
    """

    results: Sequence[Result]
    problems: Sequence[str] = field(default=())

    @property
    def sessions(self) -> list[str]:
        """Names of the sessions, in order."""
        return list(dict.fromkeys(result.session for result in self.results))

    def pooled(self) -> list[Result]:
        """One result for each policy and point, over all sessions that have it.

        Probe metrics and recalls weigh every probe alike, whichever session it is from; all others are means over
        sessions. A session to which a metric does not apply is left out of it.
        """
        groups: dict[tuple[str, int], list[Result]] = {}
        for result in self.results:
            groups.setdefault((result.policy, result.point), []).append(result)
        return [_pool(group) for group in groups.values()]


def _pool(group: Sequence[Result]) -> Result:
    first = group[0]
    metrics: dict[str, float | int | ByName | None] = {}
    for name in first.metrics:
        if name == PROBES:
            metrics[name] = sum(int(each.number(PROBES) or 0) for each in group)
        elif name == PROBES_BY_CATEGORY:
            counts = [each.named(name) for each in group]
            metrics[name] = {key: sum(int(each.get(key) or 0) for each in counts) for key in _keys(counts)}
        elif name in _BY_NAME:
            metrics[name] = _pool_by_name(group, name)
        else:
            weights = [each.number(PROBES) or 0 if name in _OF_PROBES else 1 for each in group]
            metrics[name] = _mean(zip((each.number(name) for each in group), weights, strict=True))
    return Result(
        f"all {len(group)}",
        first.policy,
        first.point,
        _common([each.budget for each in group]),
        _common([each.core_budget for each in group]),
        _common([each.retrieval_budget for each in group]),
        metrics,
    )


def _pool_by_name(group: Sequence[Result], metric: str) -> ByName:
    values = [each.named(metric) for each in group]
    if metric == BY_CATEGORY:
        weights = [each.named(PROBES_BY_CATEGORY) for each in group]
    else:
        weights = [dict.fromkeys(each.named(metric), each.number(PROBES)) for each in group]
    return {
        key: _mean((found.get(key), weight.get(key) or 0) for found, weight in zip(values, weights, strict=True))
        for key in _keys(values)
    }


def _mean(values: Iterable[tuple[float | int | None, float | int]]) -> float | None:
    """The mean of (value, weight) pairs; a pair without value or weight does not count, None when there is no other."""
    known = [(value, weight) for value, weight in values if value is not None and weight]
    total = sum(weight for _, weight in known)
    return sum(value * weight for value, weight in known) / total if total else None


def _keys(mappings: Sequence[ByName]) -> list[str]:
    return sorted({key for each in mappings for key in each})


def _common(budgets: Sequence[int | None]) -> int | None:
    return budgets[0] if len(set(budgets)) == 1 else None
