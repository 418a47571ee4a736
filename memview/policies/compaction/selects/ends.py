"""OpenHands: the first events and the newest stay, the middle makes way for a summary."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import Cut, Fired, Measure, Repair, tool_groups
from memview.policies.compaction.settings import whole


@dataclass(frozen=True, slots=True)
class Ends:
    """Keeps `keep_first` events, the system prompt being one, and so many of the newest that all are `target_events`.

    The summary counts as one of them. A call and its results stay or leave together, as the view that OpenHands builds
    has it. Source: llm_summarizing_condenser.py (max_size 120, keep_first 4).
    """

    keep_first: int = whole(4, 1)
    target_events: int = whole(60, 3)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        messages = view.messages
        tail = self.target_events - self.keep_first - 1
        leaving = set(range(self.keep_first, len(messages) - tail))
        for group in tool_groups(messages):
            if not leaving.isdisjoint(group):
                leaving.update(group)
        return Cut(tuple(sorted(leaving)))
