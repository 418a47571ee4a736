"""Changes of a what-if: what a person would have had otherwise, as data. `fork.with_changes` makes session and policy.

Turns are 1-based numbers and 0 is loading. They keep their numbers under every change, so that a fork and its origin
can be looked at side by side. A change `after` a turn has its effect from the next prompt on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from memview.model.errors import MemviewError
from memview.model.policy_spec import PolicySpec
from memview.model.session import Session
from memview.replay.governance import Decision

_QUOTED = 40


class ChangeError(MemviewError):
    """A change that cannot be made: it names what the session or the policy does not have, or a value that is none."""


@dataclass(frozen=True, slots=True)
class Pin:
    """The memory is resident in the core from the turn after `after_turn` on, if it fits, and never evicted."""

    memory_id: str
    after_turn: int

    @property
    def words(self) -> str:
        """`pinned M-3 at turn 12`."""
        return f"pinned {self.memory_id} at turn {self.after_turn}"


@dataclass(frozen=True, slots=True)
class Unpin:
    """From the end of `after_turn` on the memory may be evicted like any other."""

    memory_id: str
    after_turn: int

    @property
    def words(self) -> str:
        """`unpinned M-3 at turn 12`."""
        return f"unpinned {self.memory_id} at turn {self.after_turn}"


@dataclass(frozen=True, slots=True)
class EditMemory:
    """The memory was written with another text, importance (0..1) or tier; None keeps what is recorded."""

    memory_id: str
    text: str | None = None
    importance: float | None = None
    tier: str | None = None

    @property
    def words(self) -> str:
        """`M-3 with importance 0.9`."""
        parts = []
        if self.text is not None:
            parts.append(f"the text {_quoted(self.text)}")
        if self.importance is not None:
            parts.append(f"importance {self.importance:g}")
        if self.tier is not None:
            parts.append(f"tier {self.tier}")
        return f"{self.memory_id} with {', '.join(parts)}" if parts else f"{self.memory_id} as it is"


@dataclass(frozen=True, slots=True)
class DropMemory:
    """The memory was never written."""

    memory_id: str

    @property
    def words(self) -> str:
        """`without M-3`."""
        return f"without {self.memory_id}"


@dataclass(frozen=True, slots=True)
class EditTurn:
    """In turn number `turn` something else was said; the agent's recorded calls and reply stay."""

    turn: int
    text: str

    @property
    def words(self) -> str:
        """`turn 7 says "Which hotel?"`."""
        return f"turn {self.turn} says {_quoted(self.text)}"


@dataclass(frozen=True, slots=True)
class DropTurn:
    """Nothing was said, called, written or answered in turn number `turn`: it stays as an empty one."""

    turn: int

    @property
    def words(self) -> str:
        """`turn 7 emptied`."""
        return f"turn {self.turn} emptied"


@dataclass(frozen=True, slots=True)
class SetBudgets:
    """Other token budgets; None keeps what is in force."""

    core: int | None = None
    window: int | None = None
    retrieval: int | None = None

    @property
    def words(self) -> str:
        """`core budget 800, window budget 4096`."""
        named = (("core", self.core), ("window", self.window), ("retrieval", self.retrieval))
        return (
            ", ".join(f"{name} budget {tokens}" for name, tokens in named if tokens is not None) or "budgets as before"
        )


@dataclass(frozen=True, slots=True)
class SetParameter:
    """A key of the policy has another value: `path` as in a policy file (`top_k`, `parameters.decay`, `promote_if`).

    None takes the key out of `parameters`, `compaction.settings` or a budget: its default holds again.
    """

    path: str
    value: float | str | bool | None

    @property
    def words(self) -> str:
        """`top_k = 4`."""
        value = (
            "the default" if self.value is None else _quoted(self.value) if isinstance(self.value, str) else self.value
        )
        return f"{self.path} = {str(value).lower() if isinstance(self.value, bool) else value}"


SessionChange = Decision | Pin | Unpin | EditMemory | DropMemory | EditTurn | DropTurn
PolicyChange = SetBudgets | SetParameter
Change = SessionChange | PolicyChange


def words_of(changes: Iterable[Change]) -> str:
    """`pinned M-3 at turn 12, core budget 800`; empty without changes."""
    return ", ".join(change.words for change in changes)


def changes_session(changes: Iterable[Change]) -> bool:
    """Whether the fork replays another session than the recording."""
    return any(not isinstance(change, PolicyChange) for change in changes)


def changes_policy(changes: Iterable[Change]) -> bool:
    """Whether the fork replays under another policy or other budgets."""
    return any(isinstance(change, PolicyChange) for change in changes)


def fork_turn(session: Session, spec: PolicySpec, changes: Iterable[Change]) -> int | None:
    """The first turn whose events the fork can have otherwise (0: loading); None without changes.

    Up to the turn before, a replay of the fork and one of the recording hold the same. Whether this turn does differ is
    for `memview.replay.fork_diff` to say. A policy that knows the future may differ from the beginning.
    """
    from memview.policies.registry import knows_the_future

    turns = [_first_effect(session, change) for change in changes]
    if not turns:
        return None
    return 0 if knows_the_future(spec) else min(turns)


def _first_effect(session: Session, change: Change) -> int:
    if isinstance(change, Decision | Pin | Unpin):
        return change.after_turn
    if isinstance(change, EditTurn | DropTurn):
        return change.turn
    if isinstance(change, EditMemory | DropMemory):
        return arrival_turn(session, change.memory_id) or 0
    return 0


def arrival_turn(session: Session, memory_id: str) -> int | None:
    """The turn that writes the memory (0: it is there at the start); None when the session records no such one."""
    for arrival in session.arrivals:
        if arrival.memory.memory_id == memory_id:
            return arrival.after_turn
    for number, turn in enumerate(session.turns, start=1):
        if any(memory.memory_id == memory_id for memory in turn.remember):
            return number
    return 0 if any(block_id(block.label) == memory_id for block in session.blocks) else None


def block_id(label: str) -> str:
    """The id under which the value of a declared block is a memory."""
    return f"block/{label}"


def _quoted(text: str) -> str:
    flat = " ".join(text.split())
    return f'"{flat}"' if len(flat) <= _QUOTED else f'"{flat[: _QUOTED - 1]}…"'
