"""Forgetting by named rules, `forgetting@1`. The first rule that applies decides; what is protected is never forgotten.

`retention` is the curve of MemoryBank (Zhong et al. 2023, `memory_bank/memory_retrieval/forget_memory.py`):
R = exp(-t / S), t days since the last touch, S a strength that grows with each recall. MemoryBank forgets with
probability 1 - R; here a memory is forgotten when R falls under a bar, which needs no draw.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from memview.model.event import Signal
from memview.model.lifecycle_spec import ForgetRule
from memview.model.memory import Memory
from memview.policies.lifecycle.boundaries import all_sources
from memview.policies.lifecycle.moments import ends, in_order, is_over, moment
from memview.policies.lifecycle.standing import HOME, UNUSED, State, current

COMPONENT = "forgetting@1"
_SECONDS_A_DAY = 86_400.0
_LASTING_KINDS = frozenset({"message"})
"""Recall is lossless."""

_STORES = frozenset({"archive", "shared"})


class Decision(NamedTuple):
    """`memory_id` goes to `to`, cold or nowhere. `reason` is a template of the event log."""

    memory_id: str
    rule: str
    to: str
    signal: Signal
    reason: str


class Forgetting:
    """The rules, in order."""

    def __init__(self, *rules: ForgetRule) -> None:
        self._rules = rules

    def decide(self, memories: Iterable[Memory], state: State) -> list[Decision]:
        """What is forgotten now, in the order in which it was learned. `memories` are all records."""
        learned = in_order(memories, state.arrivals)
        protected = protected_ids(learned, state)
        candidates = (
            memory
            for memory in current(learned, state.standings)
            if memory.memory_id not in protected
            and memory.tier in _STORES
            and memory.kind not in _LASTING_KINDS
            and state.standing(memory.memory_id).place == HOME
        )
        decisions = (self._decide(memory, state) for memory in candidates)
        return [decision for decision in decisions if decision is not None]

    def _decide(self, memory: Memory, state: State) -> Decision | None:
        for rule in self._rules:
            found = _RULES[rule.rule](rule, memory, state)
            if found is not None:
                signal, reason = found
                return Decision(memory.memory_id, rule.rule, rule.to, signal, reason)
        return None


def protected_ids(memories: Sequence[Memory], state: State) -> set[str]:
    """What no rule forgets: pinned, quarantined, in the core, what something in the core rests on, hands-off.

    What stands for one of these is one of them.
    """
    resident = {memory.memory_id for memory in memories if memory.memory_id in state.core or memory.tier == "core"}
    cited = all_sources(sorted(resident), {memory.memory_id: memory for memory in memories})
    held = {memory.memory_id for memory in memories if memory.pinned or memory.quarantined}
    found = resident | cited | held | state.hands_off
    stands_in = {state.standing(name).merged_into for name in found}
    return found | {name for name in stands_in if name is not None}


_Finding = tuple[Signal, str] | None


def _never_retrieved(rule: ForgetRule, memory: Memory, state: State) -> _Finding:
    usage = state.usage.get(memory.memory_id, UNUSED)
    waited = state.turn - usage.arrived
    if usage.uses or waited < rule.turns or memory.importance >= rule.below:
        return None
    reason = "never retrieved in {turns} (limit {threshold:.0f})"
    reason += f", importance {memory.importance:g} < {rule.below:g}"
    return Signal("turns_unused", waited, rule.turns), reason


def _retention(rule: ForgetRule, memory: Memory, state: State) -> _Finding:
    usage = state.usage.get(memory.memory_id, UNUSED)
    last = usage.arrived if usage.last_used is None else usage.last_used
    strength = min(1 + usage.uses, rule.levels)
    value = round(math.exp(-max(0, state.turn - last) / rule.turns_per_day / strength), 9)
    if value >= rule.below:
        return None
    return Signal("retention", value, rule.below), "retention {value:.3f} < {threshold:.3f} (exp(-days/level))"


def _expired(rule: ForgetRule, memory: Memory, state: State) -> _Finding:  # noqa: ARG001
    # What was contradicted is not expired but superseded: that rule has its own time to wait.
    if state.standing(memory.memory_id).is_ended or not is_over(memory, state.at):
        return None
    days = round(((moment(state.at) or 0.0) - ends(memory)) / _SECONDS_A_DAY, 9)
    return Signal("days_expired", days, 0.0), "its validity ended {value:.0f} days ago"


def _superseded(rule: ForgetRule, memory: Memory, state: State) -> _Finding:
    ended = state.standing(memory.memory_id).ended_turn
    holds_still = memory.valid_until is not None and not is_over(memory, state.at)
    if ended is None or holds_still or state.turn - ended < rule.turns:
        return None
    return Signal("turns_superseded", state.turn - ended, rule.turns), "superseded for {turns} (limit {threshold:.0f})"


_RULES: Mapping[str, Callable[[ForgetRule, Memory, State], _Finding]] = MappingProxyType(
    {
        "never-retrieved": _never_retrieved,
        "retention": _retention,
        "expired": _expired,
        "superseded": _superseded,
    }
)
