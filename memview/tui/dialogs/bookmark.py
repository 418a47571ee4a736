"""A bookmark: a note on the place where one stands."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Input, Static

from memview.model.display import printable
from memview.tui.dialogs.dialog import Dialog

_MOST = 200


class BookmarkDialog(Dialog[str]):
    """Answers with the note, which may be empty."""

    QUESTION = "Bookmark"
    HINTS = (("enter", "keep", "confirm"), ("esc", "cancel", "cancel"))

    def __init__(self, place: str, note: str) -> None:
        super().__init__()
        self._place = place
        self._note = note

    def body(self) -> Iterable[Widget]:
        yield Static(printable(self._place), classes="label", markup=False)
        yield Input(self._note, placeholder="a note, if you like", max_length=_MOST, select_on_focus=False)

    def on_input_submitted(self) -> None:
        self.action_confirm()

    def action_confirm(self) -> None:
        self.dismiss(self.query_one(Input).value.strip())
