"""The sample sessions that come with memview, and finding a session by path or by name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import memview
from memview.model.errors import SessionFileError
from memview.sessions.lines import numbered_lines
from memview.sessions.problems import nearest, quoted

_SUFFIX = re.compile(r"\.jsonl(\.gz)?$", re.IGNORECASE)
_TYPE = re.compile(rb'\s*\{\s*"type"\s*:\s*"(\w+)"')


@dataclass(frozen=True, slots=True)
class SampleInfo:
    """A shipped sample: its id, title, the one sentence it teaches and its number of turns."""

    session_id: str
    title: str
    lesson: str
    turns: int
    path: Path


def sample_directory() -> Path:
    """Where the samples are: inside an installed package, else beside it in a checkout. It may be missing."""
    package = Path(memview.__file__).resolve().parent
    shipped = package / "_shipped" / "sample_sessions"
    return shipped if shipped.is_dir() else package.parent / "sample_sessions"


def list_samples() -> list[SampleInfo]:
    """The samples in the order of their names; empty when there are none. Raises SessionFileError for a broken one."""
    return [_sample_info(path) for path in _sample_paths()]


def find_session(name_or_path: str) -> Path:
    """The file that a person means: an existing path, else a sample by id, with or without `.jsonl`, in any case.

    `~` is a home directory. Raises SessionFileError with the nearest sample names when there is no such session.
    """
    path = _expanded(name_or_path)
    if path is not None and _is_there(path) and not path.is_dir():
        return path
    samples = {_SUFFIX.sub("", sample.name): sample for sample in _sample_paths()}
    wanted = _SUFFIX.sub("", name_or_path).casefold()
    for sample_id, sample in samples.items():
        if sample_id.casefold() == wanted:
            return sample
    if path is not None and name_or_path and _is_there(path):
        raise SessionFileError(f"{quoted(name_or_path)} is a directory; name a session file in it")
    mend = nearest(wanted, samples) or "give a path, or a name that `memview sessions` lists"
    raise SessionFileError(f"no session {quoted(name_or_path)}; {mend}")


def _sample_paths() -> list[Path]:
    directory = sample_directory()
    if not directory.is_dir():
        return []
    return sorted(path for path in directory.iterdir() if _SUFFIX.search(path.name))


def _sample_info(path: Path) -> SampleInfo:
    header: dict[str, object] = {}
    turns = 0
    for number, raw in numbered_lines(path):
        if raw is None:
            break
        if number == 1:
            header = _header(path, raw)
        elif _line_type(raw) == b"turn":
            turns += 1
    session_id = header.get("session_id", _SUFFIX.sub("", path.name))
    return SampleInfo(str(session_id), str(header.get("title", "")), str(header.get("lesson", "")), turns, path)


def _header(path: Path, raw: bytes) -> dict[str, object]:
    try:
        header = json.loads(raw)
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise SessionFileError(f"{path}:1: session: not a session header; check it with `memview validate`")
    return header


def _line_type(raw: bytes) -> bytes | None:
    """The type of a line: read off its start, where our writer puts it, else parsed."""
    start = _TYPE.match(raw)
    if start:
        return start[1]
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return str(line.get("type")).encode() if isinstance(line, dict) else None


def _expanded(name: str) -> Path | None:
    try:
        return Path(name).expanduser()
    except RuntimeError:
        return None


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
