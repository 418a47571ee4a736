"""memview: a terminal inspector and time-travel debugger for LLM-agent memory.

session = memview.load("sample_sessions/session_01.jsonl")
replay = memview.replay(session, policy="lru", core_budget=600)
replay.frame(12).core; replay.events; replay.metrics; replay.digest
memview.compare(session, ["lru", "lfu"]).first_divergence
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memview.model.session import Session

__version__ = "0.1.0"
__all__ = ["__version__", "compare", "load", "replay"]


def load(path: str | Path) -> Session:
    """The session in a file: our own format, or any foreign one that is recognised; or a sample by its name.

    Raises SessionFileError for a file that cannot be read.
    """
    from memview.sessions.catalogue import find_session
    from memview.sessions.importers import open_session

    return open_session(find_session(str(path))).session


def __getattr__(name: str) -> object:
    # The room `memview.replay` is loaded when it is first asked for: `import memview` alone stays cheap.
    if name == "replay":
        return import_module("memview.replay")
    if name == "compare":
        return import_module("memview.replay.compare").compare
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
