"""OpenAI chat messages: `{"messages": [...]}`, a bare list, or JSON Lines of either."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from memview.model.memory import Citation, Memory
from memview.model.session import Session, ToolCall, Turn
from memview.sessions.importers.base import (
    Head,
    ImportedSession,
    JsonObject,
    Notes,
    as_list,
    as_object,
    choose,
    clean_json,
    read_json_or_lines,
    stem_of,
    text_of,
)
from memview.sessions.problems import quoted, whole_file

EXPECTED = 'OpenAI messages: {"messages":[{"role":...,"content":...}]}'
_ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
_TEXT_PARTS = frozenset({"text", "input_text", "output_text", "refusal"})
_KEYS_OF_OTHERS = ("agent_type", "core_memory", "in_context_message_ids", "haystack_sessions", "parentUuid")
"""Formats that hold messages with roles among much else: agent files, benchmarks, coding agents' logs."""

_MEMORY_TOOLS: Mapping[str, str] = {
    "core_memory_append": "core",
    "memory_insert": "core",
    "archival_memory_insert": "archive",
}
"""Tools of MemGPT and Letta that write a memory, with the tier that they write to."""


class OpenAIMessagesImporter:
    """A user message opens a turn; what the assistant and its tools do up to the next one belongs to it."""

    name = "openai"
    summary = "OpenAI chat messages: a list, an object with messages, or JSON Lines"

    def sniff(self, head: Head) -> bool:
        """Messages by their roles; a first line that is whole is looked at rather than searched."""
        first = head.first
        if isinstance(first, dict) and "messages" not in first:
            return text_of(first.get("role")) in _ROLES and not first.keys() & {"uuid", "parentUuid"}
        if any(head.has_keys(key) for key in _KEYS_OF_OTHERS):
            return False
        return head.has_keys("role") and (head.has_keys("content") or head.has_keys("tool_calls"))

    def read(self, path: Path, select: str | None = None) -> ImportedSession:
        """Import one conversation; with several in a file `select` is the number of one, from 1."""
        conversations = _conversations(path)
        return self._imported(conversations, choose(conversations, select, path), path)

    def read_all(self, path: Path) -> Iterator[ImportedSession]:
        """Import every conversation, in the order of the file."""
        conversations = _conversations(path)
        for number in conversations:
            yield self._imported(conversations, number, path)

    def _imported(self, conversations: Mapping[str, list[object]], number: str, path: Path) -> ImportedSession:
        notes = Notes()
        session_id = stem_of(path) if len(conversations) == 1 else f"{stem_of(path)}-{number}"
        building = _Building(session_id, notes)
        for position, message in enumerate(conversations[number]):
            building.add(as_object(message, path, f"messages[{position}]"), path, position)
        session = building.session(path)
        return ImportedSession(session, notes.lines(), self.name)


@dataclass(slots=True)
class _Call:
    """A tool call that may still wait for its result."""

    call_id: str | None
    tool: str
    arguments: Mapping[str, object]
    result: object = None
    answered: bool = False


@dataclass(slots=True)
class _OpenTurn:
    """A turn while messages are still added to it."""

    turn_id: str
    role: str
    text: str
    calls: list[_Call] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    remember: list[Memory] = field(default_factory=list)


class _Building:
    """The session so far, message by message."""

    def __init__(self, session_id: str, notes: Notes) -> None:
        self._session_id = session_id
        self._notes = notes
        self._system: list[str] = []
        self._turns: list[_OpenTurn] = []
        self._user_spoke = False
        self._memories = 0

    def add(self, message: JsonObject, path: Path, position: int) -> None:
        """Take one message. Raises SessionFileError for a role that is none."""
        role = text_of(message.get("role"))
        text = self._text(message.get("content"))
        if role in {"system", "developer"}:
            self._system.append(text)
        elif role == "user":
            self._user_spoke = True
            self._open("user", text)
        elif role == "assistant":
            self._add_reply(message, text)
        elif role in {"tool", "function"}:
            self._add_result(message, text)
        else:
            mend = f"use one of {', '.join(sorted(_ROLES))}"
            raise whole_file(path, f"messages[{position}].role: unknown role {quoted(message.get('role'))}", mend)

    def session(self, path: Path) -> Session:
        """The finished session."""
        for turn in self._turns:
            waiting = sum(not call.answered for call in turn.calls)
            self._notes.add("tool calls without a result", waiting)
        return Session(
            session_id=self._session_id,
            title=f"OpenAI messages: {path.name}",
            system="\n\n".join(text for text in self._system if text),
            source={"format": "openai", "file": path.name},
            turns=tuple(_finished(turn) for turn in self._turns),
        )

    def _open(self, role: str, text: str) -> _OpenTurn:
        turn = _OpenTurn(f"t-{len(self._turns) + 1:04d}", role, text)
        self._turns.append(turn)
        return turn

    def _add_reply(self, message: JsonObject, text: str) -> None:
        text = "\n\n".join(part for part in (text, text_of(message.get("refusal"))) if part)
        if not self._user_spoke:
            turn = self._open("assistant", text)
        else:
            turn = self._turns[-1]
            if text:
                turn.replies.append(text)
        for call in self._calls_of(message):
            turn.calls.append(call)
            self._remember(turn, call)

    def _calls_of(self, message: JsonObject) -> Iterator[_Call]:
        listed = message.get("tool_calls")
        for item in listed if isinstance(listed, list) else []:
            asked = item.get("function", item.get("custom")) if isinstance(item, dict) else None
            call = _call_of(asked, text_of(item.get("id")) if isinstance(item, dict) else None)
            if call is None:
                self._notes.add("tool calls without a name left out")
            else:
                yield call
        legacy = message.get("function_call")
        if legacy is not None and (call := _call_of(legacy, None)) is not None:
            yield call

    def _add_result(self, message: JsonObject, text: str) -> None:
        call_id = text_of(message.get("tool_call_id"))
        name = text_of(message.get("name"))
        turn = self._turns[-1] if self._turns else None
        for call in turn.calls if turn else []:
            if not call.answered and (call.call_id == call_id if call_id else name in {None, call.tool}):
                call.result, call.answered = text, True
                return
        if turn is None or not self._user_spoke:
            self._open("tool", text)
            return
        self._notes.add("tool results that answer no call of their turn")
        turn.calls.append(_Call(call_id, name or "unknown", {}, text, answered=True))

    def _remember(self, turn: _OpenTurn, call: _Call) -> None:
        tier = _MEMORY_TOOLS.get(call.tool)
        arguments = call.arguments
        text = next((found for key in ("content", "new_str", "text") if (found := text_of(arguments.get(key)))), None)
        if tier is None or text is None:
            return
        self._memories += 1
        named = (text_of(arguments.get(key)) for key in ("section", "label", "name"))
        section = next((label for label in named if label), None)
        memory = Memory(
            f"MEM-{self._memories:05d}",
            text,
            tier=tier,
            section=section,
            trust="model",
            citation=Citation(self._session_id, turn.turn_id),
        )
        turn.remember.append(memory)

    def _text(self, content: object) -> str:
        if isinstance(content, str):
            return content
        if content is None:
            return ""
        shown: list[str] = []
        for part in content if isinstance(content, list) else [content]:
            kind = str(part.get("type", "text")) if isinstance(part, dict) else "text"
            text = part if isinstance(part, str) else _part_text(part, kind)
            if text is None:
                label = kind.removeprefix("input_").removesuffix("_url")
                label = label if label in {"image", "audio", "file", "video"} else "part"
                self._notes.add(f"{label} parts shown as [{label}]")
                text = f"[{label}]"
            shown.append(text)
        return "\n".join(shown)


def _conversations(path: Path) -> dict[str, list[object]]:
    """The message lists of a file, numbered from 1; JSON Lines hold a message or a whole conversation on each line."""
    document, lines = read_json_or_lines(path, EXPECTED)
    if not lines:
        return {"1": _messages_of(document, path, "messages")}
    if all(isinstance(line, dict) and "messages" in line for line in lines):
        return {str(count): _messages_of(line, path, f"{count}.messages") for count, line in enumerate(lines, 1)}
    return {"1": lines}


def _messages_of(document: object, path: Path, field: str) -> list[object]:
    if isinstance(document, dict) and "messages" not in document and "role" in document:
        return [document]
    return as_list(document.get("messages") if isinstance(document, dict) else document, path, field)


def _call_of(asked: object, call_id: str | None) -> _Call | None:
    if not isinstance(asked, dict):
        return None
    tool = text_of(asked.get("name"))
    return None if tool is None else _Call(call_id, tool, _arguments_of(asked.get("arguments", asked.get("input"))))


def _arguments_of(value: object) -> Mapping[str, object]:
    """Arguments come as JSON in a string; what does not parse to an object is kept as `text`."""
    if isinstance(value, str):
        try:
            decoded = clean_json(value)
        except (ValueError, RecursionError):
            decoded = None
        return decoded if isinstance(decoded, dict) else {"text": value} if value.strip() else {}
    return value if isinstance(value, dict) else {} if value is None else {"text": json.dumps(value)}


def _part_text(part: object, kind: str) -> str | None:
    if not isinstance(part, dict) or kind not in _TEXT_PARTS:
        return None
    text = part.get("text", part.get("refusal"))
    return text if isinstance(text, str) else None


def _finished(turn: _OpenTurn) -> Turn:
    return Turn(
        turn.turn_id,
        turn.role,
        turn.text,
        tool_calls=tuple(ToolCall(call.tool, call.arguments, call.result) for call in turn.calls),
        remember=tuple(turn.remember),
        response="\n\n".join(turn.replies) if turn.replies else None,
    )
