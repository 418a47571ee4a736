"""Measures: how full a window is. `signal` is the name in an event, `words` what its reason calls it."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import total_tokens
from memview.policies.compaction.settings import number


@dataclass(frozen=True, slots=True)
class PromptTokens:
    """Tokens of the whole prompt, times the factor by which the system's own counter is careful."""

    measure_factor: float = number(1.0, 0.1, 10)

    signal = "prompt_tokens"

    @property
    def words(self) -> str:
        return "prompt tokens" if self.measure_factor == 1 else f"prompt tokens x {self.measure_factor:g}"

    def read(self, view: WindowView) -> float:
        tokens = total_tokens(view)
        return tokens if self.measure_factor == 1 else tokens * self.measure_factor


@dataclass(frozen=True, slots=True)
class BufferTokens:
    """Tokens of the conversation alone, without the system prompt and what else is in the prompt."""

    signal = "buffer_tokens"
    words = "buffer tokens"

    def read(self, view: WindowView) -> float:
        return sum(message.tokens for message in view.messages[1:])


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages of the conversation, without the system prompt."""

    signal = "messages"
    words = "messages"

    def read(self, view: WindowView) -> float:
        return len(view.messages) - 1


@dataclass(frozen=True, slots=True)
class ContextMessages:
    """Messages of the conversation and the system prompt."""

    signal = "messages"
    words = "messages"

    def read(self, view: WindowView) -> float:
        return len(view.messages)


@dataclass(frozen=True, slots=True)
class Events:
    """All that the model is shown as one event each: system prompt, messages, and the summary if there is one."""

    signal = "events"
    words = "events"

    def read(self, view: WindowView) -> float:
        return len(view.messages) + (view.summary is not None)
