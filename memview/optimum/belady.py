"""Belady's rule, farthest next use first, and Belady-Size, which weighs the distance by the page's size.

Belady's rule (1966) is optimal for pages of one size: at the first overfull cell one of its intervals has to go, and
the one that ends last burdens every later cell that another one would. With sizes in tokens that argument fails, and
both rules are schedules among others.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

import numpy as np

from memview.optimum.packing import Mask, Packing


def belady(packing: Packing) -> Mask:
    """The intervals that survive when the page with the farthest next use leaves; optimal for pages of one size."""
    return _sweep(packing, [1] * len(packing))


def belady_size(packing: Packing) -> Mask:
    """The intervals that survive when the page with the largest size x (next use - now) leaves: exact, no sampling."""
    return _sweep(packing, packing.sizes.tolist())


def _sweep(packing: Packing, weights: Sequence[int]) -> Mask:
    """Walk through time; where a cell is overfull, drop the interval with the most weight x remaining length.

    Among intervals of one weight that is the one that ends last, so a heap per weight answers exactly, and an eviction
    looks at as many heaps as there are different weights.
    """
    starts, ends, sizes = packing.starts.tolist(), packing.ends.tolist(), packing.sizes.tolist()
    capacities = packing.capacities.tolist()
    entering = np.argsort(packing.starts, kind="stable").tolist()
    leaving: list[list[int]] = [[] for _ in capacities]
    survives = np.ones(len(packing), np.bool_)
    waiting: dict[int, list[tuple[int, int]]] = {}
    used = place = 0
    for cell, capacity in enumerate(capacities):
        used -= sum(sizes[interval] for interval in leaving[cell] if survives[interval])
        while place < len(entering) and starts[entering[place]] == cell:
            interval = entering[place]
            place += 1
            if ends[interval] > cell:
                used += sizes[interval]
                leaving[ends[interval]].append(interval)
                heappush(waiting.setdefault(weights[interval], []), (-ends[interval], interval))
        while used > capacity:
            dropped = _farthest(waiting, cell)
            survives[dropped] = False
            used -= sizes[dropped]
    return survives


def _farthest(waiting: dict[int, list[tuple[int, int]]], cell: int) -> int:
    """Take out the interval with the most weight x remaining length; heaps in which nothing is left go."""
    best, chosen = -1, -1
    for weight in [weight for weight, heap in waiting.items() if not heap or -heap[0][0] <= cell]:
        del waiting[weight]
    for weight, heap in waiting.items():
        value = weight * (-heap[0][0] - cell)
        if value > best or (value == best and weight > chosen):
            best, chosen = value, weight
    return heappop(waiting[chosen])[1]
