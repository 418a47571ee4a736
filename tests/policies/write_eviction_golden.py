"""Runs every cache over traces of our own; as a script, pins the results in eviction_golden.json."""

from __future__ import annotations

import json
from pathlib import Path

from cache_harness import CACHES, bitmap_of, cache, pinned, skewed_trace

FILE = Path(__file__).parents[1] / "data" / "eviction_golden.json"
OWN_TRACES = {
    "units": skewed_trace(1, 600, 40, 1),
    "sizes": skewed_trace(2, 600, 40, 12),
    "memories": skewed_trace(3, 800, 60, 90),
}
CAPACITIES = (15, 60, 200, 1000)

Pinned = dict[str, list[int | str]]


def recorded() -> dict[str, Pinned]:
    """What the file holds."""
    found: dict[str, Pinned] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def computed(name: str) -> Pinned:
    """What it ought to hold of one algorithm: misses and a digest of the bitmap, by trace and capacity."""
    return {
        f"{label}/{capacity}": pinned(bitmap_of(cache(name, capacity, trace), trace))
        for label, trace in OWN_TRACES.items()
        for capacity in CAPACITIES
    }


if __name__ == "__main__":
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(computed(name))}" for name in CACHES)
    FILE.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
