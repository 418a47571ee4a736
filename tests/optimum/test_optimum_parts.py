"""The parts of the optimum one by one: prices that prove, slack in blocks, schedules that are executed, work that stays
in proportion."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optimum_reference import conversation_trace, most_hits

from memview.optimum.achieved import achieved_hits, best_packing
from memview.optimum.belady import belady, belady_size
from memview.optimum.certified import dual_hits
from memview.optimum.dual import ascend, proven_hits, uniform_price
from memview.optimum.greedy import pack_in_order
from memview.optimum.miss_ratio_curve import lru_curve
from memview.optimum.packing import Mask, Packing, packing_of
from memview.optimum.schedule import ImpossibleScheduleError, execute
from memview.optimum.slack import Slack
from memview.optimum.trace import AccessTrace, Reuse, reuses

SMALL = AccessTrace("abcabdacb", [2, 3, 4, 2, 3, 1, 2, 4, 3])


def overload(packing: Packing, kept: Mask) -> int:
    """By how much `kept` exceeds the capacity of any cell, counted naively."""
    load = np.zeros(len(packing.capacities), np.int64)
    for interval in np.flatnonzero(kept):
        load[packing.starts[interval] : packing.ends[interval]] += packing.sizes[interval]
    return int((load - packing.capacities).max(initial=0))


@given(prices=st.lists(st.floats(0, 1e6), min_size=9, max_size=9), capacity=st.integers(0, 12))
def test_any_prices_prove_a_bound(prices: list[float], capacity: int) -> None:
    for model in ("forced", "bypass"):
        packing = packing_of(SMALL, capacity, model)
        assert proven_hits(packing, np.array(prices)) >= most_hits(SMALL, capacity, model)


def test_a_bound_that_is_whole_does_not_slip_below_by_rounding() -> None:
    # Three intervals, room for two of them: a price of 1/3 a token proves exactly 2, and 1/3 is no binary number.
    packing = packing_of(AccessTrace("abcabc", [3, 3, 3, 3, 3, 3]), 6, "bypass")
    prices = np.array([0, 0, 1 / 3, 0, 0, 0]) * 3 / int(packing.sizes[0])
    assert proven_hits(packing, prices) == 2


@pytest.mark.parametrize("model", ["forced", "bypass"])
def test_more_steps_never_loosen_the_bound(model: str) -> None:
    packing = packing_of(conversation_trace(3, 120), 300, "forced" if model == "forced" else "bypass")
    target = int(best_packing(packing).sum())
    bounds = [dual_hits(packing, target, steps) for steps in (0, 5, 25, 100, 400)]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[0] > bounds[-1] >= target
    assert bounds[0] <= proven_hits(packing, uniform_price(packing))


def test_the_target_steers_and_proves_nothing() -> None:
    packing = packing_of(SMALL, 6, "bypass")
    for target in (0, 3, 9, 50):
        assert proven_hits(packing, ascend(packing, target, 50)) >= most_hits(SMALL, 6, "bypass")


@given(data=st.data(), cells=st.integers(1, 40))
def test_slack_in_blocks_is_slack(data: st.DataObject, cells: int) -> None:
    slack, naive = Slack(np.full(cells, 50), block=4), [50] * cells
    for _ in range(data.draw(st.integers(0, 12))):
        start = data.draw(st.integers(0, cells - 1))
        end = data.draw(st.integers(start + 1, cells))
        assert slack.lowest(start, end) == min(naive[start:end])
        size = data.draw(st.integers(0, 9))
        slack.take(start, end, size)
        naive[start:end] = [free - size for free in naive[start:end]]
    assert slack.lowest(0, cells) == min(naive)


@pytest.mark.parametrize("capacity", [0, 30, 100, 400, 3000])
@pytest.mark.parametrize("model", ["forced", "bypass"])
def test_every_packing_fits(model: str, capacity: int) -> None:
    packing = packing_of(conversation_trace(8, 80), capacity, "forced" if model == "forced" else "bypass")
    greedy = pack_in_order(packing, np.argsort(packing.volumes, kind="stable"))
    for kept in (greedy, belady(packing), belady_size(packing), best_packing(packing)):
        assert overload(packing, kept) <= 0


def test_belady_size_keeps_a_small_page_with_a_far_use_and_belady_does_not() -> None:
    packing = packing_of(AccessTrace("abcabc", [2, 2, 1, 2, 2, 1]), 3, "forced")
    assert belady_size(packing).tolist() == [False, False, True]
    assert belady(packing).tolist() == [False, False, False]


def test_a_schedule_is_executed_as_it_says() -> None:
    keeps = [True, False, True, False]
    assert execute(AccessTrace("abab", [2, 2, 2, 2]), 4, "forced", keeps) == [False, False, True, False]


@pytest.mark.parametrize(("model", "keeps"), [("bypass", [True, True, False]), ("forced", [True, False, False])])
def test_a_schedule_that_overfills_the_core_is_refused(model: str, keeps: list[bool]) -> None:
    with pytest.raises(ImpossibleScheduleError, match="access 1: 5 tokens in a core of 4"):
        execute(AccessTrace("aba", [2, 3, 2]), 4, "forced" if model == "forced" else "bypass", keeps)


def test_reuses_end_in_requests() -> None:
    trace = AccessTrace("abaab", [1, 2, 1, 1, 2], [False, True, False, True, True])
    assert reuses(trace) == [Reuse(2, 3, 1), Reuse(1, 4, 2)]
    assert trace.requests == 3


@pytest.mark.parametrize(
    ("sizes", "scored", "message"),
    [
        ([1, 2, 2], None, "access 2: 'a' has size 2, and had 1"),
        ([1, -2, 1], None, "access 1: size -2 is negative"),
        ([1, 2], None, "one size"),
        ([1, 2, 1], [True], "one mark"),
    ],
)
def test_a_trace_that_makes_no_sense_is_refused(sizes: list[int], scored: list[bool] | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AccessTrace("aba", sizes, scored)


def calls_of(work: Callable[[], object]) -> int:
    """How many functions, Python's and C's, are called by `work`."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "work",
    [
        lambda trace: achieved_hits(trace, 250, "bypass"),
        lambda trace: achieved_hits(trace, 400, "forced"),
        lambda trace: dual_hits(packing_of(trace, 250, "bypass"), 0, 30),
        lru_curve,
    ],
    ids=["achieved-bypass", "achieved-forced", "dual", "curve"],
)
def test_work_grows_in_proportion_to_the_trace(work: Callable[[AccessTrace], object]) -> None:
    short, long = conversation_trace(2, 60), conversation_trace(2, 480)
    grown = len(long) / len(short)
    assert calls_of(lambda: work(long)) < 1.6 * grown * calls_of(lambda: work(short))
