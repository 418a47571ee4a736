"""Cheap looks at a text before a rule's own expression reads it: most texts hold none of a rule's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

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


def matches(pattern: re.Pattern[str], reading: Reading, wanted: Hints) -> Iterator[re.Match[str]]:
    """The matches of `pattern` near one of `wanted`, in order; each place is read once."""
    lower = reading.lower
    present = wanted & reading.words
    if not present:
        return
    if len(lower) <= _BEFORE + _AFTER:
        yield from pattern.finditer(lower)
        return
    for start, end in _windows(lower, present):
        yield from pattern.finditer(lower, start, end)


def first_match(pattern: re.Pattern[str], reading: Reading, wanted: Hints) -> re.Match[str] | None:
    """The first of `matches`, or None."""
    return next(matches(pattern, reading, wanted), None)


def _windows(lower: str, present: Hints) -> Iterator[tuple[int, int]]:
    start = end = -1
    for found in _any_of(present).finditer(lower):
        if found.start() - _BEFORE > end:
            if end >= 0:
                yield start, end
            start = max(0, found.start() - _BEFORE)
        end = min(len(lower), found.start() + _AFTER)
    if end >= 0:
        yield start, end


@cache
def _any_of(words: Hints) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words))))
