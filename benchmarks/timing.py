"""Order statistics of samples, and nothing cleverer: the machine is shared, so medians and ratios are what counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence


def percentile(samples: Sequence[float], share: float) -> float:
    """The sample below which `share` (0..1) of them lie, interpolated. Raises ValueError when there are none."""
    if not samples:
        raise ValueError("no samples")
    ordered = sorted(samples)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def median(samples: Sequence[float]) -> float:
    """The middle sample."""
    return percentile(samples, 0.5)


def milliseconds(work: Callable[[], object]) -> float:
    """How long one call of `work` takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3
