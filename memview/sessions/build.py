"""From checked records to the model's dataclasses: defaults are shared objects, unknown keys go to `extra`.

Unknown keys inside a part without an `extra` of its own (citation, budgets, a tool call) are kept in the owner's, under
the part's name, so that writing the session gives them back where they were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from sys import intern
from typing import cast

from memview.model.block import Block, ToolLimits
from memview.model.memory import NO_EXTRA, SENSITIVITY_NORMAL, Citation, Memory
from memview.model.session import Budgets, Session, ToolCall, Turn
from memview.sessions.records import (
    ApprovalRecord,
    BlockRecord,
    BudgetsRecord,
    CitationRecord,
    MemoryRecord,
    PinRecord,
    ProbeRecord,
    RememberedRecord,
    SessionRecord,
    ToolCallRecord,
    ToolLimitsRecord,
    TurnRecord,
    UndoRecord,
    UsageRecord,
)
from memview.sessions.strictness import require_finite

Extra = dict[str, object]
Strangers = Callable[[str], None]
"""Told the path of each unknown key, such as `turn.mood`."""

SESSION_KEYS = frozenset(SessionRecord.__annotations__)
BUDGETS_KEYS = frozenset(BudgetsRecord.__annotations__)
BLOCK_KEYS = frozenset(BlockRecord.__annotations__)
TOOL_LIMITS_KEYS = frozenset(ToolLimitsRecord.__annotations__)
MEMORY_KEYS = frozenset(MemoryRecord.__annotations__)
CITATION_KEYS = frozenset(CitationRecord.__annotations__)
TURN_KEYS = frozenset(TurnRecord.__annotations__)
TOOL_CALL_KEYS = frozenset(ToolCallRecord.__annotations__)
PROBE_KEYS = frozenset(ProbeRecord.__annotations__)
APPROVAL_KEYS = frozenset(ApprovalRecord.__annotations__)
PIN_KEYS = frozenset(PinRecord.__annotations__)
UNDO_KEYS = frozenset(UndoRecord.__annotations__)

NO_CITATION = Citation()


def session_of(record: SessionRecord, strange: Strangers) -> Session:
    """The header alone: a session without turns."""
    budgets = record.get("budgets")
    extra = _unknown(record, SESSION_KEYS, "session", strange)
    if budgets:
        _keep_within(extra, "budgets", _unknown(budgets, BUDGETS_KEYS, "session.budgets", strange))
    limits = record.get("tool_limits")
    if limits:
        _keep_within(extra, "tool_limits", _unknown(limits, TOOL_LIMITS_KEYS, "session.tool_limits", strange))
    tool_limits = _tool_limits_of(limits) if limits else ToolLimits()
    return Session(
        session_id=record["session_id"],
        title=record.get("title", ""),
        lesson=record.get("lesson", ""),
        agent=record.get("agent"),
        agents=tuple(record.get("agents", ())),
        tokenizer=record.get("tokenizer"),
        budgets=_budgets_of(budgets) if budgets else Budgets(),
        system=record.get("system", ""),
        source=record.get("source"),
        blocks=tuple(
            [block_of(block, tool_limits.block_chars, "session.blocks", strange) for block in record.get("blocks", ())]
        ),
        tool_limits=tool_limits,
        extra=extra or NO_EXTRA,
    )


def block_of(record: BlockRecord, default_limit: int, path: str, strange: Strangers) -> Block:
    """A block of core memory; one that names no limit has the default one. `path` says which in warnings."""
    return Block(
        record["label"],
        record.get("value", ""),
        record.get("limit", default_limit),
        record.get("description") or "",
        record.get("read_only", False),
        _unknown(record, BLOCK_KEYS, path, strange) or NO_EXTRA,
        record.get("agent"),
    )


def memory_of(record: MemoryRecord | RememberedRecord, path: str, strange: Strangers) -> Memory:
    """The memory of a line, or one that a turn remembered; `path` says which in warnings."""
    extra = NO_EXTRA if record.keys() <= MEMORY_KEYS else _unknown(record, MEMORY_KEYS, path, strange)
    found = record.get("citation")
    if not found:
        citation = NO_CITATION
    else:
        citation = Citation(found.get("session_id"), found.get("turn_id"), found.get("source_url"))
        if not found.keys() <= CITATION_KEYS:
            extra = dict(extra)
            _keep_within(extra, "citation", _unknown(found, CITATION_KEYS, f"{path}.citation", strange))
    return Memory(
        record["memory_id"],
        record["text"],
        record.get("tier", "archive"),
        intern(record.get("kind", "fact")),
        record.get("section"),
        record.get("importance", 0.5),
        record.get("created_at"),
        record.get("last_used"),
        _texts(record.get("tags")),
        record.get("pinned", False),
        record.get("trust", "user"),
        record.get("sensitivity", SENSITIVITY_NORMAL),
        citation,
        record.get("tokens"),
        record.get("agent"),
        _texts(record.get("readers")),
        _texts(record.get("derived_from")),
        record.get("supersedes"),
        record.get("valid_from"),
        record.get("valid_until"),
        record.get("quarantined", False),
        extra,
    )


def turn_of(record: TurnRecord, remember: tuple[Memory, ...], strange: Strangers) -> Turn:
    """The turn of a line around the memories already built from its `remember`."""
    calls = record.get("tool_calls")
    extra = NO_EXTRA if record.keys() <= TURN_KEYS else _unknown(record, TURN_KEYS, "turn", strange)
    if calls:
        extra = _with_call_extras(extra, calls, strange)
    window = record.get("window")
    usage = record.get("usage")
    return Turn(
        record["turn_id"],
        intern(record["role"]),
        record["text"],
        record.get("at"),
        tuple([_tool_call_of(call) for call in calls]) if calls else (),
        remember,
        _texts(record.get("used")),
        record.get("response"),
        record.get("tokens"),
        _input_tokens(record, usage),
        record.get("agent"),
        None if window is None else tuple(window),
        record.get("compaction"),
        cast("Mapping[str, object] | None", usage),
        extra,
    )


def unknown_keys(
    record: ProbeRecord | ApprovalRecord | PinRecord | UndoRecord, known: frozenset[str], path: str, strange: Strangers
) -> Mapping[str, object]:
    """The keys of a probe, an approval, a pin or an undo that memview does not know, with their values."""
    return _unknown(record, known, path, strange) or NO_EXTRA


def _budgets_of(record: BudgetsRecord) -> Budgets:
    default = Budgets()
    return Budgets(
        record.get("window", default.window),
        record.get("core", default.core),
        record.get("retrieval", default.retrieval),
        record.get("reserve", default.reserve),
    )


def _tool_limits_of(record: ToolLimitsRecord) -> ToolLimits:
    default = ToolLimits()
    return ToolLimits(
        record.get("block_chars", default.block_chars),
        record.get("result_chars", default.result_chars),
        record.get("page_size", default.page_size),
        record.get("search_depth", default.search_depth),
    )


def _tool_call_of(record: ToolCallRecord) -> ToolCall:
    return ToolCall(intern(record["tool"]), record.get("arguments") or NO_EXTRA, record.get("result"))


def _with_call_extras(
    extra: Mapping[str, object], calls: list[ToolCallRecord], strange: Strangers
) -> Mapping[str, object]:
    kept = {
        str(index): _unknown(call, TOOL_CALL_KEYS, "turn.tool_calls", strange)
        for index, call in enumerate(calls)
        if not call.keys() <= TOOL_CALL_KEYS
    }
    return {**extra, "tool_calls": kept} if kept else extra


def _input_tokens(record: TurnRecord, usage: UsageRecord | None) -> int | None:
    """A count of the turn's own goes before the one in the provider's `usage`."""
    if "input_tokens" in record:
        return record["input_tokens"]
    return usage.get("input_tokens") if usage else None


def _unknown(record: Mapping[str, object], known: frozenset[str], path: str, strange: Strangers) -> Extra:
    extra = {key: value for key, value in record.items() if key not in known}
    for key, value in extra.items():
        require_finite(key, value)
        strange(f"{path}.{key}")
    return extra


def _keep_within(extra: Extra, part: str, unknown: Extra) -> None:
    if unknown:
        extra[part] = unknown


def _texts(texts: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(texts) if texts else ()
