"""Between which core budgets a search for the smallest has to look."""

from __future__ import annotations

from memview.model.errors import PolicyError
from memview.model.policy_spec import UNLIMITED, PolicySpec
from memview.model.session import Budgets
from memview.replay.budgets import BudgetOverrides, budgets_in_force
from memview.replay.counterfactuals_run import Question

Span = tuple[int, int]
"""Budgets from the first up to but without the second."""


def possible_budgets(question: Question, spec: PolicySpec, budgets: Budgets) -> Span:
    """The smallest core budget with which the session can be replayed, and the largest that makes a difference.

    Raises PolicyError for a policy whose core has no limit, or where no other budget is possible.
    """
    if spec.core_budget_tokens is not None and spec.core_budget_tokens >= UNLIMITED:
        raise PolicyError(f"{spec.label} sets no limit to its core: no budget makes a difference")
    workload = question.workload
    items = workload.items
    known = workload.items_before(question.turn) if question.turn else len(workload.loaded)
    everything = sum(items.tokens[:known]) + 1
    low, high = _first_possible(question, spec, budgets, 0, budgets.core), budgets.core
    most = max(budgets.core, everything)
    while high < most:
        middle = (high + most + 1) // 2
        if _is_possible(question, spec, budgets, middle):
            high = middle
        else:
            most = middle - 1
    return low, high


def _first_possible(question: Question, spec: PolicySpec, budgets: Budgets, low: int, high: int) -> int:
    while low < high:
        middle = (low + high) // 2
        if _is_possible(question, spec, budgets, middle):
            high = middle
        else:
            low = middle + 1
    return low


def _is_possible(question: Question, spec: PolicySpec, budgets: Budgets, core: int) -> bool:
    try:
        budgets_in_force(question.workload, spec, BudgetOverrides(core, budgets.window, budgets.retrieval))
    except PolicyError:
        return False
    return True
