"""The filter: one line at the bottom of the screen, and the screen above it changes with every letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from memview.model.display import printable
from memview.tui.dialogs.dialog import Dialog


class FilterBar(Dialog[str]):
    """Answers with the filter to keep ("" for none); escape puts the one before back.

    `apply` is called with the text after every change and returns a few words about what is left ("12 of 451 events").
    """

    DEFAULT_CSS = """
    FilterBar { align: left bottom; background: transparent; }
    FilterBar > Horizontal { height: 1; width: 100%; background: $panel; }
    FilterBar .label { width: auto; padding: 0 1; background: $panel; color: $footer-key-foreground; text-style: bold; }
    FilterBar Input { width: 1fr; }
    FilterBar .found {
        width: auto; max-width: 40%; height: 1; padding: 0 1; color: $text-muted; background: $panel;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    FilterBar .hints { width: auto; margin: 0; padding: 0 1; background: $panel; }
    """
    HINTS = (("enter", "keep", "confirm"), ("esc", "undo", "cancel"))

    def __init__(
        self,
        current: str,
        apply: Callable[[str], str],
        label: str = "/ filter",
        hint: str = "words: id, action, place, reason",
    ) -> None:
        super().__init__()
        self._label = label
        self._hint = hint
        self._before = current
        self._apply = apply

    def body(self) -> Iterable[Widget]:
        yield Static(self._label, classes="label", markup=False)
        yield Input(self._before, placeholder=self._hint, select_on_focus=True)
        yield Static("", classes="found", markup=False)
        yield Static(self._hint_line(), classes="hints")

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield from self.body()

    def action_cancel(self) -> None:
        self._apply(self._before)
        self.dismiss(None)

    def action_confirm(self) -> None:
        self.dismiss(self.query_one(Input).value.strip())

    def on_input_submitted(self) -> None:
        self.action_confirm()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one(".found", Static).update(printable(self._apply(event.value.strip())))
