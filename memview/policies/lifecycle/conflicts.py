"""Conflicts between stored memories, `contradictions@1`: of two that cannot both hold, which is the newer.

A slot that holds one thing at a time is given another (`lives in`, `employer`, `name`, `favourite ...`), what was
affirmed is denied or the other way round, or the same is said with another number. Memories are laid out by when they
became true; each meets the first later one that contradicts it, and the first that may also end it, so that there are
never more than two conflicts a memory, however many disagree. Work grows with the number of memories alone: a memory
is compared with `LOOK_AHEAD` others of its slot at most.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from memview.guard.sensitive import find_sensitive
from memview.model.display import printable
from memview.model.memory import Memory
from memview.policies.lifecycle.boundaries import Owners, is_trusted, is_withheld, lineage_trust, owners_of
from memview.policies.lifecycle.moments import NO_ARRIVALS, ends, in_order, moment, starts
from memview.policies.lifecycle.readings import NOBODY, Reading, readings
from memview.policies.standins.conflicts import CONFLICT, verdict
from memview.policies.standins.slots import is_functional

COMPONENT = "contradictions@1"
SLOT, NEGATION, VALUE = "slot", "negation", "value"
LOOK_AHEAD = 64

UNCHANGING_KINDS = frozenset({"episode", "message", "summary"})
"""What happened stays so, whatever happens next; what was said stays said."""

_MEASURES = frozenset("is cost costs take weigh weighs have own use run expires opens closes open start".split())
_NUMBER = re.compile(r"(?<![^\W\d_])\d[\d.,:/-]*")
_NUMERALS = frozenset("one two three four five six seven eight nine ten eleven twelve".split())
_MOST_SHOWN = 60


class Conflict(NamedTuple):
    """`older` became true before `newer` (or, at the same time, was learned before). `kind`: SLOT, NEGATION or VALUE.

    `slot` is `subject: slot` where it is not the user's own; `reason` says what stood against what.
    """

    older: Memory
    newer: Memory
    kind: str
    slot: str
    reason: str
    older_is_trusted: bool
    newer_is_trusted: bool

    @property
    def may_end(self) -> bool:
        """Whether the newer is trusted enough to put an end to the older."""
        return self.newer_is_trusted or not self.older_is_trusted


class _Entry(NamedTuple):
    """A reading of the memory at `place` in the order of becoming true."""

    place: int
    memory: Memory
    reading: Reading
    start: float
    end: float
    is_trusted: bool


_Group = tuple[Owners, str, str]


def find_conflicts(memories: Iterable[Memory], arrivals: Mapping[str, int] = NO_ARRIVALS) -> list[Conflict]:
    """The conflicts among `memories`, by the older one in order of becoming true. Withheld memories have none.

    `arrivals` are turns by id. Raises ValueError when two memories have one id.
    """
    found: dict[tuple[int, int], Conflict] = {}
    for group in _groups(memories, arrivals).values():
        for bucket in _buckets(group):
            for older, newer in _meetings(bucket):
                key = (older.place, newer.place)
                if key not in found:
                    found[key] = _conflict(older, newer)
    return [found[key] for key in sorted(found)]


def topics_of(memory: Memory) -> list[tuple[str, str]]:
    """Subject and slot of all that `memory` says: only of one in common can two memories contradict each other."""
    return [(_about(memory, reading), reading.slot) for reading in readings(memory.text)]


def contradiction(older: Memory, newer: Memory) -> str | None:
    """What the two say that cannot both hold, as `lives in: oslo, then rome`; None when nothing is, or at no time."""
    begins, ending = _known(moment(starts(newer))), ends(older)
    if not begins < ending or not _known(moment(starts(older))) < ends(newer):
        return None
    for before in readings(older.text):
        for after in readings(newer.text):
            meets = (_about(older, before), before.slot) == (_about(newer, after), after.slot)
            if meets and _kind(before, after) is not None:
                return _difference(older, before, newer, after)
    return None


def _groups(memories: Iterable[Memory], arrivals: Mapping[str, int]) -> dict[_Group, list[_Entry]]:
    """What is said of each slot of each subject, in order of becoming true."""
    learned = in_order(memories, arrivals)
    trust = lineage_trust(learned)
    latest = -math.inf
    timed: list[tuple[float, int, Memory]] = []
    for number, memory in enumerate(learned):
        latest = max(latest, _known(moment(memory.created_at)))
        begins = moment(starts(memory))
        # What has no time of its own became true no earlier than what had been learned before.
        timed.append((latest if begins is None else begins, number, memory))
    timed.sort(key=lambda entry: entry[:2])
    groups: dict[_Group, list[_Entry]] = {}
    for place, (begins, _, memory) in enumerate(timed):
        if is_withheld(memory) or memory.kind in UNCHANGING_KINDS or not begins < ends(memory):
            continue
        trusted = is_trusted(trust[memory.memory_id])
        for reading in readings(memory.text):
            key = (owners_of(memory), _about(memory, reading), reading.slot)
            entry = _Entry(place, memory, reading, begins, ends(memory), trusted)
            groups.setdefault(key, []).append(entry)
    return groups


def _about(memory: Memory, reading: Reading) -> str:
    """Whom or what `reading` is about: which deadline is meant by `the deadline`, the tags tell."""
    is_nobodys = reading.subject == NOBODY or reading.subject.startswith(f"{NOBODY}'s ")
    return "\0".join((reading.subject, *sorted(set(memory.tags)))) if is_nobodys else reading.subject


def _known(time: float | None) -> float:
    return -math.inf if time is None else time


def _buckets(group: Sequence[_Entry]) -> Iterator[list[_Entry]]:
    """Entries of one slot that may contradict each other, so that not all have to be compared with all."""
    if len(group) < 2:
        return
    if is_functional(group[0].reading.slot):
        yield list(group)
        return
    if group[0].reading.slot in _MEASURES:
        by_pattern: dict[str, list[_Entry]] = {}
        for entry in group:
            pattern = _pattern(entry.reading.told)
            if pattern is not None and not entry.reading.negated:
                by_pattern.setdefault(pattern, []).append(entry)
        yield from by_pattern.values()
    if any(entry.reading.negated for entry in group):
        yield from _by_denied_word(group)


def _by_denied_word(group: Sequence[_Entry]) -> Iterator[list[_Entry]]:
    """For each denial its rarest word, with all that affirm something with that word: only those can be meant."""
    spread: dict[str, int] = {}
    for entry in group:
        for word in set(entry.reading.told.split()):
            spread[word] = spread.get(word, 0) + 1
    rarest = [
        min(entry.reading.told.split(), key=lambda word: (spread[word], word)) if entry.reading.negated else ""
        for entry in group
    ]
    buckets: dict[str, list[_Entry]] = {word: [] for word in rarest if word}
    for entry, own in zip(group, rarest, strict=True):
        for word in (own,) if own else dict.fromkeys(entry.reading.told.split()):
            if word in buckets:
                buckets[word].append(entry)
    yield from buckets.values()


def _pattern(told: str) -> str | None:
    """`told` with its one number left out; None when there is none, or there are several."""
    words = _NUMBER.sub("#", told).split()
    pattern = " ".join("#" if word in _NUMERALS else word for word in words)
    return pattern if pattern.count("#") == 1 else None


def _meetings(bucket: Sequence[_Entry]) -> Iterator[tuple[_Entry, _Entry]]:
    """Each entry with the first later one that contradicts it, and with the first that may end it as well."""
    if is_functional(bucket[0].reading.slot):
        skip = _next_different(bucket)
        for number, entry in enumerate(bucket):
            yield from _first(entry, bucket, skip, skip[number])
        return
    for sign in (False, True):
        others = [entry for entry in bucket if entry.reading.negated is not sign]
        others = others or list(bucket)
        skip = _next_different(others)
        places = [other.place for other in others]
        for entry in bucket:
            if entry.reading.negated is sign:
                yield from _first(entry, others, skip, bisect_right(places, entry.place))


def _first(entry: _Entry, others: Sequence[_Entry], skip: Sequence[int], start: int) -> Iterator[tuple[_Entry, _Entry]]:
    met = False
    for _ in range(LOOK_AHEAD):
        if start >= len(others):
            return
        other = others[start]
        if other.memory is not entry.memory and _contradict(entry, other):
            may_end = other.is_trusted or not entry.is_trusted
            if may_end or not met:
                yield entry, other
            if may_end:
                return
            met = True
            start += 1
        else:
            start = skip[start]


def _next_different(entries: Sequence[_Entry]) -> list[int]:
    """For each place the next one that says something else, by someone trusted as much, and holds as long."""
    found = [0] * len(entries)
    for place in range(len(entries) - 1, -1, -1):
        found[place] = place + 1
        if place + 1 < len(entries) and _same(entries[place], entries[place + 1]):
            found[place] = found[place + 1]
    return found


def _same(one: _Entry, other: _Entry) -> bool:
    return (one.reading, one.end, one.is_trusted) == (other.reading, other.end, other.is_trusted)


def _contradict(older: _Entry, newer: _Entry) -> bool:
    """Whether the two cannot both hold, and would have to at some time."""
    return newer.start < older.end and _kind(older.reading, newer.reading) is not None


def _kind(older: Reading, newer: Reading) -> str | None:
    if verdict(older.as_fact(), newer.as_fact()) == CONFLICT:
        return NEGATION if older.negated is not newer.negated else SLOT
    if older.slot in _MEASURES and older.negated is newer.negated is False and older.told != newer.told:
        pattern = _pattern(older.told)
        return VALUE if pattern is not None and pattern == _pattern(newer.told) else None
    return None


def _conflict(older: _Entry, newer: _Entry) -> Conflict:
    before, after = older.reading, newer.reading
    return Conflict(
        older.memory,
        newer.memory,
        _kind(before, after) or SLOT,
        printable(f"{before.whose}{before.slot}"),
        _difference(older.memory, before, newer.memory, after),
        older.is_trusted,
        newer.is_trusted,
    )


def _difference(older: Memory, before: Reading, newer: Memory, after: Reading) -> str:
    """What stood against what; not of credentials and personal data, because the log is for everybody."""
    # A reading is in lower case, in which a key does not look like one.
    is_secret = find_sensitive(older.text) or find_sensitive(newer.text)
    told = "one value, then another" if is_secret else f"{_shown(before)}, then {_shown(after)}"
    return printable(f"{before.whose}{before.slot}: {told}")


def _shown(reading: Reading) -> str:
    told = reading.told if len(reading.told) <= _MOST_SHOWN else f"{reading.told[: _MOST_SHOWN - 1]}…"
    return f"not {told}" if reading.negated else told
