"""Duplicates, `duplicates@1`: memories that say the same, in the same words or with a few more.

Near duplicates are found by a prefix-filtered similarity join (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and
Srikant 2007, "Scaling up all pairs similarity search"): two sets of words that share at least `threshold` of them have
one of their rarest words in common, so that only memories with a rare word in common are compared at all.

A high overlap is not enough: `window seats` and `aisle seats` differ in one word of ten, and in what matters. So one
of the two must say all that the other says, in the same order, with the same numbers and denials, of the same subject.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from memview.model.memory import TRUST_CLASSES, Memory
from memview.policies.lifecycle.boundaries import is_trusted, is_withheld, lineage_trust, owners_of
from memview.policies.lifecycle.moments import NO_ARRIVALS, in_order
from memview.policies.lifecycle.readings import readings
from memview.policies.lifecycle.wording import Wording, normal, wording

COMPONENT = "duplicates@1"
MOST_COMPARED = 64
"""Memories that one is compared with, those that share its rarest words first."""

KEPT_APART = frozenset({"episode", "message", "summary"})
"""Kinds that are never merged: what happened twice happened twice, and recall is lossless."""

_PLACES = 9


class Merge(NamedTuple):
    """`kept` stands for `merged_ids` from now on. `similarity` is the least of theirs to it, 1 for the same words.

    `trust` is the lowest class among all of them and what they derive from.
    """

    kept: str
    merged_ids: tuple[str, ...]
    reason: str
    similarity: float
    trust: str


@dataclass(slots=True)
class Effort:
    """How much work a search was: pairs of memories whose words were compared."""

    comparisons: int = 0


class _Candidate(NamedTuple):
    """A memory in the order of preference for being kept."""

    memory: Memory
    trust: int
    words: Wording


@dataclass(slots=True)
class _Cluster:
    kept: _Candidate
    trust: int
    members: list[str] = field(default_factory=list)
    similarity: float = 1.0

    def takes(self, other: _Candidate) -> bool:
        """A pinned memory stays as it is, so nothing may lower its trust, and it is merged into nothing."""
        return not other.memory.pinned and not (self.kept.memory.pinned and other.trust < self.trust)

    def take(self, other: _Candidate, similarity: float) -> None:
        self.members.append(other.memory.memory_id)
        self.trust = min(self.trust, other.trust)
        self.similarity = min(self.similarity, similarity)


_Key = tuple[object, ...]


def find_duplicates(
    memories: Iterable[Memory],
    threshold: float,
    arrivals: Mapping[str, int] = NO_ARRIVALS,
    core: Collection[str] = (),
    apart: Collection[str] = (),
    effort: Effort | None = None,
) -> list[Merge]:
    """What to merge, near duplicates from `threshold` (0..1) on; 1 merges exact ones only.

    Kept is what is pinned, what is in the `core`, what says more, what was learned first. Memories in `apart` are left
    alone. Raises ValueError when two memories have one id or `threshold` is not above 0.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"a threshold above 0 and up to 1, not {threshold}")
    learned = in_order(memories, arrivals)
    trust = {name: TRUST_CLASSES.index(found) for name, found in lineage_trust(learned).items()}
    candidates = [
        _Candidate(memory, trust[memory.memory_id], wording(memory.text))
        for memory in learned
        if memory.kind not in KEPT_APART
        and memory.memory_id not in apart
        and not is_withheld(memory)
        and memory.text.strip()
    ]
    # The sort is stable: what was learned first stays first.
    candidates.sort(key=lambda each: -len(each.words.words))
    candidates.sort(key=lambda each: (not each.memory.pinned, each.memory.memory_id not in core))
    clusters = _exact(candidates)
    if threshold < 1:
        clusters = _near(clusters, threshold, effort or Effort())
    return [_merge(cluster, threshold) for cluster in clusters if cluster.members]


def _boundary(candidate: _Candidate) -> _Key:
    """What two memories have to share to be merged at all: whose, of what kind, trusted alike, true as long.

    Trust beyond the border between data and memory is never mixed: a copy in a document would else demote what the
    user said, or be promoted by it.
    """
    memory = candidate.memory
    trusted = is_trusted(TRUST_CLASSES[candidate.trust])
    return *owners_of(memory), memory.kind, trusted, memory.valid_until


def _exact(candidates: Sequence[_Candidate]) -> list[_Cluster]:
    """Memories in the same words, as clusters in order of preference."""
    clusters: list[_Cluster] = []
    known: dict[_Key, _Cluster] = {}
    for candidate in candidates:
        key = (*_boundary(candidate), normal(candidate.memory.text))
        cluster = known.get(key)
        if cluster is not None and cluster.takes(candidate):
            cluster.take(candidate, 1.0)
        else:
            clusters.append(_Cluster(candidate, candidate.trust))
            if cluster is None or cluster.kept.memory.pinned:
                known[key] = clusters[-1]
    return clusters


def _near(clusters: Sequence[_Cluster], threshold: float, effort: Effort) -> list[_Cluster]:
    """`clusters`, each joined to the first in order of preference that says the same at the highest similarity."""
    spread = Counter(term for cluster in clusters for term in cluster.kept.words.terms)
    leaders: list[_Cluster] = []
    index: dict[_Key, list[int]] = {}
    for cluster in clusters:
        keys = _prefix(cluster.kept, threshold, spread)
        leader = _leader(cluster, keys, index, leaders, threshold, effort)
        if leader is not None:
            target, similarity = leader
            target.take(cluster.kept, similarity)
            target.members.extend(cluster.members)
            target.trust = min(target.trust, cluster.trust)
            continue
        for key in keys:
            index.setdefault(key, []).append(len(leaders))
        leaders.append(cluster)
    return leaders


def _prefix(candidate: _Candidate, threshold: float, spread: Mapping[str, int]) -> list[_Key]:
    """The rarest words: whatever shares `threshold` of all words shares one of these; with what has to be equal."""
    words = candidate.words
    if not words.is_comparable:
        return []
    rarest = sorted(words.terms, key=lambda term: (spread[term], term))
    block = (*_boundary(candidate), words.turning)
    return [(*block, term) for term in rarest[: len(rarest) - _ceiling(threshold * len(rarest)) + 1]]


def _ceiling(number: float) -> int:
    """Rounded up, but not for the last bit of a product: 0.8 * 10 is 8."""
    return math.ceil(round(number, _PLACES))


def _leader(
    cluster: _Cluster,
    keys: Sequence[_Key],
    index: Mapping[_Key, Sequence[int]],
    leaders: Sequence[_Cluster],
    threshold: float,
    effort: Effort,
) -> tuple[_Cluster, float] | None:
    """The best of the leaders that share a rare word, and the similarity."""
    found: dict[int, None] = {}
    for key in keys:
        for number in index.get(key, ())[: MOST_COMPARED - len(found)]:
            found[number] = None
    best: tuple[_Cluster, float] | None = None
    for number in sorted(found):
        leader = leaders[number]
        effort.comparisons += 1
        similarity = _similarity(leader.kept, cluster.kept, threshold)
        if similarity > (best[1] if best else 0.0) and _may_join(leader, cluster):
            best = (leader, similarity)
    return best


def _may_join(leader: _Cluster, cluster: _Cluster) -> bool:
    lowest = cluster.kept._replace(trust=cluster.trust)
    return leader.takes(lowest) and _same_claims(leader.kept.memory, cluster.kept.memory)


def _similarity(one: _Candidate, other: _Candidate, threshold: float) -> float:
    """The share of words that both have, or 0 unless one says all that the other does, in the same order."""
    fewer, more = sorted((one.words, other.words), key=lambda words: len(words.terms))
    if not fewer.terms <= more.terms or len(fewer.terms) < threshold * len(more.terms) - 1e-9:
        return 0.0
    if [word for word in more.words if word in fewer.terms] != list(fewer.words):
        return 0.0
    return round(len(fewer.terms) / len(more.terms), _PLACES)


def _same_claims(one: Memory, other: Memory) -> bool:
    """Whether both tell of the same slots of the same subjects: `my sister likes tea` is not `I like tea`."""
    return _claims(one.text) == _claims(other.text)


def _claims(text: str) -> set[tuple[str, str, bool]]:
    return {(reading.subject, reading.slot, reading.negated) for reading in readings(text)}


def _merge(cluster: _Cluster, threshold: float) -> Merge:
    is_exact = cluster.similarity == 1.0
    reason = "same words" if is_exact else f"at least {cluster.similarity:.2f} of the words, limit {threshold:g}"
    return Merge(
        cluster.kept.memory.memory_id, tuple(cluster.members), reason, cluster.similarity, TRUST_CLASSES[cluster.trust]
    )
