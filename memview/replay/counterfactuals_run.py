"""Runs that answer one question: is this item in the prompt of that turn? The kernel as it is, and nothing beside it.

A run stops at the turn, and before it once nothing can bring the item back. No events are kept, no probe is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from memview.expressions import parse_expression
from memview.kernel.deferred_eviction import DeferredEviction
from memview.kernel.foresight import Foresight
from memview.kernel.kernel import Kernel
from memview.kernel.protocols import PROMOTION_SIGNALS
from memview.kernel.workload import Workload
from memview.model.policy_spec import PolicySpec
from memview.model.session import Budgets
from memview.policies import create_compaction, create_eviction, create_lifecycle
from memview.replay.batch_log import UnreadLog
from memview.replay.counterfactuals_kernel import QuietKernel, TurnMemo
from memview.replay.counterfactuals_meter import BudgetMeter, MeteredTokens

VISIBLE_PLACES = ("core", "summary", "retrieved", "window")


@dataclass(frozen=True, slots=True)
class Question:
    """Is `item` in the prompt of `turn` (0: after loading), its own text or something that stands for it?"""

    workload: Workload
    item: int
    turn: int
    memo: TurnMemo = field(default_factory=TurnMemo, compare=False, repr=False)


def _no_one(turn: int) -> None:
    """Nobody wants to know."""


class CancelledError(Exception):
    """The person who asked has gone; what was found so far stays."""


def bare_kernel(
    question: Question, spec: PolicySpec, budgets: Budgets, seed: int, meter: BudgetMeter | None = None
) -> Kernel:
    """A loaded kernel that keeps no events; with a `meter`, that one is its core budget."""
    workload = question.workload
    workload.ensure(workload.demand(spec), question.turn)
    capacity = budgets.core
    if meter is not None:
        # It stands for an integer wherever the kernel and the policies use the budget.
        capacity = cast("int", MeteredTokens(meter))
        budgets = Budgets(budgets.window, capacity, budgets.retrieval, budgets.reserve)
    eviction = create_eviction(spec, seed, capacity, Foresight(workload, spec))
    promote_if = parse_expression(spec.promote_if, PROMOTION_SIGNALS)
    kernel = QuietKernel(
        workload, spec, eviction, promote_if, budgets, UnreadLog(), create_compaction(spec), create_lifecycle(spec)
    )
    kernel.listen_to(question.memo)
    kernel.load()
    return kernel


def independent(kernel: Kernel) -> Kernel:
    """A copy of `kernel` that stays as it is while `kernel` goes on, and the other way round."""
    twin = kernel.fork()
    twin.recorder.log = UnreadLog()
    if isinstance(twin.pager.eviction, DeferredEviction):
        twin.pager.eviction = twin.pager.eviction.resolve()
    return twin


def last_chance(question: Question, spec: PolicySpec) -> int:
    """The last turn in which anything could bring the item into the core; from then on it can only leave.

    It is the question's own turn where that can not be told from what the turns ask.
    """
    workload, item, turn = question.workload, question.item, question.turn
    items = workload.items
    if items.is_derived(item) or spec.readahead or spec.compaction is not None or spec.lifecycle is not None:
        return turn
    name = items.ids[item]
    session = workload.session
    if items.is_message(item) or items.guarded[item] or session.agents:
        return turn
    if name in (*(pin.memory_id for pin in session.pins), *(undo.memory_id for undo in session.undos)):
        return turn
    chance = items.arrivals[item] + 1
    demand = workload.demand(spec)
    workload.ensure(demand, turn)
    for number in range(turn, 0, -1):
        decided = name in workload.approvals_after(number - 1)
        if decided or any(found == item for found, _ in demand.of_turn(number)):
            return max(chance, number)
    return min(turn, chance)


def fate_in(kernel: Kernel, item: int) -> str:
    """The section of the prompt that holds the item; else covered, recoverable or lost, as custody counts it."""
    context = kernel.recorder.context
    for name in VISIBLE_PLACES:
        if item in getattr(context, name):
            return name
    if item in context.covered(kernel.items, context.visible()):
        return "covered"
    return "lost" if item in context.lost else "recoverable"


def run_to(
    kernel: Kernel, question: Question, chance: int, first: int = 1, at_turn: Callable[[int], None] = _no_one
) -> str:
    """Run the turns from `first` on; returns the item's fate at the question's turn (`fate_in`).

    From `chance` on (see `last_chance`) the run ends as soon as the item is out of the core: then it stays in its
    store. `at_turn` is told of every turn that is over; it may raise `CancelledError`.
    """
    core = kernel.recorder.context.core
    stops_early = chance < question.turn
    for number in range(first, question.turn + 1):
        kernel.run_turn(number)
        at_turn(number)
        if stops_early and number >= chance and question.item not in core:
            return "recoverable"
    return fate_in(kernel, question.item)
