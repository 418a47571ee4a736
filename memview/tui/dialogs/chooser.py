"""A dialog with a list that narrows as you type: the shape of the policy and the theme choice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from memview.model.display import printable
from memview.tui.dialogs.dialog import Answer, Dialog
from memview.tui.lines import BLANK, Line
from memview.tui.widgets.row_list import RowList

Choice = TypeVar("Choice")

_MOST_ROWS = 16
_OTHER_LINES = 12
"""Lines of the dialog besides its list, so that a low terminal shows all of it."""


class Chooser(Dialog[Answer], Generic[Choice, Answer]):
    """Typing narrows, the arrows move, enter takes. Subclasses say what there is and how a row looks."""

    DEFAULT_CSS = """
    Chooser RowList { height: 1; margin: 1 0 0 0; }
    Chooser .note { height: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
    ]
    PLACEHOLDER = "type to narrow the list"
    NOTHING = "Nothing matches."

    def __init__(self) -> None:
        super().__init__()
        self._choices: Sequence[Choice] = ()
        self._shown: list[Choice] = []

    def body(self) -> Iterable[Widget]:
        yield Input(placeholder=self.PLACEHOLDER, select_on_focus=False)
        yield RowList(ground="surface", nothing="—")
        yield Static("", classes="note", markup=False)

    def text_of(self, choice: Choice) -> str:
        """What typing is compared with."""
        raise NotImplementedError

    def line_of(self, choice: Choice, width: int) -> Line:
        """The row of a choice."""
        raise NotImplementedError

    def note_of(self, choice: Choice) -> str:
        """What is said below the list about the choice under the cursor."""
        raise NotImplementedError

    def take(self, choice: Choice) -> None:
        """Answer with a choice."""
        raise NotImplementedError

    def offer(self, choices: Sequence[Choice], current: int = 0) -> None:
        """Fill the list, with the cursor on the choice of now."""
        self._choices = choices
        self._narrow("", current)

    @property
    def highlighted(self) -> Choice | None:
        cursor = self.query_one(RowList).cursor
        return None if cursor is None else self._shown[cursor]

    def action_move(self, step: int) -> None:
        self.query_one(RowList).action_cursor(step)

    def action_page(self, step: int) -> None:
        self.query_one(RowList).action_page(step)

    def action_confirm(self) -> None:
        choice = self.highlighted
        if choice is not None:
            self.take(choice)

    def on_mount(self) -> None:
        self.query_one(RowList).can_focus = False
        self.query_one(Input).focus()

    def on_input_submitted(self) -> None:
        self.action_confirm()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.complain("")
        self._narrow(event.value, 0)

    def on_row_list_highlighted(self) -> None:
        choice = self.highlighted
        note = printable(self.note_of(choice)) if choice is not None else self.NOTHING
        self.query_one(".note", Static).update(note, layout=False)

    def on_row_list_chosen(self) -> None:
        self.action_confirm()

    def _narrow(self, text: str, cursor: int) -> None:
        words = text.casefold().split()
        self._shown = [
            choice for choice in self._choices if all(word in self.text_of(choice).casefold() for word in words)
        ]
        rows = self.query_one(RowList)
        rows.styles.height = max(1, min(len(self._choices), _MOST_ROWS, self.size.height - _OTHER_LINES))
        rows.show(len(self._shown), self._line, cursor=cursor)

    def _line(self, index: int, width: int) -> Line:
        return self.line_of(self._shown[index], width) if index < len(self._shown) else BLANK
