"""How far a memory can be trusted and whether it holds at a turn: the least class of its lineage, and its validity."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.kernel.event_log import ACTION_CODE
from memview.kernel.items import has_passed
from memview.model.memory import TRUST_CLASSES, Memory

if TYPE_CHECKING:
    from memview.replay.replay import Replay

ENDED, NOT_YET, ENDS = "ended", "not yet valid", "valid until"
"""States of a memory with a validity: it holds no longer, it does not hold yet, its end is still to come."""

_INVALIDATE, _UPDATE = ACTION_CODE["invalidate"], ACTION_CODE["update"]


@dataclass(frozen=True, slots=True)
class Lineage:
    """The least trusted class that a memory has part in, and the way to it.

    `path` are ids from what the memory derives from, one after the other, to the record of class `trust`; it is empty
    where nothing in the lineage is less trusted than the memory itself.
    """

    trust: str
    path: tuple[str, ...] = ()


def lineage_of(replay: Replay, memory_id: str) -> Lineage:
    """The lineage of one item; of several sources of the least class, the nearest decides, by breadth first search.

    Raises KeyError for an unknown id. Sources that the session does not have say nothing.
    """
    least, least_trust = memory_id, replay.memory(memory_id).trust
    came_from: dict[str, str] = {}
    waiting = deque([memory_id])
    while waiting:
        name = waiting.popleft()
        for source in replay.memory(name).derived_from:
            if source in came_from or source == memory_id or not _is_known(replay, source):
                continue
            came_from[source] = name
            waiting.append(source)
            trust = replay.memory(source).trust
            if TRUST_CLASSES.index(trust) < TRUST_CLASSES.index(least_trust):
                least, least_trust = source, trust
    path: list[str] = []
    while least != memory_id:
        path.append(least)
        least = came_from[least]
    return Lineage(least_trust, tuple(reversed(path)))


def _is_known(replay: Replay, memory_id: str) -> bool:
    try:
        replay.memory(memory_id)
    except KeyError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Validity:
    """`state` is one of ENDED, NOT_YET, ENDS; `when` the recorded time that decides."""

    state: str
    when: str


def validity_at(memory: Memory, at: str | None) -> Validity | None:
    """What the record says of its validity at the recorded time `at`; None when it simply holds.

    At an unknown time nothing has ended and everything has begun.
    """
    if memory.valid_until is not None and at is not None and has_passed(memory.valid_until, at):
        return Validity(ENDED, memory.valid_until)
    if memory.valid_from is not None and at is not None and not has_passed(memory.valid_from, at):
        return Validity(NOT_YET, memory.valid_from)
    return None if memory.valid_until is None else Validity(ENDS, memory.valid_until)


def time_of_turn(replay: Replay, turn: int) -> str | None:
    """The recorded time of `turn`, by which the guard goes; None for turn 0 and where none was recorded."""
    return replay.session.turns[turn - 1].at if turn else None


def ended_by(replay: Replay, memory_id: str, turn: int) -> tuple[int, str] | None:
    """The turn and the reason of the event that put an end to an item by the end of `turn`; None while there is none.

    A pass over the turns in which anything was invalidated or rewritten.
    """
    log, items = replay.events, replay.workload.items
    item = items.find(memory_id)
    if item is None:
        return None
    tallies = [replay.tally(action) for action in ("invalidate", "update")]
    for number in range(turn + 1):
        if not any(tally[number] for tally in tallies):
            continue
        for seq in replay.event_span(number):
            if log.items[seq] == item and log.actions[seq] in (_INVALIDATE, _UPDATE):
                return number, log.reason(seq)
    return None
