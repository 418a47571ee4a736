"""The caretaker of a policy with a `lifecycle`: consolidation as the kernel asks for it, turn after turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from memview.kernel.caretaker import BACK, RETIRED, VALID, CareStep, Household, Restoration
from memview.model.lifecycle_spec import LifecycleSpec
from memview.policies.lifecycle.consolidate import consolidate
from memview.policies.lifecycle.landfill import LandfillMetrics, landfill
from memview.policies.lifecycle.standing import AT_HOME, HOME, NO_STANDINGS, Standing, State, Usage
from memview.policies.lifecycle.steps import Step, fold, undo

_ACTIONS = {"evict": "forget"}
"""By the kernel's name where it is another one: there, only what is in the core is evicted."""


class LifecycleCaretaker:
    """A caretaker by the rules of `spec`. It remembers what became of each memory."""

    def __init__(self, spec: LifecycleSpec) -> None:
        self._spec = spec
        self._standings: Mapping[str, Standing] = NO_STANDINGS
        self._taken: tuple[Step, ...] = ()
        self._let_be: frozenset[str] = frozenset()

    def is_due(self, turn: int) -> bool:
        """Whether memory is consolidated at the end of `turn` (1-based)."""
        return self._spec.is_due(turn)

    def care(self, household: Household) -> list[CareStep]:
        """The steps of one consolidation."""
        state = self._state(household)
        steps = consolidate(household.records, state, self._spec)
        self._standings = fold(state.standings, steps)
        self._taken = (*self._taken, *steps)
        return [_care_step(step) for step in steps]

    def undo(self, memory_id: str) -> list[Restoration]:
        """Take back all steps that touched the memory, the last one first; of what they touched, all are let be."""
        self._let_be |= {memory_id}
        found: list[Restoration] = []
        for step in reversed(self._taken):
            if memory_id in step.touched:
                found += self._undo_step(step)
        return found

    def _undo_step(self, step: Step) -> Iterator[Restoration]:
        standings = dict(self._standings)
        for change in undo(step).changes:
            name, now = change.memory_id, standings.get(change.memory_id)
            if now is None or now != change.before:
                continue  # a later step has taken it further, or it is back already
            self._let_be |= {name}
            if change.after is None:
                del standings[name]
                yield Restoration(name, RETIRED, "undone: what it stood for is back")
                continue
            standings[name] = change.after
            if now.place != HOME and change.after.place == HOME:
                yield Restoration(name, BACK, _UNDONE[step.action], step.other or _made_by(step))
            if now.is_ended and not change.after.is_ended:
                yield Restoration(name, VALID, "undone: ended by {other}", step.other)
        self._standings = standings

    def fork(self) -> LifecycleCaretaker:
        """An independent caretaker that remembers the same."""
        twin = LifecycleCaretaker(self._spec)
        twin._standings, twin._taken, twin._let_be = self._standings, self._taken, self._let_be
        return twin

    def landfill(self, household: Household) -> LandfillMetrics:
        """How much of the household is no use, by the thresholds of the rules."""
        state = self._state(household)
        return landfill(household.records, state.usage, state, self._spec)

    def _state(self, household: Household) -> State:
        """What the kernel itself or a person put an end to has ended here as well."""
        standings = dict(self._standings)
        for name in sorted(household.ended):
            standing = standings.get(name, AT_HOME)
            if not standing.is_ended:
                standings[name] = replace(standing, ended_turn=household.turn)
        return State(
            household.turn,
            household.at,
            {name: Usage(*use) for name, use in household.usage.items()},
            standings,
            household.core,
            household.apart | self._let_be,
            household.reserved,
        )


_UNDONE = {
    "merge": "undone: merged into {other}",
    "evict": "undone: forgotten",
    "drop": "undone: deleted",
    "summarize": "undone: covered by {other}",
}


def _made_by(step: Step) -> str | None:
    return None if step.made is None else step.made.memory_id


def _care_step(step: Step) -> CareStep:
    change = step.changes[0]
    after = change.after
    return CareStep(
        _ACTIONS.get(step.action, step.action),
        step.memory_id,
        step.signal,
        step.reason,
        step.other,
        step.count,
        None if after is None else after.valid_until,
        step.made,
        () if step.made is None else step.made.derived_from,
    )
