"""The estimate against o200k_base: measured counts of real chat, and golden numbers of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.tokens import load_counter
from memview.tokens.estimate import EstimateCounter, _Costs

MEASURED = Path(__file__).parents[3] / "shared" / "data" / "tokens" / "counts.jsonl"

EVERYDAY = [
    ("Please remember that I prefer vegetarian food, and that Thursday evenings are taken.", 15),
    ("Sure! I've noted it: no meat, and nothing planned for Thursday evenings.", 16),
    ("Where did we leave the deployment of the billing service last week?", 13),
    ("The rollout stopped at 25 percent because the health check failed twice.", 14),
    ("Could you book the train to Lisbon for 2 people on March 14th?", 17),
    ("My sister's name is Ana; she is allergic to peanuts.", 12),
    ("That's great news, thank you so much for telling me!", 12),
    ("What time does the meeting start tomorrow morning?", 9),
]
"""Our own sentences and the pieces o200k_base's pre-tokeniser cuts, by hand: the fewest tokens possible."""

GOLDEN = [
    ("hello world", 2),
    ("    " * 40, 1),
    ("=" * 80, 2),
    ("x" * 1_000, 298),
    ("\n\n\n", 1),
    ("def f(x):\n    return x + 1\n", 11),
    ("漢字かな交じり文", 6),
    ("Привет, мир", 4),
    ("\ud800", 1),
    ("🎉🎉🎉", 5),
]
"""Numbers of the estimator itself, not of o200k_base: budgets and digests of old replays rest on them."""


def within(counter: EstimateCounter, pairs: list[tuple[str, int]]) -> tuple[float, float]:
    """Error in sum, and the 95th percentile of the error per message, both as shares of the true count."""
    counts = [(counter.count(text), true) for text, true in pairs]
    errors = sorted(abs(count - true) / true for count, true in counts)
    in_sum = abs(sum(count for count, _ in counts) / sum(true for _, true in counts) - 1)
    return in_sum, errors[int(len(errors) * 0.95) - 1]


def test_measured_chat() -> None:
    if not MEASURED.exists():
        pytest.skip(f"{MEASURED} is not here")
    rows = map(json.loads, MEASURED.read_text("utf-8").splitlines())
    chat = [(row["text"], row["o200k_base"]) for row in rows if row["kind"] == "chat"]
    in_sum, at_p95 = within(EstimateCounter(), chat)
    assert in_sum <= 0.04
    assert at_p95 <= 0.09


@pytest.mark.parametrize(("text", "pieces"), EVERYDAY)
def test_everyday_words_cost_about_one_token_each(text: str, pieces: int) -> None:
    assert pieces <= EstimateCounter().count(text) <= pieces + 1


@pytest.mark.parametrize(("text", "tokens"), GOLDEN, ids=range(len(GOLDEN)))
def test_golden_numbers(text: str, tokens: int) -> None:
    assert EstimateCounter().count(text) == tokens


@given(st.text(st.characters()))
def test_what_was_counted_before_changes_nothing(text: str) -> None:
    assert load_counter("estimate").count(text) == EstimateCounter().count(text)


def test_cache_is_bounded() -> None:
    costs = _Costs()
    numbers = map(str, range(100_000, 160_000))
    assert all(costs[number] == 1.0 for number in numbers)
    assert len(costs) == 50_000


def test_long_pieces_are_not_kept() -> None:
    costs = _Costs()
    assert costs["x" * 1_000] > 1
    assert not costs


@pytest.mark.parametrize("unit", ["x", " ", "\n", " \n", "a'", "!_", "Aa", "漢", "_", "\u0301", "A!", "  a"])
def test_long_runs_end(unit: str) -> None:
    length = len(unit) * 100_000
    assert length / 200 <= EstimateCounter().count(unit * 100_000) <= length * 2
