"""`python -m benchmarks [NAME...] [--quick]`: measures, and prints a table. Exit status 1 when a target is not met."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    adaptive,
    breakpoints,
    counterfactuals,
    decision,
    evaluate,
    guard,
    large_session,
    lifecycle,
    locomo,
    optimum,
    retrieval,
    simulate,
    startup,
    stepping,
)
from benchmarks.scale import FULL, QUICK, Scale
from benchmarks.table import Row, table_lines

CASES: dict[str, Callable[[Scale, Path], list[Row]]] = {
    "startup": startup.rows,
    "stepping": stepping.rows,
    "large-session": large_session.rows,
    "locomo": locomo.rows,
    "decision": decision.rows,
    "retrieval": retrieval.rows,
    "optimum": optimum.rows,
    "guard": guard.rows,
    "evaluate": evaluate.rows,
    "simulate": simulate.rows,
    "adaptive": adaptive.rows,
    "lifecycle": lifecycle.rows,
    "counterfactuals": counterfactuals.rows,
    "breakpoints": breakpoints.rows,
}
"""In this order: what is timed from outside goes first, while this process is still small and quiet."""


def main() -> int:
    """Run the cases that the command line names, all of them by default."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Figures of memview beside their targets."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of {', '.join(CASES)}; default all")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer repetitions")
    chosen = parser.parse_args()
    for name in chosen.names:
        if name not in CASES:
            parser.error(f"unknown case {name!r}: choose from {', '.join(CASES)}")
    scale = QUICK if chosen.quick else FULL
    table: list[Row] = []
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="memview-benchmarks-") as directory:
        for name in chosen.names or CASES:
            started = time.perf_counter()
            table += CASES[name](scale, Path(directory))
            print(f"{name}: measured in {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    print("\n".join(table_lines(table)))
    print(f"{os.cpu_count()} processors; load {load_before:.1f} before, {os.getloadavg()[0]:.1f} at the end")
    return 1 if any(row.is_met is False for row in table) else 0


if __name__ == "__main__":
    sys.exit(main())
