"""What the kernel asks of a policy. Concrete policies live in `memview.policies`; the kernel imports none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(slots=True, eq=False)
class Page:
    """A memory that is resident in the core. Turns are 1-based; `uses` counts references since it came in."""

    item: int
    memory_id: str
    tokens: int
    importance: float
    kind: str
    pinned: bool
    entered: int
    last_used: int
    uses: int = 1
    relevance: float = 0.0

    def copy(self) -> Page:
        """A page of its own with the same numbers."""
        return Page(
            self.item, self.memory_id, self.tokens, self.importance, self.kind, self.pinned, self.entered,
            self.last_used, self.uses, self.relevance,
        )  # fmt: skip


class Victim(NamedTuple):
    """The page to evict and the number that decided. `threshold` is the value of the page that came next, if any.

    `reason` is a `str.format` template over value (also as `turns` and `times`, with the noun), threshold, other (the
    id of `runner_up`) and count (`compared`). `plan` is the policy's own: it gets it back with `evict`.
    """

    page: Page
    signal: str
    value: float
    threshold: float | None
    reason: str
    runner_up: Page | None = None
    compared: int = 0
    plan: object = None


class EvictionPolicy(Protocol):
    """Who leaves the core. One instance serves one replay; it is told everything and reads no clock."""

    def observe(self, turn: int, asked: Sequence[tuple[int, float]]) -> None:
        """What retrieval ranked for `turn`, as (item, score), best first; said before the turn decides anything."""

    def largest(self) -> int | None:
        """The largest page that may come in, in tokens; None when whatever fits the core may."""

    def fault(self, item: int, tokens: int, turn: int) -> None:
        """`item` is about to come in; said before a victim is asked for."""

    def admit(self, page: Page, turn: int) -> None:
        """`page` entered the core."""

    def touch(self, page: Page, turn: int) -> None:
        """`page` was referenced while resident; its `uses` and `last_used` are already those of this reference."""

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:
        """The page to evict among those that may leave, or None when none may.

        Changes nothing: the inspector asks it for a forecast. What an eviction changes belongs into `evict`.
        """

    def evict(self, victim: Victim, turn: int) -> None:
        """`victim`, which this policy has just named, left the core."""

    def remove(self, page: Page) -> None:
        """`page` left the core otherwise: something replaced it, or it is no longer valid."""


class Future(Protocol):
    """What an offline policy may know and no running agent can: the references to come."""

    def next_reference(self, item: int, turn: int) -> int | None:
        """The first turn after `turn` that refers to `item`, or None."""


PROMOTION_SIGNALS = (
    "importance", "relevance", "score_ratio", "rank", "tokens", "uses", "idle", "age", "kind", "section", "trust",
)  # fmt: skip
"""Names that `promote_if` may use. `relevance` is the retriever's score, `score_ratio` that over the turn's best one,
`idle` and `age` are turns since the last reference and since arrival, `uses` references so far."""
