"""MemGPT, paper: the oldest messages, until a share of the window has gone."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import Cut, Fired, Measure, Repair
from memview.policies.compaction.settings import number, whole


@dataclass(frozen=True, slots=True)
class OldestWindowShare:
    """Evicts the oldest until `evict_window_share` of the window's tokens is free; `keep_last` messages stay.

    Source: arXiv 2310.08560, section 2.2 (50 % is its example).
    """

    evict_window_share: float = number(0.5, 0, 1)
    keep_last: int = whole(1, 0)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        messages = view.messages
        wanted = self.evict_window_share * view.window
        freed, start = 0, 1
        while freed < wanted and len(messages) - start > self.keep_last:
            freed += messages[start].tokens
            start += 1
        cutoff = repair(messages, start)
        return Cut(tuple(range(1, start if cutoff is None else cutoff)))
