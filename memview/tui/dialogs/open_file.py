"""Opening a file: a path is typed, and the files that it could mean are listed below."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from memview.model.display import printable
from memview.tui.dialogs.dialog import Dialog
from memview.tui.lines import BLANK, Line, left, right
from memview.tui.widgets.row_list import RowList

_LOOKED_AT = 2000
"""Entries of a directory that are looked at: a listing must not hold up a key press."""
_SIZE = 9


@dataclass(frozen=True, slots=True)
class Found:
    """An entry of a directory. `size` is in bytes; None for a directory."""

    name: str
    size: int | None

    @property
    def is_directory(self) -> bool:
        return self.size is None


def matching_files(text: str, start: Path) -> tuple[Path, list[Found]]:
    """The directory that `text` is in, seen from `start`, and its entries that begin as `text` ends, directories first.

    Hidden files are left out unless the text begins with a dot. A directory that cannot be read has no entries.
    """
    directory, beginning = _split(text, start)
    found: list[Found] = []
    try:
        with os.scandir(directory) as scan:
            for entry in islice(scan, _LOOKED_AT):
                if not entry.name.casefold().startswith(beginning.casefold()):
                    continue
                if entry.name.startswith(".") and not beginning.startswith("."):
                    continue
                found.append(Found(entry.name, None if entry.is_dir() else entry.stat().st_size))
    except (OSError, ValueError):
        return directory, found
    return directory, sorted(found, key=lambda item: (not item.is_directory, item.name.casefold(), item.name))


def complaint_about(text: str, start: Path) -> str:
    """Why `text` cannot be opened, or "" when it names a file."""
    try:
        path = _absolute(text, start)
        if path.is_dir():
            return f"{path} is a directory; choose a file in it"
        return "" if path.exists() else f"there is no file {path}; the list shows what begins like it"
    except (OSError, ValueError, RuntimeError):
        return "that is no path"


def _absolute(text: str, start: Path) -> Path:
    return start / Path(text.strip()).expanduser()


def _split(text: str, start: Path) -> tuple[Path, str]:
    try:
        if not text or text.endswith(("/", os.sep)):
            return _absolute(text or ".", start), ""
        path = _absolute(text, start)
    except (ValueError, RuntimeError):
        return start, text
    return path.parent, path.name


def _size_words(size: int) -> str:
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{size // 1024} KB"
    return f"{size // (1024 * 1024)} MB"


class OpenFileDialog(Dialog[Path]):
    """Answers with a file that exists. `start` is where relative paths begin."""

    DEFAULT_CSS = """
    OpenFileDialog RowList { height: 8; margin: 1 0 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("tab", "complete", "Complete", show=False, priority=True),
    ]
    QUESTION = "Open a session file"
    HINTS = (("tab", "complete", "complete"), ("enter", "open", "confirm"), ("esc", "cancel", "cancel"))

    def __init__(self, start: Path) -> None:
        super().__init__()
        self._start = start
        self._directory = start
        self._found: list[Found] = []

    def body(self) -> Iterable[Widget]:
        yield Input(placeholder="path of a session file (.jsonl, .json, ...)", select_on_focus=False)
        yield RowList(ground="surface", nothing="Nothing here begins like that.")
        yield Static(
            "memview's own JSON Lines and foreign formats are told apart by their content.",
            classes="note",
            markup=False,
        )

    def on_mount(self) -> None:
        self.query_one(RowList).can_focus = False
        self.query_one(Input).focus()
        self._list("")

    def on_input_changed(self, event: Input.Changed) -> None:
        self.complain("")
        self._list(event.value)

    def on_input_submitted(self) -> None:
        self.action_confirm()

    def on_row_list_chosen(self) -> None:
        self.action_complete()
        self.action_confirm()

    def action_move(self, step: int) -> None:
        rows = self.query_one(RowList)
        if rows.cursor is None:
            rows.move_to(0)
        else:
            rows.action_cursor(step)

    def action_complete(self) -> None:
        """The name under the cursor takes the place of what was typed; a directory shows what is in it."""
        cursor = self.query_one(RowList).cursor
        cursor = 0 if cursor is None and self._found else cursor
        if cursor is None:
            return
        found = self._found[cursor]
        path = self._directory / found.name
        text = str(path.relative_to(self._start)) if path.is_relative_to(self._start) else str(path)
        field = self.query_one(Input)
        field.value = text + (os.sep if found.is_directory else "")
        field.cursor_position = len(field.value)

    def action_confirm(self) -> None:
        field = self.query_one(Input)
        if self.query_one(RowList).cursor is not None:
            self.action_complete()
        text = field.value.strip()
        if not text or text.endswith(os.sep):
            return
        complaint = complaint_about(text, self._start)
        if complaint:
            self.complain(complaint)
        else:
            self.dismiss(_absolute(text, self._start))

    def _list(self, text: str) -> None:
        self._directory, self._found = matching_files(text, self._start)
        # Without a cursor enter means what was typed; the first arrow key takes a name from the list.
        self.query_one(RowList).show(len(self._found), self._line, cursor=None)

    def _line(self, index: int, width: int) -> Line:
        if index >= len(self._found):
            return BLANK
        found = self._found[index]
        room = max(0, width - _SIZE)
        if found.size is None:
            return ((left(printable(found.name) + "/", room), "tier-recall"), (right("", _SIZE), "text"))
        return (left(printable(found.name), room), "text"), (right(_size_words(found.size), _SIZE), "muted")
