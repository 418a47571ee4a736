"""A call of a memory tool, once its arguments are checked: which tool it is and what it is asked to do."""

from __future__ import annotations

from dataclasses import dataclass

_FAMILY = ("archival_memory", "conversation_search", "core_memory", "memory_")
_NO_EDIT = "memory_finish_edits"
"""How Letta's sleep-time agent says that it is done."""

_SHOWN = 60
_LOOKED_AT = 2000
"""Characters of a text that are looked at: a secret across the cut is still found whole."""


def is_memory_tool(name: str) -> bool:
    """Whether a tool of this name belongs to the memory's own family; it need not be one that exists."""
    return name.startswith(_FAMILY) and name != _NO_EDIT


@dataclass(frozen=True, slots=True)
class Append:
    """Add `text` as a new line at the end of a block."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Insert:
    """Add `text` before line `line` of a block, counted from 0; -1 is its end."""

    label: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Replace:
    """Put `new` in the place of `old`; with `unique`, `old` may occur once only."""

    label: str
    old: str
    new: str
    unique: bool


@dataclass(frozen=True, slots=True)
class Rethink:
    """Replace all that a block holds."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ArchivalInsert:
    """Store `text` in the archive."""

    text: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArchivalSearch:
    """Ask the archive; `top_k` is how many results a page has, None for the default.

    With `tags` only what has one of them, or `has_all`; written from `start` to `end` (ISO), where they are given.
    """

    query: str
    top_k: int | None
    page: int
    tags: tuple[str, ...] = ()
    has_all: bool = False
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True)
class RecallSearch:
    """Ask the conversation: messages that hold `query` (any, when it is empty), said from `start` to `end` (ISO).

    `roles` are those who may have said it; none given: user and assistant.
    """

    query: str
    page: int
    start: str | None = None
    end: str | None = None
    count: int | None = None
    roles: tuple[str, ...] = ()


CoreEdit = Append | Insert | Replace | Rethink
Search = ArchivalSearch | RecallSearch
Call = CoreEdit | ArchivalInsert | Search


class Refusal(Exception):  # noqa: N818 - the agent sees it as a result
    """Why a call does nothing. `str(refusal)` is what the agent reads."""


def clipped(text: str) -> str:
    """`text` short enough to be quoted, and without credentials and personal data: the log is for everybody."""
    # Loaded only where there is something to quote.
    from memview.guard.sensitive import mask

    text = mask(text[:_LOOKED_AT])
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
