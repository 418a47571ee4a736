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
    required=True,
    metavar="N",
    help="Size of the cache, in the units of the trace.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of policies that draw.")
@click.option("--bitmap", is_flag=True, help="Print a 1 for each hit and a 0 for each miss, too.")
@json_option
def simulate_command(
    trace: Path, policies: tuple[str, ...], capacity: int, seed: int, bitmap: bool, as_json: bool
) -> None:
    """Run the cache trace TRACE, one `id size` a line, through the eviction of each policy."""
    from memview.policies import knows_the_future, load_policy
    from memview.policies.simulate import simulate
    from memview.policies.trace import read_trace

    specs = [load_policy(name) for name in policies]
    requests = read_trace(trace)
    results = [simulate(requests, spec, capacity, seed) for spec in specs]
    if as_json:
        found = [result.as_dict() | ({"bitmap": result.bitmap} if bitmap else {}) for result in results]
        print_json(found[0] if len(found) == 1 else found)
        return
    offline = [spec.label for spec in specs if knows_the_future(spec)]
    write_lines(_account(results, offline, bitmap))


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
