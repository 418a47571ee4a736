"""Single algorithms by example and by definition: what no recording pins down."""

from __future__ import annotations

from math import exp

import pytest
from cache_harness import OFFLINE, bitmap_of, cache, numbers, skewed_trace, trace_of
from hypothesis import given
from hypothesis import strategies as st

from memview.model.errors import PolicyError
from memview.policies.eviction.arc import Arc, ArcTokens
from memview.policies.eviction.ghost import Ghost
from memview.policies.eviction.lecar import LeCaR, LeCaRTokens
from memview.policies.eviction.s3fifo import S3FifoTokens
from memview.policies.eviction.sketch import Sketch
from memview.policies.eviction.slru import SlruTokens
from memview.policies.eviction.w_tinylfu import WTinyLfu, WTinyLfuTokens
from memview.policies.trace import Trace

UNITS = [(key, 1) for key in (1, 2, 3, 1, 4, 2, 5, 1)]
traces = st.lists(st.tuples(st.integers(0, 15), st.integers(1, 9)), max_size=120).map(trace_of)


def evictions(name: str, capacity: int, requests: list[tuple[int, int]], **parameters: float) -> list[int]:
    trace = trace_of(requests)
    found = cache(name, capacity, trace, **parameters)
    found.run(trace.keys, trace.sizes)
    return [~change for change in found.log if change < 0]


def test_who_leaves_of_three() -> None:
    assert {name: evictions(name, 3, UNITS) for name in ("fifo", "lru", "mru", "lfu", "clock", "sieve", "lru-k")} == {
        "fifo": [1, 2, 3],
        "lru": [2, 3, 1, 4],
        "mru": [1, 2, 5],
        "lfu": [2, 3, 4],
        "clock": [2, 3, 1, 4],
        "sieve": [2, 3, 4],
        "lru-k": [2, 3, 4],
    }


def lecar_by_definition(trace: Trace, capacity: int) -> str:
    """Lists in the order of last use and of arrival in a frequency class; everything looked up by walking them."""
    state, lru_weight, lfu_weight = 0xDEADBEEF, 0.5, 0.5
    recent: list[int] = []
    classes: list[tuple[int, int]] = []  # (uses, key), in the order in which a class was entered
    sizes: dict[int, int] = {}
    ghosts: tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]] = ([], [])
    hits = []
    for now, (key, size) in enumerate(zip(trace.keys, trace.sizes, strict=True), 1):
        hits.append("1" if key in sizes else "0")
        if key in sizes:
            recent.remove(key)
            recent.append(key)
            (uses,) = [uses for uses, each in classes if each == key]
            classes.remove((uses, key))
            classes.append((uses + 1, key))
            continue
        if size > capacity:
            continue
        for which, ghost in enumerate(ghosts):
            for entry in [entry for entry in ghost if entry[0] == key]:
                ghost.remove(entry)
                weights = [lru_weight, lfu_weight]
                discount = 0.005 ** (1 / capacity)
                weights[which] = weights[which] * exp(-0.45 * discount ** (now - entry[2])) + 1e-10
                total = sum(weights) + 2e-10
                weights[which] /= total
                weights[1 - which] = (weights[1 - which] + 1e-10) / total
                lru_weight, lfu_weight = weights
        while sum(sizes.values()) + size > capacity:
            old = recent[0]
            least = min(uses for uses, _ in classes)
            rare = next(each for uses, each in classes if uses == least)
            victim, remembers = old, None
            if old != rare:
                state = state * 0xDA942042E4DD58B5 % 2**128
                by_lru = (state >> 64) % 100 / 100 < lru_weight
                victim, remembers = (old, ghosts[0]) if by_lru else (rare, ghosts[1])
            recent.remove(victim)
            classes = [entry for entry in classes if entry[1] != victim]
            left = sizes.pop(victim)
            if remembers is not None and left <= capacity // 2:
                while sum(entry[1] for entry in remembers) + left > capacity // 2:
                    remembers.pop(0)
                remembers.append((victim, left, now))
        recent.append(key)
        classes.append((1, key))
        sizes[key] = size
    return "".join(hits)


@given(traces, st.integers(1, 60))
def test_lecar_is_its_definition(trace: Trace, capacity: int) -> None:
    assert bitmap_of(LeCaR(capacity), trace) == lecar_by_definition(trace, capacity)


def test_lecar_on_a_long_trace_is_its_definition() -> None:
    trace = skewed_trace(21, 2000, 40, 9)
    found = LeCaR(90)
    assert bitmap_of(found, trace) == lecar_by_definition(trace, 90)
    assert found.lru_weight != 0.5
    assert len(found.left_at) <= 64 + 2 * (len(found.lru_ghost.sizes) + len(found.lfu_ghost.sizes))


def test_lecar_for_tokens_counts_time_in_objects() -> None:
    found = LeCaRTokens(1000)
    assert found.lifetime() == 1000
    for key in range(10):
        found.request(key, 40)
    assert found.lifetime() == 25


def test_arc_for_tokens_moves_its_balance_by_the_size() -> None:
    moved = []
    for algorithm in (Arc, ArcTokens):
        found = algorithm(100)
        for key, size in [(1, 30), (1, 30), (2, 30), (3, 30), (4, 30), (2, 30)]:
            found.request(key, size)
        moved.append(found.p)
    assert moved == [1.0, 30.0]


@given(st.lists(st.integers(0, 15), max_size=100), st.integers(1, 12))
def test_arc_for_tokens_is_arc_where_all_sizes_are_one(keys: list[int], capacity: int) -> None:
    trace = trace_of([(key, 1) for key in keys])
    assert bitmap_of(ArcTokens(capacity), trace) == bitmap_of(Arc(capacity), trace)


def test_small_queues_for_tokens_have_room_for_two_of_the_largest() -> None:
    s3fifo, slru, window = S3FifoTokens(1000), SlruTokens(1000), WTinyLfuTokens(1000)
    for size, room in ((20, 100), (80, 160), (30, 160), (700, 1000)):
        for found in (s3fifo, slru, window):
            found.request(size, size)
        assert s3fifo.small_bound == window.window_bound == room
        assert slru.segments.bounds[0] == max(250, room)
        assert sum(slru.segments.bounds) <= 1000
        assert sum(window.main.bounds) <= window.main_bound() == 1000 - room


def test_w_tinylfu_keeps_what_is_asked_for_often_from_a_scan() -> None:
    found = WTinyLfu(100, window_share=0.1)
    for turn in range(10):
        for key in (*range(9), 500 + turn, 600 + turn):  # more than the window, so that hits are those of the SLRU
            found.request(key, 8)
    scan = [(1000 + key, 8) for key in range(200)]
    for key, size in scan:
        found.request(key, size)
    assert set(range(9)) <= found.residents().keys()
    lru = cache("lru", 100, trace_of([]))
    lru.run(range(9), [8] * 9)
    lru.run([key for key, _ in scan], [size for _, size in scan])
    assert not set(range(9)) & lru.residents().keys()


def test_the_sketch_never_counts_too_little_and_forgets_by_halves() -> None:
    sketch, draw = Sketch(4000), numbers(5)
    truth: dict[int, int] = {}
    for _ in range(600):
        key = next(draw) % 200
        truth[key] = truth.get(key, 0) + 1
        sketch.add(key)
    assert all(sketch.estimate(key) >= count for key, count in truth.items())
    assert sum(sketch.estimate(key) == count for key, count in truth.items()) > 0.95 * len(truth)
    twin = sketch.copy()
    twin.halve()
    assert all(twin.estimate(key) == sketch.estimate(key) // 2 for key in truth)
    for _ in range(300):
        twin.add(3)
    assert twin.estimate(3) == 255


def test_the_hash_of_the_sketch_is_pinned() -> None:
    """Another hash is another replay."""
    sketch = Sketch(1000)
    for key in range(40):
        for _ in range(key):
            sketch.add(key)
    assert [sketch.estimate(key) for key in (1, 2, 3, 500, 501, 2**62)] == PINNED_ESTIMATES


PINNED_ESTIMATES = [1, 2, 3, 0, 0, 0]


def test_a_ghost_forgets_the_oldest_and_refuses_what_is_too_large() -> None:
    ghost = Ghost(10)
    for key, size in [(1, 4), (2, 4), (1, 4), (3, 11), (4, 5)]:
        ghost.add(key, size)
    assert [key in ghost for key in (1, 2, 3, 4)] == [False, True, False, True]
    assert ghost.remove(2)
    assert not ghost.remove(2)
    assert (ghost.used, dict(ghost.sizes)) == (5, {4: 5})


@given(traces, st.integers(1, 40))
def test_belady_size_keeps_nobody_who_is_never_asked_for_again(trace: Trace, capacity: int) -> None:
    found = cache("belady-size", capacity, trace)
    bitmap_of(found, trace)
    assert found.residents() == {}


def test_belady_size_weighs_the_wait_by_the_size() -> None:
    requests = [(1, 7), (2, 2), (3, 3), (1, 7), (3, 3), (2, 2)]
    # At the third request: 7 units x 1 more request, against 2 units x 3.
    assert evictions("belady-size", 10, requests)[0] == 1
    assert evictions("belady", 10, requests)[0] == 2


def test_belady_size_repeats_with_its_seed() -> None:
    trace = skewed_trace(9, 3000, 600, 3)
    bitmaps = [bitmap_of(cache("belady-size", 500, trace, seed, samples=4), trace) for seed in (1, 1, 2)]
    assert bitmaps[0] == bitmaps[1] != bitmaps[2]
    exact = bitmap_of(cache("belady-size", 500, trace, samples=100_000), trace)
    assert exact.count("1") > bitmaps[0].count("1")


def test_random_repeats_on_a_trace_with_its_seed() -> None:
    trace = skewed_trace(9, 500, 60, 3)
    bitmaps = [bitmap_of(cache("random", 40, trace, seed), trace) for seed in (1, 1, 2)]
    assert bitmaps[0] == bitmaps[1] != bitmaps[2]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("lru-k", {"k": 0}), ("lru-k", {"k": 1.5}), ("slru", {"segments": 0}), ("slru", {"segments": 65}),
        ("clock", {"bits": 0}), ("clock", {"bits": 17}), ("2q", {"in_share": 0}), ("2q", {"out_share": 1}),
        ("s3fifo", {"small_share": -0.1}), ("s3fifo-tokens", {"ghost_share": 2}), ("qdlp", {"promote_at": 0}),
        ("wtinylfu", {"window_share": 1}), ("lecar", {"learning_rate": 0}), ("belady-size", {"samples": 0.5}),
    ],
)  # fmt: skip
def test_a_parameter_that_makes_no_sense_is_told_by_name(name: str, parameters: dict[str, float]) -> None:
    with pytest.raises(PolicyError, match=f"^{next(iter(parameters))} is "):
        cache(name, 100, **parameters)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("lru-k", {"k": 3}), ("slru", {"segments": 2}), ("clock", {"bits": 3}), ("2q", {"in_share": 0.5}),
        ("2q", {"out_share": 0.1}), ("s3fifo", {"small_share": 0.5}), ("s3fifo", {"promote_at": 1}),
        ("qdlp", {"small_share": 0.5}), ("qdlp", {"bits": 1}), ("wtinylfu", {"window_share": 0.3}),
        ("lecar", {"learning_rate": 5}),
    ],
)  # fmt: skip
def test_a_parameter_matters(name: str, parameters: dict[str, float]) -> None:
    trace = skewed_trace(33, 3000, 60, 9)
    assert bitmap_of(cache(name, 150, trace, **parameters), trace) != bitmap_of(cache(name, 150, trace), trace)


@pytest.mark.parametrize("name", ["2q", "qdlp", "s3fifo", "wtinylfu"])
@given(trace=traces, share=st.floats(0.01, 0.99))
def test_any_share_works(name: str, trace: Trace, share: float) -> None:
    parameter = {"2q": "in_share", "wtinylfu": "window_share"}.get(name, "small_share")
    found = cache(name, 30, trace, **{parameter: share})
    bitmap_of(found, trace)
    assert found.used == sum(found.residents().values()) <= 30


def test_lru_k_of_one_use_is_lru() -> None:
    trace = skewed_trace(4, 800, 30, 5)
    assert bitmap_of(cache("lru-k", 60, trace, k=1), trace) == bitmap_of(cache("lru", 60, trace), trace)


def test_offline_policies_are_far_ahead() -> None:
    trace = skewed_trace(12, 1500, 60, 20)
    online = max(bitmap_of(cache(name, 200, trace), trace).count("1") for name in ("lru", "gdsf", "arc", "lfu"))
    assert all(bitmap_of(cache(name, 200, trace), trace).count("1") > online for name in OFFLINE)
