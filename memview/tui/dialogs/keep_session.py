"""Keeping a what-if: the name of a new session file. Nothing that exists is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from textual.widget import Widget
from textual.widgets import Input, Static

from memview.model.display import printable
from memview.tui.dialogs.dialog import Dialog

_ENDINGS = (".jsonl", ".jsonl.gz")


def free_name(session: Path, directory: Path) -> str:
    """A name in `directory` that is not taken, after that of the session file."""
    stem = session.name.partition(".")[0] or "session"
    name = f"{stem}-what-if.jsonl"
    number = 2
    while (directory / name).exists():
        name = f"{stem}-what-if-{number}.jsonl"
        number += 1
    return name


def complaint_about(text: str, directory: Path) -> str:
    """Why no session can be written to `text`, or "" when one can."""
    if not text.strip():
        return "write a file name"
    if not text.isprintable():
        return "that is no path"
    try:
        path = directory / Path(text.strip()).expanduser()
        if not path.name.endswith(_ENDINGS):
            return f"end the name in {' or '.join(_ENDINGS)}"
        if path.exists() or path.is_symlink():
            return f"{path} exists already; choose another name"
        return "" if path.parent.is_dir() else f"there is no directory {path.parent}"
    except (OSError, ValueError, RuntimeError):
        return "that is no path"


class KeepSessionDialog(Dialog[Path]):
    """Answers with the path of a file that does not exist yet. Relative paths begin in the current directory."""

    DEFAULT_CSS = """
    KeepSessionDialog .note { height: auto; }
    """
    QUESTION = "Keep the what-if"
    HINTS = (("enter", "write the file", "confirm"), ("esc", "cancel", "cancel"))

    def __init__(self, session: Path, what_if: str) -> None:
        super().__init__()
        self._session = session
        self._what_if = what_if
        self._directory = Path.cwd()

    def body(self) -> Iterable[Widget]:
        yield Static("Write the session, with what was decided, to", classes="label")
        yield Input(free_name(self._session, self._directory), select_on_focus=False)
        words = f"{self._what_if[:1].upper()}{self._what_if[1:]}. The recording itself stays as it is."
        yield Static(printable(words), classes="note", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_input_changed(self) -> None:
        self.complain("")

    def on_input_submitted(self) -> None:
        self.action_confirm()

    def action_confirm(self) -> None:
        text = self.query_one(Input).value
        complaint = complaint_about(text, self._directory)
        if complaint:
            self.complain(complaint)
        else:
            self.dismiss(self._directory / Path(text.strip()).expanduser())
