"""The band against exhaustive search, online policies and Belady; its edges where nothing fits or nothing is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from optimum_reference import CONVERSATIONS, ONLINE, belady_reference, conversation_trace, most_hits, shared_trace

from memview.optimum.achieved import achieved_hits, attainable_hits
from memview.optimum.band import ACHIEVED, CERTIFIED, OptimumBand, optimum_band, regret
from memview.optimum.belady import belady
from memview.optimum.certified import certified_hits, dual_hits, pfoo_hits
from memview.optimum.packing import packing_of
from memview.optimum.trace import AccessTrace


@st.composite
def tiny_traces(draw: DrawFn, *, smallest: int = 0) -> AccessTrace:
    """A dozen accesses to six pages; zero sizes, pages larger than the core and placements included."""
    table = draw(st.lists(st.integers(smallest, 5), min_size=6, max_size=6))
    keys = draw(st.lists(st.integers(0, 5), max_size=12))
    scored = draw(st.none() | st.lists(st.booleans(), min_size=len(keys), max_size=len(keys)))
    return AccessTrace(keys, [table[key] for key in keys], scored)


@st.composite
def traces_of_one_size(draw: DrawFn) -> tuple[AccessTrace, int]:
    size = draw(st.integers(1, 4))
    keys = draw(st.lists(st.integers(0, 9), max_size=60))
    return AccessTrace(keys, [size] * len(keys)), size


@given(trace=tiny_traces(), capacity=st.integers(0, 14))
def test_the_optimum_lies_in_the_band(trace: AccessTrace, capacity: int) -> None:
    band = optimum_band(trace, capacity)
    assert band.achieved_forced <= most_hits(trace, capacity, "forced") <= band.certified_forced
    assert band.achieved_bypass <= most_hits(trace, capacity, "bypass") <= band.certified_bypass


@given(trace=tiny_traces(), capacity=st.integers(0, 14))
def test_the_edges_are_in_order(trace: AccessTrace, capacity: int) -> None:
    band = optimum_band(trace, capacity)
    assert 0 <= band.achieved_forced <= band.achieved_bypass <= band.certified_bypass <= trace.requests
    assert band.achieved_forced <= band.certified_forced <= band.certified_bypass
    for model in ("forced", "bypass"):
        packing = packing_of(trace, capacity, model)
        assert certified_hits(packing) <= dual_hits(packing) <= pfoo_hits(packing)


@given(trace=tiny_traces(), capacity=st.integers(0, 14))
def test_what_is_attainable_is_no_more_than_the_optimum(trace: AccessTrace, capacity: int) -> None:
    assert 0 <= attainable_hits(trace, capacity) <= most_hits(trace, capacity, "bypass")


@pytest.mark.parametrize("capacity", [250, 600, 1000, 4000])
def test_the_quick_schedule_is_near_the_best_one(capacity: int) -> None:
    trace = conversation_trace(9, 300)
    assert attainable_hits(trace, capacity) >= 0.97 * achieved_hits(trace, capacity, "bypass")


@given(case=traces_of_one_size(), pages=st.integers(0, 11))
def test_with_one_size_belady_is_the_band(case: tuple[AccessTrace, int], pages: int) -> None:
    trace, size = case
    capacity = pages * size + size - 1
    band = optimum_band(trace, capacity)
    assert band.achieved_forced == band.certified_forced == trace.requests - belady_reference(trace, capacity)
    assert band.achieved_bypass == band.certified_bypass
    # Declining is worth at most the place that a page takes while it is served.
    assert band.achieved_forced <= band.achieved_bypass <= optimum_band(trace, capacity + size).achieved_forced


@pytest.mark.parametrize("pages", [3, 12, 60])
def test_with_one_size_the_band_of_a_long_trace_is_one_number(pages: int) -> None:
    trace = conversation_trace(6, 150, sizes=[30])
    band = optimum_band(trace, 30 * pages)
    assert band.achieved_forced == band.certified_forced == trace.requests - belady_reference(trace, 30 * pages)
    assert band.achieved_forced < band.achieved_bypass == band.certified_bypass


@given(case=traces_of_one_size(), pages=st.integers(0, 11))
def test_with_one_size_the_dual_reaches_belady(case: tuple[AccessTrace, int], pages: int) -> None:
    trace, size = case
    for model in ("forced", "bypass"):
        packing = packing_of(trace, pages * size, model)
        optimum = certified_hits(packing)
        assert optimum <= dual_hits(packing, optimum) <= optimum + 1


def test_declining_can_be_worth_a_hit() -> None:
    # With room for one page, only declining b keeps a for its second use.
    band = optimum_band(AccessTrace("aba", [3, 2, 3]), 3)
    assert (band.achieved_forced, band.certified_forced) == (0, 0)
    assert (band.achieved_bypass, band.certified_bypass) == (1, 1)


def test_belady_is_not_the_optimum_of_pages_of_different_sizes() -> None:
    # For a, Belady drops c, whose next use is farthest, and then b comes in and a goes all the same.
    trace = AccessTrace("abcabc", [2, 2, 1, 2, 2, 1])
    band = optimum_band(trace, 3)
    assert belady_reference(trace, 3) == 6
    assert band.achieved_forced == band.certified_forced == most_hits(trace, 3, "forced") == 1


@pytest.mark.parametrize("capacity", [100, 250, 1000, 4000])
@pytest.mark.parametrize("name", ONLINE)
def test_no_online_policy_beats_the_certified_edge(name: str, capacity: int) -> None:
    trace = conversation_trace(11, 150)
    assert trace.requests - ONLINE[name](trace, capacity) <= optimum_band(trace, capacity).certified_forced


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_no_online_policy_beats_the_certified_edge_on_recorded_conversations(conversation: str) -> None:
    trace = shared_trace(conversation)
    if trace is None:
        pytest.skip("the shared cache traces are not on this machine")
    for capacity, width in ((250, 0.02), (1000, 0.01), (4000, 0.005)):
        band = optimum_band(trace, capacity)
        assert max(trace.requests - policy(trace, capacity) for policy in ONLINE.values()) <= band.certified_forced
        assert belady(packing_of(trace, capacity, "forced")).sum() < band.achieved_forced
        assert band.certified_forced - band.achieved_forced <= width * trace.requests
        assert band.certified_bypass - band.achieved_bypass <= width * trace.requests


@pytest.mark.parametrize(("capacity", "width"), [(250, 0.02), (1000, 0.01), (4000, 0.002)])
def test_the_band_is_narrow(capacity: int, width: float) -> None:
    trace = conversation_trace(5, 250)
    band = optimum_band(trace, capacity)
    assert band.certified_bypass - band.achieved_bypass <= width * trace.requests
    assert trace.requests - belady_reference(trace, capacity) <= band.achieved_forced


@pytest.mark.parametrize("capacity", [0, 1, 5])
def test_no_requests_no_hits(capacity: int) -> None:
    assert optimum_band(AccessTrace([], []), capacity) == OptimumBand(0, capacity, 0, 0, 0, 0)


def test_nothing_hits_in_a_core_without_room() -> None:
    assert optimum_band(AccessTrace([1, 1, 2, 1], [4, 4, 4, 4]), 0) == OptimumBand(4, 0, 0, 0, 0, 0)


def test_what_is_larger_than_the_core_misses_and_disturbs_nobody() -> None:
    small = AccessTrace("ababa", [2, 3, 2, 3, 2])
    among_giants = AccessTrace("aXbXaXbXa", [2, 9, 3, 9, 2, 9, 3, 9, 2])
    assert optimum_band(small, 5).achieved_forced == 3
    assert optimum_band(among_giants, 5) == OptimumBand(9, 5, 3, 3, 3, 3)


def test_a_page_of_exactly_the_capacity_fits() -> None:
    assert optimum_band(AccessTrace("aa", [7, 7]), 7) == OptimumBand(2, 7, 1, 1, 1, 1)


def test_a_placement_makes_a_page_available_and_counts_for_nothing() -> None:
    scored = [False, False, True, True]
    assert optimum_band(AccessTrace("abab", [1, 1, 1, 1], scored), 2) == OptimumBand(2, 2, 2, 2, 2, 2)
    # Nothing has to be let in before the first turn: a alone is kept, b is asked for once and then pushed in.
    assert optimum_band(AccessTrace("abab", [1, 1, 1, 1], scored), 1) == OptimumBand(2, 1, 1, 1, 1, 1)


@pytest.mark.parametrize("capacity", [10**15, 10**30])
def test_absurd_sizes_are_counted_like_any(capacity: int) -> None:
    band = optimum_band(AccessTrace("abcab", [10**12, 10**12 + 1, 10**40, 10**12, 10**12 + 1]), capacity)
    assert band == OptimumBand(5, capacity, 2, 2, 2, 2)
    tight = optimum_band(AccessTrace("abab" * 9, [10**12, 10**12 + 1] * 18), 2 * 10**12)
    assert (tight.achieved_forced, tight.achieved_bypass) == (0, 17)
    assert tight.certified_bypass >= 17


def test_a_negative_capacity_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="negative"):
        optimum_band(AccessTrace("a", [1]), -1)


def test_edges_say_what_they_claim() -> None:
    band = OptimumBand(10, 100, 4, 5, 6, 7)
    assert [(edge.kind, edge.model, edge.hits, edge.misses) for edge in band.edges()] == [
        ("certified", "bypass", 7, 3),
        ("achieved", "bypass", 5, 5),
        ("certified", "forced", 6, 4),
        ("achieved", "forced", 4, 6),
    ]
    assert [edge.label for edge in band.edges()] == [CERTIFIED, ACHIEVED] * 2
    assert band.edge("certified", "bypass").miss_ratio == 0.3
    assert OptimumBand(0, 100, 0, 0, 0, 0).edge("achieved", "forced").miss_ratio is None


@pytest.mark.parametrize(("hits", "offline", "expected"), [(3, 4, 0.25), (0, 4, 1.0), (5, 4, 0.0), (0, 0, None)])
def test_regret(hits: int, offline: int, expected: float | None) -> None:
    assert regret(hits, offline) == expected


@given(trace=tiny_traces(), capacity=st.integers(0, 14))
def test_the_short_way_to_the_achieved_edge_gives_the_same(trace: AccessTrace, capacity: int) -> None:
    band = optimum_band(trace, capacity)
    assert achieved_hits(trace, capacity, "forced") == band.achieved_forced
    assert achieved_hits(trace, capacity, "bypass") <= band.achieved_bypass
