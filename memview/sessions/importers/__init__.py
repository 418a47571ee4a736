"""Foreign formats: one importer a file, and recognising which one a file needs."""

from memview.sessions.importers.base import Head, ImportedSession, Importer
from memview.sessions.importers.detect import (
    FORMATS,
    detect_format,
    import_session,
    importer_named,
    open_session,
    sessions_in,
)

__all__ = [
    "FORMATS",
    "Head",
    "ImportedSession",
    "Importer",
    "detect_format",
    "import_session",
    "importer_named",
    "open_session",
    "sessions_in",
]
