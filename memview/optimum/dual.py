"""The Lagrangian dual of the packing problem: a price per cell, and the bound on hits that any prices prove.

With a price of l[t] >= 0 per token of cell t, no set of intervals that fits has more hits than

    sum over cells of l[t] * capacity[t]  +  sum over intervals of max(0, 1 - size * price of its cells),

so every step gives a valid bound, and steps only make it tighter. The least of them is the optimum of the linear
program (relaxed to parts of intervals). Steps follow Polyak's rule with momentum (B. T. Polyak, 1969).

Sums run in a fixed order (`cumsum`, `bincount`) and not through BLAS or pairwise sums, and no power or logarithm is
taken: the prices, and with them the schedules they lead to, are the same on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from memview.optimum.packing import Integers, Packing

Prices = npt.NDArray[np.float64]

_MOMENTUM = 0.9
_PATIENCE, _SHRINK, _SMALLEST = 15, 0.7, 1e-4
"""After so many steps without a better bound, go back to the best prices and step this much shorter, down to that."""

_FIXED_POINT_BITS = 96


@dataclass(frozen=True, slots=True)
class _Point:
    """Prices, the bound that they prove (as far as floats go), and how much each cell has left at them."""

    prices: Prices
    bound: float
    left: Prices


def ascend(packing: Packing, target: int, steps: int) -> Prices:
    """The best prices found in at most `steps` steps. `target` is a number of hits that a schedule is known to have."""
    best = here = _at(packing, uniform_price(packing))
    momentum = np.zeros_like(here.prices)
    length, stale = 1.0, 0
    for _ in range(steps):
        # A bound below the next whole number of hits cannot become better.
        if best.bound < target + 1 or length < _SMALLEST:
            break
        pull = np.where((here.prices <= 0) & (here.left > 0), 0.0, here.left)
        momentum = pull + _MOMENTUM * momentum
        square = _total(momentum * momentum)
        if square == 0:
            break
        here = _at(packing, np.maximum(0.0, here.prices - length * (here.bound - target) / square * momentum))
        if here.bound < best.bound:
            best, stale = here, 0
            continue
        stale += 1
        if stale == _PATIENCE:
            here, stale, length = best, 0, length * _SHRINK
            momentum = np.zeros_like(momentum)
    return best.prices


def proven_hits(packing: Packing, prices: Prices) -> int:
    """The most hits that `prices` leave possible, in exact arithmetic: no rounding can make it too low.

    The prices are rounded to fixed point first; any prices prove a bound, so these do.
    """
    whole = 1 << _FIXED_POINT_BITS
    fixed = [int(math.ldexp(price, _FIXED_POINT_BITS)) for price in prices.tolist()]
    before = [0, *accumulate(fixed)]
    held: int = sum(price * capacity for price, capacity in zip(fixed, packing.capacities.tolist(), strict=True))
    gained: int = sum(max(0, whole - size * (before[end] - before[start])) for start, end, size in _intervals(packing))
    return (held + gained) // whole


def uniform_price(packing: Packing) -> Prices:
    """One price for every token of every cell: that of the last interval that fits the total volume (PFOO-L)."""
    volumes = np.sort(packing.volumes).astype(np.float64)
    fitting = int(np.searchsorted(np.cumsum(volumes), _total(packing.capacities.astype(np.float64)), "right"))
    if fitting == len(volumes):
        return np.zeros(len(packing.capacities))
    return np.full(len(packing.capacities), 1.0 / float(volumes[fitting]))


def interval_prices(packing: Packing, prices: Prices) -> Prices:
    """What every interval costs at `prices`; it is worth 1."""
    before = np.concatenate((np.zeros(1), np.cumsum(prices)))
    cost: Prices = packing.sizes * (before[packing.ends] - before[packing.starts])
    return cost


def _at(packing: Packing, prices: Prices) -> _Point:
    costs = interval_prices(packing, prices)
    bought = costs < 1
    bound = _total(prices * packing.capacities) + _total((1 - costs)[bought])
    return _Point(prices, bound, packing.capacities - _load(packing, packing.sizes * bought))


def _load(packing: Packing, sizes: Integers) -> Prices:
    cells = len(packing.capacities)
    more = np.bincount(packing.starts, sizes, cells + 1)
    less = np.bincount(packing.ends, sizes, cells + 1)
    load: Prices = np.cumsum(more - less)[:cells]
    return load


def _total(values: Prices) -> float:
    """The sum, added up from left to right on every machine."""
    return float(np.cumsum(values)[-1]) if len(values) else 0.0


def _intervals(packing: Packing) -> Iterator[tuple[int, int, int]]:
    return zip(packing.starts.tolist(), packing.ends.tolist(), packing.sizes.tolist(), strict=True)
