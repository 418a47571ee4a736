"""LRU's curve against LRU simulated at each budget."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from optimum_reference import CONVERSATIONS, SHARED_TRACES, conversation_trace, lru_reference, shared_trace

from memview.optimum.miss_ratio_curve import Bucket, lru_curve, lru_misses
from memview.optimum.trace import AccessTrace

BUDGETS = range(60)


@st.composite
def traces(draw: DrawFn, smallest: int = 0, largest: int = 9) -> AccessTrace:
    table = draw(st.lists(st.integers(smallest, largest), min_size=8, max_size=8))
    keys = draw(st.lists(st.integers(0, 7), max_size=60))
    scored = draw(st.none() | st.lists(st.booleans(), min_size=len(keys), max_size=len(keys)))
    return AccessTrace(keys, [table[key] for key in keys], scored)


@given(trace=traces())
def test_the_curve_is_lru_from_the_largest_page_on_and_no_better_below(trace: AccessTrace) -> None:
    curve = lru_curve(trace)
    for budget in BUDGETS:
        simulated = lru_reference(trace, budget)
        assert curve.misses(budget) >= simulated
        if budget >= curve.exact_from:
            assert curve.misses(budget) == simulated


@given(trace=traces())
def test_misses_at_chosen_budgets_are_exact(trace: AccessTrace) -> None:
    assert lru_misses(trace, BUDGETS) == [lru_reference(trace, budget) for budget in BUDGETS]


def test_below_the_largest_page_the_curve_counts_what_that_page_would_push_out() -> None:
    trace = AccessTrace("abXab", [2, 2, 9, 2, 2])
    curve = lru_curve(trace)
    assert curve.exact_from == 9
    assert curve.misses(8) == 5
    assert lru_misses(trace, [8, 9, 13]) == [3, 5, 3]


def test_steps_of_the_curve() -> None:
    curve = lru_curve(AccessTrace("abbaab", [2, 3, 3, 2, 2, 3]))
    assert curve.points() == [(0, 6), (2, 5), (3, 4), (5, 2)]
    assert [curve.misses(budget) for budget, _ in curve.points()] == [6, 5, 4, 2]
    assert curve.miss_ratio(4) == 4 / 6


@given(trace=traces())
def test_steps_are_the_whole_curve(trace: AccessTrace) -> None:
    curve = lru_curve(trace)
    steps = dict(curve.points())
    misses = steps[0]
    for budget in BUDGETS:
        misses = steps.get(budget, misses)
        assert curve.misses(budget) == misses


def test_requests_by_reuse_distance() -> None:
    curve = lru_curve(AccessTrace("abbaab", [2, 3, 3, 2, 2, 3]))
    assert curve.distances == (2, 3, 5, 5)
    assert curve.histogram() == [Bucket(-1, 1, 0), Bucket(1, 2, 1), Bucket(2, 4, 1), Bucket(4, 8, 2)]


@given(trace=traces())
def test_the_histogram_counts_every_reuse_once(trace: AccessTrace) -> None:
    curve = lru_curve(trace)
    assert sum(bucket.requests for bucket in curve.histogram()) == len(curve.distances)


def test_nothing_asked_nothing_missed() -> None:
    curve = lru_curve(AccessTrace([], []))
    assert (curve.misses(100), curve.miss_ratio(100), curve.points(), curve.histogram()) == (0, None, [(0, 0)], [])


@pytest.mark.parametrize("budget", [40, 100, 250, 1000, 4000])
def test_a_long_trace(budget: int) -> None:
    trace = conversation_trace(4, 200)
    assert lru_misses(trace, [budget]) == [lru_reference(trace, budget)]


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_recorded_conversations_miss_as_often_as_measured(conversation: str) -> None:
    trace = shared_trace(conversation)
    if trace is None:
        pytest.skip("the shared cache traces are not on this machine")
    golden = json.loads((SHARED_TRACES / "golden.json").read_text(encoding="utf-8"))["locomo"]
    curve = lru_curve(trace)
    for budget in (250, 1000, 4000):
        assert curve.misses(budget) == golden[f"locomo_{conversation}/{budget}/LRU"][0]
