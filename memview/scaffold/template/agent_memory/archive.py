"""What is kept outside the prompt: every memory, and every message ever exchanged (recall).

One SQLite file holds both. Nothing is deleted from it: what is replaced stays, marked with what
replaced it, so that a recording of an old session can still be explained.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .records import Citation, Memory, Message
from .search import Index, open_index

_SCHEMA = """
CREATE TABLE IF NOT EXISTS memories (
    number INTEGER PRIMARY KEY,
    memory_id TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    tier TEXT NOT NULL,
    section TEXT,
    kind TEXT NOT NULL,
    trust TEXT NOT NULL,
    sensitivity TEXT NOT NULL,
    quarantined INTEGER NOT NULL,
    approved_by TEXT,
    session_id TEXT,
    turn_id TEXT,
    source_url TEXT,
    created_at TEXT,
    derived_from TEXT NOT NULL,
    supersedes TEXT
);
CREATE TABLE IF NOT EXISTS messages (
    number INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    trust TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS replaced ON memories (supersedes);
"""
_COLUMNS = (
    "memory_id, text, tier, section, kind, trust, sensitivity, quarantined, approved_by, "
    "session_id, turn_id, source_url, created_at, derived_from, supersedes"
)
_VALID = "memory_id NOT IN (SELECT supersedes FROM memories WHERE supersedes IS NOT NULL)"
_FINDABLE = "tier = 'archive' AND (approved_by IS NOT NULL OR (NOT quarantined AND sensitivity = 'normal'))"


@dataclass(frozen=True, slots=True)
class Hit:
    """A memory that a search found, with its BM25 score: the higher, the better."""

    memory: Memory
    score: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search in past conversation, the newest first; pages are numbered 0 to `last`."""

    messages: tuple[tuple[str, Message], ...]
    last: int
    total: int


class Archive:
    """The store under both tiers. One process and one thread write to it.

    `path` is a file, or `:memory:` for an archive that lasts as long as the object. Raises
    sqlite3.DatabaseError when the file is no SQLite database.
    """

    def __init__(self, path: str | Path = ":memory:", index: Index | None = None) -> None:
        where = path if str(path) == ":memory:" else Path(path).expanduser()
        self._connection = sqlite3.connect(where)
        self._connection.executescript(_SCHEMA)
        self._index = open_index(self._connection) if index is None else index
        for memory in self.memories():
            self._make_findable(memory)

    def close(self) -> None:
        """Give the file back; the archive cannot be used any more."""
        self._connection.close()

    def new_id(self, prefix: str) -> str:
        """The next free id `PREFIX-00001`: ids are never used twice, over all sessions."""
        (count,) = self._connection.execute(
            "SELECT count(*) FROM memories WHERE memory_id GLOB ?", (f"{prefix}-*",)
        ).fetchone()
        return f"{prefix}-{count + 1:05d}"

    def add(self, memory: Memory) -> None:
        """Keep a memory; what it supersedes is not found any more.

        Raises sqlite3.IntegrityError when its id is taken.
        """
        citation = memory.citation
        values = (
            memory.memory_id, memory.text, memory.tier, memory.section, memory.kind, memory.trust,
            memory.sensitivity, memory.quarantined, memory.approved_by, citation.session_id,
            citation.turn_id, citation.source_url, memory.created_at,
            json.dumps(memory.derived_from), memory.supersedes,
        )  # fmt: skip
        marks = ", ".join("?" * len(values))
        with self._connection:
            self._connection.execute(f"INSERT INTO memories ({_COLUMNS}) VALUES ({marks})", values)
        self._make_findable(memory)
        if memory.supersedes is not None:
            self._index.remove(memory.supersedes)

    def get(self, memory_id: str) -> Memory | None:
        """The memory of that id, valid or not; None when there is none."""
        return next(self._select("memory_id = ?", memory_id), None)

    def memories(self) -> Iterator[Memory]:
        """Every memory that nothing has replaced, the oldest first."""
        return self._select(_VALID)

    def has_section(self, label: str) -> bool:
        """Whether a core block of that label was ever written."""
        return next(self._select("tier = 'core' AND section = ?", label), None) is not None

    def held_back(self) -> list[Memory]:
        """What waits for a person's approval, the oldest first."""
        return [memory for memory in self.memories() if memory.held_back]

    def same_text(self, text: str) -> Memory | None:
        """The newest archived memory with exactly this text; None when there is none."""
        return next(self._select(f"{_VALID} AND tier = 'archive' AND text = ?", text), None)

    def approve(self, memory_id: str, by: str) -> Memory:
        """Release a memory that is held back. Raises KeyError for an unknown or replaced one."""
        memory = next(self._select(f"{_VALID} AND memory_id = ?", memory_id), None)
        if memory is None:
            raise KeyError(memory_id)
        with self._connection:
            self._connection.execute("UPDATE memories SET approved_by = ? WHERE memory_id = ?", (by, memory_id))
        released = replace(memory, approved_by=by)
        self._make_findable(released)
        return released

    def search(self, query: str, count: int) -> list[Hit]:
        """Up to `count` archived memories, the best first; nothing that is held back or replaced."""
        found = []
        for memory_id, score in self._index.search(query, count):
            memory = self.get(memory_id)
            if memory is not None:
                found.append(Hit(memory, score))
        return found

    def counts(self) -> tuple[int, int]:
        """How many memories a search can find, and how many messages are in recall."""
        (archived,) = self._connection.execute(
            f"SELECT count(*) FROM memories WHERE {_FINDABLE} AND {_VALID}"
        ).fetchone()
        (messages,) = self._connection.execute("SELECT count(*) FROM messages").fetchone()
        return int(archived), int(messages)

    def add_message(self, session_id: str, message: Message) -> None:
        """Keep a message in recall."""
        values = (
            session_id, message.message_id, message.turn_id, message.role, message.text,
            message.trust, message.at,
        )  # fmt: skip
        with self._connection:
            self._connection.execute(
                "INSERT INTO messages (session_id, message_id, turn_id, role, text, trust, at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                values,
            )

    def search_messages(self, query: str, page: int, size: int, but: tuple[str, str]) -> Page:
        """One page of the messages that hold `query`, in any case, with their session ids.

        `but` is the session and turn to leave out: the one that asks would find its own question.
        """
        wanted = query.casefold()
        rows = self._connection.execute(
            "SELECT session_id, message_id, turn_id, role, text, trust, at FROM messages "
            "WHERE NOT (session_id = ? AND turn_id = ?) ORDER BY number DESC",
            but,
        )
        found = [(str(session_id), Message(*rest)) for session_id, *rest in rows if wanted in rest[3].casefold()]
        start = page * size
        return Page(tuple(found[start : start + size]), max(0, len(found) - 1) // size, len(found))

    def _make_findable(self, memory: Memory) -> None:
        if memory.tier == "archive" and not memory.held_back:
            self._index.add(memory.memory_id, memory.text)

    def _select(self, condition: str, *values: str) -> Iterator[Memory]:
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM memories WHERE {condition} ORDER BY number", values
        ).fetchall()
        return map(_memory_of, rows)


def _memory_of(row: tuple[Any, ...]) -> Memory:
    *plain, session_id, turn_id, source_url, created_at, derived_from, supersedes = row
    memory_id, text, tier, section, kind, trust, sensitivity, quarantined, approved_by = plain
    return Memory(
        memory_id, text, tier, section, kind, trust, sensitivity, bool(quarantined), approved_by,
        Citation(session_id, turn_id, source_url), created_at, tuple(json.loads(derived_from)),
        supersedes,
    )  # fmt: skip
