"""The certified edge of the optimum: more hits than this are impossible, whatever the policy knows."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from memview.optimum.belady import belady
from memview.optimum.dual import ascend, proven_hits
from memview.optimum.packing import Packing

STEPS = 400


def certified_hits(packing: Packing, target: int = 0, steps: int = STEPS) -> int:
    """The most hits that are possible: exact for pages of one size, otherwise what the dual proves in `steps` steps.

    `target`, the hits of a known schedule, only steers the steps: the bound is valid whatever it is.
    """
    if not len(packing):
        return 0
    if packing.sizes.min() == packing.sizes.max():
        return int(belady(packing).sum())
    return dual_hits(packing, target, steps)


def dual_hits(packing: Packing, target: int = 0, steps: int = STEPS) -> int:
    """The most hits that the Lagrangian dual leaves possible, whatever the sizes."""
    return min(len(packing), proven_hits(packing, ascend(packing, target, steps)))


def pfoo_hits(packing: Packing) -> int:
    """The most hits if only the total volume mattered: PFOO-L, the loose bound that needs no steps.

    D. S. Berger, N. Beckmann, M. Harchol-Balter, "Practical Bounds on Optimal Caching with Variable Object Sizes",
    SIGMETRICS 2018: intervals in order of size x length, as many as fit the room of all cells together.
    """
    lengths = (packing.ends - packing.starts).tolist()
    volumes = sorted(size * length for size, length in zip(packing.sizes.tolist(), lengths, strict=True))
    return bisect_right(list(accumulate(volumes)), sum(packing.capacities.tolist()))
