"""Letta 0.9.1 partial evict: a share of the messages stays, by their number."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import Cut, Fired, Measure, Repair
from memview.policies.compaction.settings import number


@dataclass(frozen=True, slots=True)
class NewestShare:
    """Keeps about `keep_share` of all messages, system prompt included, rounding half to even as Python does.

    Source: letta/services/summarizer/summarizer.py@0.9.1 (PARTIAL_EVICT_MESSAGE_BUFFER).
    """

    keep_share: float = number(0.3, 0, 1)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        count = len(view.messages)
        start = round((1.0 - self.keep_share) * count)
        cutoff = repair(view.messages, start)
        if cutoff is None:
            return Cut(note=f"nothing to evict: no message of the assistant's from {start} on, which is an error there")
        return Cut(tuple(range(1, cutoff)))
