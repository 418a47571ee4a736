"""LlamaIndex Memory: the oldest messages are flushed in chunks, up to a message of the user's."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.absolute import scale_for
from memview.policies.compaction.parts import Cut, Fired, Measure, Repair
from memview.policies.compaction.settings import whole


@dataclass(frozen=True, slots=True)
class Flush:
    """Flushes chunks of at least `flush_tokens` while the queue is over the threshold; a whole turn stays at least.

    Source: llama-index-core/llama_index/core/memory/memory.py (`_manage_queue`).
    """

    flush_tokens: int = whole(3_000, 1)
    trigger_tokens: int = whole(21_000, 1)
    reference_window: int = whole(32_000, 1)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        messages = view.messages
        chunk = scale_for(self.trigger_tokens, view.window, self.reference_window).tokens(self.flush_tokens)
        rest = sum(message.tokens for message in messages[1:])
        start = 1
        while rest > fired.threshold:
            end, flushed = start, 0
            while flushed < chunk and end < len(messages) - 1:
                flushed += messages[end].tokens
                end += 1
            while end < len(messages) - 1 and messages[end].role != "user":
                end += 1
            if end == len(messages) - 1 and messages[end].role != "user":
                end = self._last_turn(view, start)
            if end <= start:
                break
            rest -= sum(message.tokens for message in messages[start:end])
            start = end
        return Cut(tuple(range(1, start)))

    def _last_turn(self, view: WindowView, start: int) -> int:
        """Where the newest turn begins; past the end when there is none from `start` on."""
        for index in range(len(view.messages) - 1, start - 1, -1):
            if view.messages[index].role == "user":
                return index
        return len(view.messages)
