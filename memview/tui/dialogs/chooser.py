"""A dialog with a list that narrows as you type: the shape of the policy and the theme choice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input, Static

from memview.model.display import printable
from memview.tui.dialogs.dialog import Answer, Dialog
from memview.tui.lines import Line
from memview.tui.widgets.row_list import RowList

Choice = TypeVar("Choice")


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
    MOST_ROWS = 16
    OTHER_LINES = 12
    """Lines of the dialog besides its list, so that a low terminal shows all of it."""

    def __init__(self) -> None:
        super().__init__()
        self._choices: Sequence[Choice] = ()
        self._rows: list[Choice | str] = []

    def body(self) -> Iterable[Widget]:
        yield Input(placeholder=self.PLACEHOLDER, select_on_focus=False)
        yield RowList(ground="surface", nothing="—")
        yield Static("", classes="note", markup=False)

    def text_of(self, choice: Choice) -> str:
        """What typing is compared with."""
        raise NotImplementedError

    def name_of(self, choice: Choice) -> str:  # noqa: ARG002 - the shape of an answer
        """What the choice is called: the cursor goes to the one whose name is nearest to what is typed."""
        return ""

    def group_of(self, choice: Choice) -> str:  # noqa: ARG002 - the shape of an answer
        """The heading that the choice stands under, "" for none; choices of a group stand together."""
        return ""

    def line_of(self, choice: Choice, width: int) -> Line:
        """The row of a choice."""
        raise NotImplementedError

    def note_of(self, choice: Choice) -> str:
        """What is said below the list about the choice under the cursor."""
        raise NotImplementedError

    def take(self, choice: Choice) -> None:
        """Answer with a choice."""
        raise NotImplementedError

    def offer(self, choices: Sequence[Choice], current: Choice | None = None) -> None:
        """Fill the list, with the cursor on the choice of now."""
        self._choices = choices
        self._narrow(self.query_one(Input).value, current)

    @property
    def highlighted(self) -> Choice | None:
        cursor = self.query_one(RowList).cursor
        row = None if cursor is None else self._rows[cursor]
        return None if isinstance(row, str) else row

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
        self._narrow(event.value)

    def on_row_list_highlighted(self) -> None:
        choice = self.highlighted
        note = printable(self.note_of(choice)) if choice is not None else self.NOTHING
        self.query_one(".note", Static).update(note, layout=False)

    def on_row_list_chosen(self) -> None:
        self.action_confirm()

    def _narrow(self, text: str, current: Choice | None = None) -> None:
        words = text.casefold().split()
        found = [choice for choice in self._choices if all(word in self.text_of(choice).casefold() for word in words)]
        self._rows = []
        for group, grouped in groupby(found, self.group_of):
            members = list(grouped)
            if group:
                self._rows.append(f"{group} · {len(members)}")
            self._rows.extend(members)
        headings = frozenset(index for index, row in enumerate(self._rows) if isinstance(row, str))
        self._resize()
        target = self._nearest(found, words) if words and found else current
        cursor = self._rows.index(target) if target is not None and target in self._rows else 0
        self.query_one(RowList).show(len(self._rows), self._line, headings, cursor)
        box = self.query_one(Vertical)
        box.border_subtitle = f"{len(found)} of {len(self._choices)}" if len(found) < len(self._choices) else ""

    def _nearest(self, found: Sequence[Choice], words: Sequence[str]) -> Choice:
        """The choice whose name is nearest to what is typed; of several that are called alike the last, the newest."""
        nearest = min(found, key=lambda choice: self._distance(choice, words))
        name = self.name_of(nearest)
        return next(
            choice for choice in reversed(found) if choice is nearest or (name and self.name_of(choice) == name)
        )

    def _distance(self, choice: Choice, words: Sequence[str]) -> tuple[bool, ...]:
        """The smaller, the nearer: called so, begins so, holds it, or only tells of it."""
        name, typed = self.name_of(choice).casefold(), " ".join(words)
        return name != typed, not name.startswith(typed), typed not in name

    def _resize(self) -> None:
        """As high as the whole list, when there is room: narrowing does not make the dialog jump."""
        groups = sum(bool(group) for group, _ in groupby(self._choices, self.group_of))
        room = self.size.height - self.OTHER_LINES
        self.query_one(RowList).styles.height = max(1, min(len(self._choices) + groups, self.MOST_ROWS, room))

    def _line(self, index: int, width: int) -> Line:
        row = self._rows[index] if index < len(self._rows) else ""
        return ((printable(row), "muted"),) if isinstance(row, str) else self.line_of(row, width)
