"""Lifecycle undone: the steps of a replay read back from its events, what became of whom, and a replay without some.

A step is taken back in two ways. `undone` answers on paper: the rows as they would stand after the events up to one of
them. `with_undos` asks the replay: the session with a record for each, as a what-if of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from memview.kernel.caretaker import UNDONE
from memview.kernel.event_log import ACTION_CODE, PLACE_CODE
from memview.model.session import Session, Undo
from memview.policies.lifecycle.standing import AT_HOME, COLD, HOME, NOWHERE, Standing

if TYPE_CHECKING:
    from memview.replay.replay import Replay

_MERGE, _INVALIDATE = ACTION_CODE["merge"], ACTION_CODE["invalidate"]
_COMPACT, _DROP, _UPDATE = ACTION_CODE["compact"], ACTION_CODE["drop"], ACTION_CODE["update"]
_COLD, _LOST = PLACE_CODE["cold"], PLACE_CODE["nowhere"]


@dataclass(frozen=True, slots=True)
class TakenStep:
    """Event `seq` as a step of the lifecycle: it took `memory_id` from one standing to another, for `other`.

    `action` is that of the event; one of `update` is itself an undoing.
    """

    seq: int
    turn: int
    action: str
    memory_id: str
    other: str | None
    reason: str
    before: Standing
    after: Standing


def lifecycle_steps(replay: Replay, until: int | None = None) -> list[TakenStep]:
    """The steps among the events up to and including `until` (None: all so far), in order."""
    log, ids = replay.events, replay.workload.items.ids
    stop = len(log) if until is None else min(until + 1, len(log))
    standings: dict[str, Standing] = {}
    found = []
    for seq in range(stop):
        name = ids[log.items[seq]] if log.items[seq] >= 0 else ""
        other = None if log.others[seq] < 0 else ids[log.others[seq]]
        before = standings.get(name, AT_HOME)
        after = _after(replay, seq, before, other)
        if after is not None and after != before:
            standings[name] = after
            event = log[seq]
            found.append(TakenStep(seq, event.turn, event.action, name, other, event.reason, before, after))
    return found


def _after(replay: Replay, seq: int, before: Standing, other: str | None) -> Standing | None:
    """What the event makes of a standing; None when it is no step of a lifecycle."""
    log = replay.events
    action, destination = log.actions[seq], log.destinations[seq]
    if action == _MERGE:
        return replace(before, place=COLD, merged_into=other)
    if action == _INVALIDATE:
        return replace(before, ended_by=other, ended_turn=log.turns[seq])
    if action == _COMPACT and destination == _COLD:
        return replace(before, place=COLD, covered_by=other)
    if action == _DROP and destination == _LOST:
        return replace(before, place=NOWHERE)
    if action == _UPDATE and log.reasons[log.reason_codes[seq]].startswith(UNDONE):
        if destination == _COLD:
            return replace(before, place=COLD)
        return Standing(HOME) if destination >= 0 else replace(before, ended_by=None, ended_turn=None)
    return None


def undone(replay: Replay, seqs: Collection[int], until: int | None = None) -> Mapping[str, Standing]:
    """How the memories stand after the events up to `until` with the steps of `seqs` taken back; by id.

    What is not in it is at home and valid. A step that rests on one that is taken back goes with it. Raises
    KeyError for a `seq` that is no step.
    """
    steps = lifecycle_steps(replay, until)
    unknown = sorted(set(seqs) - {step.seq for step in steps})
    if unknown:
        raise KeyError(unknown[0])
    standings: dict[str, Standing] = {}
    for step in steps:
        if step.seq in seqs or standings.get(step.memory_id, AT_HOME) != step.before:
            continue
        if step.after == AT_HOME:
            standings.pop(step.memory_id, None)
        else:
            standings[step.memory_id] = step.after
    return standings


def with_undos(session: Session, undos: Iterable[tuple[str, int]], by: str = "memview what-if") -> Session:
    """`session` with an undo record for each memory id and the turn after which it is taken back."""
    records = list(session.undos)
    for memory_id, after_turn in undos:
        place = bisect_right(records, after_turn, key=lambda undo: undo.after_turn)
        records.insert(place, Undo(after_turn, memory_id, by=by))
    return replace(session, undos=tuple(records))
