"""A frame: what was in the agent's context at one turn, what was not, and how many tokens each section took."""

from __future__ import annotations

from dataclasses import dataclass

SECTIONS = ("system", "core", "summary", "retrieved", "window", "query")
"""The fixed anchors of the prompt, in their fixed order."""


@dataclass(frozen=True, slots=True)
class SectionTokens:
    """Tokens per prompt section. `total` is the prompt (without `reserve`); total + reserve <= `limit`."""

    system: int
    core: int
    summary: int
    retrieved: int
    window: int
    query: int
    reserve: int
    limit: int

    @property
    def total(self) -> int:
        return self.system + self.core + self.summary + self.retrieved + self.window + self.query

    @property
    def free(self) -> int:
        return max(0, self.limit - self.reserve - self.total)

    @property
    def memory(self) -> int:
        """Tokens that are memory rather than conversation: core, summary and retrieved."""
        return self.core + self.summary + self.retrieved

    def as_dict(self) -> dict[str, int]:
        return {
            "system": self.system,
            "core": self.core,
            "summary": self.summary,
            "retrieved": self.retrieved,
            "window": self.window,
            "query": self.query,
            "reserve": self.reserve,
            "total": self.total,
            "limit": self.limit,
        }


@dataclass(frozen=True, slots=True)
class Custody:
    """How many items are in each state; the four always add up to every item the agent has seen so far."""

    visible: int
    covered: int
    recoverable: int
    lost: int

    @property
    def total(self) -> int:
        return self.visible + self.covered + self.recoverable + self.lost

    def as_dict(self) -> dict[str, int]:
        return {
            "visible": self.visible,
            "covered": self.covered,
            "recoverable": self.recoverable,
            "lost": self.lost,
        }


@dataclass(frozen=True, slots=True)
class Frame:
    """The fold of all events up to a turn. Each list holds item ids in the order in which the prompt shows them.

    `window` ends with the turn's own message, which the prompt shows as the query: `tokens.query` counts it,
    `tokens.window` counts those before it.
    """

    turn: int
    core: tuple[str, ...]
    window: tuple[str, ...]
    retrieved: tuple[str, ...]
    summary: tuple[str, ...]
    tokens: SectionTokens
    custody: Custody

    def as_dict(self) -> dict[str, object]:
        """The published shape of `replay --frames`."""
        return {
            "turn": self.turn,
            "core": list(self.core),
            "window": list(self.window),
            "retrieved": list(self.retrieved),
            "summary": list(self.summary),
            "tokens": self.tokens.as_dict(),
            "custody": self.custody.as_dict(),
        }
