"""Standing: what became of each memory, as a fold over steps. Records themselves are never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from memview.model.memory import Memory
from memview.policies.lifecycle.boundaries import lowest
from memview.policies.lifecycle.moments import moment

HOME, COLD, NOWHERE = "home", "cold", "nowhere"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a memory is: at its home store, in the cold archive that nothing searches, or nowhere.

    `merged_into` is the duplicate that stands for it, `covered_by` the summary; `ended_by` what contradicted it in
    `ended_turn`, `valid_until` when it ceased to be true, where that is known.
    """

    place: str = HOME
    merged_into: str | None = None
    covered_by: str | None = None
    ended_by: str | None = None
    ended_turn: int | None = None
    valid_until: str | None = None

    @property
    def is_ended(self) -> bool:
        return self.ended_turn is not None


AT_HOME = Standing()
NO_STANDINGS: Mapping[str, Standing] = MappingProxyType({})


def no_standings() -> Mapping[str, Standing]:
    """The one empty mapping: every memory is where it was put."""
    return NO_STANDINGS


@dataclass(frozen=True, slots=True)
class Usage:
    """Turns are 1-based, 0 is loading: when a memory came, when it was last asked for (None: never), how often."""

    arrived: int = 0
    last_used: int | None = None
    uses: int = 0


def no_usage() -> Mapping[str, Usage]:
    """The one empty mapping: everything has been there since loading and was never asked for."""
    return _NO_USAGE


_NO_USAGE: Mapping[str, Usage] = MappingProxyType({})
UNUSED = Usage()


@dataclass(frozen=True, slots=True)
class State:
    """The moment at which memory is looked at: the end of `turn`, recorded as `at`; `core` are the resident ids.

    `hands_off` are ids that a person has put back (by undoing a step): no step touches them again. `reserved` are ids
    that no new record may have.

    A memory that is not in `usage` was loaded and never used, one that is not in `standings` is at home.
    """

    turn: int = 0
    at: str | None = None
    usage: Mapping[str, Usage] = field(default_factory=no_usage)
    standings: Mapping[str, Standing] = field(default_factory=no_standings)
    core: frozenset[str] = frozenset()
    hands_off: frozenset[str] = frozenset()
    reserved: frozenset[str] = frozenset()

    @property
    def arrivals(self) -> Mapping[str, int]:
        """Turn of arrival by id."""
        return {name: usage.arrived for name, usage in self.usage.items()}

    def standing(self, memory_id: str) -> Standing:
        """What became of the memory."""
        return self.standings.get(memory_id, AT_HOME)


def united_usage(usage: Mapping[str, Usage], standings: Mapping[str, Standing]) -> Mapping[str, Usage]:
    """`usage` in which what stands for duplicates was used whenever one of them was."""
    merged = [(name, standing.merged_into) for name, standing in standings.items() if standing.merged_into is not None]
    if not merged:
        return usage
    found = dict(usage)
    for name, into in merged:
        one, other = found.get(into, UNUSED), usage.get(name, UNUSED)
        used = [turn for turn in (one.last_used, other.last_used) if turn is not None]
        found[into] = Usage(min(one.arrived, other.arrived), max(used, default=None), one.uses + other.uses)
    return found


def current(memories: Iterable[Memory], standings: Mapping[str, Standing]) -> list[Memory]:
    """The records as they stand, in the order given, without those that were merged away or are nowhere.

    An end is in `valid_until`. What stands for duplicates derives from them, has the lowest trust, the highest
    importance, the earliest validity and all tags of them; a pinned one stays as it is.
    """
    everything = list(memories)
    merged: dict[str, list[Memory]] = {}
    for memory in everything:
        into = standings.get(memory.memory_id, AT_HOME).merged_into
        if into is not None:
            merged.setdefault(into, []).append(memory)
    found = []
    for memory in everything:
        standing = standings.get(memory.memory_id, AT_HOME)
        if standing.merged_into is not None or standing.place == NOWHERE:
            continue
        duplicates = merged.get(memory.memory_id)
        row = _united(memory, duplicates) if duplicates and not memory.pinned else memory
        found.append(replace(row, valid_until=standing.valid_until) if standing.valid_until is not None else row)
    return found


def _united(kept: Memory, duplicates: list[Memory]) -> Memory:
    rows = [kept, *duplicates]
    starts = [row.valid_from for row in rows]
    cited = next((row.citation for row in rows if not row.citation.is_empty), kept.citation)
    return replace(
        kept,
        trust=lowest(row.trust for row in rows),
        importance=max(row.importance for row in rows),
        tags=tuple(dict.fromkeys(tag for row in rows for tag in row.tags)),
        derived_from=tuple(dict.fromkeys((*kept.derived_from, *(row.memory_id for row in duplicates)))),
        citation=cited,
        valid_from=_earliest(starts),
    )


def _earliest(starts: list[str | None]) -> str | None:
    known = [(when, text) for text in starts if text is not None and (when := moment(text)) is not None]
    return min(known)[1] if known and len(known) == len(starts) else None
