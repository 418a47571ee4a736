"""A trace through a policy: what is counted, and under which name."""

from __future__ import annotations

from pathlib import Path

import pytest
from cache_harness import skewed_trace, trace_of
from hypothesis import given
from hypothesis import strategies as st

from memview.model.errors import PolicyError
from memview.policies import load_policy, policy_catalogue
from memview.policies.eviction.cache_eviction import CacheEviction
from memview.policies.registry import EVICTION, create_eviction, knows_the_future
from memview.policies.simulate import simulate
from memview.policies.trace import TraceFuture

TRACE = trace_of([(1, 4), (2, 3), (1, 4), (3, 5), (1, 4), (2, 3)])


def test_what_is_counted() -> None:
    result = simulate(TRACE, "LRU", 8)
    assert result.bitmap == "001000"
    assert result.as_dict() == {
        "policy": "lru@1",
        "capacity": 8,
        "seed": 0,
        "requests": 6,
        "hits": 1,
        "misses": 5,
        "miss_ratio": 5 / 6,
        "size_misses": 19,
        "size_miss_ratio": 19 / 23,
    }


def test_a_hit_does_not_change_the_size_that_a_key_came_in_with() -> None:
    result = simulate(trace_of([(1, 4), (1, 8), (2, 4), (1, 1), (2, 4)]), "fifo", 8)
    assert result.bitmap == "01011"
    assert result.size_misses == 8


def test_no_request_is_no_miss() -> None:
    result = simulate(trace_of([]), "lru", 8)
    assert (result.requests, result.miss_ratio, result.size_miss_ratio, result.bitmap) == (0, 0.0, 0.0, "")


def test_a_policy_file_can_be_simulated(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("policy: {eviction: lru-k, parameters: {k: 3}, version: 7}\n", encoding="utf-8")
    trace = skewed_trace(2, 600, 30, 5)
    mine = simulate(trace, str(path), 60)
    assert mine.policy == "mine@7"
    assert mine.bitmap != simulate(trace, "lru-k", 60).bitmap


@pytest.mark.parametrize("capacity", [0, -1, 10**15 + 1])
def test_a_capacity_has_to_be_a_size(capacity: int) -> None:
    with pytest.raises(PolicyError, match="the capacity is"):
        simulate(TRACE, "lru", capacity)


def test_an_unknown_policy_is_told_with_the_nearest() -> None:
    with pytest.raises(PolicyError, match=r"unknown policy 's4fifo'; did you mean s3fifo"):
        simulate(TRACE, "s4fifo", 8)


def test_a_seed_matters_only_to_those_that_draw() -> None:
    trace = skewed_trace(5, 600, 60, 5)
    for name, draws in (("random", True), ("lru", False), ("lecar", False)):
        bitmaps = {simulate(trace, name, 60, seed).bitmap for seed in (1, 2)}
        assert (len(bitmaps) == 2) == draws


@pytest.mark.parametrize("name", sorted(EVICTION))
def test_every_algorithm_has_a_policy_of_its_name_that_a_trace_runs_through(name: str) -> None:
    spec = load_policy(name)
    assert spec.eviction == name
    assert spec.summary.endswith(".")
    assert spec.provenance
    assert (spec.family == "offline") == knows_the_future(spec)
    trace = skewed_trace(6, 150, 20, 9)
    result = simulate(trace, spec, 10**6)
    # Everything fits: only what is new misses, under any policy; Belady-Size drops what is not asked for again.
    assert result.misses == len(set(trace.keys))


def test_the_originals_say_whose_semantics_they_have() -> None:
    nothing = TraceFuture(trace_of([]))
    for spec in policy_catalogue():
        if spec.eviction == spec.name and isinstance(create_eviction(spec, 0, 10, nothing), CacheEviction):
            named = "libCacheSim 0.3.5" in spec.provenance
            assert named != (spec.name.endswith("-tokens") or spec.name == "random"), spec.name


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), max_size=40).map(trace_of), st.integers(1, 50))
def test_long_traces_are_cut_into_pieces_that_nobody_notices(trace: object, capacity: int) -> None:
    from unittest import mock

    whole = simulate(trace, "arc", capacity)
    with mock.patch("memview.policies.simulate._AT_ONCE", 7):
        assert simulate(trace, "arc", capacity) == whole
