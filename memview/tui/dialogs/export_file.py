"""What to make of the view on screen, and under which name. Nothing that exists is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from memview.exports.forms import Form
from memview.model.display import printable
from memview.tui.dialogs.dialog import Dialog
from memview.tui.dialogs.new_file import complaint_about_new, free_name, new_file
from memview.tui.lines import Line, left
from memview.tui.widgets.row_list import RowList

_NAMES = 14


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """`form` of so many of the lanes, as file `target`, which does not exist yet."""

    form: Form
    lanes: int
    target: Path


class ExportDialog(Dialog[ExportChoice]):
    """`labels` are the lanes, the one on screen first; a form that holds several gets as many as it can."""

    DEFAULT_CSS = """
    ExportDialog RowList { margin: 0 0 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
    ]
    QUESTION = "Export"
    HINTS = (("↑↓", "what", "move(1)"), ("enter", "write the file", "confirm"), ("esc", "cancel", "cancel"))

    def __init__(self, forms: Sequence[Form], labels: Sequence[str], stem: str) -> None:
        super().__init__()
        self._forms = tuple(forms)
        self._labels = tuple(labels)
        self._stem = stem
        self._directory = Path.cwd()
        self._suggested = ""

    def body(self) -> Iterable[Widget]:
        yield RowList(ground="surface")
        yield Static("into the file", classes="label")
        yield Input(select_on_focus=False)
        yield Static("", classes="note", markup=False)

    def on_mount(self) -> None:
        rows = self.query_one(RowList)
        rows.can_focus = False
        rows.styles.height = len(self._forms)
        rows.show(len(self._forms), self._row)
        self.query_one(Input).focus()

    def on_row_list_highlighted(self) -> None:
        """The name follows the form, unless a person has written one."""
        field = self.query_one(Input)
        if field.value == self._suggested:
            self._suggested = free_name(self._directory, self._stem, self._form.suffix)
            field.value = self._suggested
            field.cursor_position = len(field.value)
        held = ", ".join(self._labels[: self._form.most])
        self.query_one(".note", Static).update(f"Holds {printable(held)}; what is masked on screen is masked in it.")
        self.complain("")

    def on_row_list_chosen(self) -> None:
        self.action_confirm()

    def on_input_changed(self) -> None:
        self.complain("")

    def on_input_submitted(self) -> None:
        self.action_confirm()

    def action_move(self, step: int) -> None:
        """Another form."""
        self.query_one(RowList).action_cursor(step)

    def action_confirm(self) -> None:
        text = self.query_one(Input).value
        complaint = complaint_about_new(text, self._directory, (self._form.suffix,))
        if complaint:
            self.complain(complaint)
            return
        target = new_file(text, self._directory)
        self.dismiss(ExportChoice(self._form, min(self._form.most, len(self._labels)), target))

    @property
    def _form(self) -> Form:
        return self._forms[self.query_one(RowList).cursor or 0]

    def _row(self, index: int, width: int) -> Line:
        form = self._forms[index]
        return (left(form.name, _NAMES), "bold text"), (left(form.words, max(0, width - _NAMES)), "muted")
