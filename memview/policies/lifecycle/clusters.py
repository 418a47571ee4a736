"""Summaries of clusters, `digest@1`: old memories of one topic give way to what is worth keeping of them.

A memory joins the cluster whose first member has most of its telling words in common (leader clustering, in the order
of learning). What a cluster's extractive summary names as a source is covered by it; the rest stays where it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from memview.kernel.retrieval.analysis import STOP_WORDS
from memview.kernel.window import Summary
from memview.model.lifecycle_spec import LifecycleSpec
from memview.model.memory import Memory
from memview.policies.lifecycle.boundaries import is_trusted, is_withheld, lineage_trust, lowest, owners_of
from memview.policies.lifecycle.forgetting import protected_ids
from memview.policies.lifecycle.moments import in_order
from memview.policies.lifecycle.standing import HOME, UNUSED, State, current
from memview.policies.lifecycle.wording import wording
from memview.policies.standins.summary import extract_summary
from memview.policies.standins.texts import SourceText, count_words

COMPONENT = "digest@1"
SUMMARISED_KINDS = frozenset({"fact", "episode"})
"""Preferences, rules and tasks are kept to the letter."""

MOST_COMMON = 32
"""A word that more memories than this begin a cluster with tells no topic."""

_MOST_TERMS = 12
_LARGEST = 50
"""Members of a cluster; further ones begin another."""

_PLACES = 9


class Digest(NamedTuple):
    """`summary` stands for `members`; `tightness` is the least likeness of a member to the first one."""

    members: tuple[Memory, ...]
    summary: Summary
    trust: str
    tightness: float


class _Cluster:
    __slots__ = ("members", "terms", "tightness")

    def __init__(self, first: Memory, terms: frozenset[str]) -> None:
        self.members = [first]
        self.terms = terms
        self.tightness = 1.0


def find_digests(memories: Iterable[Memory], state: State, spec: LifecycleSpec) -> list[Digest]:
    """Summaries of clusters of at least `spec.cluster_size` idle memories, by their first members.

    `memories` are all records. A summary of which fewer than two memories are sources is none.
    """
    if spec.cluster_size < 2:
        return []
    learned = in_order(memories, state.arrivals)
    trust = lineage_trust(learned)
    protected = protected_ids(learned, state)
    idle = [
        memory
        for memory in current(learned, state.standings)
        if memory.memory_id not in protected and not is_withheld(memory) and _is_idle(memory, state, spec)
    ]
    found = []
    for members in _clusters(idle, trust, spec):
        digest = _digest(members, trust, spec)
        if digest is not None:
            found.append(digest)
    return found


def _is_idle(memory: Memory, state: State, spec: LifecycleSpec) -> bool:
    if memory.kind not in SUMMARISED_KINDS or memory.tier not in {"archive", "shared"}:
        return False
    standing = state.standing(memory.memory_id)
    if standing.place != HOME or standing.is_ended or memory.valid_until is not None:
        return False
    usage = state.usage.get(memory.memory_id, UNUSED)
    last = usage.arrived if usage.last_used is None else max(usage.arrived, usage.last_used)
    return state.turn - last >= spec.cluster_idle_turns


def _clusters(idle: Sequence[Memory], trust: Mapping[str, str], spec: LifecycleSpec) -> list[_Cluster]:
    clusters: list[_Cluster] = []
    index: dict[tuple[object, ...], list[int]] = {}
    for memory in idle:
        terms = _terms(memory)
        if not terms:
            continue
        bounds = *owners_of(memory), is_trusted(trust[memory.memory_id])
        keys = [(*bounds, term) for term in sorted(terms)]
        shared = Counter(number for key in keys for number in index.get(key, ())[:MOST_COMMON])
        best, likeness = -1, 0.0
        for number in sorted(shared):
            alike = round(shared[number] / len(terms | clusters[number].terms), _PLACES)
            if alike > likeness and len(clusters[number].members) < _LARGEST:
                best, likeness = number, alike
        if best >= 0 and likeness >= spec.cluster_threshold:
            clusters[best].members.append(memory)
            clusters[best].tightness = min(clusters[best].tightness, likeness)
            continue
        for key in keys:
            index.setdefault(key, []).append(len(clusters))
        clusters.append(_Cluster(memory, terms))
    return [cluster for cluster in clusters if len(cluster.members) >= spec.cluster_size]


def _terms(memory: Memory) -> frozenset[str]:
    telling = [word for word in wording(memory.text).words if word not in STOP_WORDS]
    return frozenset(dict.fromkeys(telling[:_MOST_TERMS]))


def _digest(cluster: _Cluster, trust: Mapping[str, str], spec: LifecycleSpec) -> Digest | None:
    texts = [SourceText(place, "user", memory.text) for place, memory in enumerate(cluster.members)]
    # A summary as long as what it stands for would be no gain.
    limit = min(spec.summary_words, sum(count_words(memory.text) for memory in cluster.members) * 2 // 3)
    summary = extract_summary(texts, limit)
    if len(summary.sources) < 2:
        return None
    members = tuple(cluster.members[place] for place in sorted(summary.sources))
    return Digest(members, summary, lowest(("model", *(trust[each.memory_id] for each in members))), cluster.tightness)
