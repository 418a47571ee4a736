"""`simulate`: a cache trace through eviction policies, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from memview.cli.options import json_option
from memview.cli.output import print_json, write_lines
from memview.cli.text_table import table_lines

if TYPE_CHECKING:
    from memview.policies.simulate import SimulationResult


@click.command("simulate")
@click.argument("trace", type=click.Path(path_type=Path))
@click.option("--policy", "policies", metavar="P", multiple=True, required=True, help="Policy; may be given often.")
@click.option(
    "--capacity",
    type=click.IntRange(min=1),
    metavar="N",
    help="Size of the cache, in the units of the trace.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of policies that draw.")
@click.option("--optimum", is_flag=True, help="Show what is possible at all: the band of the offline optimum.")
@click.option(
    "--curve", metavar="N,N", help="Show miss ratios at these capacities instead, between the optimum's edges."
)
@click.option("--bitmap", is_flag=True, help="Print a 1 for each hit and a 0 for each miss, too.")
@json_option
def simulate_command(
    trace: Path,
    policies: tuple[str, ...],
    capacity: int | None,
    seed: int,
    optimum: bool,
    curve: str | None,
    bitmap: bool,
    as_json: bool,
) -> None:
    """Run the cache trace TRACE, one `id size` a line, through the eviction of each policy."""
    from memview.cli.trace_bounds import band_dict, band_lines, band_of, curve_lines
    from memview.cli.trace_bounds import curve as curve_of
    from memview.policies import knows_the_future, load_policy
    from memview.policies.simulate import simulate
    from memview.policies.trace import read_trace

    if (capacity is None) == (curve is None):
        raise click.UsageError("give one of --capacity and --curve", ctx=click.get_current_context())
    specs = [load_policy(name) for name in policies]
    capacities = _capacities(curve)
    requests = read_trace(trace)
    if capacity is None:
        points = curve_of(requests, specs, capacities, seed)
        if as_json:
            print_json(points)
        else:
            write_lines(curve_lines(points))
        return
    band = band_of(requests, capacity) if optimum else None
    results = [simulate(requests, spec, capacity, seed) for spec in specs]
    if as_json:
        more: dict[str, object] = {} if band is None else {"optimum": band_dict(band)}
        found = [result.as_dict() | ({"bitmap": result.bitmap} if bitmap else {}) | more for result in results]
        print_json(found[0] if len(found) == 1 else found)
        return
    offline = [spec.label for spec in specs if knows_the_future(spec)]
    write_lines(_account(results, offline, bitmap))
    if band is not None:
        write_lines(["", *band_lines(band)])


def _capacities(text: str | None) -> list[int]:
    parts = [] if text is None else text.split(",")
    if not all(part.strip().isdecimal() and int(part) > 0 for part in parts):
        raise click.BadParameter(f"{text!r} is no list of capacities such as 250,1000", param_hint="--curve")
    return [int(part) for part in parts]


def _account(results: Sequence[SimulationResult], offline: Sequence[str], bitmap: bool) -> Iterator[str]:
    yield f"{results[0].requests} requests, capacity {results[0].capacity}"
    yield ""
    yield from table_lines(
        ["policy", "hits", "misses", "miss ratio", "size misses", "size miss ratio"],
        [
            [
                f"{result.policy} (offline)" if result.policy in offline else result.policy,
                str(result.hits),
                str(result.misses),
                f"{result.miss_ratio:.4f}",
                str(result.size_misses),
                f"{result.size_miss_ratio:.4f}",
            ]
            for result in results
        ],
    )
    if offline:
        yield ""
        yield "offline: knows the requests to come, which no running agent does"
    if bitmap:
        for result in results:
            yield ""
            yield f"{result.policy}: hits are 1"
            yield result.bitmap
