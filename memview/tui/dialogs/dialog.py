"""What every dialog shares: a titled box, one line that says what is wrong, and the keys as things to click."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Input, Static

from memview.model.display import printable

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer | None]):
    """A question that `escape` leaves unanswered (None). Subclasses give `QUESTION`, `HINTS` and their `body`."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 70%; }
    Dialog > Vertical {
        width: 76; max-width: 100%; height: auto; max-height: 100%;
        padding: 0 1; background: $surface; border: round $border;
        border-title-color: $foreground; border-title-style: bold; border-title-background: $surface;
    }
    Dialog Input { border: none; height: 1; padding: 0; background: $panel; }
    Dialog Input:focus { border: none; }
    Dialog Input > .input--placeholder { color: $text-muted; }
    Dialog RowList { background: $surface; }
    Dialog .note { color: $text-muted; height: auto; margin: 1 0 0 0; }
    Dialog .complaint { color: $action-error; height: auto; display: none; }
    Dialog .complaint.-shown { display: block; }
    Dialog .hints {
        height: 1; margin: 1 0 0 0; color: $text-muted; link-color: $footer-key-foreground; link-style: bold;
    }
    Dialog .label { color: $text-muted; height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel", show=False)]
    QUESTION = ""
    HINTS: tuple[tuple[str, str, str], ...] = (("enter", "ok", "confirm"), ("esc", "cancel", "cancel"))
    """Key, what it does, and the action that a click on it runs."""

    def body(self) -> Iterable[Widget]:
        """The widgets between the title and the hints."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self.QUESTION
            yield from self.body()
            yield Static("", classes="complaint", markup=False)
            yield Static(self._hint_line(), classes="hints")

    def on_key(self, event: events.Key) -> None:
        """What is typed while the dialog is still coming on screen is not lost.

        A field keeps every printable key to itself: one that gets here was pressed before the field had the focus.
        """
        field = self.focused or next(iter(self.query(Input)), None)
        if event.is_printable and isinstance(field, Input):
            event.stop()
            field.post_message(events.Key(event.key, event.character))

    def action_cancel(self) -> None:
        self.dismiss(None)

    def action_confirm(self) -> None:
        """What enter does."""
        raise NotImplementedError

    def complain(self, message: str) -> None:
        """Say what is wrong, or with "" that nothing is."""
        complaint = self.query_one(".complaint", Static)
        shown = printable(message)
        complaint.set_class(bool(shown), "-shown")
        complaint.update(Content(f"✗ {shown}" if shown else ""))

    def _hint_line(self) -> Content:
        parts: list[Content] = []
        for key, label, action in self.HINTS:
            clickable = Style.from_meta({"@click": f"screen.{action}"})
            parts.append(Content.assemble((key, clickable), f" {label}"))
        return Content("   ").join(parts)
