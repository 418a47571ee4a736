"""The nouns: what is kept, where it came from, and how far it may be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Trust = Literal["document", "tool_external", "tool_internal", "model", "user"]
Tier = Literal["core", "archive", "summary"]
Role = Literal["user", "assistant", "tool"]

TRUST_ORDER: tuple[Trust, ...] = ("document", "tool_external", "tool_internal", "model", "user")
"""From the least trusted source to the most trusted one."""
UNTRUSTED: frozenset[Trust] = frozenset({"document", "tool_external"})
"""Text from these sources is shown as data and never reaches a core block."""


def least_trusted(*sources: Trust) -> Trust:
    """The trust of what is derived from `sources`: no more than that of the least of them."""
    return min(sources, key=TRUST_ORDER.index)


def estimate_tokens(text: str) -> int:
    """About four bytes of UTF-8 a token, rounded up. Put your model's own tokenizer here."""
    return -(-len(text.encode("utf-8", "replace")) // 4)


def clean(text: str) -> str:
    """`text` as every file and database takes it: half a surrogate pair becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a memory was learned; each part may be unknown."""

    session_id: str | None = None
    turn_id: str | None = None
    source_url: str | None = None

    def as_dict(self) -> dict[str, str]:
        """The parts that are known."""
        parts = {
            "session_id": self.session_id,
            "turn_id": self.turn_id,
            "source_url": self.source_url,
        }
        return {name: value for name, value in parts.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Memory:
    """One thing remembered: a line of a core block, a record of the archive, or a summary."""

    memory_id: str
    text: str
    tier: Tier = "archive"
    section: str | None = None
    kind: str = "fact"
    trust: Trust = "model"
    sensitivity: str = "normal"
    quarantined: bool = False
    approved_by: str | None = None
    citation: Citation = Citation()
    created_at: str | None = None
    derived_from: tuple[str, ...] = ()
    supersedes: str | None = None

    @property
    def held_back(self) -> bool:
        """Whether it has to stay out of the prompt until a person approves it."""
        return self.approved_by is None and (self.quarantined or self.sensitivity != "normal")


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model made; `arguments` is the text it wrote, not yet checked."""

    call_id: str
    tool: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation, as it stands in the window."""

    message_id: str
    turn_id: str
    role: Role
    text: str
    trust: Trust
    at: str
    tool_calls: tuple[ToolCall, ...] = ()
    call_id: str | None = None

    def as_chat(self) -> dict[str, object]:
        """The message in the shape of OpenAI's chat completions."""
        chat: dict[str, object] = {"role": self.role, "content": self.text}
        if self.tool_calls:
            chat["tool_calls"] = [
                {
                    "id": call.call_id,
                    "type": "function",
                    "function": {"name": call.tool, "arguments": call.arguments},
                }
                for call in self.tool_calls
            ]
        if self.call_id is not None:
            chat["tool_call_id"] = self.call_id
        return chat

    @property
    def tokens(self) -> int:
        """What it costs in the prompt, with four tokens for the frame around it."""
        calls = sum(estimate_tokens(call.tool + call.arguments) for call in self.tool_calls)
        return 4 + estimate_tokens(self.text) + calls


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model gives back: a text, or calls of tools, or both."""

    text: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    input_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool returned: the text that the model sees, and where that text came from, and what it wrote."""

    text: str
    trust: Trust = "tool_internal"
    source_url: str | None = None
    remembered: tuple[Memory, ...] = ()
