"""The protocol of a caretaker: what the kernel shows of an agent's memory at the end of a turn, and what is done to it.

The kernel knows no policy; one with a `lifecycle` brings a caretaker with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from memview.model.event import Signal
from memview.model.memory import Memory


class Use(NamedTuple):
    """Turns are 1-based, 0 is loading: when a memory came, when it was last asked for (None: never), how often."""

    arrived: int
    last_used: int | None
    uses: int


@dataclass(frozen=True, slots=True)
class Household:
    """All memories at the end of `turn`, recorded as `at`, messages and what is nowhere left out.

    `records` are trusted as far as all that they derive from. `core` are the resident ids, `ended` those that something
    superseded or a person refused, `apart` those that no step may touch now. `reserved` are ids that the session uses.
    """

    turn: int
    at: str | None
    records: tuple[Memory, ...]
    usage: Mapping[str, Use]
    core: frozenset[str]
    ended: frozenset[str]
    apart: frozenset[str]
    reserved: frozenset[str]


@dataclass(frozen=True, slots=True)
class CareStep:
    """One thing to do to the memory `memory_id`, because of `signal`; `other` is what it is done for.

    `action`: merge (into `other`, and cold), invalidate (true until `valid_until`; None: no longer), forget (cold),
    drop (gone), summarize (store `made`, which stands for `sources`; they go cold). `reason` is a template of the event
    log.
    """

    action: str
    memory_id: str
    signal: Signal
    reason: str
    other: str | None = None
    count: int = 0
    valid_until: str | None = None
    made: Memory | None = None
    sources: tuple[str, ...] = ()


UNDONE = "undone: "
"""How the reason of an event begins that takes something back."""

BACK, VALID, RETIRED = "back", "valid", "retired"


class Restoration(NamedTuple):
    """What taking a step back does to one memory: BACK to its store, VALID again, or RETIRED (a summary).

    `reason` is a template of the event log, `other` what the step was done for.
    """

    memory_id: str
    kind: str
    reason: str
    other: str | None = None


class Caretaker(Protocol):
    """Remembers what it did: a step is always taken from where the ones before it have left things."""

    def is_due(self, turn: int) -> bool:
        """Whether it has something to do at the end of `turn` (1-based)."""
        ...

    def care(self, household: Household) -> Sequence[CareStep]:
        """What is done now, in order. All of it is carried out."""
        ...

    def undo(self, memory_id: str) -> Sequence[Restoration]:
        """Take back what was done to a memory, which is left alone from then on. Empty: nothing had been done."""
        ...

    def fork(self) -> Caretaker:
        """An independent caretaker that remembers the same."""
        ...
