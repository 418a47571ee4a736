"""Changing the token budgets: what is in force, and a new number checked before anything is replayed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from memview.model.errors import PolicyError
from memview.replay.budgets import BudgetOverrides, budgets_in_force
from memview.tui.dialogs.dialog import Dialog
from memview.tui.lines import grouped_number

if TYPE_CHECKING:
    from memview.replay import Replay

_BUDGETS = (
    ("core", "Core", "Core: the memories that stay in the prompt."),
    ("window", "Window", "Window: the whole prompt, the reserve for the reply included."),
    ("retrieval", "Retrieval", "Retrieval: what may be fetched for one turn."),
)
_EMPTY_FIELD = "An empty field keeps the number of the session or the policy."
_STEP = 50


class BudgetDialog(Dialog[BudgetOverrides]):
    """Answers with the budgets to replay under, tokens; None in it is the session's own.

    `asked` is what was asked for until now (an empty field), `replay.budgets` what is in force.
    """

    DEFAULT_CSS = """
    BudgetDialog Horizontal { height: 1; }
    BudgetDialog .note { height: 2; }
    BudgetDialog Horizontal > .label { width: 11; }
    BudgetDialog Horizontal > Input { width: 12; }
    BudgetDialog Horizontal > .what { width: 1fr; padding: 0 0 0 2; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "change(1)", "More", show=False),
        Binding("down", "change(-1)", "Less", show=False),
    ]
    QUESTION = "Token budgets"
    HINTS = (
        ("↑↓", f"±{_STEP}", "change(1)"),
        ("tab", "next", "app.focus_next"),
        ("enter", "replay", "confirm"),
        ("esc", "cancel", "cancel"),
    )

    def __init__(self, replay: Replay, asked: BudgetOverrides = BudgetOverrides()) -> None:  # noqa: B008 - frozen
        super().__init__()
        self._replay = replay
        self._asked = asked

    def body(self) -> Iterable[Widget]:
        for name, title, _ in _BUDGETS:
            asked = getattr(self._asked, name)
            in_force = getattr(self._replay.budgets, name)
            field = Input(
                "" if asked is None else str(asked),
                placeholder=str(in_force),
                type="integer",
                id=name,
                select_on_focus=True,
            )
            yield Horizontal(
                Static(title, classes="label"),
                field,
                Static(f"now {grouped_number(in_force)} tokens", classes="what", markup=False),
            )
        yield Static(classes="note", markup=False)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        what = next((what for name, _, what in _BUDGETS if name == event.widget.id), "")
        self.query_one(".note", Static).update(f"{what} {_EMPTY_FIELD}", layout=False)

    def action_change(self, step: int) -> None:
        """The field that is being written in, so many steps more or less."""
        field = self.focused
        if not isinstance(field, Input) or field.id is None:
            return
        now = _number(field.value)
        start = getattr(self._replay.budgets, field.id) if now is None else now
        field.value = str(max(0, start + step * _STEP))

    def action_confirm(self) -> None:
        asked = self._read()
        if asked is None:
            return
        try:
            budgets_in_force(self._replay.workload, self._replay.spec, asked)
        except PolicyError as error:
            self.complain(_in_the_words_of_the_dialog(str(error)))
            return
        self.dismiss(asked)

    def on_input_submitted(self) -> None:
        self.action_confirm()

    def on_input_changed(self) -> None:
        self.complain("")

    def _read(self) -> BudgetOverrides | None:
        numbers: dict[str, int | None] = {}
        for name, title, _ in _BUDGETS:
            text = self.query_one(f"#{name}", Input).value.strip()
            number = _number(text)
            if text and number is None:
                self.complain(f"{title}: write a whole number of tokens, for example 600")
                return None
            numbers[name] = number
        return BudgetOverrides(numbers["core"], numbers["window"], numbers["retrieval"])


def _in_the_words_of_the_dialog(message: str) -> str:
    """The message names options of the command line, where there are fields here."""
    for option, field in (("--budget", "core"), ("--window", "window"), ("--retrieval", "retrieval")):
        message = message.replace(f"use {option} ", "write ").replace(option, field)
    return message


def _number(text: str) -> int | None:
    plain = text.strip().replace(" ", "").replace("_", "")
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) <= 9 else None
