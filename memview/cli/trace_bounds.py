"""What is possible on a bare trace, for `simulate`: the band of the optimum, and policies over many capacities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from memview.cli.text_table import table_lines
from memview.model.errors import MemviewError

if TYPE_CHECKING:
    from memview.optimum.band import OptimumBand
    from memview.policies.policy import Policy
    from memview.policies.trace import Trace


def band_of(trace: Trace, capacity: int) -> OptimumBand:
    """The band of `trace`. Raises MemviewError for a trace in which one id has two sizes."""
    from memview.optimum.band import optimum_band
    from memview.optimum.trace import AccessTrace

    try:
        return optimum_band(AccessTrace(trace.keys, trace.sizes), capacity)
    except ValueError as error:
        raise MemviewError(f"no optimum for this trace: {error}; give every size of an id an id of its own") from None


def band_dict(band: OptimumBand) -> dict[str, dict[str, int]]:
    """Misses at the four edges, by edge and model."""
    return {
        kind: {model: band.edge(kind, model).misses for model in ("forced", "bypass")}
        for kind in ("certified", "achieved")
    }


def band_lines(band: OptimumBand) -> Iterator[str]:
    """The band as a table: each edge with what it claims."""
    yield from table_lines(
        ["optimum", "hits", "misses", "miss ratio"],
        [
            [f"{edge.label} ({edge.model})", str(edge.hits), str(edge.misses), _ratio(edge.miss_ratio)]
            for edge in band.edges()
        ],
    )
    yield ""
    yield "forced: every request comes in; bypass: it may be declined"


def curve(trace: Trace, specs: Sequence[Policy], capacities: Sequence[int], seed: int) -> list[dict[str, object]]:
    """Miss ratios of every policy at every capacity, between the edges of the optimum."""
    from memview.policies.simulate import simulate

    points: list[dict[str, object]] = []
    for capacity in capacities:
        band = band_of(trace, capacity)
        points.append(
            {
                "capacity": capacity,
                "certified": band.edge("certified", "bypass").miss_ratio,
                "achieved": band.edge("achieved", "bypass").miss_ratio,
                "policies": {spec.label: simulate(trace, spec, capacity, seed).miss_ratio for spec in specs},
            }
        )
    return points


def curve_lines(points: Sequence[dict[str, object]]) -> Iterator[str]:
    """The curve as a table, one line a capacity."""
    first = points[0]["policies"]
    labels = list(first) if isinstance(first, dict) else []
    rows = []
    for point in points:
        ratios = point["policies"]
        measured = [_ratio(ratios[label]) for label in labels] if isinstance(ratios, dict) else []
        rows.append([str(point["capacity"]), _ratio(point["certified"]), _ratio(point["achieved"]), *measured])
    yield "miss ratio by capacity"
    yield ""
    yield from table_lines(["capacity", "certified", "achieved", *labels], rows)
    yield ""
    yield "certified: no policy can miss less; achieved: an offline schedule, which knows the future (both bypass)"


def _ratio(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else "n/a"
