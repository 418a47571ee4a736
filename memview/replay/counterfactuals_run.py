"""Runs that answer one question: is this item in the prompt of that turn? The kernel as it is, and nothing beside it.

A run stops at the turn, and before it once nothing can bring the item back. No events are kept, no probe is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
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
from memview.policies.registry import EVICTION
from memview.replay.batch_log import UnreadLog
from memview.replay.counterfactuals_kernel import QuietKernel, TurnMemo
from memview.replay.counterfactuals_meter import BudgetMeter, MeteredTokens

VISIBLE_PLACES = ("core", "summary", "retrieved", "window")
_STORES = ("archive", "shared")
_SECTIONS = ("summary", "window")
_MOST_VERDICTS = 2000


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


def course_of(question: Question, spec: PolicySpec) -> str:
    """Specs of which this is equal replay the session alike, whatever they are called and however they say it.

    A promotion rule over importance and rank is what it says of the values that there are: where no memory has an
    importance above 1, `importance > 2` and `importance > 11` are the same rule.
    """
    rest = repr(replace(spec, name="", version="", family="", provenance="", summary="", promote_if=""))
    rule = parse_expression(spec.promote_if, PROMOTION_SIGNALS)
    if spec.compaction is not None or spec.lifecycle is not None or not rule.names <= {"importance", "rank"}:
        return f"{rest} {spec.promote_if}"
    question.workload.grow(question.turn)
    importances = sorted(set(question.workload.items.importances))
    ranks = range(1, spec.top_k * (1 + spec.readahead) + 1)
    if len(importances) * len(ranks) > _MOST_VERDICTS:
        return f"{rest} {spec.promote_if}"
    verdicts = [rule.decide({"importance": each, "rank": rank})[0] for each in importances for rank in ranks]
    return f"{rest} {''.join('+' if wanted else '-' for wanted in verdicts)}"


def is_never_shown(question: Question, spec: PolicySpec, budgets: Budgets) -> bool:
    """Whether the item stays in its store whatever comes to pass: no replay is needed to know it.

    So it is with a record that nothing but the promotion rule could bring into the core, where that never wants it,
    and which the turn in question does not fetch. False where that can not be told without a replay.
    """
    workload, item, turn = question.workload, question.item, question.turn
    items = workload.items
    record = items.records[item]
    if record is None or record.tier not in _STORES or record.supersedes is not None or _is_spoken_of(question):
        return False
    if spec.lifecycle is not None or spec.admission != "demand" or spec.eviction not in EVICTION:
        return False
    if spec.compaction is not None and "@" in spec.compaction.algorithm:
        return False
    promote_if = parse_expression(spec.promote_if, PROMOTION_SIGNALS)
    if promote_if.names - {"importance"} or promote_if.decide({"importance": items.importances[item]})[0]:
        return False
    demand = workload.demand(spec)
    workload.ensure(demand, turn)
    effects = (effect for arrived in workload.turn_items[:turn] for effect in arrived.effects)
    if any(write.item == item for effect in effects for write in effect.writes):
        return False
    if turn == 0 or items.tokens[item] > budgets.retrieval:
        return True
    return all(found != item for found, _ in question.memo.candidates(demand, turn))


def _is_spoken_of(question: Question) -> bool:
    """Whether more than promotion and eviction has a say in where the item is, or in whether something covers it."""
    items, session = question.workload.items, question.workload.session
    item = question.item
    record = items.records[item]
    if record is None or record.tier in _SECTIONS or items.is_derived(item) or items.guarded[item] or session.agents:
        return True
    # What stands for others in a prompt takes its sources from the window, and what they name.
    if any(item in sources for other, sources in list(items.sources.items()) if not items.is_derived(other)):
        return True
    pinned = (pin.memory_id for pin in session.pins)
    undone = (undo.memory_id for undo in session.undos)
    decided = (approval.memory_id for approval in session.approvals)
    return items.ids[item] in {*pinned, *undone, *decided}


def last_chance(question: Question, spec: PolicySpec) -> int:
    """The last turn in which anything could bring the item into the core; from then on it can only leave.

    It is the question's own turn where that can not be told from what the turns ask.
    """
    workload, item, turn = question.workload, question.item, question.turn
    items = workload.items
    if spec.readahead or spec.compaction is not None or spec.lifecycle is not None or _is_spoken_of(question):
        return turn
    chance = items.arrivals[item] + 1
    demand = workload.demand(spec)
    workload.ensure(demand, turn)
    for number in range(turn, 0, -1):
        if any(found == item for found, _ in question.memo.candidates(demand, number)):
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
