"""Letta 0.8.7 `LettaAgent`: a buffer of messages that is cut back to a few."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import Cut, Fired, Measure, Repair
from memview.policies.compaction.settings import whole
from memview.policies.compaction.triggers import OVERFLOW


@dataclass(frozen=True, slots=True)
class StaticBuffer:
    """Keeps the newest `keep_newest` messages from the next message of the user's on; none when the window overflows.

    Source: letta/services/summarizer/summarizer.py@0.8.7 (STATIC_MESSAGE_BUFFER).
    """

    keep_newest: int = whole(15, 0)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        messages = view.messages
        retain = 0 if fired.signal == OVERFLOW else self.keep_newest
        cutoff = repair(messages, max(1, len(messages) - retain))
        return Cut(tuple(range(1, len(messages) if cutoff is None else cutoff)))
