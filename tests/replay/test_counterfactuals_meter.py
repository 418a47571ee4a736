"""Tokens under a meter are the integer that they stand for, and the interval that they note is right."""

from __future__ import annotations

import copy
import math

from hypothesis import given
from hypothesis import strategies as st

from memview.replay.counterfactuals_meter import BudgetMeter, MeteredTokens

Small = st.integers(min_value=-40, max_value=40)


def script(budget: int | MeteredTokens, numbers: list[int]) -> list[object]:
    """Some of what a pager and its policies do with a budget: the outcomes, without the budget itself."""
    told: list[object] = []
    for number in numbers:
        left = budget - number
        told += [number > left, number >= budget, left < 3, left <= number, number - budget > -20, budget > number / 2]
    return told


@given(st.integers(0, 60), st.lists(Small, max_size=6), st.integers(0, 60))
def test_inside_the_interval_nothing_is_different(value: int, numbers: list[int], other: int) -> None:
    meter = BudgetMeter(value)
    told = script(MeteredTokens(meter), numbers)
    assert told == script(value, numbers)
    assert meter.low <= value < meter.high
    same = script(other, numbers) == told
    assert same == (meter.low <= other < meter.high)


@given(st.integers(1, 500), st.integers(1, 9))
def test_whatever_else_is_made_of_it_holds_for_this_budget_alone(value: int, number: int) -> None:
    for make in (
        lambda tokens: tokens // number,
        lambda tokens: tokens * 0.1,
        lambda tokens: 2 * tokens,
        lambda tokens: tokens / number,
        float,
        int,
        math.sqrt,
        lambda tokens: [0] * tokens,
        lambda tokens: f"{tokens:d}",
        lambda tokens: tokens == number,
        hash,
    ):
        meter = BudgetMeter(value)
        assert make(MeteredTokens(meter)) == make(value)
        assert (meter.low, meter.high) == (value, value + 1)


def test_copies_are_under_the_same_meter() -> None:
    meter = BudgetMeter(10)
    tokens = MeteredTokens(meter)
    assert copy.deepcopy({"budget": tokens})["budget"] is tokens
    meter.set(12)
    assert tokens - 2 <= 10
    assert (meter.low, meter.high) == (0, 13)
