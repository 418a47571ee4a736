"""What the lines of a session file promise each other: ids that are unique and known, time that goes forward."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from memview.sessions.problems import Problem, nearest, quoted

_NEAR_ENOUGH = 2000
"""How many ids are looked through for a near miss: an error message is not worth a minute."""


class Ledger:
    """The ids and times so far, in file order. Its methods raise `Problem` with a field relative to the record."""

    def __init__(self) -> None:
        self._turns: dict[str, int] = {}
        self._memories: set[str] = set()
        self._blocks: set[str] = set()
        self._probes: set[str] = set()
        self._last_time: datetime | None = None
        self._last_text = ""

    @property
    def turn_count(self) -> int:
        """Turns begun so far."""
        return len(self._turns)

    def begin_turn(self, turn_id: str) -> None:
        """Take a turn's id: from here on its own memories may name it."""
        self._require_new("turn_id", turn_id)
        self._turns[turn_id] = len(self._turns) + 1

    def add_memory(self, memory_id: str) -> None:
        """Take a memory's id, after its references were checked: a memory cannot stand for itself."""
        self._require_new("memory_id", memory_id)
        self._memories.add(memory_id)

    def add_probe(self, probe_id: str) -> None:
        """Take a probe's id; probes have a namespace of their own."""
        if not probe_id.strip():
            raise Problem("probe_id", "is empty", "give it a name")
        if probe_id in self._probes:
            raise Problem("probe_id", f"{quoted(probe_id)} is used by an earlier probe", "give each probe its own id")
        self._probes.add(probe_id)

    def require_known(self, field: str, ids: Iterable[str]) -> None:
        """Each id names a memory or a turn that came before."""
        for position, reference in enumerate(ids):
            if reference not in self._memories and reference not in self._turns:
                raise self._dangling(f"{field}[{position}]", reference, (*self._memories, *self._turns))

    def require_memory(self, field: str, memory_id: str) -> None:
        """The id names a memory that came before."""
        if memory_id not in self._memories:
            raise self._dangling(field, memory_id, self._memories)

    def require_stored(self, field: str, memory_id: str) -> None:
        """As `require_memory`, or what a memory tool wrote in a turn that came before: `TURN/archive-1`."""
        if memory_id.partition("/")[0] not in self._turns:
            self.require_memory(field, memory_id)

    def add_blocks(self, labels: Iterable[str]) -> None:
        """Take the declared blocks: the value of each is the memory `block/LABEL`."""
        self._blocks.update(f"block/{label}" for label in labels)

    def require_decidable(self, field: str, memory_id: str) -> None:
        """What a person can decide about: a memory, the value of a block, what a tool wrote in a turn before."""
        turn_id, slash, _ = memory_id.partition("/")
        if memory_id not in self._blocks and not (slash and turn_id in self._turns):
            self.require_memory(field, memory_id)

    def turn_number(self, field: str, turn_id: str) -> int:
        """The 1-based number of a turn that came before."""
        number = self._turns.get(turn_id)
        if number is None:
            raise self._dangling(field, turn_id, self._turns, "no turn before this line")
        return number

    def advance(self, at: str) -> None:
        """Turns, approvals and pins share one clock, which never goes back."""
        moment = moment_of("at", at)
        if self._last_time is not None and moment < self._last_time:
            message = f"time goes backwards, from {printable_time(self._last_text)} to {printable_time(at)}"
            raise Problem("at", message, "put the lines in time order or correct the time")
        self._last_time = moment
        self._last_text = at

    def _require_new(self, field: str, name: str) -> None:
        if name in self._memories or name in self._turns:
            owner = "memory" if name in self._memories else "turn"
            raise Problem(field, f"{quoted(name)} is already the id of an earlier {owner}", "give each its own id")
        if not name.strip():
            raise Problem(field, "is empty", "give it a name")

    def _dangling(
        self, field: str, name: str, known: Iterable[str], where: str = "nothing before this line"
    ) -> Problem:
        near = nearest(name, sorted(known)[:_NEAR_ENOUGH])
        return Problem(field, f"{where} has the id {quoted(name)}", near or "correct the id or move the line down")


def moment_of(field: str, text: str) -> datetime:
    """The moment a timestamp means, naive ones taken as UTC. Raises `Problem` when it is not ISO 8601."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        message = f"{quoted(text)} is not an ISO 8601 time"
        raise Problem(field, message, "write it like 2026-01-31T10:00:00Z") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def printable_time(text: str) -> str:
    """A timestamp as it may be repeated in a message; it parsed, so it is short, but its separator can be anything."""
    return text if text.isprintable() else quoted(text)
