"""Greedy packing: intervals in a given order, each kept when it still fits."""

from __future__ import annotations

import numpy as np

from memview.optimum.packing import Integers, Mask, Packing
from memview.optimum.slack import Slack


def pack_in_order(packing: Packing, order: Integers) -> Mask:
    """Which intervals are kept when they are taken in `order`, their numbers, as long as they fit."""
    slack = Slack(packing.capacities)
    taken = np.zeros(len(packing), np.bool_)
    starts, ends, sizes = packing.starts.tolist(), packing.ends.tolist(), packing.sizes.tolist()
    for interval in order.tolist():
        start, end, size = starts[interval], ends[interval], sizes[interval]
        if start == end:
            taken[interval] = True
        elif slack.lowest(start, end) >= size:
            slack.take(start, end, size)
            taken[interval] = True
    return taken
