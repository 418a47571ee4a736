"""Inspect AI trim: a share of the conversation behind the first request stays."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import TOOL_ROLES, Cut, Fired, Measure, Repair
from memview.policies.compaction.settings import number


@dataclass(frozen=True, slots=True)
class ConversationShare:
    """Keeps all up to the first message of the user's and the newest `keep_share` of the rest, by their number.

    Results whose call has left leave too. Source: src/inspect_ai/model/_compaction/trim.py and _trim.py.
    """

    keep_share: float = number(0.8, 0, 1)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        messages = view.messages
        head = 1
        while head < len(messages) and messages[head - 1].role != "user":
            head += 1
        end = head + int((len(messages) - head) * (1 - self.keep_share))
        while head < end < len(messages) and messages[end].role in TOOL_ROLES:
            end += 1
        return Cut(tuple(range(head, end)))
