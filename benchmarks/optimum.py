"""The offline optimum of access traces: how long its edges take, how far apart they are, and LRU's whole curve."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.scale import Scale
from benchmarks.table import Row, Target
from benchmarks.timing import median, milliseconds
from memview.optimum.achieved import achieved_hits
from memview.optimum.band import OptimumBand, optimum_band
from memview.optimum.certified import certified_hits
from memview.optimum.miss_ratio_curve import lru_curve
from memview.optimum.packing import packing_of
from memview.optimum.trace import AccessTrace

TRACES = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "cache_traces"
_CAPACITIES = {250: 2.0, 1000: 1.0, 4000: 0.5}
"""Tokens of the core, and how wide the band may be there, in points of the miss ratio."""

_CERTIFIED_MS, _ACHIEVED_MS, _CURVE_MS = 250.0, 250.0, 50.0
_TURNS, _PER_TURN = 630, 8


def rows(scale: Scale, directory: Path) -> list[Row]:  # noqa: ARG001
    """Of every recorded trace; of a synthetic one where they are absent."""
    result = []
    for name, trace in _traces():
        repeats = partial(_median_ms, scale.repeats)
        curve = repeats(partial(lru_curve, trace))
        result.append(
            Row("optimum", f"{name}: LRU's curve, {len(trace):,} accesses", curve, "ms", target=_at_most(_CURVE_MS))
        )
        for capacity, widest in _CAPACITIES.items():
            what = f"{name} at {capacity}"
            packing = packing_of(trace, capacity, "bypass")
            band = optimum_band(trace, capacity)
            achieved = repeats(partial(achieved_hits, trace, capacity, "bypass"))
            certified = repeats(partial(certified_hits, packing, band.achieved_bypass))
            result += [
                Row("optimum", f"{what}: achieved", achieved, "ms", target=_at_most(_ACHIEVED_MS)),
                Row("optimum", f"{what}: certified", certified, "ms", target=_at_most(_CERTIFIED_MS)),
                *_edges(what, band, widest),
            ]
    return result


def _edges(what: str, band: OptimumBand, widest: float) -> Iterator[Row]:
    for model, achieved, certified in (
        ("bypass", band.achieved_bypass, band.certified_bypass),
        ("forced", band.achieved_forced, band.certified_forced),
    ):
        missed, least = (100 * (band.requests - hits) / band.requests for hits in (achieved, certified))
        yield Row("optimum", f"{what}: missed, {model}, achieved", missed, "%", least, "certified")
        yield Row("optimum", f"{what}: band, {model}", missed - least, "points", target=_at_most(widest))


def _at_most(bound: float) -> Target:
    return Target("ours", bound)


def _median_ms(repeats: int, work: partial[object]) -> float:
    return median([milliseconds(work) for _ in range(repeats)])


def _traces() -> Iterator[tuple[str, AccessTrace]]:
    paths = sorted(TRACES.glob("locomo_*.txt"))
    for path in paths:
        pairs = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
        yield path.stem.removeprefix("locomo_"), AccessTrace([int(key) for key, _ in pairs], [int(s) for _, s in pairs])
    if not paths:
        yield "synthetic", _synthetic()


def _synthetic() -> AccessTrace:
    """Every turn writes a memory and asks for some: recent ones, early ones, and those around one topic."""
    generator = random.Random(1)
    sizes = [4 + int(generator.lognormvariate(3.2, 0.5)) for _ in range(_TURNS)]
    keys: list[int] = []
    for turn in range(_TURNS):
        topic = generator.randrange(turn + 1)
        asked = {turn: None}
        for _ in range(_PER_TURN):
            kind = generator.choice(("recent", "early", "topic", "topic"))
            if kind == "recent":
                place = turn - int(generator.expovariate(0.1))
            elif kind == "early":
                place = int(generator.random() ** 3 * turn)
            else:
                place = topic + generator.randrange(-5, 6)
            asked[min(turn, max(0, place))] = None
        keys += asked
    return AccessTrace(keys, [sizes[key] for key in keys])
