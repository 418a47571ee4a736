"""What every cache promises on bare traces, and that its separate operations are those of a request."""

from __future__ import annotations

from itertools import pairwise

import pytest
from cache_harness import CACHES, OFFLINE, Request, bitmap_of, cache, trace_of
from cachetools import Cache as Reference
from cachetools import FIFOCache, LFUCache, LRUCache
from hypothesis import example, given
from hypothesis import strategies as st

from memview.policies.eviction.cache import Cache, RankedCache
from memview.policies.trace import Trace

SIZES = {key: 1 + key * 7 % 11 for key in range(20)}
keys = st.lists(st.integers(0, 19), max_size=150)
unit_traces = keys.map(lambda found: trace_of([(key, 1) for key in found]))
sized_traces = keys.map(lambda found: trace_of([(key, SIZES[key]) for key in found]))
changing_traces = st.lists(st.tuples(st.integers(0, 19), st.integers(1, 30)), max_size=150).map(trace_of)
traces = st.one_of(unit_traces, sized_traces, changing_traces)
capacities = st.integers(1, 90)
every_cache = pytest.mark.parametrize("name", CACHES)


def requests(trace: Trace) -> list[Request]:
    return list(zip(trace.keys, trace.sizes, strict=True))


@every_cache
@given(trace=traces, capacity=capacities)
def test_the_capacity_is_kept_and_the_books_are_straight(name: str, trace: Trace, capacity: int) -> None:
    found = cache(name, capacity, trace)
    came_in: dict[int, int] = {}
    for key, size in requests(trace):
        before = found.residents()
        seen = len(found.log)
        hit = found.request(key, size)
        after = found.residents()
        assert hit == (key in before)
        assert found.used == sum(after.values()) <= capacity
        for change in found.log[seen:]:
            if change >= 0:
                assert not hit
                assert change == key
                came_in[key] = size
            else:
                del came_in[~change]
        assert came_in == after


@every_cache
@given(trace=traces, capacity=capacities, cut=st.integers(0, 150))
def test_a_loop_over_a_trace_is_request_by_request(name: str, trace: Trace, capacity: int, cut: int) -> None:
    whole, single = cache(name, capacity, trace), cache(name, capacity, trace)
    hits = whole.run(trace.keys[:cut], trace.sizes[:cut]) + whole.run(trace.keys[cut:], trace.sizes[cut:])
    assert [bool(hit) for hit in hits] == [single.request(key, size) for key, size in requests(trace)]
    assert whole.log == single.log
    assert whole.residents() == single.residents()
    assert isinstance(whole, Cache)
    assert isinstance(single, Cache)
    assert (whole.used, whole.now) == (single.used, single.now)


@every_cache
@given(trace=traces, capacity=capacities, cut=st.integers(0, 150))
def test_a_clone_goes_its_own_way(name: str, trace: Trace, capacity: int, cut: int) -> None:
    found, alone = cache(name, capacity, trace), cache(name, capacity, trace)
    assert isinstance(found, Cache)
    head, tail = requests(trace)[:cut], requests(trace)[cut:]
    for each in head:
        assert found.request(*each) == alone.request(*each)
    clone, disturbed = found.clone(), found.clone()
    assert clone.log == []
    for key, size in tail[::-1]:
        disturbed.request(key + 100, size)
    hits = [alone.request(*each) for each in tail]
    assert [clone.request(*each) for each in tail] == hits
    assert [found.request(*each) for each in tail] == hits
    assert found.residents() == clone.residents() == alone.residents()


@every_cache
@given(trace=traces, capacity=capacities)
def test_what_is_too_large_changes_nothing_but_the_time(name: str, trace: Trace, capacity: int) -> None:
    found = cache(name, capacity, trace)
    found.run(trace.keys, trace.sizes)
    before, log = found.residents(), list(found.log)
    assert not found.request(77, capacity + 1)
    assert (found.residents(), found.log) == (before, log)


@every_cache
@given(trace=traces, locked=st.sets(st.integers(0, 19)))
def test_who_is_locked_stays_and_the_others_leave_one_by_one(name: str, trace: Trace, locked: set[int]) -> None:
    found = cache(name, 60, trace)
    assert isinstance(found, Cache)
    found.run(trace.keys, trace.sizes)
    while free := found.residents().keys() - locked:
        foretold = found.forecast(locked)
        assert foretold.key in free
        assert foretold.runner_up is None or foretold.runner_up in free - {foretold.key}
        before = found.residents()
        if foretold.plan is not None:
            assert foretold.plan.residents().keys() == before.keys() - {foretold.key}
        assert found.evict(locked) == foretold.key
        assert found.residents().keys() == before.keys() - {foretold.key}
        if foretold.runner_up is not None and name not in OFFLINE:
            assert found.forecast(locked).key == foretold.runner_up
    for operation in (found.forecast, found.evict):
        with pytest.raises(LookupError):
            operation(locked)
    assert found.used == sum(found.residents().values())


@every_cache
@given(trace=traces, gone=st.sets(st.integers(0, 19)))
def test_who_is_taken_out_is_gone_from_everywhere(name: str, trace: Trace, gone: set[int]) -> None:
    found = cache(name, 60, trace)
    assert isinstance(found, Cache)
    found.run(trace.keys, trace.sizes)
    for key in sorted(gone & found.residents().keys()):
        found.discard(key)
        assert key not in found.residents()
        assert not found.touch(key)
    kept = found.residents()
    left = []
    while found.residents():
        left.append(found.evict())
    assert sorted(left) == sorted(kept)
    assert found.used == 0


@pytest.mark.parametrize("name", [name for name in CACHES if isinstance(cache(name, 9), RankedCache)])
@given(trace=traces)
def test_the_shortest_way_to_the_victim_leads_to_the_first_of_the_ranking(name: str, trace: Trace) -> None:
    found = cache(name, 50, trace)
    assert isinstance(found, RankedCache)
    found.run(trace.keys, trace.sizes)
    while found.residents():
        first = next(found.ranking())
        assert found.evict() == first


REFERENCES = {"fifo": FIFOCache, "lfu": LFUCache, "lru": LRUCache}


@pytest.mark.parametrize("name", REFERENCES)
@given(trace=st.one_of(unit_traces, sized_traces), capacity=capacities)
def test_fifo_lfu_and_lru_are_those_of_cachetools(name: str, trace: Trace, capacity: int) -> None:
    reference: Reference[int, int] = REFERENCES[name](capacity, getsizeof=lambda size: size)
    hits = []
    for key, size in requests(trace):
        hit = reference.get(key) is not None
        hits.append("1" if hit else "0")
        if not hit and size <= capacity:
            reference[key] = size
    assert bitmap_of(cache(name, capacity, trace), trace) == "".join(hits)


@pytest.mark.parametrize("name", [name for name in CACHES if name not in OFFLINE])
@given(trace=unit_traces, capacity=st.integers(1, 25))
@example(trace=trace_of([(key % 7, 1) for key in range(100)]), capacity=6)
def test_for_equal_sizes_belady_misses_least(name: str, trace: Trace, capacity: int) -> None:
    best = bitmap_of(cache("belady", capacity, trace), trace)
    assert best.count("1") >= bitmap_of(cache(name, capacity, trace), trace).count("1")


@given(trace=unit_traces)
def test_belady_misses_less_in_a_larger_cache(trace: Trace) -> None:
    hits = [bitmap_of(cache("belady", capacity, trace), trace).count("1") for capacity in range(1, 12)]
    assert all(smaller <= larger for smaller, larger in pairwise(hits))


@pytest.mark.parametrize("name", [name for name in CACHES if name.endswith("-tokens")])
def test_the_variants_for_tokens_let_in_whatever_fits(name: str) -> None:
    found = cache(name, 100)
    assert [found.request(1, 100), found.request(1, 100)] == [False, True]
    assert not found.request(2, 101)
    assert found.residents() == {1: 100}


@pytest.mark.parametrize(
    ("name", "largest"),
    [("slru", 25), ("2q", 25), ("s3fifo", 9), ("qdlp", 9), ("wtinylfu", 1), ("arc", 100), ("lecar", 100)],
)
def test_how_much_the_originals_let_in(name: str, largest: int) -> None:
    found = cache(name, 100)
    assert isinstance(found, Cache)
    assert found.largest() == largest
    assert not found.request(1, largest + 1) or largest == 100
    found.request(2, largest)
    assert 2 in found.residents()
    assert (1 in found.residents()) == (largest + 1 <= found.largest())
