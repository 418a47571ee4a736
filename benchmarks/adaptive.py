"""Miss ratios of `adaptive` on recorded traces, beside those that it has to beat and the one that knows the future."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks.scale import Scale
from benchmarks.simulate import TRACES
from benchmarks.table import Row, Target
from benchmarks.timing import median
from memview.policies.simulate import simulate
from memview.policies.trace import Trace, read_trace

_CAPACITIES = (250, 1_000, 4_000)
_RIVALS = ("lru", "gdsf", "act-r-per-token")
_FORESIGHT = "belady"
_CLEARLY_LESS = 0.999
_SLOWEST_SECONDS = 2.0


def rows(scale: Scale, directory: Path) -> list[Row]:  # noqa: ARG001
    """A row a trace, capacity and other policy. Without the traces (no part of the repository) there are none."""
    paths = sorted(TRACES.glob("locomo_*.txt"))
    if not paths:
        print(f"adaptive: skipped, {TRACES} has no traces", file=sys.stderr)
        return []
    traces = {path.stem.removeprefix("locomo_"): read_trace(path) for path in paths}
    result = [
        row for name, trace in traces.items() for capacity in _CAPACITIES for row in _beside(name, trace, capacity)
    ]
    name = max(traces, key=lambda each: len(traces[each]))
    seconds = median([_seconds(traces[name]) for _ in range(scale.repeats)])
    what = f"{name}, {len(traces[name]):,} accesses at {_CAPACITIES[-1]:,} tok: the simulation"
    return [*result, Row("adaptive", what, seconds, "s", target=Target("ours", _SLOWEST_SECONDS))]


def _beside(name: str, trace: Trace, capacity: int) -> list[Row]:
    ours = 100 * simulate(trace, "adaptive", capacity).miss_ratio
    what = f"{name} at {capacity:,} tok: misses"
    found = []
    for policy in (*_RIVALS, _FORESIGHT):
        theirs = 100 * simulate(trace, policy, capacity).miss_ratio
        target = None if policy == _FORESIGHT else Target("ratio", _CLEARLY_LESS)
        found.append(Row("adaptive", what, ours, "%", theirs, policy, target))
    return found


def _seconds(trace: Trace) -> float:
    started = time.perf_counter()
    simulate(trace, "adaptive", _CAPACITIES[-1])
    return time.perf_counter() - started
