"""Recorded times, and in what order memories were learned and became true. No clock is read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from memview.model.memory import Memory

LearnedKey = tuple[int, float, tuple[tuple[int, str], ...], str]

NO_ARRIVALS: Mapping[str, int] = MappingProxyType({})

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_NUMBER = re.compile(r"([0-9]{1,15})")


@lru_cache(maxsize=65536)
def moment(timestamp: str | None) -> float | None:
    """Seconds since 1970 of an ISO 8601 `timestamp` (UTC where it names no zone); None for what is no time."""
    if timestamp is None:
        return None
    try:
        found = datetime.fromisoformat(timestamp)
        return ((found if found.tzinfo else found.replace(tzinfo=UTC)) - _EPOCH) / _SECOND
    except (ValueError, OverflowError):
        return None


def starts(memory: Memory) -> str | None:
    """When what `memory` says became true, as recorded: `valid_from`, or when it was learned; None if unknown."""
    return memory.created_at if moment(memory.valid_from) is None else memory.valid_from


def ends(memory: Memory) -> float:
    """When what `memory` says ceased to be true, in seconds since 1970; infinity when no end is known."""
    end = moment(memory.valid_until)
    return math.inf if end is None else end


def is_over(memory: Memory, at: str | None) -> bool:
    """Whether the validity of `memory` has ended at the recorded time `at`; unknown times end nothing."""
    now = moment(at)
    return now is not None and ends(memory) <= now


def learned_key(memory: Memory, arrivals: Mapping[str, int] = NO_ARRIVALS) -> LearnedKey:
    """A key that sorts memories by when they were learned: turn of arrival, time of creation, id (numbers as numbers).

    It depends on no order of the input, so that no result does.
    """
    created = moment(memory.created_at)
    if created is None:
        created = moment(memory.valid_from)
    return arrivals.get(memory.memory_id, 0), -math.inf if created is None else created, *_natural(memory.memory_id)


def in_order(memories: Iterable[Memory], arrivals: Mapping[str, int] = NO_ARRIVALS) -> list[Memory]:
    """`memories` in the order in which they were learned. Raises ValueError when two have one id."""
    ordered = sorted(memories, key=lambda memory: learned_key(memory, arrivals))
    if len({memory.memory_id for memory in ordered}) != len(ordered):
        raise ValueError("two memories have one id")
    return ordered


@lru_cache(maxsize=65536)
def _natural(name: str) -> tuple[tuple[tuple[int, str], ...], str]:
    parts = _NUMBER.split(name)
    return tuple((int(part), "") if place % 2 else (-1, part) for place, part in enumerate(parts)), name
