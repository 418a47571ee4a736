"""The caretaker of a policy with a `lifecycle`: consolidation as the kernel asks for it, turn after turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from memview.kernel.caretaker import CareStep, Household
from memview.model.lifecycle_spec import LifecycleSpec
from memview.policies.lifecycle.consolidate import consolidate
from memview.policies.lifecycle.landfill import LandfillMetrics, landfill
from memview.policies.lifecycle.standing import AT_HOME, NO_STANDINGS, Standing, State, Usage
from memview.policies.lifecycle.steps import Step, fold

_ACTIONS = {"evict": "forget"}
"""By the kernel's name where it is another one: there, only what is in the core is evicted."""


class LifecycleCaretaker:
    """A caretaker by the rules of `spec`. It remembers what became of each memory."""

    def __init__(self, spec: LifecycleSpec) -> None:
        self._spec = spec
        self._standings: Mapping[str, Standing] = NO_STANDINGS

    def is_due(self, turn: int) -> bool:
        """Whether memory is consolidated at the end of `turn` (1-based)."""
        return self._spec.is_due(turn)

    def care(self, household: Household) -> list[CareStep]:
        """The steps of one consolidation."""
        state = self._state(household)
        steps = consolidate(household.records, state, self._spec)
        self._standings = fold(state.standings, steps)
        return [_care_step(step) for step in steps]

    def fork(self) -> LifecycleCaretaker:
        """An independent caretaker that remembers the same."""
        twin = LifecycleCaretaker(self._spec)
        twin._standings = self._standings
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
            household.apart,
            household.reserved,
        )


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
