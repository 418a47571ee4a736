"""From the model's dataclasses back to JSON objects: defaults left out, unknown keys where they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from memview.model.block import Block, ToolLimits
from memview.model.memory import Citation, Memory
from memview.model.session import APPROVED, Approval, Budgets, PinChange, Probe, Session, ToolCall, Turn, Undo

JsonObject = dict[str, object]

_SCHEMA_VERSION = 1
_MEMORY_OPTIONAL = tuple(
    (field.name, field.default)
    for field in fields(Memory)
    if field.name not in {"memory_id", "text", "citation", "extra"}
)
_TURN_OPTIONAL = ("at", "response", "tokens", "agent", "compaction", "usage")
_NOT_IN_FILE = frozenset({"extra", "arrivals", "turns", "probes", "approvals", "pins", "undos"})
_HEADER_KEYS = frozenset({"type", "schema"} | {field.name for field in fields(Session)} - _NOT_IN_FILE)
_MEMORY_KEYS = frozenset({"type"} | {field.name for field in fields(Memory)} - _NOT_IN_FILE)
_TURN_KEYS = frozenset({"type"} | {field.name for field in fields(Turn)} - _NOT_IN_FILE)
_BLOCK_KEYS = frozenset(field.name for field in fields(Block) if field.name not in _NOT_IN_FILE)
_TOOL_CALL_KEYS = frozenset(field.name for field in fields(ToolCall))
_PROBE_KEYS = frozenset({"type"} | {field.name for field in fields(Probe)} - _NOT_IN_FILE)
_APPROVAL_KEYS = frozenset({"type", "memory_id", "decision", "by", "at"})
_UNDO_KEYS = frozenset({"type", "memory_id", "by", "at"})
_PIN_KEYS = frozenset({"type", "memory_id", "pinned", "by", "at"})


def header_object(session: Session) -> JsonObject:
    """The header line of a session."""
    extra = dict(session.extra)
    found: JsonObject = {"type": "session", "schema": _SCHEMA_VERSION, "session_id": session.session_id}
    for name, value in (("title", session.title), ("lesson", session.lesson), ("system", session.system)):
        if value:
            found[name] = value
    for name, known in (("agent", session.agent), ("tokenizer", session.tokenizer)):
        if known is not None:
            found[name] = known
    if session.agents:
        found["agents"] = list(session.agents)
    if session.source is not None:
        found["source"] = dict(session.source)
    budgets = _changed(session.budgets) | _part(extra, "budgets")
    if budgets:
        found["budgets"] = budgets
    limits = _changed(session.tool_limits) | _part(extra, "tool_limits")
    if limits:
        found["tool_limits"] = limits
    if session.blocks:
        found["blocks"] = [block_object(block, session.tool_limits.block_chars) for block in session.blocks]
    return _with_extra(found, extra, _HEADER_KEYS)


def block_object(block: Block, default_limit: int) -> JsonObject:
    """A block of core memory; a limit that is the default one is left out."""
    found: JsonObject = {"label": block.label, "value": block.value}
    if block.limit != default_limit:
        found["limit"] = block.limit
    if block.description:
        found["description"] = block.description
    if block.read_only:
        found["read_only"] = True
    if block.agent is not None:
        found["agent"] = block.agent
    return _with_extra(found, block.extra, _BLOCK_KEYS)


def memory_object(memory: Memory, *, kind_of_line: str | None) -> JsonObject:
    """A memory: on a line of its own (`kind_of_line` "memory") or inside a turn (None)."""
    extra = dict(memory.extra)
    found: JsonObject = {} if kind_of_line is None else {"type": kind_of_line}
    found |= {"memory_id": memory.memory_id, "text": memory.text}
    for name, default in _MEMORY_OPTIONAL:
        value = getattr(memory, name)
        if value != default:
            found[name] = list(value) if isinstance(value, tuple) else value
    citation = _citation_object(memory.citation) | _part(extra, "citation")
    if citation:
        found["citation"] = citation
    return _with_extra(found, extra, _MEMORY_KEYS)


def turn_object(turn: Turn) -> JsonObject:
    """A turn line with the memories it remembered."""
    extra = dict(turn.extra)
    found: JsonObject = {"type": "turn", "turn_id": turn.turn_id, "role": turn.role, "text": turn.text}
    for name in _TURN_OPTIONAL:
        value = getattr(turn, name)
        if value is not None:
            found[name] = dict(value) if isinstance(value, Mapping) else value
    recorded = None if turn.usage is None else turn.usage.get("input_tokens")
    if turn.input_tokens != recorded:
        found["input_tokens"] = turn.input_tokens
    if turn.window is not None:
        found["window"] = list(turn.window)
    if turn.used:
        found["used"] = list(turn.used)
    if turn.tool_calls:
        strange = _part(extra, "tool_calls")
        found["tool_calls"] = [
            _tool_call_object(call, strange.get(str(index))) for index, call in enumerate(turn.tool_calls)
        ]
    if turn.remember:
        found["remember"] = [memory_object(memory, kind_of_line=None) for memory in turn.remember]
    return _with_extra(found, extra, _TURN_KEYS)


def probe_object(probe: Probe, turn_id: str | None) -> JsonObject:
    """A probe line; `turn_id` is the turn it comes after, None when it comes before all."""
    found: JsonObject = {"type": "probe", "probe_id": probe.probe_id, "question": probe.question}
    if turn_id is not None:
        found["after_turn"] = turn_id
    if probe.evidence:
        found["evidence"] = list(probe.evidence)
    if probe.answer is not None:
        found["answer"] = probe.answer
    if probe.category is not None:
        found["category"] = probe.category
    return _with_extra(found, probe.extra, _PROBE_KEYS)


def approval_object(approval: Approval) -> JsonObject:
    """An approval line."""
    found: JsonObject = {"type": "approval", "memory_id": approval.memory_id}
    if approval.decision != APPROVED:
        found["decision"] = approval.decision
    if approval.by is not None:
        found["by"] = approval.by
    if approval.at is not None:
        found["at"] = approval.at
    return _with_extra(found, approval.extra, _APPROVAL_KEYS)


def pin_object(pin: PinChange) -> JsonObject:
    """A pin line."""
    found: JsonObject = {"type": "pin", "memory_id": pin.memory_id}
    if not pin.pinned:
        found["pinned"] = False
    if pin.by is not None:
        found["by"] = pin.by
    if pin.at is not None:
        found["at"] = pin.at
    return _with_extra(found, pin.extra, _PIN_KEYS)


def undo_object(undo: Undo) -> JsonObject:
    """An undo line."""
    found: JsonObject = {"type": "undo", "memory_id": undo.memory_id}
    if undo.by is not None:
        found["by"] = undo.by
    if undo.at is not None:
        found["at"] = undo.at
    return _with_extra(found, undo.extra, _UNDO_KEYS)


def _changed(numbers: Budgets | ToolLimits) -> JsonObject:
    return {field.name: value for field in fields(numbers) if (value := getattr(numbers, field.name)) != field.default}


def _citation_object(citation: Citation) -> JsonObject:
    return {field.name: value for field in fields(Citation) if (value := getattr(citation, field.name)) is not None}


def _tool_call_object(call: ToolCall, strange: object) -> JsonObject:
    found: JsonObject = {"tool": call.tool}
    if call.arguments:
        found["arguments"] = dict(call.arguments)
    if call.result is not None:
        found["result"] = call.result
    return _with_extra(found, strange, _TOOL_CALL_KEYS) if isinstance(strange, Mapping) else found


def _part(extra: JsonObject, name: str) -> JsonObject:
    """Take the unknown keys of a part without an `extra` of its own out of its owner's."""
    part = extra.pop(name, None)
    return dict(part) if isinstance(part, Mapping) else {}


def _with_extra(found: JsonObject, extra: Mapping[str, object], known: frozenset[str]) -> JsonObject:
    for key, value in extra.items():
        if key in known:
            raise ValueError(f"extra key {key!r} shadows a field of the format")
        found[key] = value
    return found
