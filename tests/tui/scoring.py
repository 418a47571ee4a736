"""What the tests of the scoreboard share: few policies and budgets, so that a board is soon complete."""

from __future__ import annotations

from functools import partial

import pytest

from memview.evaluate.curve import budget_ladder
from memview.policies import load_policy

FEW = ("act-r", "arc", "belady", "fifo", "lru", "memgpt@0.3.25")


@pytest.fixture
def few_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of six policies, and half a dozen budgets."""
    monkeypatch.setattr("memview.policies.policy_catalogue", lambda: [load_policy(name) for name in FEW])
    monkeypatch.setattr("memview.evaluate.curve.budget_ladder", partial(budget_ladder, steps=6))
