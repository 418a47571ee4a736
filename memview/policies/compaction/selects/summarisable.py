"""LangMem: as many of the oldest messages as the summariser may read."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import Cut, Fired, Measure, Repair, calls_tool
from memview.policies.compaction.settings import whole


@dataclass(frozen=True, slots=True)
class Summarisable:
    """Evicts the oldest messages that together fit below the threshold, but ends on no call and no user's message.

    At twice that, less `summary_tokens`, it is an error. Source: langmem/short_term/summarization.py.
    """

    summary_tokens: int = whole(256, 1)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        messages = view.messages
        limit = fired.threshold - view.outside - messages[0].tokens
        if limit <= self.summary_tokens:
            return Cut(note=f"nothing to evict: {limit:.0f} tokens are not more than the summary's, an error there")
        so_far = 0
        end = 1
        for index in range(1, len(messages)):
            so_far += messages[index].tokens
            if so_far <= limit:
                end = index + 1
        if so_far >= 2 * limit - self.summary_tokens:
            return Cut(note=f"nothing to evict: {so_far} tokens are more than it can summarise, an error there")
        while end > 1 and (messages[end - 1].role == "user" or calls_tool(messages, end - 1)):
            end -= 1
        return Cut(tuple(range(1, end)))
