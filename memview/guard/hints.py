"""Cheap looks at a text before a rule's own expression reads it: most texts hold none of a rule's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from memview.guard.reading import Reading

_BEFORE, _AFTER = 140, 260
"""How far from a hint its rule reads; no shape is longer."""

Hints = frozenset[str]


def hints(words: str) -> Hints:
    """The words of which one must occur, in all their forms, for a rule to have a chance."""
    return frozenset(words.split())


def meets(reading: Reading, wanted: Hints) -> bool:
    """Whether the text has one of `wanted`."""
    return not wanted.isdisjoint(reading.words)


def matches(
    pattern: re.Pattern[str], reading: Reading, wanted: Hints, around: Sequence[str] = ()
) -> Iterator[re.Match[str]]:
    """The matches of `pattern` near one of `wanted`, in order; each place is read once.

    `around` narrows that to phrases of which each match has one, where the words alone are common.
    """
    lower = reading.lower
    present = wanted & reading.words
    if not present:
        return
    anchors = [phrase for phrase in around if phrase in lower] if around else present
    if len(lower) <= _BEFORE + _AFTER:
        if anchors:
            yield from pattern.finditer(lower)
        return
    for start, end in _windows(lower, anchors):
        yield from pattern.finditer(lower, start, end)


def first_match(
    pattern: re.Pattern[str], reading: Reading, wanted: Hints, around: Sequence[str] = ()
) -> re.Match[str] | None:
    """The first of `matches`, or None."""
    return next(matches(pattern, reading, wanted, around), None)


def _windows(lower: str, anchors: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Stretches around the words, in order and apart."""
    places: list[int] = []
    for word in anchors:
        place = lower.find(word)
        while place >= 0:
            places.append(place)
            place = lower.find(word, place + 1)
    places.sort()
    start = end = -1
    for place in places:
        if place - _BEFORE > end:
            if end >= 0:
                yield start, end
            start = max(0, place - _BEFORE)
        end = min(len(lower), place + _AFTER)
    if end >= 0:
        yield start, end
