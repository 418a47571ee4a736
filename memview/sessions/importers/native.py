"""The native format as an importer, so that detection treats every file alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from memview.sessions.importers.base import Head, ImportedSession
from memview.sessions.problems import LINE_TYPES, whole_file


class NativeImporter:
    """JSON Lines with a `session` header: memview's own files."""

    name = "native"
    summary = "memview session: JSON Lines with a session header"

    def sniff(self, head: Head) -> bool:
        """The first line is an object with one of our types; a file without its header is ours, too, and broken."""
        first = head.first
        return isinstance(first, dict) and first.get("type") in LINE_TYPES and "uuid" not in first

    def read(self, path: Path, select: str | None = None) -> ImportedSession:
        """Read the file; the reader's warnings become notes. A native file holds one session: `select` is its id."""
        from memview.sessions.reader import read_session  # pydantic is loaded only when a file is really read

        loaded = read_session(path)
        if select is not None and select != loaded.session.session_id:
            raise whole_file(path, f"holds only the session {loaded.session.session_id!r}", "leave the selection out")
        return ImportedSession(loaded.session, loaded.warnings, self.name)

    def read_all(self, path: Path) -> Iterator[ImportedSession]:
        """The one session that the file holds."""
        yield self.read(path)
