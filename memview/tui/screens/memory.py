"""One memory's life: its text and facts, where it was at every turn, every event on it, and its score at this turn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from memview.model.display import printable_lines
from memview.tui.actions import MEMORY, actions_on, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.copying import copy_json
from memview.tui.life import Life, life_of
from memview.tui.lines import BLANK, Line
from memview.tui.position import Position, at_event
from memview.tui.scene import no_masks_lifted
from memview.tui.views.memory_view import (
    bar_legend,
    bar_lines,
    fact_flow,
    fact_table,
    facts,
    life_event_detail,
    life_event_line,
    memory_json,
    number_lines,
    score_lines,
    title_line,
)
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.row_list import RowList
from memview.tui.widgets.small_notice import SmallNotice

if TYPE_CHECKING:
    from collections.abc import Callable

    from memview.replay import Replay
    from memview.replay.governance_masks import Masks
    from memview.tui.screens.why import WhyAnswer

TEXT_LIMIT = 200_000
"""Characters of a memory's text that are laid out."""

_FACTS_ROWS = {"-low": 2, "-short": 3}
_TALLEST_FACTS = 18


class MemoryScreen(Screen[Position]):
    """Answers with the position to show in the inspector, or None for the one before.

    `follow_why` is told of what-ifs that the why screen proposes and a person wants to try; without it there are none.
    """

    CSS_PATH = Path(__file__).parent.parent / "styles" / "memory.tcss"
    SCOPE = MEMORY
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual declares it so
    VERTICAL_BREAKPOINTS = [(0, "-low"), (24, "-short"), (30, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = "#events"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(actions_only_on(MEMORY))

    def __init__(
        self,
        replay: Replay,
        memory_id: str,
        here: Position,
        masks: Masks | None = None,
        follow_why: Callable[[WhyAnswer], None] | None = None,
    ) -> None:
        super().__init__()
        self._follow_why = follow_why
        self._replay = replay
        self._memory = replay.memory(memory_id)
        self._turn = here.turn
        self._life: Life | None = None
        self._masks = masks or no_masks_lifted()

    def compose(self) -> ComposeResult:
        yield ClickBar(id="title")
        with Horizontal(id="about"):
            with VerticalScroll(id="text"):
                yield Static(self._text(), markup=False, id="words")
            yield LineWidget(id="facts")
        with Vertical(id="life"):
            yield LineWidget(id="bar")
            yield LineWidget(id="numbers")
            yield LineWidget(id="score")
        yield RowList(id="events", nothing="No event was ever about this memory.")
        yield LineWidget(id="detail")
        yield KeyBar(actions_on(MEMORY))
        yield SmallNotice()

    def on_mount(self) -> None:
        self._name_text()
        self.query_one("#life").border_title = "Residency"
        events = self.query_one("#events")
        events.border_title = "Events"
        events.border_subtitle = "reading its history…"
        self.call_after_refresh(self._read)

    def _name_text(self) -> None:
        is_masked = self._masks.of_memory(self._memory) != self._memory.text
        state = "revealed" if self._masks.revealed else "masked" if is_masked else ""
        self.query_one("#text").border_title = f"Text · {state}" if state else "Text"

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    @work(thread=True, exclusive=True)
    def _read(self) -> None:
        """A long log is searched for the memory's events: away from the screen's thread."""
        life = life_of(self._replay, self._memory.memory_id)
        self.app.call_from_thread(self._show, life)

    def _show(self, life: Life) -> None:
        self._life = life
        events = self.query_one(RowList)
        events.border_subtitle = f"{len(life.seqs)} events"
        turns = [self._replay.turn_of(seq) for seq in life.seqs]
        reached = [index for index, turn in enumerate(turns) if turn <= self._turn]
        events.show(len(life.seqs), self._event_line, cursor=reached[-1] if reached else 0)
        self._draw()

    def _draw(self) -> None:
        if not self.size or not self.is_mounted:
            return
        replay, memory, turn = self._replay, self._memory, self._turn
        title = self.query_one("#title", ClickBar)
        title.show(title_line(replay, memory, turn, self.size.width))
        known = [(label, self._masks.of_text(value)) for label, value in facts(replay, memory, turn)]
        if self.has_class("-wide"):
            table = fact_table(known, max(20, self.query_one("#facts").size.width))
            self.query_one("#facts").styles.height = None  # of a narrower screen
            self._set_lines("#facts", table)
            self.query_one("#about").styles.height = min(len(table) + 2, _TALLEST_FACTS, self.size.height // 2)
        else:
            self.query_one("#about").styles.height = "auto"
            flow = fact_flow(known, max(20, self.size.width - 4))
            self._set_lines("#facts", flow[: self._rows_for_facts()], resize=True)
        width = max(20, self.size.width - 4)
        most = 1 if self.has_class("-low") else None
        if self._life is not None:
            self._set_lines("#bar", bar_lines(self._life, turn, width), resize=True)
            self.query_one("#life").border_subtitle = bar_legend(self._life, width)
            self._set_lines("#numbers", number_lines(self._life, width)[:most], resize=True)
        terms = replay.score_breakdown(memory.memory_id, turn)
        self._set_lines("#score", score_lines(terms, turn, width)[:most], resize=True)
        self._draw_detail()

    def _rows_for_facts(self) -> int | None:
        """None for as many as there are."""
        return next((rows for size, rows in _FACTS_ROWS.items() if self.has_class(size)), None)

    def _set_lines(self, selector: str, lines: list[Line], *, resize: bool = False) -> None:
        widget = self.query_one(selector, LineWidget)
        if resize and widget.size.height != len(lines):
            widget.styles.height = len(lines)
        widget.set_rows([(line, LineWidget.GROUND) for line in lines])

    def _text(self) -> Content:
        whole = self._masks.of_memory(self._memory)
        text = whole[:TEXT_LIMIT]
        cut = f"\n… and {len(whole) - TEXT_LIMIT} more characters" if len(whole) > len(text) else ""
        return Content("\n".join(printable_lines(text)) + cut)

    def _event_line(self, index: int, width: int) -> Line:
        if self._life is None or index >= len(self._life.seqs):
            return BLANK
        event = self._replay.events[self._life.seqs[index]]
        number = event.seq - self._replay.event_span(event.turn).start + 1
        return life_event_line(event, number, event.turn == self._turn, width)

    def _go(self, turn: int) -> None:
        self._turn = max(0, min(turn, self._replay.computed, self._replay.turn_count))
        self._draw()
        self.query_one(RowList).refresh()

    def action_masks_toggle(self) -> None:
        """Reveal the text, or mask it again."""
        self._masks.toggle()
        self.query_one("#words", Static).update(self._text())
        self._name_text()

    def action_step_back(self) -> None:
        self._go(self._turn - 1)

    def action_step_forward(self) -> None:
        self._go(self._turn + 1)

    def action_memory_close(self) -> None:
        self.dismiss(None)

    def action_why_open(self) -> None:
        """Why it is, or is not, in the prompt of the turn shown here."""
        from memview.tui.screens.why import WhyScreen

        here = Position(self._turn)
        self.app.push_screen(WhyScreen(self._replay, self._memory.memory_id, here, self._masks), self._came_from_why)

    def _came_from_why(self, answer: WhyAnswer | None) -> None:
        self.query_one("#words", Static).update(self._text())
        self._name_text()
        if isinstance(answer, Position):
            self.dismiss(answer)
        elif answer is not None and self._follow_why is not None:
            self._follow_why(answer)
            self.dismiss(None)
        elif answer is not None:
            self.notify("What-ifs are made in the inspector: open the memory from there to try it.", markup=False)

    def action_memory_jump(self) -> None:
        """Back to the inspector, at the event under the cursor."""
        cursor = self.query_one(RowList).cursor
        if self._life is not None and cursor is not None:
            self.dismiss(at_event(self._replay, self._life.seqs[cursor]))

    def on_row_list_highlighted(self) -> None:
        self._draw_detail()

    def _draw_detail(self) -> None:
        cursor = self.query_one(RowList).cursor
        if self._life is None or cursor is None or not self.has_class("-narrow"):
            return
        event = self._replay.events[self._life.seqs[cursor]]
        lines = life_event_detail(event, max(20, self.size.width - 4))
        self.query_one("#detail", LineWidget).set_rows([(line, LineWidget.GROUND) for line in lines])

    def on_row_list_chosen(self) -> None:
        self.action_memory_jump()

    def action_copy_row(self) -> None:
        if self._life is None:
            return
        text = self._masks.of_memory(self._memory)
        copied = self._masks.of_whole_text(memory_json(self._replay, self._life, text, self._turn))
        copy_json(self, copied)
