"""The shape that all window compactions fit: measure, trigger, select, transform, destination, repair, aftermath."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import CompactionOutcome, WindowView
from memview.policies.compaction.aftermath import MemoryPressure, Quiet
from memview.policies.compaction.parts import Measure, Repair, Select, Transform, Trigger


@dataclass(slots=True)
class Shape:
    """One choice of parts. `destination` is `recall`, or `nowhere` where the system cannot get at it again."""

    measure: Measure
    trigger: Trigger
    select: Select
    transform: Transform
    destination: str
    repair: Repair
    aftermath: Quiet | MemoryPressure

    def compact(self, view: WindowView) -> list[CompactionOutcome]:
        """A warning if one is due, then the compaction if the trigger fires.

        When the system could evict nothing the outcome moves nothing, and its reason says why.
        """
        outcomes = self.aftermath.before(view, self.measure)
        fired = self.trigger.fired(view, self.measure)
        if fired is None:
            return outcomes
        cut = self.select.cut(view, fired, self.measure, self.repair)
        if cut.evicted or cut.replaced:
            self.aftermath.compacted()
        elif not cut.note:
            return outcomes
        notes = [note for note in (cut.note, self.transform.note(view) if cut.evicted else "") if note]
        reason = "; ".join([fired.reason, *map(_literal, notes)])
        compaction = CompactionOutcome(
            fired.signal,
            fired.value,
            fired.threshold,
            reason,
            cut.evicted,
            cut.replaced,
            self.transform.summary(view, cut),
            destination=self.destination,
        )
        return [*outcomes, compaction]


def _literal(note: str) -> str:
    return note.replace("{", "{{").replace("}", "}}")
