"""A schedule executed access by access: proof that what the packing found can be done."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from memview.optimum.packing import Model
from memview.optimum.trace import AccessTrace


class ImpossibleScheduleError(RuntimeError):
    """A schedule that would overfill the core. A mistake of ours, never of the trace."""


def execute(trace: AccessTrace, capacity: int, model: Model, keeps: Sequence[bool]) -> list[bool]:
    """Serve `trace` from a core of `capacity` tokens: which accesses hit (a placement never does).

    `keeps[t]` says whether the page of access t stays until it is asked for again. Under *forced* a request that fits
    the core is resident while it is served, kept or not. Raises ImpossibleScheduleError when the core is overfull.
    """
    resident: dict[Hashable, int] = {}
    used = 0
    hits = []
    for place, (key, size, stays) in enumerate(zip(trace.keys, trace.sizes, keeps, strict=True)):
        counts = trace.counts(place)
        hits.append(key in resident and counts)
        used -= resident.pop(key, 0)
        enters = stays or (model == "forced" and counts and size <= capacity)
        if enters and used + size > capacity:
            raise ImpossibleScheduleError(
                f"access {place}: {used + size} tokens in a core of {capacity} under the {model} model"
            )
        if stays:
            resident[key] = size
            used += size
    return hits
