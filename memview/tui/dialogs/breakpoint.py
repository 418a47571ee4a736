"""Setting a breakpoint or a watch: an expression, completed by name, its mistakes under a caret while it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from memview.model.display import printable
from memview.model.errors import ExpressionError
from memview.replay.breakpoint_names import EXAMPLES
from memview.replay.breakpoints import read_breakpoint, read_watch
from memview.tui.completing import Candidate, Completion, completion
from memview.tui.dialogs.dialog import Dialog
from memview.tui.lines import BLANK, Line, cells, fitted, left
from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from memview.replay import Replay

_NAME, _KIND = 18, 10
_QUOTES = ("'", '"')


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wrote; `from_hit` is 0 for a watch."""

    source: str
    from_hit: int

    @property
    def is_watch(self) -> bool:
        return self.from_hit == 0


def caret_lines(message: str, column: int, width: int, style: str) -> tuple[Line, Line]:
    """A caret under cell `column` with `message` beside it, or under it where it has no room there."""
    at = max(0, min(column, width - 1))
    beside = f" {message}"
    if at + 1 + cells(beside) <= width:
        return fitted(((" " * at, "text"), ("▲", style), (beside, style)), width), BLANK
    return fitted(((" " * at, "text"), ("▲", style)), width), fitted(((message, style),), width)


def candidate_line(candidate: Candidate, width: int) -> Line:
    """A candidate with its kind and its meaning."""
    if not candidate.meaning:
        return fitted(((printable(candidate.text[:-1]), "bold text"),), width)
    name = ((left(candidate.text.strip(), _NAME), "bold text"), (left(candidate.kind, _KIND), "muted"))
    return fitted((*name, (candidate.meaning, "text")), width)


class ExpressionDialog(Dialog[Asked]):
    """Answers with a breakpoint (or a watch) that can be read. `hits_of` tells of one how often it hits, in words.

    `source` is an expression to change; `suggested` one to begin with, which the first character typed replaces.
    """

    DEFAULT_CSS = """
    ExpressionDialog > Vertical { width: 100; }
    ExpressionDialog .caret { height: 2; background: $surface; }
    ExpressionDialog RowList { height: 7; margin: 0; }
    ExpressionDialog .from { height: 1; margin: 1 0 0 0; }
    ExpressionDialog .from Static { width: auto; color: $text-muted; }
    ExpressionDialog #from-hit { width: 8; }
    ExpressionDialog .example { height: 1; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", show=False, priority=True),
        Binding("shift+tab", "other_field", "Other field", show=False, priority=True),
        Binding("down", "candidate(1)", "Next name", show=False),
        Binding("up", "candidate(-1)", "Previous name", show=False),
        Binding("ctrl+o", "turn_over", "Watch or breakpoint", show=False, priority=True),
    ]
    HINTS = (
        ("enter", "set", "confirm"),
        ("tab", "complete", "complete"),
        ("↑↓", "choose", "candidate(1)"),
        ("ctrl+o", "watch it", "turn_over"),
        ("esc", "cancel", "cancel"),
    )

    def __init__(
        self,
        replay: Replay,
        source: str,
        from_hit: int = 1,
        hits_of: Callable[[str], str] | None = None,
        suggested: str = "",
    ) -> None:
        super().__init__()
        self._replay = replay
        self._source = source
        self._suggested = suggested
        self._from_hit = max(1, from_hit)
        self._is_watch = from_hit == 0
        self._hits_of = hits_of
        self._completion = Completion(0, ())

    def body(self) -> Iterable[Widget]:
        yield Input(self._source or self._suggested, id="expression", select_on_focus=False, max_length=500)
        yield LineWidget(classes="caret")
        names = RowList(ground="surface", nothing="No name begins like that.", id="names")
        names.can_focus = False
        yield names
        yield Static(f"such as  {EXAMPLES[0]}", classes="example", markup=False)
        with Horizontal(classes="from"):
            yield Static("stop from hit no. ", markup=False)
            yield Input(str(self._from_hit), id="from-hit", select_on_focus=True, restrict=r"[0-9]{0,7}")
            yield Static("", id="found", markup=False)

    def on_mount(self) -> None:
        self._show_kind()
        field = self.query_one("#expression", Input)
        field.focus()
        if self._source:
            field.cursor_position = len(self._source)
        else:
            field.select_all()
        self.call_after_refresh(self._look)

    def on_resize(self) -> None:
        self.call_after_refresh(self._look)

    def _show_kind(self) -> None:
        from textual.containers import Vertical

        box = self.query_one(Vertical)
        box.border_title = "Watch: an expression whose value stays on screen" if self._is_watch else "Breakpoint"
        self.query_one(".from").display = not self._is_watch

    @property
    def _field(self) -> Input:
        return self.query_one("#expression", Input)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.complain("")
        if event.input.id == "expression":
            # The cursor moves only after the value has.
            self.call_after_refresh(self._look)

    def on_input_submitted(self) -> None:
        self.action_confirm()

    def _mistake(self) -> ExpressionError | None:
        try:
            (read_watch if self._is_watch else read_breakpoint)(self._field.value)
        except ExpressionError as error:
            return error
        return None

    def _look(self) -> None:
        """The mistake under its caret, and what could stand at the cursor."""
        if not self.is_mounted or not self.size:
            return
        field, caret = self._field, self.query_one(".caret", LineWidget)
        self._completion = completion(field.value, field.cursor_position, self._replay)
        rows = self._completion.candidates
        self.query_one("#names", RowList).show(len(rows), lambda index, width: candidate_line(rows[index], width))
        error = self._mistake()
        width = caret.size.width
        lines: tuple[Line, Line] = (BLANK, BLANK)
        if error is not None and width and field.value.strip():
            before = error.source[: error.position]
            # What is not there yet, such as the end of a text, is no mistake yet.
            rest = error.source[error.position :].strip()
            style = "muted" if not rest or (rest.count(rest[0]) == 1 and rest[0] in _QUOTES) else "action-error"
            lines = caret_lines(printable(error.message), cells(before) - int(field.scroll_offset.x), width, style)
        caret.set_rows([(line, "surface") for line in lines])
        words = self._hits_of(field.value) if self._hits_of and error is None and not self._is_watch else ""
        self.query_one("#found", Static).update(printable(f"    {words}") if words else "")

    def action_candidate(self, step: int) -> None:
        """The next candidate, or the one before."""
        self.query_one("#names", RowList).action_cursor(step)

    def action_complete(self) -> None:
        """Put in the candidate; where there is nothing to put in, on to the other field."""
        field, rows = self._field, self.query_one("#names", RowList)
        candidates = self._completion.candidates
        if self.focused is not field or rows.cursor is None or not candidates:
            self.action_other_field()
            return
        start, text = self._completion.start, candidates[rows.cursor].text
        if field.value[start : field.cursor_position] == text:
            self.action_other_field()
            return
        field.value = field.value[:start] + text + field.value[field.cursor_position :]
        field.cursor_position = start + len(text)

    def action_other_field(self) -> None:
        """From the expression to the count, and back."""
        other = self.query_one("#from-hit", Input)
        (other if self.focused is self._field and other.parent and not self._is_watch else self._field).focus()

    def on_row_list_chosen(self) -> None:
        self._field.focus()
        self.action_complete()

    def action_turn_over(self) -> None:
        """A watch instead of a breakpoint, or the other way round."""
        self._is_watch = not self._is_watch
        self._show_kind()
        self._field.focus()
        self._look()

    def action_confirm(self) -> None:
        error = self._mistake()
        if error is not None:
            self.complain(f"{error.message} (column {error.position + 1})")
            self._field.focus()
            return
        typed = self.query_one("#from-hit", Input).value
        self.dismiss(Asked(self._field.value.strip(), 0 if self._is_watch else max(1, int(typed or 1))))
