"""OpenAI `truncation: auto` as older documentation has it: items leave from the middle."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import Cut, Fired, Measure, Repair, total_tokens


@dataclass(frozen=True, slots=True)
class MiddleUntilFits:
    """Drops the middle one of the messages that are left, again and again, until the prompt fits; the last one stays.

    The documentation says "from the middle" and no more: which one is the middle is our reading.
    """

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        messages = view.messages
        excess = total_tokens(view) - fired.threshold
        # What remains on either side of the hole, so that the middle is found without walking.
        low = high = len(messages) // 2
        while excess > 0 and high - low < len(messages) - 2:
            before, after = low - 1, len(messages) - 1 - high
            if after >= before:
                excess -= messages[high].tokens
                high += 1
            else:
                low -= 1
                excess -= messages[low].tokens
        return Cut(tuple(range(low, high)))
