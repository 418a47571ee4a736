"""Keeping a session that a command has made: under a name of the user's choice, or among memview's own files."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from memview.model.errors import MemviewError
from memview.model.session import Session
from memview.recent import state_directory


def require_free(target: Path) -> None:
    """Raise MemviewError when there is something at `target`, or no directory to put it into."""
    if os.path.lexists(target):
        raise _taken(target)
    if not target.parent.is_dir():
        raise MemviewError(f"{target}: its directory does not exist; make it or name another file")


def write_new(session: Session, target: Path) -> None:
    """Write a session file that was not there before: whole or not at all, and never over another one.

    Raises MemviewError when `target` exists by now or cannot be written.
    """
    from memview.sessions.writer import write_session

    require_free(target)
    try:
        with tempfile.TemporaryDirectory(prefix=".memview-", dir=target.parent) as directory:
            draft = Path(directory) / target.name
            write_session(session, draft)
            _move(draft, target)
    except FileExistsError:
        raise _taken(target) from None
    except OSError as error:
        raise MemviewError(f"{target}: cannot be written ({error.strerror}); check the directory") from None


def keep(session: Session) -> Path:
    """Write a session into memview's state directory, or a temporary one when that cannot be; returns the file.

    Its name tells its content apart: keeping the same session again changes nothing.
    """
    from memview.sessions.writer import write_session

    with tempfile.TemporaryDirectory(prefix="memview-") as directory:
        draft = Path(directory) / "draft.jsonl"
        write_session(session, draft)
        content = draft.read_bytes()
    name = f"{session.session_id}-{hashlib.sha256(content).hexdigest()[:8]}.jsonl"
    try:
        folder = state_directory() / "demos"
        folder.mkdir(parents=True, exist_ok=True)
        write_session(session, folder / name)
    except (OSError, MemviewError):
        folder = Path(tempfile.mkdtemp(prefix="memview-"))
        write_session(session, folder / name)
    return folder / name


def _move(draft: Path, target: Path) -> None:
    """Give `draft` the name `target`; a link, unlike a rename, fails when somebody else was faster."""
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        require_free(target)
        draft.rename(target)


def _taken(target: Path) -> MemviewError:
    return MemviewError(f"{target}: is there already and is never overwritten; name another file")
