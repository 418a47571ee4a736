"""Hit bitmaps to the bit: those recorded with libCacheSim 0.3.5, and, for every algorithm, our own."""

from __future__ import annotations

import json
from functools import cache as remembered
from pathlib import Path
from typing import Any

import pytest
from cache_harness import CACHES, Request, bitmap_of, cache, pinned, trace_of
from write_eviction_golden import OWN_TRACES, computed, recorded

from memview.policies.trace import Trace, read_trace

NAMES = {
    "FIFO": "fifo", "LRU": "lru", "LFU": "lfu", "Clock": "clock", "Sieve": "sieve", "SLRU": "slru", "TwoQ": "2q",
    "S3FIFO": "s3fifo", "ARC": "arc", "LRUK": "lru-k", "GDSF": "gdsf", "QDLP": "qdlp", "Belady": "belady",
}  # fmt: skip
every_recorded_policy = pytest.mark.parametrize("policy", NAMES)


@remembered
def golden(directory: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((directory / "golden.json").read_text(encoding="utf-8"))
    return found


@remembered
def read(path: Path) -> Trace:
    return read_trace(path)


def one_by_one(name: str, capacity: int, trace: Trace) -> str:
    requested = cache(name, capacity, trace)
    return "".join("1" if requested.request(*each) else "0" for each in zip(trace.keys, trace.sizes, strict=True))


@every_recorded_policy
def test_short_traces_of_libcachesim(policy: str, shared_data: Path) -> None:
    compared = 0
    for recording in golden(shared_data / "cache_traces")["traces"]:
        requests: list[Request] = [(key, recording["sizes"][str(key)]) for key in recording["ids"]]
        trace = trace_of(requests)
        for capacity, bitmaps in recording["cap"].items():
            where = f"{recording['name']} at {capacity}"
            assert bitmap_of(cache(NAMES[policy], int(capacity), trace), trace) == bitmaps[policy], where
            assert one_by_one(NAMES[policy], int(capacity), trace) == bitmaps[policy], where
            compared += 1
    assert compared == 64


@every_recorded_policy
def test_locomo_traces_of_libcachesim(policy: str, shared_data: Path) -> None:
    directory = shared_data / "cache_traces"
    wanted = {key: value for key, value in golden(directory)["locomo"].items() if key.endswith(f"/{policy}")}
    assert len(wanted) == 15
    for key, value in wanted.items():
        file, capacity, _ = key.split("/")
        trace = read(directory / f"{file}.txt")
        assert pinned(bitmap_of(cache(NAMES[policy], int(capacity), trace), trace)) == value, key


def test_every_policy_of_the_recording_is_compared(shared_data: Path) -> None:
    recording = golden(shared_data / "cache_traces")
    assert set(recording["traces"][0]["cap"]["20"]) == set(NAMES)


@pytest.mark.parametrize("name", CACHES)
def test_own_traces(name: str) -> None:
    """See tests/data/README.md before changing a number there."""
    assert computed(name) == recorded()[name]


@pytest.mark.parametrize("name", CACHES)
def test_own_traces_are_no_toys(name: str) -> None:
    """Somewhere there is something to hit; the one exception lets nothing into a cache as small as these."""
    hits = sum(bitmap_of(cache(name, 200, trace), trace).count("1") for trace in OWN_TRACES.values())
    assert hits or name == "wtinylfu"


def test_the_variants_differ_from_the_originals() -> None:
    for name in CACHES:
        if name.endswith("-tokens"):
            assert recorded()[name] != recorded()[name.removesuffix("-tokens")]
