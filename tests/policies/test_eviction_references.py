"""FIFO, LRU and LFU against implementations that are not ours, on traces of equal and of different sizes."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from cachetools import Cache, FIFOCache, LRUCache
from core_harness import Core, Request, eviction
from hypothesis import given
from hypothesis import strategies as st

SIZES = {item: 1 + item * 7 % 11 for item in range(20)}


def traces(sizes: dict[int, int]) -> st.SearchStrategy[list[Request]]:
    return st.lists(st.integers(0, 19), max_size=120).map(lambda items: [(item, sizes[item]) for item in items])


unit_traces = traces(dict.fromkeys(range(20), 1))
sized_traces = traces(SIZES)


def cachetools_bitmap(cache: Cache[int, int], trace: list[Request]) -> str:
    hits = []
    for item, size in trace:
        hit = cache.get(item) is not None
        hits.append("1" if hit else "0")
        if not hit and size <= cache.maxsize:
            cache[item] = size
    return "".join(hits)


class LfuReference:
    """By the definition alone: fewest references since insertion; among equals who reached that number first."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.classes: dict[int, list[Request]] = {}

    def run(self, trace: list[Request]) -> str:
        return "".join("1" if self.request(item, size) else "0" for item, size in trace)

    def request(self, item: int, size: int) -> bool:
        for count in sorted(self.classes):
            if (item, size) in self.classes[count]:
                self.classes[count].remove((item, size))
                self.classes.setdefault(count + 1, []).append((item, size))
                return True
        if size > self.capacity:
            return False
        while size + sum(other for members in self.classes.values() for _, other in members) > self.capacity:
            fewest = min(count for count, members in self.classes.items() if members)
            self.classes[fewest].pop(0)
        self.classes.setdefault(1, []).append((item, size))
        return False


@given(st.one_of(unit_traces, sized_traces), st.integers(1, 40))
def test_fifo_is_that_of_cachetools(trace: list[Request], capacity: int) -> None:
    sizes = dict(trace)
    assert Core(eviction("fifo"), capacity).run(trace) == cachetools_bitmap(
        FIFOCache(capacity, getsizeof=lambda value: value), [(item, sizes[item]) for item, _ in trace]
    )


@given(st.one_of(unit_traces, sized_traces), st.integers(1, 40))
def test_lru_is_that_of_cachetools(trace: list[Request], capacity: int) -> None:
    assert Core(eviction("lru"), capacity).run(trace) == cachetools_bitmap(
        LRUCache(capacity, getsizeof=lambda value: value), trace
    )


@given(st.one_of(unit_traces, sized_traces), st.integers(1, 40))
def test_lfu_is_that_of_its_definition(trace: list[Request], capacity: int) -> None:
    assert Core(eviction("lfu"), capacity).run(trace) == LfuReference(capacity).run(trace)


def test_the_three_differ_where_they_should() -> None:
    trace = [(item, 1) for item in (1, 1, 1, 2, 3, 2, 4, 1, 2, 3)]
    evicted = {}
    for name in ("fifo", "lru", "lfu"):
        core = Core(eviction(name), 3)
        core.run(trace)
        evicted[name] = core.evicted
    assert evicted == {"fifo": [1, 2, 3, 4], "lru": [1, 3, 4], "lfu": [3, 4]}


@pytest.mark.parametrize("name", ["FIFO", "LRU", "LFU"])
def test_recorded_bitmaps_of_libcachesim(name: str, shared_data: Path) -> None:
    golden = json.loads((shared_data / "cache_traces" / "golden.json").read_text())["locomo"]
    wanted = [key for key in golden if key.startswith("locomo_conv-30/") and key.endswith(f"/{name}")]
    assert wanted
    lines = (shared_data / "cache_traces" / "locomo_conv-30.txt").read_text().split("\n")
    trace = [(int(item), int(size)) for item, size in (line.split() for line in lines if line.strip())]
    for key in wanted:
        bitmap = Core(eviction(name), int(key.split("/")[1])).run(trace)
        assert [bitmap.count("0"), sha256(bitmap.encode()).hexdigest()[:16]] == golden[key], key
