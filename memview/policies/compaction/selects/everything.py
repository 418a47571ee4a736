"""Claude's compaction: everything makes way for the summary."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import Cut, Fired, Measure, Repair


@dataclass(frozen=True, slots=True)
class Everything:
    """Evicts all messages but the system prompt."""

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        return Cut(tuple(range(1, len(view.messages))))
