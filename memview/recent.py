"""The sessions opened last: a short list in the user's state directory, safe against torn and foreign content."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

STATE_VARIABLE = "MEMVIEW_STATE"
"""Environment variable that names another state directory."""

LIMIT = 12
TITLE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class RecentFile:
    """A session file opened before: absolute path, the title and number of turns it had then (None: not known)."""

    path: str
    title: str = ""
    turns: int | None = None

    @property
    def exists(self) -> bool:
        try:
            return Path(self.path).is_file()
        except (OSError, ValueError):
            return False


def state_directory(environ: Mapping[str, str] = os.environ) -> Path:
    named = environ.get(STATE_VARIABLE)
    if named:
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_state_path("memview", appauthor=False)


def recent_files(directory: Path | None = None) -> list[RecentFile]:
    """The files opened last, newest first. A missing, torn or foreign list reads as far as it makes sense."""
    try:
        content = json.loads(_list_path(directory).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    if not isinstance(content, list):
        return []
    return [recent for entry in content[:LIMIT] if (recent := _entry(entry)) is not None]


def remember_file(path: Path, title: str, turns: int | None, directory: Path | None = None) -> None:
    """Puts a file on top of the list. Nothing is kept when the state directory cannot be written."""
    opened = RecentFile(str(path.resolve()), title[:TITLE_LIMIT], turns)
    others = [recent for recent in recent_files(directory) if recent.path != opened.path]
    _write([opened, *others][:LIMIT], directory)


def forget_file(path: str, directory: Path | None = None) -> None:
    """Takes a file off the list; the file itself is not touched."""
    _write([recent for recent in recent_files(directory) if recent.path != path], directory)


def _entry(entry: object) -> RecentFile | None:
    if not isinstance(entry, dict):
        return None
    path, title, turns = entry.get("path"), entry.get("title", ""), entry.get("turns")
    if not isinstance(path, str) or not path or not isinstance(title, str):
        return None
    is_count = isinstance(turns, int) and not isinstance(turns, bool) and turns >= 0
    return RecentFile(path, title[:TITLE_LIMIT], turns if is_count else None)


def _list_path(directory: Path | None) -> Path:
    return (directory or state_directory()) / "recent.json"


def _write(entries: list[RecentFile], directory: Path | None) -> None:
    target = _list_path(directory)
    text = json.dumps([asdict(entry) for entry in entries], ensure_ascii=True, indent=1)
    with contextlib.suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        # A crash between these two steps leaves the old list whole: the rename replaces it in one step.
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".recent-", text=True)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
            Path(temporary).replace(target)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
