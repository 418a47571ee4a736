"""opencode: the last turns stay, as far as a small budget goes."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import TOOL_ROLES, Cut, Fired, Measure, Repair
from memview.policies.compaction.settings import number, whole


@dataclass(frozen=True, slots=True)
class RecentTurns:
    """Keeps up to `keep_turns` turns, newest first, within min(`keep_most`, max(`keep_least`, `keep_share` of usable)).

    A turn starts with a message of the user's. Of the turn that does not fit the end is kept that does. Usable is the
    threshold of the trigger. Source: packages/opencode/src/session/compaction.ts.
    """

    keep_turns: int = whole(2, 0)
    keep_least: int = whole(2_000, 0)
    keep_most: int = whole(8_000, 0)
    keep_share: float = number(0.25, 0, 1)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        messages = view.messages
        left = min(self.keep_most, max(self.keep_least, int(fired.threshold * self.keep_share)))
        starts = [index for index in range(1, len(messages)) if messages[index].role == "user"]
        start = end = len(messages)
        for turn in reversed(starts[max(0, len(starts) - self.keep_turns) :]):
            size = sum(message.tokens for message in messages[turn:end])
            if size <= left:
                left -= size
                start = end = turn
                continue
            for index in range(turn + 1, end):
                size -= messages[index - 1].tokens
                if size <= left and messages[index].role not in TOOL_ROLES:
                    start = index
                    break
            break
        return Cut(tuple(range(1, start)))
