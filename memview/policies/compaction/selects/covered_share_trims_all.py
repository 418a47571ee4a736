"""Letta 0.6.15 to 0.7.6 as coded: a cutoff is computed, its messages summarised, and then everything is trimmed."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import Cut, Fired, Measure, Repair
from memview.policies.compaction.selects.covered_share import CoveredShare
from memview.policies.compaction.settings import number, whole


@dataclass(frozen=True, slots=True)
class CoveredShareTrimsAll:
    """Evicts all but the system prompt, while the summary has seen only what `CoveredShare` would evict.

    The defect that letta#2601 reports; commit 0ec7667a3 mended it by 0.7.10.
    """

    desired_pressure: float = number(0.3, 0, 1)
    keep_last: int = whole(0, 0)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:
        intended = CoveredShare(self.desired_pressure, self.keep_last).cut(view, fired, measure, repair)
        note = "trims all messages, not only those before the cutoff"
        return Cut(tuple(range(1, len(view.messages))), summarised=intended.evicted, note=note)
