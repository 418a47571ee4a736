"""Accesses a second of caches on traces, with the log of who came in and who left; cachetools' LRU beside them."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable
from pathlib import Path

from cachetools import LRUCache

from benchmarks.scale import Scale
from benchmarks.table import Row, Target
from benchmarks.timing import median
from memview.policies.policy import Policy
from memview.policies.simulate import create_cache
from memview.policies.trace import Trace, TraceFuture, read_trace

TRACES = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "cache_traces"
_CAPACITIES = (250, 1_000, 4_000)
_CACHETOOLS = "cachetools"
_RUNS = 12
"""Runs for each repeat of the scale; all in turn, so that a busy moment of the machine is one for all."""

_LIMITS = {"lru": 1.0, "arc": 2.5, "slru": 2.5, "gdsf": 2.5}
"""Microseconds an access: a million accesses a second, and 400,000."""

_LRU_SPEED_UP = 1.5


def rows(scale: Scale, directory: Path) -> list[Row]:  # noqa: ARG001
    """Medians of the time of an access over all traces and capacities, cachetools' LRU in the same run."""
    traces = _locomo_traces() or [_own_trace()]
    accesses = sum(map(len, traces)) * len(_CAPACITIES)
    name = "LoCoMo traces" if len(traces) > 1 else "a trace of our own"
    work: dict[str, Callable[[Trace, int], object]] = {_CACHETOOLS: _run_cachetools}
    work |= {algorithm: _runner(algorithm) for algorithm in _LIMITS}
    seconds: dict[str, list[float]] = {algorithm: [] for algorithm in work}
    for _ in range(_RUNS * scale.repeats):
        for algorithm, run in work.items():
            seconds[algorithm].append(_seconds(run, traces))
    taken = {algorithm: median(samples) * 1e6 / accesses for algorithm, samples in seconds.items()}
    beside = f"{_CACHETOOLS} LRU"
    result = [
        Row(
            "simulate",
            f"{algorithm} on {name}, with its log: an access ({1e6 / taken[algorithm]:,.0f}/s)",
            taken[algorithm],
            "µs",
            taken[_CACHETOOLS],
            beside,
            Target("ours", limit),
        )
        for algorithm, limit in _LIMITS.items()
    ]
    what = f"lru on {name}: times as fast"
    result.append(
        Row("simulate", what, taken["lru"], "µs", taken[_CACHETOOLS], beside, Target("speed-up", _LRU_SPEED_UP))
    )
    return result


def _seconds(run: Callable[[Trace, int], object], traces: list[Trace]) -> float:
    started = time.perf_counter()
    for trace in traces:
        for capacity in _CAPACITIES:
            run(trace, capacity)
    return time.perf_counter() - started


def _runner(algorithm: str) -> Callable[[Trace, int], object]:
    policy = Policy(algorithm, eviction=algorithm)
    nothing = TraceFuture(Trace(array("q"), array("q")))

    def run(trace: Trace, capacity: int) -> object:
        cache = create_cache(policy, capacity, nothing)
        cache.run(trace.keys, trace.sizes)
        if not cache.log:
            raise RuntimeError(f"{algorithm} logged nothing")
        return cache

    return run


def _run_cachetools(trace: Trace, capacity: int) -> object:
    cache: LRUCache[int, int] = LRUCache(capacity, getsizeof=lambda size: size)
    for key, size in zip(trace.keys, trace.sizes, strict=True):
        if cache.get(key) is None and size <= capacity:
            cache[key] = size
    return cache


def _locomo_traces() -> list[Trace]:
    return [read_trace(path) for path in sorted(TRACES.glob("locomo_*.txt"))] if TRACES.is_dir() else []


def _own_trace() -> Trace:
    """Much like LoCoMo's: a few popular memories, many that are asked for once, some 30 tokens each."""
    keys, sizes, state = array("q"), array("q"), 1
    for place in range(15_000):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        draw = state >> 33
        key = draw % 1_000 * (draw // 1_000 % 1_000) // 1_000 if draw % 3 else 1_000 + place
        keys.append(key)
        sizes.append(5 + key * 7919 % 51)
    return Trace(keys, sizes)
