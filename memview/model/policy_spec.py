"""A policy as data: the named, versioned bundle of promotion, eviction, retrieval and budgets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from memview.model.compaction_spec import CompactionSpec
from memview.model.lifecycle_spec import LifecycleSpec

NO_PARAMETERS: Mapping[str, float] = MappingProxyType({})


def no_parameters() -> Mapping[str, float]:
    """The one empty mapping that policies without parameters share."""
    return NO_PARAMETERS


DEFAULT_PROMOTE_IF = "importance > 0.7 or (rank <= 2 and importance >= 0.5)"
"""Promote what the agent marked important, or what this turn asked for most and is not trivia."""


SHARED_WRITES = ("higher-trust-wins", "last-writer-wins", "owner-wins")
"""Who wins where two agents do not agree on what they share; the first is the default."""

UNLIMITED = 100_000_000
"""A budget of a policy that is this large is no limit: what a caller asks for does not lower it."""

POOL = 48
"""Candidates kept per query: enough that a window full of recent, similar messages leaves some from the archive."""


@dataclass(frozen=True, slots=True)
class PolicySpec:
    """What a replay runs under. Budgets are tokens; None takes the session's own budget.

    `eviction` names an eviction algorithm, `parameters` its numbers. `promote_if` is a safe expression over the
    promotion signals. A turn refers to at most `top_k` candidates that score at least `min_score_ratio` of its best
    one. `admission` says when a memory may first come into the core: on "demand" of a turn, or "eager", as it arrives.
    `window_overflow` says where messages go that leave the window because nothing else helps: "recall" (lossless)
    or "drop". `compaction` is what happens to the window before that, if anything; `lifecycle` what
    happens to the memories themselves every few turns. `shared_writes`, one of SHARED_WRITES, is the rule for
    conflicting writes of several agents.

    Retrieval keeps `pool` candidates. A message lends `neighbours` of its term scores to those beside it, that share
    squared two messages away, up to `neighbour_reach`; a memory lends `cited` of its own to the record that it derives
    from (over the square root of their number, to several). `derived` says whether such a memory is itself "fetch"ed
    or only serves as "index". Scores of what was said by someone that the question names are multiplied by
    `speaker_weight`, of what is dated in a year, month or day that it names by `date_weight`.
    """

    name: str
    version: str = "1"
    family: str = "eviction"
    provenance: str = ""
    summary: str = ""
    eviction: str = "importance-recency"
    promote_if: str = DEFAULT_PROMOTE_IF
    admission: str = "demand"
    core_budget_tokens: int | None = None
    retrieval_budget_tokens: int | None = None
    window_budget_tokens: int | None = None
    core_slots: int | None = None
    top_k: int = 8
    min_score_ratio: float = 0.4
    retriever: str = "bm25"
    analysis: str = "english"
    readahead: int = 0
    pool: int = POOL
    neighbours: float = 0.0
    neighbour_reach: int = 1
    cited: float = 0.0
    derived: str = "fetch"
    speaker_weight: float = 1.0
    date_weight: float = 1.0
    window_overflow: str = "recall"
    parameters: Mapping[str, float] = field(default_factory=no_parameters)
    compaction: CompactionSpec | None = None
    lifecycle: LifecycleSpec | None = None
    shared_writes: str = SHARED_WRITES[0]

    @property
    def label(self) -> str:
        """`name@version`, as events and headers show it."""
        return f"{self.name}@{self.version}"

    @property
    def age(self) -> tuple[tuple[int, ...], str]:
        """A key that sorts the versions of one name, oldest first: by their numbers, then by their letters."""
        return tuple(int(number) for number in re.findall(r"\d+", self.version)), self.version
