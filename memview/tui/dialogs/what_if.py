"""What if …: changes at the turn on screen, one or several, checked as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from memview.model.display import printable
from memview.model.errors import MemviewError
from memview.replay.changes import words_of
from memview.tui.dialogs.dialog import Dialog
from memview.tui.lines import Line, left
from memview.tui.views.change_words import FORK
from memview.tui.views.what_if_view import Option, option_line
from memview.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from memview.replay.changes import Change

_OTHER_LINES = 13
_MOST_ROWS = 18


class WhatIfDialog(Dialog[tuple["Change", ...]]):
    """Answers with the changes to replay under, in the order in which they were asked for."""

    DEFAULT_CSS = """
    WhatIfDialog > Vertical { width: 92; }
    WhatIfDialog RowList { height: 4; margin: 1 0; }
    WhatIfDialog Horizontal { height: 1; }
    WhatIfDialog Horizontal > .label { width: 18; }
    WhatIfDialog Horizontal > Input { width: 1fr; }
    WhatIfDialog Horizontal > Input:disabled { background: $surface; color: $text-muted; }
    WhatIfDialog .note { height: 1; margin: 0; }
    WhatIfDialog .stack { height: auto; max-height: 2; color: $action-warn; display: none; }
    WhatIfDialog .stack.-shown { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True),
        Binding("enter", "confirm", "Replay", show=False, priority=True),
        Binding("tab", "stack", "And also", show=False, priority=True),
        Binding("shift+tab", "unstack", "Take back", show=False, priority=True),
    ]
    QUESTION = "What if …"
    HINTS = (
        ("↑↓", "choose", "move(1)"),
        ("enter", "replay", "confirm"),
        ("tab", "and also", "stack"),
        ("shift+tab", "take back", "unstack"),
        ("esc", "cancel", "cancel"),
    )

    def __init__(self, options: Sequence[Option], turn: int, forked: str = "") -> None:
        super().__init__()
        self._options = list(options)
        self._turn = turn
        self._forked = forked
        self._written: dict[int, str] = {}
        self._stacked: list[Change] = []
        self._rows: list[Option | str | None] = []
        self._shown: Option | None = None

    def body(self) -> Iterable[Widget]:
        yield RowList(ground="surface")
        with Horizontal():
            yield Static("", classes="label", markup=False)
            yield Input(select_on_focus=False)
        yield Static("", classes="note", markup=False)
        yield Static("", classes="stack", markup=False)

    def on_mount(self) -> None:
        box = self.query_one("Vertical")
        box.border_title = f"What if … · turn {self._turn}"
        box.border_subtitle = printable(f"on top of {self._forked}") if self._forked else ""
        self.query_one(RowList).can_focus = False
        self._fill()
        self.query_one(Input).focus()

    def on_resize(self) -> None:
        self._resize()

    @property
    def option(self) -> Option | None:
        """The option under the cursor; None on the row that replays what is stacked."""
        cursor = self.query_one(RowList).cursor
        row = self._rows[cursor] if cursor is not None and cursor < len(self._rows) else None
        return row if isinstance(row, Option) else None

    @property
    def stacked(self) -> tuple[Change, ...]:
        return tuple(self._stacked)

    def action_move(self, step: int) -> None:
        self.query_one(RowList).action_cursor(step)
        # At once: the next key may be written into the field.
        self._show_option()

    def action_page(self, step: int) -> None:
        self.query_one(RowList).action_page(step)
        self._show_option()

    def action_stack(self) -> None:
        """The change under the cursor, and another one beside it."""
        if self.option is None:
            self.action_move(1)
        elif self._take() is not None:
            self._fill()

    def action_unstack(self) -> None:
        if self._stacked:
            self._stacked.pop()
            self._fill()

    def action_confirm(self) -> None:
        is_untouched = self.option is None or (self.option.has_value and not self._is_written(self.option))
        if is_untouched and self._stacked:
            self.dismiss(self.stacked)
        elif is_untouched:
            self.complain("nothing is changed yet: write another value, or choose something to do")
        elif self._take() is not None:
            self.dismiss(self.stacked)

    def on_input_changed(self) -> None:
        if self._shown is not None and self._shown.has_value:
            self._check(self._shown)

    def on_row_list_highlighted(self) -> None:
        self._show_option()

    def _show_option(self) -> None:
        """The field is that of the option under the cursor; what was written into another one is kept."""
        field, before, option = self.query_one(Input), self._shown, self.option
        if option is before and option is not None:
            return
        if before is not None and before.has_value:
            self._written[id(before)] = field.value
        self._shown = option
        has_value = option is not None and option.has_value
        field.disabled = not has_value
        value = self._written.get(id(option), option.start or "") if option is not None and has_value else ""
        with field.prevent(Input.Changed):
            field.value = value
        field.placeholder = (
            (option.present or "")
            if option is not None and has_value
            else "enter does it, tab does it and asks for more"
        )
        field.cursor_position = len(value)
        if has_value:
            field.focus()
        label = option.name if option is not None and has_value else ""
        self.query_one(".label", Static).update(left(printable(label), 18))
        note = "Everything above in one replay, beside what is on screen." if option is None else option.note
        self.query_one(".note", Static).update(printable(note))
        if option is None:
            self.complain("")
        else:
            self._check(option)

    def on_row_list_chosen(self) -> None:
        self.action_confirm()

    def _is_written(self, option: Option) -> bool:
        return self._value(option) != option.start

    def _value(self, option: Option) -> str:
        if option is self._shown and option.has_value:
            return self.query_one(Input).value
        return self._written.get(id(option), option.start or "")

    def _check(self, option: Option) -> Change | None:
        """The change that is written now, if it is one; else says why not."""
        if option.has_value and not self._is_written(option):
            self.complain("")
            return None
        try:
            change = option.make(self._value(option))
        except MemviewError as error:
            self.complain(str(error))
            return None
        self.complain("")
        return change

    def _take(self) -> Change | None:
        option = self.option
        change = None if option is None else self._check(option)
        if option is not None and option.has_value and not self._is_written(option):
            self.complain("write another value first")
        if change is not None and change not in self._stacked:
            self._stacked.append(change)
        return change

    def _fill(self) -> None:
        self._rows = [None] if self._stacked else []
        for group, members in groupby(self._options, lambda option: option.group):
            self._rows.append(group)
            self._rows.extend(members)
        headings = frozenset(index for index, row in enumerate(self._rows) if isinstance(row, str))
        stack = self.query_one(".stack", Static)
        stack.set_class(bool(self._stacked), "-shown")
        stack.update(printable(f"{FORK} {words_of(self._stacked)}"))
        self._resize()
        first = next((index for index in range(len(self._rows)) if index not in headings), 0)
        self.query_one(RowList).show(len(self._rows), self._line, headings, first)

    def _resize(self) -> None:
        room = self.size.height - _OTHER_LINES
        self.query_one(RowList).styles.height = max(1, min(len(self._rows), _MOST_ROWS, room))

    def _line(self, index: int, width: int) -> Line:
        row = self._rows[index] if index < len(self._rows) else ""
        if row is None:
            count = len(self._stacked)
            return (
                (f"▶ Replay with {'this change' if count == 1 else f'these {count} changes'}", "bold action-promote"),
            )
        if isinstance(row, str):
            return ((printable(row), "bold muted"),)
        return ((" ", "text"), *option_line(row, width - 1))
