"""Aftermath: what a system remembers from one turn to the next, and what it says before it compacts."""

from __future__ import annotations

from dataclasses import dataclass, field

from memview.kernel.window import CompactionOutcome, WindowView
from memview.policies.compaction.parts import Measure
from memview.policies.compaction.settings import number


@dataclass(slots=True)
class Quiet:
    """Nothing is said."""

    def before(self, view: WindowView, measure: Measure) -> list[CompactionOutcome]:  # noqa: ARG002
        return []

    def compacted(self) -> None:
        """Nothing is remembered."""


@dataclass(slots=True)
class MemoryPressure:
    """Warns once when more than `warn_share` of the window is full, and again only after a compaction (MemGPT)."""

    warn_share: float = number(0.75, 0, 10)
    _alerted: bool = field(default=False, init=False)

    def before(self, view: WindowView, measure: Measure) -> list[CompactionOutcome]:
        value, threshold = measure.read(view), self.warn_share * view.window
        if self._alerted or value <= threshold:
            return []
        self._alerted = True
        reason = "memory pressure: " + measure.words + " {value:.0f} > {threshold:.0f}"
        return [CompactionOutcome(measure.signal, value, threshold, reason, is_warning=True)]

    def compacted(self) -> None:
        self._alerted = False
