"""The oldest messages, one by one, while the trigger would still fire."""

from __future__ import annotations

from dataclasses import dataclass, replace

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import Cut, Fired, Measure, Repair
from memview.policies.compaction.settings import whole


@dataclass(frozen=True, slots=True)
class OldestUntilFits:
    """Drops the oldest until what is measured is no more than the trigger's threshold; `keep_last` messages stay.

    LangChain's summary buffer (memory/summary_buffer.py) and truncation from the beginning work so.
    """

    keep_last: int = whole(1, 0)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:
        messages = view.messages
        fixed = measure.read(replace(view, messages=messages[:1]))
        rest = measure.read(view)
        start = 1
        while rest > fired.threshold and len(messages) - start > self.keep_last:
            rest -= measure.read(replace(view, messages=(messages[0], messages[start]))) - fixed
            start += 1
        cutoff = repair(messages, start)
        return Cut(tuple(range(1, start if cutoff is None else cutoff)))
