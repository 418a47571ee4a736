"""The achieved edge of the optimum: the best schedule found with the future known, executed to prove that it exists."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from memview.optimum.belady import belady, belady_size
from memview.optimum.certified import pfoo_hits
from memview.optimum.dual import ascend, interval_prices
from memview.optimum.greedy import pack_in_order
from memview.optimum.packing import Integers, Mask, Model, Packing, packing_of
from memview.optimum.schedule import execute
from memview.optimum.trace import AccessTrace

_PRICING_STEPS = 120
_QUICK_STEPS = 40


def achieved_hits(trace: AccessTrace, capacity: int, model: Model) -> int:
    """Hits of the best offline schedule found, counted by executing it. Raises ValueError for a negative capacity.

    Some tens of milliseconds for 5,000 accesses; the bound beside it, `optimum_band`, takes three to four times that.
    """
    return execute_packing(packing_of(trace, capacity, model), trace, capacity, model)


def attainable_hits(trace: AccessTrace, capacity: int) -> int:
    """Hits of a good offline schedule under *bypass*: one packing in the order of quickly found prices.

    Within half a percent (either way) of `achieved_hits` on LoCoMo sessions at a quarter of its time: for sweeps,
    where every replay has a trace of its own. Raises ValueError for a negative capacity.
    """
    packing = packing_of(trace, capacity, "bypass")
    if not len(packing):
        return 0
    if packing.sizes.min() == packing.sizes.max():
        return int(belady(packing).sum())
    # The loose bound is some ten percent above what can be had: near enough to steer the steps by.
    target = pfoo_hits(packing) * 9 // 10
    costs = interval_prices(packing, ascend(packing, target, _QUICK_STEPS))
    return int(pack_in_order(packing, np.lexsort((packing.volumes, costs))).sum())


def execute_packing(packing: Packing, trace: AccessTrace, capacity: int, model: Model) -> int:
    """Hits of the best schedule found for `packing`, which is the problem of `trace` under `capacity` and `model`."""
    keeps = np.zeros(len(trace), np.bool_)
    keeps[packing.begins[best_packing(packing)]] = True
    return sum(execute(trace, capacity, model, keeps.tolist()))


def best_packing(packing: Packing) -> Mask:
    """The largest set of intervals found.

    Greedy packings by size x length and Belady-Size, which for pages of one size is Belady, come first. Then the
    intervals are packed in the order of what they cost at the prices of the dual: this is what brings the schedule
    within a point or two of the bound.
    """
    best = np.zeros(len(packing), np.bool_)
    for found in _packings_by_rule(packing):
        best = _larger(best, found)
        if best.all():
            return best
    for order in _orders_by_price(packing, int(best.sum())):
        best = _larger(best, pack_in_order(packing, order))
    return best


def _packings_by_rule(packing: Packing) -> Iterator[Mask]:
    volumes = packing.volumes
    yield pack_in_order(packing, _ascending(volumes))
    # Large intervals leave gaps that nothing fits into: with the size at 1.25 for 1 of the length, more get in.
    yield pack_in_order(packing, _ascending(volumes * np.sqrt(np.sqrt(packing.sizes))))
    yield belady_size(packing)


def _orders_by_price(packing: Packing, target: int) -> Iterator[Integers]:
    costs = interval_prices(packing, ascend(packing, target, _PRICING_STEPS))
    yield np.lexsort((packing.volumes, costs))
    # Prices alone decide badly among intervals in quiet times, where nearly everything costs nearly nothing.
    yield _ascending(costs * np.sqrt(np.sqrt(np.sqrt(packing.volumes))))


def _larger(first: Mask, second: Mask) -> Mask:
    return second if second.sum() > first.sum() else first


def _ascending(values: npt.NDArray[np.int64] | npt.NDArray[np.float64]) -> Integers:
    return np.argsort(values, kind="stable")
