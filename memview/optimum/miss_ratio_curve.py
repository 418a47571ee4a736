"""LRU under every budget at once: the miss-ratio curve, and how many tokens lie between two uses of a page.

R. L. Mattson et al., "Evaluation techniques for storage hierarchies" (1970), with sizes: the distance of a request is
the size of all pages asked for since the last request for the same page, that page included. LRU that evicts until the
newcomer fits always holds the most recently used pages, and a page is pushed out only when those used after it, the
newcomer and itself exceed the budget. So a request hits exactly when its distance is at most the budget: with pages of
different sizes too, and not only for pages of one size.

One thing breaks it. A page larger than the budget is turned away and pushes nobody out, and which pages those are
depends on the budget. From the size of the largest page on the curve is exact; below, it counts what such pages would
push out, so it never shows fewer misses than LRU has (`lru_misses` counts those exactly, one pass per budget).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from memview.optimum.trace import AccessTrace


class Bucket(NamedTuple):
    """Requests with a reuse distance above `above` and of at most `upto` tokens."""

    above: int
    upto: int
    requests: int


@dataclass(frozen=True, slots=True)
class MissRatioCurve:
    """Misses of LRU as a function of the budget in tokens.

    `distances` are the reuse distances of the requests for pages that were asked for before, in ascending order; all
    other requests miss under any budget. `exact_from` is the size of the largest page.
    """

    requests: int
    distances: tuple[int, ...]
    exact_from: int

    def misses(self, budget: int) -> int:
        """Misses of LRU with a core of `budget` tokens: exact from `exact_from` on, below it an upper limit."""
        return self.requests - bisect_right(self.distances, budget)

    def miss_ratio(self, budget: int) -> float | None:
        """Misses per request; None when there are no requests."""
        return self.misses(budget) / self.requests if self.requests else None

    def points(self) -> list[tuple[int, int]]:
        """The steps of the curve: each budget from which on there are fewer misses, and how many, from budget 0 on."""
        steps = [(0, self.misses(0))]
        for place, (distance, following) in enumerate(pairwise((*self.distances, -1)), start=1):
            if distance != following and distance > 0:
                steps.append((distance, self.requests - place))
        return steps

    def histogram(self) -> list[Bucket]:
        """Requests by reuse distance, in buckets whose limits are powers of two; empty ones in between included."""
        buckets = []
        above, upto = -1, 1
        while self.distances and above < self.distances[-1]:
            inside = bisect_right(self.distances, upto) - bisect_right(self.distances, above)
            buckets.append(Bucket(above, upto, inside))
            above, upto = upto, upto * 2
        return buckets


def lru_curve(trace: AccessTrace) -> MissRatioCurve:
    """The miss-ratio curve of LRU for all budgets in one pass, n log n for n accesses."""
    largest = max(trace.sizes, default=0)
    return MissRatioCurve(trace.requests, tuple(sorted(_distances(trace, largest))), largest)


def lru_misses(trace: AccessTrace, budgets: Sequence[int]) -> list[int]:
    """Misses of LRU at each of `budgets`, exact at any of them; a pass more for each that some page does not fit."""
    curve = lru_curve(trace)
    return [
        curve.misses(budget)
        if budget >= curve.exact_from
        else trace.requests - sum(distance <= budget for distance in _distances(trace, budget))
        for budget in budgets
    ]


def _distances(trace: AccessTrace, largest: int) -> list[int]:
    """Reuse distances of the requests that have one, in order of time; pages above `largest` are left out altogether.

    A Fenwick tree over time holds the size of every page at its last access.
    """
    tree = [0] * (len(trace) + 1)
    last: dict[Hashable, int] = {}
    found = []
    total = 0
    for place, (key, size) in enumerate(zip(trace.keys, trace.sizes, strict=True), start=1):
        if size > largest:
            continue
        before = last.get(key)
        if before is None:
            total += size
        else:
            older = _prefix(tree, before - 1)
            if trace.counts(place - 1):
                found.append(total - older)
            _add(tree, before, -size)
        _add(tree, place, size)
        last[key] = place
    return found


def _add(tree: list[int], place: int, size: int) -> None:
    while place < len(tree):
        tree[place] += size
        place += place & -place


def _prefix(tree: list[int], place: int) -> int:
    found = 0
    while place:
        found += tree[place]
        place &= place - 1
    return found
