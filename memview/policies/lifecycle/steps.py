"""Steps of consolidation as data: what was done to which memories, why, and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from memview.model.event import Signal
from memview.model.memory import Memory
from memview.policies.lifecycle.standing import AT_HOME, Standing

_UNDONE = "undone: "


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one memory. None: it was not there, or is not any more (a summary that the step makes)."""

    memory_id: str
    before: Standing | None
    after: Standing | None


@dataclass(frozen=True, slots=True)
class Step:
    """One decision. `action` is that of the paging event: merge, invalidate, evict (to the cold), drop, summarize,
    or update for an inverse.

    `memory_id` is what the step is about, `other` what it did it for. `reason` is a template of the event log over
    `{value}`, `{turns}`, `{threshold}`, `{count}` and `{other}`; `told` has it filled in. `made` is a new record.
    """

    action: str
    memory_id: str
    component: str
    signal: Signal
    reason: str
    changes: tuple[Change, ...]
    other: str | None = None
    count: int = 0
    made: Memory | None = None

    @property
    def touched(self) -> tuple[str, ...]:
        """Ids of what the step moves, ends, covers or makes."""
        return tuple(change.memory_id for change in self.changes)

    @property
    def told(self) -> str:
        """The reason as a sentence."""
        value = self.signal.value
        turns = f"{value:.0f} turn" if value == 1 else f"{value:.0f} turns"
        return self.reason.format(
            value=value, turns=turns, threshold=self.signal.threshold, count=self.count, other=self.other or ""
        )


def undo(step: Step) -> Step:
    """The step that takes `step` back; taken back itself, it does again what `step` did."""
    was_undone = step.reason.startswith(_UNDONE)
    reason = step.reason.removeprefix(_UNDONE) if was_undone else f"{_UNDONE}{step.reason}"
    changes = tuple(Change(change.memory_id, change.after, change.before) for change in reversed(step.changes))
    return replace(step, action="update", reason=reason, changes=changes)


def fold(standings: Mapping[str, Standing], steps: Iterable[Step]) -> dict[str, Standing]:
    """What has become of all memories after `steps`. Raises ValueError for a step that was not taken from there."""
    found = dict(standings)
    for step in steps:
        for change in step.changes:
            now = found.get(change.memory_id, None if change.memory_id == _made(step) else AT_HOME)
            if now != change.before:
                raise ValueError(f"{change.memory_id}: a step from {change.before}, but it is {now}")
            if change.after is None or (change.after == AT_HOME and change.memory_id != _made(step)):
                found.pop(change.memory_id, None)
            else:
                found[change.memory_id] = change.after
    return found


def _made(step: Step) -> str | None:
    return None if step.made is None else step.made.memory_id
