"""The whole memory, in the four calls that a runtime makes in a turn:

memory.begin_turn("What did I say about tea?")
reply = ask_your_model(memory.prompt(), memory.schemas)
while reply.tool_calls:
    memory.run_tools(reply)
    reply = ask_your_model(memory.prompt(), memory.schemas)
answer = memory.end_turn(reply)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from .archive import Archive
from .eviction import (
    SUMMARY_TOKENS,
    Eviction,
    EvictionPolicy,
    Summariser,
    evict,
    is_under_pressure,
    summarise,
    turns_named,
)
from .guard import mask_secrets, trust_of_derived
from .main_context import MainContext
from .memory_tools import MemoryTools, Scene
from .recorder import NoRecorder, Recorder, header_of
from .records import (
    UNTRUSTED,
    Citation,
    Memory,
    Message,
    Reply,
    Role,
    ToolCall,
    ToolResult,
    Trust,
    clean,
)
from .tools import (
    MEMORY_TOOL_NAMES,
    MEMORY_TOOLS,
    ArgumentError,
    Tool,
    parse_arguments,
    schema_tokens,
)

PRESSURE = (
    "Memory pressure: the oldest messages will soon leave your prompt. Save what matters to core or "
    "archival memory now."
)
_IDS = re.compile(r"(?<![\w/-])(?:[A-Z]{3}-\d{5,}|t-\d{4,})\b")

_UNREAD = 500
"""Characters that are recorded of arguments that do not fit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the agent said, the ids it rests on, and ids it named that do not exist."""

    text: str
    cited: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(slots=True)
class _Turn:
    """What is known of the turn that is going on."""

    turn_id: str
    at: str
    text: str
    window: list[str] = field(default_factory=list)
    calls: list[dict[str, object]] = field(default_factory=list)
    steps: int = 0
    remembered: list[Memory] = field(default_factory=list)
    compaction: dict[str, object] = field(default_factory=dict)
    evicted: list[str] = field(default_factory=list)
    source_url: str | None = None


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class AgentMemory:
    """Main context and archive of one session of one agent; not for several threads.

    Raises ValueError when the context's limit is too small for its blocks, its tools and two whole
    messages, or when a tool has the name of another one.
    """

    def __init__(
        self,
        archive: Archive,
        context: MainContext,
        session_id: str,
        *,
        recorder: Recorder | None = None,
        policy: EvictionPolicy | None = None,
        summariser: Summariser = summarise,
        tools: Sequence[Tool] = (),
        clock: Callable[[], datetime] = utc_now,
        title: str = "",
    ) -> None:
        self.archive = archive
        self.context = context
        self.session_id = session_id
        self._recorder = NoRecorder() if recorder is None else recorder
        self._policy = EvictionPolicy() if policy is None else policy
        self._summariser = summariser
        self._clock = clock
        self._last_moment: datetime | None = None
        self._own_tools = {tool.name: tool for tool in tools}
        self.schemas = [*MEMORY_TOOLS, *(tool.schema for tool in tools)]
        """The tools as the model is told of them, for the `tools` parameter."""
        self._schema_of = {str(item["function"]["name"]): item for item in self.schemas}
        if len(self._schema_of) < len(self.schemas):
            raise ValueError("two tools have the same name")
        context.tools = schema_tokens(self.schemas)
        self._memory_tools = MemoryTools(context.core, archive)
        self._turn: _Turn | None = None
        self._turn_ids: list[str] = []
        self._load_core()
        context.check_limit(SUMMARY_TOKENS)
        known = (memory for memory in archive.memories() if memory.tier != "summary" and memory.text)
        self._recorder.start(header_of(context, session_id, title), known)

    def begin_turn(self, text: str) -> str:
        """The user says something; returns the turn's id. Raises RuntimeError inside a turn."""
        if self._turn is not None:
            raise RuntimeError(f"turn {self._turn.turn_id} is not over")
        turn = _Turn(f"t-{len(self._turn_ids) + 1:04d}", self._now(), clean(text))
        self._turn = turn
        self._turn_ids.append(turn.turn_id)
        self._add(turn.turn_id, "user", turn.text, "user")
        return turn.turn_id

    def prompt(self) -> list[dict[str, object]]:
        """The messages for the next call of the model; never more tokens than the limit allows.

        Evicts first, when it has to. Raises ContextOverflowError when even that is not enough.
        """
        turn = self._open_turn()
        archived, said = self.archive.counts()
        notes = f"{archived} memories in archival memory, {said} messages in past conversation."
        alarmed = f"{notes}\n{PRESSURE}"
        eviction = evict(self.context, self._policy, alarmed)
        if eviction is not None:
            self._summarise(eviction)
        turn.evicted += self.context.drop_results(self.context.room, alarmed)
        if not turn.window:
            turn.window = _recorded(self.context.window)
        if is_under_pressure(self.context, self._policy, notes):
            notes = alarmed
        return self.context.prompt(notes)

    def run_tools(self, reply: Reply) -> list[str]:
        """Run the calls of a reply; their results are in the next prompt, and returned."""
        turn = self._open_turn()
        turn.steps += 1
        calls = tuple(_with_valid_json(call) for call in reply.tool_calls)
        text = clean(reply.text or "")
        trust = trust_of_derived(text, self.context.window, turn.turn_id)
        name = f"{turn.turn_id}/call-{turn.steps}"
        message = Message(name, turn.turn_id, "assistant", text, trust, turn.at, calls)
        self.context.add(message)
        results = []
        for call in reply.tool_calls:
            arguments, result = self._run(call)
            turn.calls.append({"tool": call.tool or "?", "arguments": arguments, "result": result.text})
            turn.remembered += result.remembered
            turn.source_url = result.source_url or turn.source_url
            name = f"{turn.turn_id}/tool-{len(turn.calls)}"
            self._add(name, "tool", result.text, result.trust, call)
            results.append(result.text)
        return results

    def end_turn(self, reply: Reply | None) -> Answer:
        """The turn is over with this reply, or without one when the model failed; it is recorded."""
        turn = self._open_turn()
        text = clean((reply.text if reply else None) or "")
        answer = self._cited(text)
        if text:
            trust = trust_of_derived(text, self.context.window, turn.turn_id)
            self._add(f"{turn.turn_id}/reply", "assistant", text, trust)
        record: dict[str, object] = {
            "turn_id": turn.turn_id,
            "at": turn.at,
            "role": "user",
            "text": turn.text,
        }
        compaction = turn.compaction | ({"evicted": turn.evicted} if turn.evicted else {})
        optional: dict[str, object] = {
            "tool_calls": turn.calls,
            "used": answer.cited,
            "response": text,
            "window": turn.window,
            "compaction": compaction,
            "input_tokens": reply.input_tokens if reply else None,
        }
        record |= {name: value for name, value in optional.items() if value}
        self._turn = None
        self._recorder.turn(record, turn.remembered)
        return answer

    def approve(self, memory_id: str, by: str) -> Memory:
        """A person releases a memory that is held back; it can be found from now on.

        Raises KeyError for an unknown id and RuntimeError inside a turn.
        """
        if self._turn is not None:
            raise RuntimeError(f"turn {self._turn.turn_id} is not over")
        memory = self.archive.approve(memory_id, by)
        self._recorder.approval(memory_id, by, self._now())
        return memory

    def _open_turn(self) -> _Turn:
        if self._turn is None:
            raise RuntimeError("no turn was begun")
        return self._turn

    def _run(self, call: ToolCall) -> tuple[dict[str, Any], ToolResult]:
        """The checked arguments of a call and its result. What is wrong with it is the result."""
        turn = self._open_turn()
        schema = self._schema_of.get(call.tool)
        unread = {"unread": clean(call.arguments[:_UNREAD])}
        if schema is None:
            names = ", ".join(self._schema_of)
            return unread, ToolResult(f"Error: There is no tool {call.tool!r}; there are: {names}.")
        try:
            arguments = parse_arguments(schema, clean(call.arguments))
        except ArgumentError as error:
            return unread, ToolResult(f"Error: {error}.")
        own = self._own_tools.get(call.tool)
        if own is None:
            window = self.context.window
            scene = Scene(self.session_id, turn.turn_id, turn.at, window, turn.source_url)
            return arguments, self._memory_tools.run(call.tool, arguments, scene)
        url = arguments.get("url")
        try:
            text = clean(str(own.run(**arguments)))
        except Exception as error:  # the tool is yours and may do anything: the model is told
            text = clean(f"Error: {type(error).__name__}: {error}")
        return arguments, ToolResult(text, own.trust, url if isinstance(url, str) else None)

    def _add(self, name: str, role: Role, text: str, trust: Trust, call: ToolCall | None = None) -> None:
        """Put a message into the window, and into recall unless a memory tool can give it again."""
        turn = self._open_turn()
        call_id = None if call is None else call.call_id
        message = Message(name, turn.turn_id, role, text, trust, turn.at, call_id=call_id)
        self.context.add(message)
        if call is None or call.tool not in MEMORY_TOOL_NAMES:
            self.archive.add_message(self.session_id, message)

    def _summarise(self, eviction: Eviction) -> None:
        """Put a summary in the place of what left; what came from untrusted sources is not in it."""
        turn, context = self._open_turn(), self.context
        turn.evicted += _recorded(eviction.messages)
        old = context.summary
        said = [message for message in eviction.messages if message.role != "tool" and message.trust not in UNTRUSTED]
        text = clean(mask_secrets(self._summariser(old.text if old else "", said))).strip()
        if text and (old is None or text != old.text):
            summary = Memory(
                self.archive.new_id("SUM"),
                text,
                tier="summary",
                kind="summary",
                citation=Citation(self.session_id, turn.turn_id),
                created_at=turn.at,
                derived_from=tuple(name for name in turns_named(text) if name in self._turn_ids),
                supersedes=None if old is None else old.memory_id,
            )
            self.archive.add(summary)
            turn.remembered.append(summary)
            context.summary = summary
        turn.compaction = {
            "tokens_before": eviction.tokens_before,
            "tokens_after": context.tokens(),
            "summary": "" if context.summary is None else context.summary.memory_id,
        }

    def _cited(self, text: str) -> Answer:
        cited: list[str] = []
        unknown: list[str] = []
        for name in dict.fromkeys(_IDS.findall(text)):
            memory = self.archive.get(name)
            known = name in self._turn_ids if memory is None else not memory.held_back
            (cited if known else unknown).append(name)
        return Answer(text, tuple(cited), tuple(unknown))

    def _load_core(self) -> None:
        """Put the stored lines into their blocks, and what a new block begins with into the store."""
        for memory in self.archive.memories():
            if memory.tier == "core":
                self.context.core.load(memory)
        for block in self.context.core:
            if block.initial and not self.archive.has_section(block.label):
                for text in filter(str.strip, block.initial.splitlines()):
                    memory = Memory(
                        self.archive.new_id("COR"),
                        text,
                        tier="core",
                        section=block.label,
                        kind="rule" if block.read_only else "fact",
                        trust="user",
                        citation=Citation(self.session_id),
                    )
                    self.archive.add(memory)
                    self.context.core.load(memory)

    def _now(self) -> str:
        """The time in UTC; it never goes back, whatever the clock does."""
        moment = self._clock().astimezone(UTC)
        if self._last_moment is not None:
            moment = max(moment, self._last_moment)
        self._last_moment = moment
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _recorded(messages: Sequence[Message]) -> list[str]:
    """The ids under which memview knows messages; the calls themselves are part of their turn."""
    return [message.message_id for message in messages if "/call-" not in message.message_id]


def _with_valid_json(call: ToolCall) -> ToolCall:
    """The call as it may be sent back: providers refuse arguments that are no JSON object."""
    try:
        valid = isinstance(json.loads(call.arguments), dict)
    except (ValueError, RecursionError):
        valid = False
    return replace(call, arguments=clean(call.arguments)) if valid else replace(call, arguments="{}")
