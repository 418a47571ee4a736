"""A policy as data: the named, versioned bundle of promotion, eviction, retrieval and budgets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from memview.model.compaction_spec import CompactionSpec

NO_PARAMETERS: Mapping[str, float] = MappingProxyType({})


def no_parameters() -> Mapping[str, float]:
    """The one empty mapping that policies without parameters share."""
    return NO_PARAMETERS


DEFAULT_PROMOTE_IF = "importance > 0.7 or (rank <= 2 and importance >= 0.5)"
"""Promote what the agent marked important, or what this turn asked for most and is not trivia."""


@dataclass(frozen=True, slots=True)
class PolicySpec:
    """What a replay runs under. Budgets are tokens; None takes the session's own budget.

    `eviction` names an eviction algorithm, `parameters` its numbers. `promote_if` is a safe expression over the
    promotion signals. A turn refers to at most `top_k` candidates that score at least `min_score_ratio` of its best
    one. `window_overflow` says where messages go that leave the window because nothing else helps: "recall" (lossless)
    or "drop". `compaction` is what happens to the window before that, if anything.
    """

    name: str
    version: str = "1"
    family: str = "eviction"
    provenance: str = ""
    summary: str = ""
    eviction: str = "importance-recency"
    promote_if: str = DEFAULT_PROMOTE_IF
    core_budget_tokens: int | None = None
    retrieval_budget_tokens: int | None = None
    window_budget_tokens: int | None = None
    core_slots: int | None = None
    top_k: int = 8
    min_score_ratio: float = 0.4
    retriever: str = "bm25"
    analysis: str = "english"
    readahead: int = 0
    window_overflow: str = "recall"
    parameters: Mapping[str, float] = field(default_factory=no_parameters)
    compaction: CompactionSpec | None = None

    @property
    def label(self) -> str:
        """`name@version`, as events and headers show it."""
        return f"{self.name}@{self.version}"

    @property
    def age(self) -> tuple[tuple[int, ...], str]:
        """A key that sorts the versions of one name, oldest first: by their numbers, then by their letters."""
        return tuple(int(number) for number in re.findall(r"\d+", self.version)), self.version
