"""The sessions that a person names: files of any format, directories of them, samples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from memview.model.errors import SessionFileError
from memview.model.session import Session
from memview.sessions.catalogue import find_session
from memview.sessions.importers import sessions_in
from memview.sessions.problems import quoted

_SUFFIXES = (".jsonl", ".json")


def sessions_of(
    names: Iterable[str], on_problem: Callable[[str], None], leave_out: Path | None = None
) -> Iterator[tuple[Session, tuple[str, ...]]]:
    """Every session of each name, in order, with the notes of its import: all conversations of a file.

    A name is a file, a sample, or a directory, which stands for the session files in it (and not below it). What
    cannot be read is told to `on_problem` in one line, and the next one is read; a file that is named twice is read
    once. `leave_out` is a file that is no session although it may lie among them.
    """
    seen = set() if leave_out is None else {leave_out.resolve()}
    for name in names:
        try:
            paths = _paths(name)
        except SessionFileError as error:
            on_problem(str(error))
            continue
        for path in paths:
            resolved = path.resolve()
            if resolved in seen:
                continue
            seen.add(resolved)
            try:
                for imported in sessions_in(path):
                    yield imported.session, imported.notes
            except SessionFileError as error:
                on_problem(str(error))


def _paths(name: str) -> list[Path]:
    try:
        return [find_session(name)]
    except SessionFileError:
        directory = _directory(name)
        if directory is None:
            raise
    try:
        found = sorted(path for path in directory.iterdir() if _is_session_file(path))
    except OSError as error:
        raise SessionFileError(f"{quoted(name)} cannot be listed ({error.strerror}); check its permissions") from None
    if not found:
        raise SessionFileError(f"{quoted(name)} is a directory without session files ({', '.join(_SUFFIXES)})")
    return found


def _directory(name: str) -> Path | None:
    try:
        path = Path(name).expanduser()
        return path if name and path.is_dir() else None
    except (OSError, RuntimeError, ValueError):  # a name that no file can have
        return None


def _is_session_file(path: Path) -> bool:
    return path.is_file() and path.name.lower().removesuffix(".gz").endswith(_SUFFIXES) and path.name[0] != "."
