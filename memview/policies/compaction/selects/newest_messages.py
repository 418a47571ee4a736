"""A fixed number of newest messages stays."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import Cut, Fired, Measure, Repair
from memview.policies.compaction.settings import whole


@dataclass(frozen=True, slots=True)
class NewestMessages:
    """Keeps `keep_newest` messages, or where the repair puts the cut.

    LangChain's SummarizationMiddleware (agents/middleware/summarization.py) keeps 20, Mem0 the last 10.
    """

    keep_newest: int = whole(20, 1)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        start = len(view.messages) - self.keep_newest
        if start <= 1:
            return Cut(note=f"nothing to evict: no more than {self.keep_newest} messages")
        cutoff = repair(view.messages, start)
        return Cut() if cutoff is None else Cut(tuple(range(1, cutoff)))
