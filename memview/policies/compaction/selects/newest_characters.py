"""Gemini CLI: a share of the history's characters stays, from a message of the user's on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memview.kernel.window import WindowMessage, WindowView
from memview.policies.compaction.absolute import scale_for
from memview.policies.compaction.clip import last_lines
from memview.policies.compaction.parts import TOOL_ROLES, Cut, Fired, Measure, Repair, calls_tool
from memview.policies.compaction.settings import number, whole


@dataclass(frozen=True, slots=True)
class NewestCharacters:
    """Keeps at most the newest `keep_share` of characters, cut at a message of the user's.

    Results of tools that stay share `tool_tokens`, newest first; one that exceeds them keeps its last `tool_lines`
    lines. Source: packages/core/src/services/chatCompressionService.ts.
    """

    keep_share: float = number(0.3, 0, 1)
    tool_tokens: int = whole(50_000, 1)
    tool_lines: int = whole(30, 0)
    reference_window: int = whole(1_048_576, 1)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        messages = view.messages
        start = self._split(messages)
        if start <= 1:
            return Cut(note="nothing to evict: no message of the user's to cut at")
        scale = scale_for(self.tool_tokens, view.window, self.reference_window)
        replaced = self._shortened(messages, start, scale.tokens(self.tool_tokens))
        return Cut(tuple(range(1, start)), replaced, note=scale.note if replaced else "")

    def _split(self, messages: Sequence[WindowMessage]) -> int:
        wanted = sum(len(message.text) for message in messages[1:]) * (1 - self.keep_share)
        so_far = 0
        split = 1
        for index in range(1, len(messages)):
            if messages[index].role == "user":
                if so_far >= wanted:
                    return index
                split = index
            so_far += len(messages[index].text)
        newest = len(messages) - 1
        if messages[newest].role == "assistant" and not calls_tool(messages, newest):
            return len(messages)
        return split

    def _shortened(self, messages: Sequence[WindowMessage], start: int, budget: int) -> tuple[tuple[int, str], ...]:
        used = 0
        shortened = []
        for index in range(len(messages) - 1, start - 1, -1):
            message = messages[index]
            if message.role not in TOOL_ROLES:
                continue
            short = last_lines(message.text, self.tool_lines) if used + message.tokens > budget else message.text
            if short == message.text:
                used += message.tokens
            else:
                shortened.append((index, short))
                used += message.tokens * len(short) // len(message.text)
        return tuple(reversed(shortened))
