"""Consolidation, the sleep-time step: merge duplicates, settle conflicts, forget, summarise; in that order.

Pure: the same memories and state give the same steps, whatever the order of the input. Each phase sees what the one
before it left. What takes part in a conflict is not merged before it is settled: of `Oslo`, `Rome`, `Oslo` the two
cities that are the same are not the same stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from memview.kernel.event_log import EventLog
from memview.model.display import printable
from memview.model.event import Signal
from memview.model.lifecycle_spec import LifecycleSpec
from memview.model.memory import Citation, Memory
from memview.policies.lifecycle import clusters, conflicts, duplicates, forgetting, validity
from memview.policies.lifecycle.boundaries import with_lineage
from memview.policies.lifecycle.clusters import Digest
from memview.policies.lifecycle.conflicts import Conflict, find_conflicts
from memview.policies.lifecycle.duplicates import Merge, find_duplicates
from memview.policies.lifecycle.forgetting import Decision, Forgetting
from memview.policies.lifecycle.moments import in_order, moment, starts
from memview.policies.lifecycle.standing import COLD, HOME, NOWHERE, Standing, State, current, united_usage
from memview.policies.lifecycle.steps import Change, Step, fold
from memview.policies.lifecycle.validity import Invalidation

_MOST_ROUNDS = 20
"""Of settling: one that ends a memory can bring two others face to face."""

_SECONDS_A_DAY = 86_400.0


def consolidate(memories: Iterable[Memory], state: State, spec: LifecycleSpec) -> list[Step]:
    """What is to be done at the end of the turn of `state`, in order; `fold(state.standings, steps)` does it.

    `memories` are all records, those that were merged, forgotten or summarised before and the summaries included.
    Raises ValueError when two memories have one id.
    """
    learned = in_order(with_lineage(memories), state.arrivals)
    met = find_conflicts(_live(learned, state), state.arrivals)
    steps = _merge(learned, state, spec, met)
    # Nothing that is merged is in conflict, so that what met before the merging meets after it.
    for phase in (partial(_settle, met=met), _forget, _summarise):
        taken = phase(learned, _after(state, steps), spec)
        steps += taken
    return steps


def _after(state: State, steps: Sequence[Step]) -> State:
    return replace(state, standings=fold(state.standings, steps))


def _live(memories: Sequence[Memory], state: State) -> list[Memory]:
    """The records as they stand that are in a store and have not come to an unknown end."""
    return [
        memory
        for memory in current(memories, state.standings)
        if (standing := state.standing(memory.memory_id)).place == HOME
        and (not standing.is_ended or standing.valid_until is not None)
    ]


def _merge(memories: Sequence[Memory], state: State, spec: LifecycleSpec, met: Sequence[Conflict]) -> list[Step]:
    live = _live(memories, state)
    apart = state.hands_off | {each.memory_id for conflict in met for each in (conflict.older, conflict.newer)}
    merges = find_duplicates(live, spec.merge_threshold, state.arrivals, state.core, apart)
    return [step for merge in merges for step in _merge_steps(merge, state, spec)]


def _merge_steps(merge: Merge, state: State, spec: LifecycleSpec) -> list[Step]:
    """A step for each memory that is merged away."""
    reason = "same words as {other}"
    if merge.similarity < 1:
        reason = "says no more than {other}: {value:.2f} of its words"
    signal = Signal("similarity", merge.similarity, spec.merge_threshold)
    steps = []
    for name in merge.merged_ids:
        before = state.standing(name)
        change = Change(name, before, replace(before, place=COLD, merged_into=merge.kept))
        steps.append(Step("merge", name, duplicates.COMPONENT, signal, reason, (change,), other=merge.kept))
    return steps


def _settle(memories: Sequence[Memory], state: State, spec: LifecycleSpec, met: Sequence[Conflict]) -> list[Step]:
    if spec.resolve == "keep":
        return []
    steps: list[Step] = []
    for _ in range(_MOST_ROUNDS):
        taken = _settle_once(met, state, spec)
        if not taken:
            break
        steps += taken
        state = _after(state, taken)
        met = find_conflicts(_live(memories, state), state.arrivals)
    return steps


def _settle_once(met: Sequence[Conflict], state: State, spec: LifecycleSpec) -> list[Step]:
    """One end a memory at most. What is over before it begins goes first, as it ends nothing else."""
    endings = [(conflict, ending) for conflict in met if (ending := validity.resolve(conflict)) is not None]
    void = [(conflict, ending) for conflict, ending in endings if ending.memory_id == conflict.newer.memory_id]
    taken: dict[str, Step] = {}
    for conflict, ending in void or endings:
        is_settled = ending.memory_id in taken or ending.memory_id in state.hands_off
        if not is_settled and not (void and ending.by in taken):
            taken[ending.memory_id] = _ending_step(conflict, ending, state, is_replaced=spec.resolve == "replace")
    return list(taken.values())


def _ending_step(conflict: Conflict, ending: Invalidation, state: State, *, is_replaced: bool) -> Step:
    before = state.standing(ending.memory_id)
    after = replace(
        before,
        place=NOWHERE if is_replaced else before.place,
        ended_by=ending.by,
        ended_turn=state.turn,
        valid_until=ending.valid_until,
    )
    until = f"true until {ending.valid_until}; " if ending.valid_until else ""
    return Step(
        "drop" if is_replaced else "invalidate",
        ending.memory_id,
        f"{conflicts.COMPONENT} {validity.COMPONENT}",
        _later(conflict, ending, state),
        EventLog.escape(printable(f"{until}{conflict.reason}; ")) + "by {other}",
        (Change(ending.memory_id, before, after),),
        other=ending.by,
    )


def _later(conflict: Conflict, ending: Invalidation, state: State) -> Signal:
    """When the winner began, beside when the loser did: in days since 1970, or else in turns of arrival."""
    loser, winner = conflict.older, conflict.newer
    if ending.by == loser.memory_id:
        loser, winner = winner, loser
    mine, others = moment(starts(winner)), moment(starts(loser))
    if mine is None or others is None:
        arrivals = state.arrivals
        return Signal("arrived", arrivals.get(winner.memory_id, 0), arrivals.get(loser.memory_id, 0))
    return Signal("begins_day", round(mine / _SECONDS_A_DAY, 9), round(others / _SECONDS_A_DAY, 9))


def _forget(memories: Sequence[Memory], state: State, spec: LifecycleSpec) -> list[Step]:
    standing = replace(state, usage=united_usage(state.usage, state.standings))
    decisions = Forgetting(*spec.forget).decide(memories, standing)
    return [_forgetting_step(decision, state) for decision in decisions]


def _forgetting_step(decision: Decision, state: State) -> Step:
    name, is_cold = decision.memory_id, decision.to == COLD
    before = state.standing(name)
    after = replace(before, place=COLD if is_cold else NOWHERE)
    return Step(
        "evict" if is_cold else "drop",
        name,
        f"{forgetting.COMPONENT} {decision.rule}",
        decision.signal,
        decision.reason,
        (Change(name, before, after),),
    )


def _summarise(memories: Sequence[Memory], state: State, spec: LifecycleSpec) -> list[Step]:
    standing = replace(state, usage=united_usage(state.usage, state.standings))
    taken = {memory.memory_id for memory in memories} | set(state.standings) | state.reserved
    steps = []
    for number, digest in enumerate(clusters.find_digests(memories, standing, spec), start=1):
        name = f"turn-{state.turn}/digest-{number}"
        while name in taken:
            name += "~"
        steps.append(_digest_step(digest, name, state, spec))
    return steps


def _digest_step(digest: Digest, name: str, state: State, spec: LifecycleSpec) -> Step:
    first, ids = digest.members[0], tuple(member.memory_id for member in digest.members)
    made = Memory(
        name,
        digest.summary.text,
        tier=first.tier,
        kind="summary",
        importance=max(member.importance for member in digest.members),
        created_at=state.at,
        trust=digest.trust,
        citation=next((each.citation for each in digest.members if not each.citation.is_empty), Citation()),
        agent=first.agent,
        readers=first.readers,
        derived_from=ids,
    )
    covered = (
        Change(member, before, replace(before, place=COLD, covered_by=name))
        for member, before in ((each, state.standing(each)) for each in ids)
    )
    return Step(
        "summarize",
        name,
        clusters.COMPONENT,
        Signal("likeness", digest.tightness, spec.cluster_threshold),
        "{count} memories of one topic, alike by {value:.2f} or more, into one summary",
        (Change(name, None, Standing()), *covered),
        count=len(ids),
        made=made,
    )
