"""Landfill: how much of what an agent keeps is no use to it. Counts, and shares of all memories at home."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from memview.model.lifecycle_spec import LifecycleSpec
from memview.model.memory import Memory
from memview.policies.lifecycle.boundaries import with_lineage
from memview.policies.lifecycle.conflicts import find_conflicts
from memview.policies.lifecycle.duplicates import find_duplicates
from memview.policies.lifecycle.moments import is_over
from memview.policies.lifecycle.standing import HOME, UNUSED, State, Usage, current, united_usage


@dataclass(frozen=True, slots=True)
class LandfillMetrics:
    """Of `total` memories: `duplicates` that another one stands in for, `stale` ones (expired, contradicted or
    superseded, and still there), those `never_retrieved`, those with `missing_metadata` (no citation), and those that
    are `conflicting`: parties to a conflict that nothing has settled."""

    total: int
    duplicates: int
    stale: int
    never_retrieved: int
    missing_metadata: int
    conflicting: int

    @property
    def shares(self) -> dict[str, float | None]:
        """Each count by its name with `_ratio` behind it, as a share of `total`; None when there are no memories."""
        counts = {
            "duplicate": self.duplicates,
            "stale": self.stale,
            "never_retrieved": self.never_retrieved,
            "missing_metadata": self.missing_metadata,
            "conflicting": self.conflicting,
        }
        return {f"{name}_ratio": count / self.total if self.total else None for name, count in counts.items()}


def landfill(
    memories: Iterable[Memory],
    usage: Mapping[str, Usage],
    state: State | None = None,
    spec: LifecycleSpec | None = None,
) -> LandfillMetrics:
    """The metrics of `memories` as they stand in `state`, with the thresholds of `spec`; messages are no memories."""
    state = replace(state or State(), usage=usage)
    spec = spec or LifecycleSpec()
    everything = with_lineage(memories)
    at_home = [
        memory
        for memory in current(everything, state.standings)
        if state.standing(memory.memory_id).place == HOME and memory.kind != "message"
    ]
    superseded = {memory.supersedes for memory in at_home if not memory.quarantined}
    stale = {
        memory.memory_id
        for memory in at_home
        if memory.memory_id in superseded or _is_stale(memory, state) or is_over(memory, state.at)
    }
    live = [memory for memory in at_home if memory.memory_id not in stale]
    merges = find_duplicates(live, spec.merge_threshold, state.arrivals, state.core)
    parties = {each.memory_id for found in find_conflicts(live, state.arrivals) for each in (found.older, found.newer)}
    used = united_usage(usage, state.standings)
    return LandfillMetrics(
        total=len(at_home),
        duplicates=sum(len(merge.merged_ids) for merge in merges),
        stale=len(stale),
        never_retrieved=sum(not used.get(memory.memory_id, UNUSED).uses for memory in at_home),
        missing_metadata=sum(memory.citation.is_empty for memory in at_home),
        conflicting=len(parties),
    )


def _is_stale(memory: Memory, state: State) -> bool:
    """Whether something put an end to `memory`, and that is not still to come."""
    standing = state.standing(memory.memory_id)
    return standing.is_ended and (standing.valid_until is None or state.at is None or is_over(memory, state.at))
