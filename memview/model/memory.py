"""A memory: one record an agent keeps, with what is known about where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NO_EXTRA: Mapping[str, object] = MappingProxyType({})


def no_extra() -> Mapping[str, object]:
    """The one empty mapping that records without unknown keys share."""
    return NO_EXTRA


MEMORY_KINDS = ("fact", "preference", "rule", "task", "episode", "message", "summary")
MEMORY_TIERS = ("core", "window", "recall", "archive", "summary", "shared")
SENSITIVITY_NORMAL = "normal"

TRUST_CLASSES = ("document", "tool_external", "tool_internal", "model", "user")
"""Provenance classes, least trusted first (OWASP ASI06; `design/guard.md`)."""

UNTRUSTED_CLASSES = frozenset({"document", "tool_external"})
"""Classes whose text may be shown as data only: fenced, cited, never resident in the core."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a memory was learned: a session, a turn of it, a web address; each may be unknown."""

    session_id: str | None = None
    turn_id: str | None = None
    source_url: str | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.session_id or self.turn_id or self.source_url)


@dataclass(frozen=True, slots=True)
class Memory:
    """One record. `importance` is 0..1; `tokens` the recorded count, or None when the session has none.

    Timestamps are ISO 8601 strings as recorded (the engine counts turns and reads no clock). `derived_from` lists the
    records this one stands for, `supersedes` the one it replaces.
    """

    memory_id: str
    text: str
    tier: str = "archive"
    kind: str = "fact"
    section: str | None = None
    importance: float = 0.5
    created_at: str | None = None
    last_used: str | None = None
    tags: tuple[str, ...] = ()
    pinned: bool = False
    trust: str = "user"
    sensitivity: str = SENSITIVITY_NORMAL
    citation: Citation = Citation()
    tokens: int | None = None
    agent: str | None = None
    readers: tuple[str, ...] = ()
    derived_from: tuple[str, ...] = ()
    supersedes: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    quarantined: bool = False
    extra: Mapping[str, object] = field(default_factory=no_extra, compare=False)

    @property
    def is_sensitive(self) -> bool:
        return self.sensitivity != SENSITIVITY_NORMAL
