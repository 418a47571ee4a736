"""Governance of a replay: which memories wait, were refused or are withheld at a turn; what a decision would change.

A decision is a what-if: the session is replayed with a record that the recording does not have.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from memview.kernel.event_log import ACTION_CODE, EventLog
from memview.kernel.guard import REFUSED_BY_A_PERSON
from memview.model.memory import TRUST_CLASSES, Memory
from memview.model.session import APPROVED, REFUSED, Approval, Session

if TYPE_CHECKING:
    from memview.kernel.items import ItemTable
    from memview.replay.replay import Replay

WAITING, WITHHELD = "waiting", "withheld"
STATES = (WAITING, REFUSED, WITHHELD)
"""`waiting` for an approval, `refused` by a person, `withheld` by the guard at this turn for another reason."""

_QUARANTINE, _APPROVE, _REJECT = ACTION_CODE["quarantine"], ACTION_CODE["approve"], ACTION_CODE["reject"]
_TALLIED = ("quarantine", "approve", "reject")


@dataclass(frozen=True, slots=True)
class Withheld:
    """A memory that may not enter the prompt.

    `since` is the turn from which on (0: loading), `sought` how often a search found it all the same; `trust` is the
    least of its lineage.
    """

    memory: Memory
    trust: str
    state: str
    reason: str
    since: int
    sought: int

    @property
    def memory_id(self) -> str:
        return self.memory.memory_id

    @property
    def can_be_approved(self) -> bool:
        """Whether an approval would change anything: what is superseded or private stays out with one, too."""
        return self.state == WAITING

    @property
    def can_be_refused(self) -> bool:
        return self.state != REFUSED

    def as_dict(self) -> dict[str, object]:
        """The published shape: without the text, which may be sensitive."""
        return {
            "memory_id": self.memory_id,
            "state": self.state,
            "reason": self.reason,
            "trust": self.trust,
            "since_turn": self.since,
            "sought": self.sought,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decides about a memory after a turn: `kind` is `approved` or `refused`."""

    memory_id: str
    after_turn: int
    kind: str = APPROVED

    @property
    def words(self) -> str:
        """`approved M-3 at turn 12`."""
        return f"{self.kind} {self.memory_id} at turn {self.after_turn}"


def withheld_at(replay: Replay, turn: int) -> list[Withheld]:
    """What is kept out of the prompt at the end of `turn`: what waits first, then by the turn since when.

    A pass over the events of the turns in which the guard or a person did something. Raises IndexError for a turn that
    is not computed.
    """
    log = replay.events
    stop = replay.event_span(turn).stop
    tallies = [replay.tally(action) for action in _TALLIED]
    found: dict[int, tuple[str, str, int]] = {}
    sought: dict[int, int] = {}
    for number in range(turn + 1):
        if not any(tally[number] for tally in tallies):
            continue
        span = replay.event_span(number)
        for seq in range(span.start, min(span.stop, stop)):
            _note(log, seq, number == turn, found, sought)
    items = replay.workload.items
    released = _released(replay, turn)
    found = {
        item: entry for item, entry in found.items() if entry[0] != WAITING or not _waits_no_more(items, item, released)
    }
    entries = [
        Withheld(items.memory(item), TRUST_CLASSES[items.trusts[item]], state, reason, since, sought.get(item, 0))
        for item, (state, reason, since) in found.items()
    ]
    return sorted(entries, key=lambda entry: (STATES.index(entry.state), entry.since, entry.memory_id))


def _released(replay: Replay, turn: int) -> set[int]:
    """The items that a person had approved, and not refused since, at the end of `turn`."""
    log = replay.events
    approvals, rejects = replay.tally("approve"), replay.tally("reject")
    released: set[int] = set()
    for number in range(turn + 1):
        if not (approvals[number] or (released and rejects[number])):
            continue
        for seq in replay.event_span(number):
            if log.actions[seq] == _APPROVE:
                released.add(log.items[seq])
            elif log.actions[seq] == _REJECT and log.reason(seq) == REFUSED_BY_A_PERSON:
                released.discard(log.items[seq])
    return released


def _waits_no_more(items: ItemTable, item: int, released: set[int]) -> bool:
    """Whether what waited only for what it derives from has no longer to: all of that is released."""
    held = items.held_sources.get(item)
    if not held or items.is_quarantined(item) or items.memory(item).is_sensitive:
        return False
    return released.issuperset(held)


def _note(
    log: EventLog, seq: int, is_now: bool, found: dict[int, tuple[str, str, int]], sought: dict[int, int]
) -> None:
    """Take one event into account. What is withheld for a reason of the moment counts in its own turn only."""
    action, item = log.actions[seq], log.items[seq]
    if action == _QUARANTINE:
        if log.origins[seq] < 0:
            sought[item] = sought.get(item, 0) + 1
        since = found[item][2] if item in found else log.turns[seq]
        found[item] = (WAITING, log.reason(seq), since)
    elif action == _APPROVE:
        found.pop(item, None)
    elif action == _REJECT:
        reason = log.reason(seq)
        by_the_guard = log.signal_codes[seq] >= 0 and log.signals[log.signal_codes[seq]] == "relevance"
        if reason == REFUSED_BY_A_PERSON:
            if by_the_guard:
                sought[item] = sought.get(item, 0) + 1
            if item not in found or found[item][0] != REFUSED:
                found[item] = (REFUSED, reason, log.turns[seq])
        elif by_the_guard and is_now and item not in found:
            found[item] = (WITHHELD, reason, log.turns[seq])


def with_decisions(session: Session, decisions: Iterable[Decision], by: str = "memview what-if") -> Session:
    """`session` with a record for each decision, after the turn that it names; the recording stays as it is."""
    approvals = list(session.approvals)
    for decision in decisions:
        place = bisect_right(approvals, decision.after_turn, key=lambda approval: approval.after_turn)
        record = Approval(decision.after_turn, decision.memory_id, by=by, decision=decision.kind)
        approvals.insert(place, record)
    return replace(session, approvals=tuple(approvals))
