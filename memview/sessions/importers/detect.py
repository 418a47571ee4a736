"""Which format a file has, and importing it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from memview.model.errors import SessionFileError
from memview.sessions.importers.base import ImportedSession, Importer, read_head
from memview.sessions.importers.locomo import LocomoImporter
from memview.sessions.importers.longmemeval import LongMemEvalImporter
from memview.sessions.importers.native import NativeImporter
from memview.sessions.importers.openai_messages import OpenAIMessagesImporter
from memview.sessions.problems import nearest, quoted, whole_file

FORMATS: tuple[Importer, ...] = (NativeImporter(), LocomoImporter(), LongMemEvalImporter(), OpenAIMessagesImporter())
"""Every format, the more particular before the more general: the first that recognises a file has it."""


def importer_named(name: str) -> Importer:
    """The importer of a format, by its name in any case. Raises SessionFileError with the names there are."""
    for importer in FORMATS:
        if importer.name == name.casefold().strip():
            return importer
    names = [importer.name for importer in FORMATS]
    raise SessionFileError(f"unknown format {quoted(name)}; {nearest(name, names) or 'use one of ' + ', '.join(names)}")


def detect_format(path: str | os.PathLike[str]) -> str:
    """The name of the format of a file, from its first 64 KB. Raises SessionFileError when none recognises it."""
    return _detected(Path(path)).name


def import_session(
    path: str | os.PathLike[str],
    format: str | None = None,  # noqa: A002 - the word of the command line
    *,
    select: str | None = None,
) -> ImportedSession:
    """Import a file of a named format, or of the one it looks like; `select` names one of several conversations."""
    file = Path(path)
    importer = _detected(file) if format is None else importer_named(format)
    return importer.read(file, select)


def open_session(path: str | os.PathLike[str]) -> ImportedSession:
    """What `memview FILE` opens: a native session or any foreign format, recognised by its content."""
    return import_session(path)


def sessions_in(path: str | os.PathLike[str]) -> Iterator[ImportedSession]:
    """Every session of a file, in its order: all conversations of a benchmark, the one of any other file.

    They are read one by one where the format allows it. Raises SessionFileError, perhaps after the first ones.
    """
    file = Path(path)
    yield from _detected(file).read_all(file)


def _detected(path: Path) -> Importer:
    head = read_head(path)
    if not head.text.strip():
        raise whole_file(path, "is empty", "name a session file")
    for importer in FORMATS:
        if importer.sniff(head):
            return importer
    names = ", ".join(importer.name for importer in FORMATS)
    raise whole_file(path, "is of no known format", f"name the format if it is one of {names}")
