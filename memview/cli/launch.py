"""Opening the inspector. Imports no click: the shortest way from `memview SESSION` to the first frame."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from memview.model.errors import MemviewError

COMMANDS = {
    "blocks": "blocks",
    "compare": "compare",
    "curve": "curve",
    "demo": "demo",
    "evaluate": "evaluate",
    "explain": "explain",
    "export": "export",
    "fork": "fork",
    "formats": "catalogues",
    "import": "files",
    "lesson": "lesson",
    "open": "open",
    "policies": "catalogues",
    "replay": "replay",
    "run": "run",
    "scaffold": "scaffold",
    "scan": "scan",
    "serve": "serve",
    "sessions": "catalogues",
    "simulate": "simulate",
    "themes": "catalogues",
    "tokenizer": "tokenizer",
    "validate": "files",
}
"""Each command and the module of `memview.cli` that holds it: a module is imported when its command is called."""


_WEB_DRIVER = "web_driver"


def is_on_terminal() -> bool:
    """Whether a person sits at both ends: at a terminal, or at a browser that Textual's web driver talks to."""
    return _WEB_DRIVER in os.environ.get("TEXTUAL_DRIVER", "") or (sys.stdin.isatty() and sys.stdout.isatty())


def open_inspector(session: str | None, policies: Sequence[str], budget: int | None, theme: str | None) -> int:
    """Run the inspector on `session` (None: the picker) until it is left; returns its exit status.

    Raises MemviewError for a session that does not exist and for settings that cannot be read.
    """
    from memview.sessions.catalogue import find_session
    from memview.settings import load_settings
    from memview.tui.app import MemviewApp

    path = None if session is None else find_session(session)
    app = MemviewApp(path, policies, budget, theme, load_settings())
    app.run()
    return app.return_code or 0


def open_at_once(arguments: Sequence[str]) -> int | None:
    """The exit status of `memview` and `memview SESSION` on a terminal; None for anything that has to be parsed.

    A session that cannot be opened is left to the command line, too, which says what is wrong.
    """
    if len(arguments) > 1 or not is_on_terminal():
        return None
    session = arguments[0] if arguments else None
    if session is not None and (session in COMMANDS or session.startswith("-") or not session):
        return None
    try:
        return open_inspector(session, (), None, None)
    except MemviewError:
        return None
