"""The loop around the memory: ask the model, run its tools, answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from .memory import AgentMemory, Answer
from .records import Reply


class ModelError(RuntimeError):
    """The model cannot be reached, or what it says makes no sense."""


class Model(Protocol):
    """Anything that answers a prompt."""

    def reply(self, messages: Sequence[dict[str, object]], tools: Sequence[dict[str, Any]]) -> Reply:
        """The next reply. Raises ModelError when there is none."""


class ScriptedModel:
    """A stand-in for an LLM that gives prepared replies, for tests and examples.

    `prompts` keeps what it was asked. Raises ModelError when the script is over.
    """

    def __init__(self, replies: Iterable[Reply]) -> None:
        self._replies: Iterator[Reply] = iter(replies)
        self.prompts: list[list[dict[str, object]]] = []

    def reply(
        self,
        messages: Sequence[dict[str, object]],
        tools: Sequence[dict[str, Any]],  # noqa: ARG002 - a script knows its tools
    ) -> Reply:
        """The next reply of the script."""
        self.prompts.append(list(messages))
        reply = next(self._replies, None)
        if reply is None:
            raise ModelError("the script is over")
        return reply


class Agent:
    """A model with a memory. After `max_steps` rounds of tool calls it has to answer without."""

    def __init__(self, memory: AgentMemory, model: Model, max_steps: int = 8) -> None:
        self.memory = memory
        self.model = model
        self.max_steps = max_steps

    def answer(self, text: str) -> Answer:
        """Answer the user. Raises ModelError; the turn is recorded as far as it went."""
        self.memory.begin_turn(text)
        reply = None
        try:
            reply = self._reply()
        finally:
            answer = self.memory.end_turn(reply)
        return answer

    def _reply(self) -> Reply:
        memory = self.memory
        for _ in range(self.max_steps):
            reply = self.model.reply(memory.prompt(), memory.schemas)
            if not reply.tool_calls:
                return reply
            memory.run_tools(reply)
        return self.model.reply(memory.prompt(), [])
