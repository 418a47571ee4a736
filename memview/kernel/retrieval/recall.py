"""How much of the evidence of a session's probes a policy's retrieval finds: the ranking alone, without a replay."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from memview.kernel.workload import Workload
from memview.model.policy_spec import PolicySpec

Candidates = list[tuple[int, float]]


def recall_at(workload: Workload, spec: PolicySpec, k: int, categories: Collection[str] | None = None) -> float | None:
    """Mean share (0..1) of a probe's evidence among its first `k` candidates; `k` is at most the policy's pool.

    Of probes with evidence, of these categories when some are given; None when there is no such probe.
    Ranks the whole session when that has not been done. Raises PolicyError for a retriever that does not exist.
    """
    return _mean_share(workload, spec, categories, lambda ranked: (item for item, _ in ranked[:k]))


def recall_within(
    workload: Workload, spec: PolicySpec, tokens: int, categories: Collection[str] | None = None
) -> float | None:
    """`recall_at` for a budget of `tokens`: what does not fit is left out, what comes after it may still fit.

    At most the policy's `top_k` candidates are taken; its `min_score_ratio` plays no part.
    """
    sizes = workload.items.tokens

    def taken(ranked: Candidates) -> Iterator[int]:
        left = tokens
        for item, _ in ranked[: spec.top_k]:
            if sizes[item] <= left:
                left -= sizes[item]
                yield item

    return _mean_share(workload, spec, categories, taken)


def _mean_share(
    workload: Workload,
    spec: PolicySpec,
    categories: Collection[str] | None,
    take: Callable[[Candidates], Iterator[int]],
) -> float | None:
    demand = workload.demand(spec)
    workload.ensure(demand, len(workload.session.turns))
    shares = []
    for probe in workload.session.probes:
        if not probe.evidence or (categories is not None and probe.category not in categories):
            continue
        wanted = {workload.items.find(name) for name in probe.evidence}
        found = wanted.intersection(take(demand.of_probe(probe.probe_id)))
        shares.append(len(found) / len(wanted))
    return sum(shares) / len(shares) if shares else None
