"""The optimum as a packing problem: which reuse intervals to keep so that the load never exceeds the capacity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from memview.optimum.trace import AccessTrace, reuses

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

Model = Literal["forced", "bypass"]
"""*forced*: every request that fits the core at all must be let in, as FIFO, LRU, ARC do. *bypass*: a request may be
served without becoming resident, as policies with an admission rule do; it covers forced."""


@dataclass(frozen=True, slots=True)
class Packing:
    """Reuse intervals over cells of time, and what each cell can hold.

    Interval i takes `sizes[i]` of every cell from `starts[i]` up to, not including, `ends[i]`; cell t holds at most
    `capacities[t]`, in units of the sizes' greatest common divisor. `begins[i]` is the access at which the page of
    interval i was last asked for. Every set of intervals that fits is a schedule whose hits are its intervals, and the
    other way round, so the most intervals that fit are the most hits that any policy can have.
    """

    starts: Integers
    ends: Integers
    sizes: Integers
    begins: Integers
    capacities: Integers

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def volumes(self) -> Integers:
        """Size times length of every interval."""
        return self.sizes * (self.ends - self.starts)


def packing_of(trace: AccessTrace, capacity: int, model: Model) -> Packing:
    """The packing problem of `trace` for a core of `capacity` tokens. Raises ValueError for a negative capacity.

    Cell t is the time from access t until just before access t + 1. Under *bypass* an interval from access i to
    access j takes the cells i .. j - 1 of `capacity` each. Under *forced* the page asked for at t is resident in cell t
    whether it is kept or not, so its size is taken from the cell for good, and its own interval begins one cell later.
    A page larger than the core is never resident and takes nothing; a placement may be declined in either model.
    """
    if capacity < 0:
        raise ValueError(f"a capacity cannot be negative: {capacity}")
    # More than all pages that fit together is of no use; without it, no sum of tokens comes near 64 bits.
    pages = dict(zip(trace.keys, trace.sizes, strict=True))
    capacity = min(capacity, sum(size for size in pages.values() if size <= capacity))
    sizes = np.fromiter((min(size, capacity + 1) for size in trace.sizes), np.int64, len(trace))
    is_forced = np.zeros(len(trace), np.bool_)
    if model == "forced":
        is_forced = sizes <= capacity
        if trace.scored is not None:
            is_forced &= np.fromiter(trace.scored, np.bool_, len(trace))
    found = np.array([reuse for reuse in reuses(trace) if reuse.size <= capacity], np.int64).reshape(-1, 3)
    begins, ends, reuse_sizes = found.T
    # What no multiple of the divisor can fill is of no use: leaving it out makes the linear program tighter.
    unit = max(1, int(np.gcd.reduce(reuse_sizes)))
    return Packing(
        starts=begins + is_forced[begins],
        ends=ends,
        sizes=reuse_sizes // unit,
        begins=begins,
        capacities=(capacity - sizes * is_forced) // unit,
    )
