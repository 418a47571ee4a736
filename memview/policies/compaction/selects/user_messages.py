"""Codex: the newest messages of the user's stay, all else makes way for the summary."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.absolute import scale_for
from memview.policies.compaction.clip import head_and_tail
from memview.policies.compaction.parts import Cut, Fired, Measure, Repair
from memview.policies.compaction.settings import whole
from memview.tokens import load_counter

_STEP, _LEAST_SHARE = 0.98, 0.01


@dataclass(frozen=True, slots=True)
class UserMessages:
    """Keeps the user's newest messages up to `keep_user_tokens`; the first that is too long is cut in its middle.

    All items of the assistant's and of tools go. Source: codex-rs/core/src/compact.rs.
    """

    keep_user_tokens: int = whole(20_000, 1)
    reference_window: int = whole(272_000, 1)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        messages = view.messages
        scale = scale_for(self.keep_user_tokens, view.window, self.reference_window)
        left = scale.tokens(self.keep_user_tokens)
        kept: set[int] = set()
        replaced: tuple[tuple[int, str], ...] = ()
        for index in range(len(messages) - 1, 0, -1):
            if messages[index].role != "user":
                continue
            tokens = messages[index].tokens
            if left == 0:
                break
            kept.add(index)
            if tokens > left:
                replaced = ((index, _within(messages[index].text, left, tokens)),)
                break
            left -= tokens
        evicted = tuple(index for index in range(1, len(messages)) if index not in kept)
        return Cut(evicted, replaced, note=scale.note)


def _within(text: str, left: int, tokens: int) -> str:
    """Head and tail of `text`, which takes `tokens`, in at most `left` by the estimate, the mark between included."""
    counter, share = load_counter("estimate"), left / tokens
    cut = head_and_tail(text, share, tokens - left)
    while share > _LEAST_SHARE and counter.count(cut) > left:
        share *= _STEP
        cut = head_and_tail(text, share, tokens - left)
    return cut
