"""What a person set while debugging a session: kept in a file of its own in the user's state directory.

One file per session file, named after its path. A file that cannot be read, or that another version wrote, is left as
it is and put aside, whole, before anything is written in its place.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from memview.recent import state_directory

VERSION = 1
MOST = 200
"""Entries of each kind that are kept."""
_MOST_CHARACTERS = 500
_MOST_BYTES = 2_000_000
_MOST_ASIDE = 100

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Place:
    """A turn, and the number of an event in it (from 1), or None for the turn's end. Holds under any policy."""

    turn: int
    event: int | None = None


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A place with a note."""

    place: Place
    note: str = ""


@dataclass(frozen=True, slots=True)
class SavedBreakpoint:
    """The expression, whether it stops, and from which of its hits on."""

    source: str
    enabled: bool = True
    from_hit: int = 1


@dataclass(frozen=True, slots=True)
class DebugState:
    """All of it. `history` are the places jumped from, oldest first."""

    breakpoints: tuple[SavedBreakpoint, ...] = ()
    watches: tuple[str, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    history: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class StateFile:
    """Where the state of a session is kept. `must_move` says that what lies there now is not ours to overwrite."""

    path: Path
    session_path: str
    session_id: str
    must_move: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was kept, where, and what a person has to be told about it ("" for nothing)."""

    state: DebugState
    file: StateFile
    notice: str = field(default="")


class _Unreadable(Exception):  # noqa: N818 - says why, and goes no further than this module
    pass


def load_debug_state(session_path: Path, session_id: str, directory: Path | None = None) -> Loaded:
    """The state kept for the session in `session_path`; an empty one, with a notice, when it cannot be used."""
    resolved = str(session_path.resolve())
    key = hashlib.sha256(resolved.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    file = StateFile((directory or state_directory()) / "debug" / f"{key}.json", resolved, session_id)
    try:
        with file.path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return Loaded(DebugState(), file)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        return Loaded(DebugState(), file, f"Breakpoints and bookmarks are not kept: {file.path}: {reason}")
    try:
        return Loaded(_state(content, file), file)
    except _Unreadable as why:
        notice = f"Saved breakpoints and bookmarks are not used: {file.path.name} {why}. It is kept as it is."
        return Loaded(DebugState(), replace(file, must_move=True), notice)


def save_debug_state(state: DebugState, file: StateFile) -> tuple[StateFile, str]:
    """Write `state`; returns the file for the next time, and what a person has to be told ("" for nothing).

    Whoever reads meanwhile, or after a crash, finds the old state or the new one. Of two programs the later one wins.
    """
    try:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        notice = ""
        if file.must_move and file.path.exists():
            aside = _free_name(file.path)
            file.path.rename(aside)
            notice = f"What was saved before is kept in {aside}"
        _write(file.path, _text(state, file))
    except OSError as error:
        return file, f"Breakpoints and bookmarks cannot be kept: {file.path}: {error.strerror or error}"
    return replace(file, must_move=False), notice


def _text(state: DebugState, file: StateFile) -> str:
    head = {"memview_debug": VERSION, "session_path": file.session_path, "session_id": file.session_id}
    return json.dumps({**head, **asdict(state)}, ensure_ascii=True, indent=1)


def _write(target: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".debug-", text=True)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(target)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _free_name(path: Path) -> Path:
    """`name.json.bak`, or with a number behind it where that is taken: nothing put aside is ever overwritten."""
    first = path.with_name(f"{path.name}.bak")
    names = (first, *(path.with_name(f"{path.name}.bak{number}") for number in range(2, _MOST_ASIDE)))
    for name in names:
        if not name.exists():
            return name
    raise OSError(None, f"{_MOST_ASIDE} files like {first.name} are kept already; remove some")


def _state(content: bytes, file: StateFile) -> DebugState:
    if len(content) > _MOST_BYTES:
        raise _Unreadable("is too large to be one of memview's")
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        raise _Unreadable("is damaged") from None
    if not isinstance(read, dict) or "memview_debug" not in read:
        raise _Unreadable("is not one of memview's")
    version = read["memview_debug"]
    if isinstance(version, bool) or version != VERSION:
        raise _Unreadable(f"is of version {str(version)[:20]!r}, this memview reads {VERSION}")
    if read.get("session_path") != file.session_path:
        raise _Unreadable("belongs to another file")
    if read.get("session_id") != file.session_id:
        raise _Unreadable("belongs to the session that was in this file before")
    return DebugState(
        _entries(read, "breakpoints", _breakpoint),
        _entries(read, "watches", _expression),
        _entries(read, "bookmarks", _bookmark),
        _entries(read, "history", _place),
    )


def _entries(read: Mapping[str, object], name: str, entry_of: Callable[[object], Entry]) -> tuple[Entry, ...]:
    entries = read.get(name, [])
    if not isinstance(entries, list):
        raise _Unreadable("is damaged")
    return tuple(entry_of(entry) for entry in entries[:MOST])


def _expression(entry: object) -> str:
    if not isinstance(entry, str) or len(entry) > _MOST_CHARACTERS:
        raise _Unreadable("is damaged")
    return entry


def _fields(entry: object) -> Mapping[str, object]:
    if not isinstance(entry, dict):
        raise _Unreadable("is damaged")
    return entry


def _breakpoint(entry: object) -> SavedBreakpoint:
    fields = _fields(entry)
    enabled = fields.get("enabled", True)
    if not isinstance(enabled, bool):
        raise _Unreadable("is damaged")
    return SavedBreakpoint(_expression(fields.get("source")), enabled, max(1, _count(fields.get("from_hit", 1))))


def _bookmark(entry: object) -> Bookmark:
    fields = _fields(entry)
    return Bookmark(_place(fields.get("place")), _expression(fields.get("note", "")))


def _place(entry: object) -> Place:
    fields = _fields(entry)
    event = fields.get("event")
    return Place(_count(fields.get("turn")), None if event is None else max(1, _count(event)))


def _count(number: object) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**53:
        raise _Unreadable("is damaged")
    return number
