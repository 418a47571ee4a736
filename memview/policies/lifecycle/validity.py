"""Validity on two clocks, `bitemporal@1`: when something was true, and when it was learned. Nothing is deleted.

As Graphiti does (`graphiti_core/utils/maintenance/edge_operations.py`, arXiv 2501.13956): of two memories that
contradict each other and whose times meet, the one that became true earlier ends where the other one begins; where both
began at the same recorded time, the one that was learned later has ended already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from memview.model.memory import Memory
from memview.policies.lifecycle.conflicts import Conflict
from memview.policies.lifecycle.moments import ends, moment, starts
from memview.policies.lifecycle.readings import says_one_thing
from memview.policies.lifecycle.standing import AT_HOME, NO_STANDINGS, Standing, current

COMPONENT = "bitemporal@1"


class Invalidation(NamedTuple):
    """`memory_id` is true until `valid_until` (None: an end that no recorded time tells), because of `by`."""

    memory_id: str
    valid_until: str | None
    by: str
    reason: str


def resolve(conflict: Conflict) -> Invalidation | None:
    """Which of the two ends, and when; None when nothing may be done about it (`obstacle` says why)."""
    if obstacle(conflict) is not None:
        return None
    loser, winner = sides(conflict)
    return Invalidation(loser.memory_id, _end(winner), winner.memory_id, conflict.reason)


def obstacle(conflict: Conflict) -> str | None:
    """Why `conflict` has to wait for a person, or None."""
    loser, winner = sides(conflict)
    winner_is_trusted, loser_is_trusted = conflict.newer_is_trusted, conflict.older_is_trusted
    if winner is conflict.older:
        winner_is_trusted, loser_is_trusted = loser_is_trusted, winner_is_trusted
    if loser.pinned:
        return "pinned"
    if loser_is_trusted and not winner_is_trusted:
        return "an untrusted memory may not end a trusted one"
    if not says_one_thing(loser.text):
        return "it says more than what is contradicted"
    return None


def sides(conflict: Conflict) -> tuple[Memory, Memory]:
    """The one that has to end, and the one that ends it."""
    older, newer = moment(conflict.older.valid_from), moment(conflict.newer.valid_from)
    if older is not None and older == newer:
        return conflict.newer, conflict.older
    return conflict.older, conflict.newer


def _end(winner: Memory) -> str | None:
    start = starts(winner)
    return start if moment(start) is not None else None


def as_of(
    memories: Iterable[Memory],
    at: str,
    standings: Mapping[str, Standing] = NO_STANDINGS,
    known_at: str | None = None,
) -> list[Memory]:
    """What was true at the time `at`, as far as it was known at `known_at` (None: as far as it is known now).

    What has no recorded beginning was always true; what ended at a time that nobody recorded is left out. The order is
    the one given. Raises ValueError when `at` or `known_at` is no ISO 8601 time.
    """
    now = _time(at)
    known = None if known_at is None else _time(known_at)
    found = []
    for memory in current(memories, standings):
        if standings.get(memory.memory_id, AT_HOME).is_ended and memory.valid_until is None:
            continue
        start, learned = moment(starts(memory)), moment(memory.created_at)
        if (start is None or start <= now) and now < ends(memory) and (known is None or _by(learned, known)):
            found.append(memory)
    return found


def _by(learned: float | None, known: float) -> bool:
    return learned is None or learned <= known


def _time(text: str) -> float:
    found = moment(text)
    if found is None:
        raise ValueError(f"no ISO 8601 time: {text!r}")
    return found
