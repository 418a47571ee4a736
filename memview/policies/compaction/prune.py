"""opencode's pruning: old outputs of tools are cleared before the window is full."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import CompactionOutcome, WindowView
from memview.policies.compaction.absolute import scale_for
from memview.policies.compaction.parts import TOOL_ROLES
from memview.policies.compaction.settings import whole

PRUNED = "[old tool output cleared]"


@dataclass(frozen=True, slots=True)
class Prune:
    """Clears results of tools beyond the newest `prune_keep_tokens` of them, once `prune_at_least` tokens would go.

    Never in the last `prune_keep_turns` turns. Source: packages/opencode/src/session/compaction.ts. The outputs of its
    `skill` tool, which it protects, cannot be told apart here.
    """

    prune_keep_tokens: int = whole(40_000, 0)
    prune_at_least: int = whole(20_000, 1)
    prune_keep_turns: int = whole(2, 0)
    reference_window: int = whole(200_000, 1)

    def compact(self, view: WindowView) -> list[CompactionOutcome]:
        """One outcome that replaces outputs, or nothing."""
        scale = scale_for(self.prune_keep_tokens + self.prune_at_least, view.window, self.reference_window)
        old, tokens = self._beyond(view, scale.tokens(self.prune_keep_tokens))
        threshold = scale.tokens(self.prune_at_least)
        if tokens < threshold:
            return []
        note = f" ({scale.note})" if scale.note else ""
        return [
            CompactionOutcome(
                "tool_tokens",
                tokens,
                threshold,
                "old tool output {value:.0f} >= {threshold:.0f} tokens" + note,
                replaced=tuple((index, PRUNED) for index in reversed(old)),
                destination="nowhere",
            )
        ]

    def _beyond(self, view: WindowView, protected: int) -> tuple[list[int], int]:
        messages = view.messages
        turns = seen = tokens = 0
        old: list[int] = []
        for index in range(len(messages) - 1, 0, -1):
            message = messages[index]
            if message.role == "user":
                turns += 1
            if turns < self.prune_keep_turns or message.role not in TOOL_ROLES:
                continue
            if message.text == PRUNED:
                break
            seen += message.tokens
            if seen > protected:
                tokens += message.tokens
                old.append(index)
        return old, tokens
