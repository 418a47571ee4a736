"""Cheap looks at a text before a rule's own expression reads it: most texts hold none of a rule's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from memview.guard.reading import Reading
from memview.guard.windows import places_of, windows

_BEFORE, _AFTER = 100, 200
"""How far from a hint its rule reads; no shape is longer."""
_SPARSE = 2000
"""Characters for each word: where the words stand closer, it pays to see whether the phrases are rarer."""

Hints = frozenset[str]


def hints(words: str) -> Hints:
    """The words of which one must occur, in all their forms, for a rule to have a chance."""
    return frozenset(words.split())


def meets(reading: Reading, wanted: Hints) -> bool:
    """Whether the text has one of `wanted`."""
    return not wanted.isdisjoint(reading.words)


def matches(
    pattern: re.Pattern[str],
    reading: Reading,
    wanted: Hints,
    around: Sequence[str] = (),
    before: int = _BEFORE,
    after: int = _AFTER,
) -> Iterator[re.Match[str]]:
    """The matches of `pattern` near one of `wanted`, in order; each place is read once.

    `around` narrows that to phrases of which each match has one, where the words alone are common; `before` and `after`
    say how far a match may begin ahead of its word, and end behind it, in characters.
    """
    lower = reading.lower
    present = wanted & reading.words
    if not present:
        return
    if len(lower) <= _BEFORE + _AFTER:
        if not around or any(phrase in lower for phrase in around):
            yield from pattern.finditer(lower)
        return
    places = sorted(place for word in present for place in reading.places(word))
    if around and len(places) * _SPARSE > len(lower):
        places = min(places, places_of(lower, around), key=len)
    for start, end in windows(places, before, after, len(lower)):
        yield from pattern.finditer(lower, start, end)


def first_match(
    pattern: re.Pattern[str], reading: Reading, wanted: Hints, around: Sequence[str] = ()
) -> re.Match[str] | None:
    """The first of `matches`, or None."""
    return next(matches(pattern, reading, wanted, around), None)
