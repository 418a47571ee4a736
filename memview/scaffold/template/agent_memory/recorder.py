"""A recording of a session that memview replays: `memview session.jsonl`.

One JSON object a line: the header, the memories that were there, then turns and approvals as they
happen. Each line is flushed when it is complete; a crash loses the turn that was going on.
Credentials are masked before they are written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, cast

from .guard import mask_secrets
from .main_context import MainContext
from .records import Memory
from .tools import PAGE_SIZE, RESULT_LIMIT


def header_of(context: MainContext, session_id: str, title: str) -> dict[str, object]:
    """The first line of a session file: budgets in tokens, blocks and limits of the tools in characters."""
    budgets = {
        "window": context.limit,
        "core": sum(block.limit // 4 + 1 for block in context.core),
        "retrieval": context.message_limit,
        "reserve": context.reserve,
    }
    blocks = [
        {"label": block.label, "limit": block.limit, "description": block.description, "read_only": block.read_only}
        for block in context.core
    ]
    return {
        "session_id": session_id,
        "title": title,
        "budgets": budgets,
        "system": context.instructions,
        "blocks": blocks,
        "tool_limits": {"result_chars": RESULT_LIMIT, "page_size": PAGE_SIZE},
    }


class Recorder(Protocol):
    """What the memory tells of a session while it goes on."""

    def start(self, header: Mapping[str, object], known: Iterable[Memory]) -> None:
        """The session begins with these budgets and with what is known already."""

    def turn(self, turn: Mapping[str, object], remembered: Iterable[Memory]) -> None:
        """A turn is over, and wrote these memories."""

    def approval(self, memory_id: str, by: str, at: str) -> None:
        """A person released a memory that was held back."""


class NoRecorder:
    """For an agent that is not recorded."""

    def start(self, header: Mapping[str, object], known: Iterable[Memory]) -> None:
        """Nothing is kept."""

    def turn(self, turn: Mapping[str, object], remembered: Iterable[Memory]) -> None:
        """Nothing is kept."""

    def approval(self, memory_id: str, by: str, at: str) -> None:
        """Nothing is kept."""


class SessionRecorder:
    """Writes a session file. Raises FileExistsError when there is one: a recording is not overwritten.

    `mask` is applied to every text; give `str` to record texts as they are.
    """

    def __init__(self, path: str | Path, mask: Callable[[str], str] = mask_secrets) -> None:
        self._file = Path(path).expanduser().open("x", encoding="utf-8", errors="replace", newline="\n")
        self._mask = mask
        self._written: set[str] = set()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def start(self, header: Mapping[str, object], known: Iterable[Memory]) -> None:
        """Write the header and what is known already, with the approvals that still hold."""
        self._write({"type": "session", "schema": 1, **header})
        approved = []
        for memory in known:
            self._write({"type": "memory", **self._memory(memory)})
            if memory.approved_by is not None:
                approved.append((memory.memory_id, memory.approved_by))
        for memory_id, by in approved:
            self._write({"type": "approval", "memory_id": memory_id, "by": by})

    def turn(self, turn: Mapping[str, object], remembered: Iterable[Memory]) -> None:
        """Write a turn with the memories it wrote."""
        self._written.add(str(turn["turn_id"]))
        record: dict[str, object] = {"type": "turn", **turn}
        memories = [self._memory(memory) for memory in remembered]
        if memories:
            record["remember"] = memories
        if "used" in record:
            used = cast("Iterable[str]", turn["used"])
            record["used"] = [name for name in used if name in self._written]
        self._write(record)

    def approval(self, memory_id: str, by: str, at: str) -> None:
        """Write an approval."""
        self._write({"type": "approval", "memory_id": memory_id, "by": by, "at": at})

    def _memory(self, memory: Memory) -> dict[str, object]:
        """The record of a memory; ids that this file does not hold are left out of it."""
        record: dict[str, object] = {
            "memory_id": memory.memory_id,
            "tier": memory.tier,
            "kind": memory.kind,
            "text": memory.text,
            "trust": memory.trust,
        }
        optional: dict[str, object] = {
            "section": memory.section,
            "pinned": memory.kind == "rule",
            "sensitivity": "" if memory.sensitivity == "normal" else memory.sensitivity,
            "quarantined": memory.quarantined,
            "created_at": memory.created_at,
            "citation": memory.citation.as_dict(),
            "derived_from": [name for name in memory.derived_from if name in self._written],
            "supersedes": memory.supersedes if memory.supersedes in self._written else None,
        }
        self._written.add(memory.memory_id)
        return record | {name: value for name, value in optional.items() if value}

    def _write(self, record: Mapping[str, object]) -> None:
        self._file.write(json.dumps(self._masked(record), ensure_ascii=False) + "\n")
        self._file.flush()

    def _masked(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._mask(value)
        if isinstance(value, Mapping):
            return {name: self._masked(part) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [self._masked(part) for part in value]
        return value
