"""Stretches of a text around places of interest, so that an expression reads only those."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def places_of(text: str, words: Iterable[str]) -> list[int]:
    """Where any of `words` begins in `text`, in order."""
    places: list[int] = []
    for word in words:
        place = text.find(word)
        while place >= 0:
            places.append(place)
            place = text.find(word, place + 1)
    places.sort()
    return places


def windows(places: Iterable[int], before: int, after: int, length: int) -> Iterator[tuple[int, int]]:
    """Spans from `before` characters ahead of each place to `after` behind it, merged where they touch.

    `places` are in order; spans stay within 0 and `length`.
    """
    start = end = -1
    for place in places:
        if place - before > end:
            if end >= 0:
                yield start, end
            start = max(0, place - before)
        end = min(length, place + after)
    if end >= 0:
        yield start, end
