"""Letta 0.6 to 0.8: the oldest messages, until a share of all tokens is covered."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import TOOL_ROLES, Cut, Fired, Measure, Repair
from memview.policies.compaction.settings import number, whole

_NO_END = ("user", *TOOL_ROLES)


@dataclass(frozen=True, slots=True)
class CoveredShare:
    """Evicts until `1 - desired_pressure` of all tokens is covered and the last one is not the user's or a tool's.

    `keep_last` messages stay whatever they are. Source: letta/llm_api/helpers.py:308-352@0.8.7.
    """

    desired_pressure: float = number(0.3, 0, 1)
    keep_last: int = whole(0, 0)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        messages = view.messages
        wanted = int(sum(message.tokens for message in messages) * (1 - self.desired_pressure))
        so_far = end = 0
        for index in range(1, len(messages)):
            end = index
            so_far += messages[index].tokens
            if messages[index].role not in _NO_END and so_far >= wanted:
                break
            if len(messages) - index - 1 <= self.keep_last:
                break
        cutoff = repair(messages, end + 1)
        return Cut(tuple(range(1, end + 1 if cutoff is None else cutoff)))
