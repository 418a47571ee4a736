"""The border of the native session format: one schema per line type, checked by pydantic before anything is built.

TypedDicts and not models: a recording of 100,000 turns becomes the model's slots dataclasses, and a pydantic model in
between would cost more than reading the file.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

Identifier = Annotated[str, Field(min_length=1, description="A name that is unique in the file.")]
Timestamp = Annotated[
    str, Field(description="ISO 8601; without a zone it is UTC.", json_schema_extra={"format": "date-time"})
]
Tokens = Annotated[int, Field(ge=0, le=10**12, description="A number of tokens.")]
Positive = Annotated[int, Field(ge=1, le=10**9)]
Share = Annotated[float, Field(ge=0, le=1)]
Identifiers = list[Identifier]
JsonObject = dict[str, object]

Tier = Literal["core", "window", "recall", "archive", "summary", "shared"]
Trust = Literal["document", "tool_external", "tool_internal", "model", "user"]

_CONFIG = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)


@with_config(_CONFIG)
class BudgetsRecord(TypedDict, total=False):
    """Token budgets; `window` bounds the whole prompt, `reserve` is kept free in it for the reply."""

    window: Tokens
    core: Tokens
    retrieval: Tokens
    reserve: Tokens


@with_config(_CONFIG)
class BlockRecord(TypedDict):
    """A block of core memory: `value` at the start of the session, `limit` in characters."""

    label: Identifier
    value: NotRequired[str]
    limit: NotRequired[Positive]
    description: NotRequired[str | None]
    read_only: NotRequired[bool]
    agent: NotRequired[Identifier | None]


@with_config(_CONFIG)
class ToolLimitsRecord(TypedDict, total=False):
    """Limits of the memory tools: characters of a block and of a result, results on a page and of a whole search."""

    block_chars: Positive
    result_chars: Positive
    page_size: Positive
    search_depth: Positive


@with_config(_CONFIG)
class SessionRecord(TypedDict):
    """The header: line 1 of every session file."""

    type: Literal["session"]
    session_id: Identifier
    schema: NotRequired[Literal[1]]
    title: NotRequired[str]
    lesson: NotRequired[str]
    agent: NotRequired[str | None]
    agents: NotRequired[Identifiers]
    tokenizer: NotRequired[str | None]
    budgets: NotRequired[BudgetsRecord]
    system: NotRequired[str]
    source: NotRequired[JsonObject | None]
    blocks: NotRequired[list[BlockRecord]]
    tool_limits: NotRequired[ToolLimitsRecord]


@with_config(_CONFIG)
class CitationRecord(TypedDict, total=False):
    """Where a memory was learned; each part may be unknown."""

    session_id: str | None
    turn_id: str | None
    source_url: str | None


class _MemoryFields(TypedDict):
    memory_id: Identifier
    text: str
    tier: NotRequired[Tier]
    kind: NotRequired[Identifier]
    section: NotRequired[str | None]
    importance: NotRequired[Share]
    created_at: NotRequired[Timestamp | None]
    last_used: NotRequired[Timestamp | None]
    tags: NotRequired[list[str]]
    pinned: NotRequired[bool]
    trust: NotRequired[Trust]
    sensitivity: NotRequired[Identifier]
    citation: NotRequired[CitationRecord | None]
    tokens: NotRequired[Tokens | None]
    agent: NotRequired[str | None]
    readers: NotRequired[Identifiers]
    derived_from: NotRequired[Identifiers]
    supersedes: NotRequired[Identifier | None]
    valid_from: NotRequired[Timestamp | None]
    valid_until: NotRequired[Timestamp | None]
    quarantined: NotRequired[bool]


@with_config(_CONFIG)
class MemoryRecord(_MemoryFields):
    """A memory on a line of its own: it arrived between turns."""

    type: Literal["memory"]


@with_config(_CONFIG)
class RememberedRecord(_MemoryFields):
    """A memory that a turn wrote."""

    type: NotRequired[Literal["memory"]]


@with_config(_CONFIG)
class ToolCallRecord(TypedDict):
    """A recorded tool call."""

    tool: Identifier
    arguments: NotRequired[JsonObject]
    result: NotRequired[object]


@with_config(_CONFIG)
class UsageRecord(TypedDict, total=False):
    """The provider's own counts; keys beside these are kept as they are."""

    input_tokens: Tokens | None


@with_config(_CONFIG)
class TurnRecord(TypedDict):
    """One exchange."""

    type: Literal["turn"]
    turn_id: Identifier
    role: Identifier
    text: str
    at: NotRequired[Timestamp | None]
    tool_calls: NotRequired[list[ToolCallRecord]]
    remember: NotRequired[list[RememberedRecord]]
    used: NotRequired[Identifiers]
    response: NotRequired[str | None]
    tokens: NotRequired[Tokens | None]
    input_tokens: NotRequired[Tokens | None]
    agent: NotRequired[str | None]
    window: NotRequired[Identifiers | None]
    compaction: NotRequired[JsonObject | None]
    usage: NotRequired[UsageRecord | None]


@with_config(_CONFIG)
class ProbeRecord(TypedDict):
    """A question with the ids that answer it. Without `after_turn` it is asked where it stands in the file."""

    type: Literal["probe"]
    probe_id: Identifier
    question: str
    after_turn: NotRequired[Identifier]
    evidence: NotRequired[Identifiers]
    answer: NotRequired[str | None]
    category: NotRequired[str | None]


@with_config(_CONFIG)
class ApprovalRecord(TypedDict):
    """A person released a quarantined or sensitive memory, or refused a memory for good."""

    type: Literal["approval"]
    memory_id: Identifier
    decision: NotRequired[Literal["approved", "refused"]]
    by: NotRequired[str | None]
    at: NotRequired[Timestamp | None]


@with_config(_CONFIG)
class PinRecord(TypedDict):
    """A person pinned a memory to the core, or with `pinned` false let it go again."""

    type: Literal["pin"]
    memory_id: Identifier
    pinned: NotRequired[bool]
    by: NotRequired[str | None]
    at: NotRequired[Timestamp | None]


@with_config(_CONFIG)
class UndoRecord(TypedDict):
    """A person took back what a policy's lifecycle did to a memory."""

    type: Literal["undo"]
    memory_id: Identifier
    by: NotRequired[str | None]
    at: NotRequired[Timestamp | None]


Record = SessionRecord | MemoryRecord | TurnRecord | ProbeRecord | ApprovalRecord | PinRecord | UndoRecord

LINE: TypeAdapter[Record] = TypeAdapter(Annotated[Record, Field(discriminator="type")])
"""Checks one line: `LINE.validate_json(raw)`; raises `pydantic.ValidationError`."""
