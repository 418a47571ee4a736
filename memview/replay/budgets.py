"""Budgets in force: the session's, the policy's, the caller's, the later ones first; checked before a replay starts."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.workload import Workload
from memview.model.errors import PolicyError
from memview.model.memory import Memory
from memview.model.policy_spec import UNLIMITED, PolicySpec
from memview.model.session import Budgets


@dataclass(frozen=True, slots=True)
class BudgetOverrides:
    """Token budgets that a person asked for; None leaves the policy's or the session's own."""

    core: int | None = None
    window: int | None = None
    retrieval: int | None = None


def budgets_in_force(workload: Workload, spec: PolicySpec, overrides: BudgetOverrides) -> Budgets:
    """The budgets of a replay. Raises PolicyError for one that is negative or cannot hold its own fixed parts."""
    own = workload.session.budgets
    budgets = Budgets(
        window=_in_force(overrides.window, spec.window_budget_tokens, own.window),
        core=_in_force(overrides.core, spec.core_budget_tokens, own.core),
        retrieval=_in_force(overrides.retrieval, spec.retrieval_budget_tokens, own.retrieval),
        reserve=own.reserve,
    )
    for name in ("window", "core", "retrieval", "reserve"):
        if getattr(budgets, name) < 0:
            raise PolicyError(f"{name} budget {getattr(budgets, name)}: a budget counts tokens and cannot be negative")
    _check_pinned(workload, budgets)
    fixed = workload.system_tokens + budgets.core + budgets.reserve
    # The summary section may take its quarter too; what is left has to hold at least something of the query.
    summary = sum(
        workload.items.tokens[item] for item in workload.loaded if workload.items.record(item).tier == "summary"
    )
    needed = fixed + min(summary, max(0, budgets.window - budgets.reserve) // 4) + 1
    if needed > budgets.window:
        raise PolicyError(
            f"window budget {budgets.window}: its fixed parts alone take {needed} tokens (system "
            f"{workload.system_tokens}, core {budgets.core}, reserve {budgets.reserve}); raise --window "
            "or lower --budget"
        )
    return budgets


def _check_pinned(workload: Workload, budgets: Budgets) -> None:
    items = workload.items
    pinned = [
        item
        for item in workload.loaded
        if _is_pinned_to_the_core(items.record(item)) and not items.waits(item) and not items.is_untrusted(item)
    ]
    needed = sum(items.tokens[item] for item in pinned)
    if needed > budgets.core:
        names = ", ".join(items.ids[item] for item in pinned[:3]) + (", ..." if len(pinned) > 3 else "")
        raise PolicyError(
            f"core budget {budgets.core}: below the pinned core, which takes {needed} tokens ({names}); "
            f"use --budget {needed} or more"
        )


def _is_pinned_to_the_core(record: Memory) -> bool:
    return record.tier == "core" and record.pinned


def _in_force(asked: int | None, policy: int | None, own: int) -> int:
    if policy is not None and policy >= UNLIMITED:
        return policy
    if asked is not None:
        return asked
    return own if policy is None else policy
