"""A policy as data: the named, versioned bundle of promotion, eviction, retrieval and budgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NO_PARAMETERS: Mapping[str, float] = MappingProxyType({})

DEFAULT_PROMOTE_IF = "importance > 0.7 or (rank <= 2 and importance >= 0.5)"
"""Promote what the agent marked important, or what this turn asked for most and is not trivia."""


@dataclass(frozen=True, slots=True)
class PolicySpec:
    """What a replay runs under. Budgets are tokens; None takes the session's own budget.

    `eviction` names an eviction algorithm, `parameters` its numbers. `promote_if` is a safe expression over the
    promotion signals. `window_overflow` says where messages go that leave the window: "recall" (lossless) or "drop".
    """

    name: str
    version: int = 1
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
    retriever: str = "bm25"
    analysis: str = "english"
    readahead: int = 0
    window_overflow: str = "recall"
    parameters: Mapping[str, float] = field(default=NO_PARAMETERS)

    @property
    def label(self) -> str:
        """`name@version`, as events and headers show it."""
        return f"{self.name}@{self.version}"
