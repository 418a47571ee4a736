"""MemGPT 0.3.25: the oldest messages, until more than a share of the buffer's tokens has gone."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import Cut, Fired, Measure, Repair
from memview.policies.compaction.settings import number, whole


@dataclass(frozen=True, slots=True)
class OldestShare:
    """The message that crosses `evict_share` of the buffer stays, unless the repair takes it along.

    The last `keep_last` messages are no candidates. Source: memgpt/agent.py:747-912@0.3.25.
    """

    evict_share: float = number(0.75, 0, 1)
    keep_last: int = whole(3, 0)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        buffer = view.messages[1:]
        wanted = int(sum(message.tokens for message in buffer) * self.evict_share)
        candidates = buffer[: len(buffer) - self.keep_last]
        so_far = last = 0
        for index, message in enumerate(candidates):
            last = index
            so_far += message.tokens
            if so_far > wanted:
                break
        cutoff = repair(view.messages, last + 1)
        if not candidates or cutoff is None or cutoff - 1 <= 1:
            return Cut(note="nothing to evict: one message or less would be summarised, which is an error there")
        return Cut(tuple(range(1, cutoff)))
