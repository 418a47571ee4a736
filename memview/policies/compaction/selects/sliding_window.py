"""Letta 0.16.8 sliding window: a growing share of the messages, until the rest is below the goal."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import Cut, Fired, Measure, Repair
from memview.policies.compaction.settings import number, whole


@dataclass(frozen=True, slots=True)
class SlidingWindow:
    """Evicts `start_share` + `step_share` of the messages first, a step more each time the rest is not below the goal.

    The goal is `1 - start_share` of the window. When no share below 1 will do, everything is summarised, in
    `all_words` words. Shares are accumulated, not multiplied: the rounding errors are the system's own. Source:
    letta/services/summarizer/summarizer_sliding_window.py:139-193@0.16.8.
    """

    start_share: float = number(0.3, 0, 1)
    step_share: float = number(0.1, 0.01, 1)
    all_words: int = whole(500, 0)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        messages = view.messages
        goal = (1 - self.start_share) * view.window
        newest = len(messages) - (2 if messages[-1].role == "approval" else 1)
        share, rest, cutoff = self.start_share, float(view.window), None
        while rest >= goal and share < 1.0:
            share += self.step_share
            cutoff = repair(messages, round(share * len(messages)))
            if cutoff is not None:
                rest = view.outside + messages[0].tokens + sum(message.tokens for message in messages[cutoff:])
        if cutoff is None or share >= 1.0 or cutoff >= newest:
            note = "mode all: no cut leaves less than the goal, so everything is summarised"
            return Cut(tuple(range(1, len(messages))), words=self.all_words, note=note)
        return Cut(tuple(range(1, cutoff)))
