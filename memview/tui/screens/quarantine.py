"""The quarantine: what may not enter the prompt at a turn, and a person's decision about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen

from memview.model.display import printable
from memview.model.session import APPROVED, REFUSED
from memview.replay.governance import Decision, Withheld, withheld_at
from memview.tui.actions import QUARANTINE, actions_on, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.copying import copy_json
from memview.tui.lines import BLANK, Line, fitted, wrap
from memview.tui.position import Position
from memview.tui.scene import no_masks_lifted
from memview.tui.views.quarantine_view import (
    NOTHING,
    explanation,
    fenced_lines,
    quarantine_title,
    tally_words,
    withheld_json,
    withheld_line,
)
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.row_list import RowList
from memview.tui.widgets.small_notice import SmallNotice

if TYPE_CHECKING:
    from memview.replay import Replay
    from memview.replay.governance_masks import Masks

_TEXT_LIMIT = 20_000
"""Characters of a text that are laid out here; the memory screen shows the rest."""


class QuarantineScreen(Screen[Decision]):
    """Answers with a decision, or None when there was none."""

    CSS_PATH = Path(__file__).parent.parent / "styles" / "quarantine.tcss"
    SCOPE = QUARANTINE
    AUTO_FOCUS = "#withheld"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(actions_only_on(QUARANTINE))

    def __init__(self, replay: Replay, here: Position, what_if: str = "", masks: Masks | None = None) -> None:
        super().__init__()
        self._replay = replay
        self._turn = here.turn
        self._what_if = what_if
        self._entries: list[Withheld] = []
        self._masks = masks or no_masks_lifted()

    def compose(self) -> ComposeResult:
        yield ClickBar(id="title")
        yield RowList(id="withheld", nothing=NOTHING)
        with VerticalScroll(id="preview"):
            yield LineWidget(id="fenced")
        yield KeyBar(actions_on(QUARANTINE))
        yield SmallNotice()

    def on_mount(self) -> None:
        self.query_one("#withheld").border_title = "Kept out of the prompt"
        self.query_one("#preview").border_title = "Text"
        self._look(self._turn)

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    @property
    def entry(self) -> Withheld | None:
        """The memory under the cursor."""
        cursor = self.query_one(RowList).cursor
        return None if cursor is None or cursor >= len(self._entries) else self._entries[cursor]

    @work(thread=True, exclusive=True)
    def _look(self, turn: int) -> None:
        """A long log is read away from the screen's thread."""
        entries = withheld_at(self._replay, turn)
        self.app.call_from_thread(self._show, turn, entries)

    def _show(self, turn: int, entries: list[Withheld]) -> None:
        if turn != self._turn:
            return
        before = self.entry
        self._entries = entries
        rows = self.query_one(RowList)
        rows.border_subtitle = tally_words(entries)
        same = [place for place, entry in enumerate(entries) if before and entry.memory_id == before.memory_id]
        rows.show(len(entries), self._line, cursor=same[0] if same else 0)
        rows.styles.height = max(4, min(len(entries) + 2, self.size.height // 2))
        self._draw()

    def _line(self, index: int, width: int) -> Line:
        return withheld_line(self._entries[index], self._entries, width) if index < len(self._entries) else BLANK

    def _draw(self) -> None:
        if not self.size or not self.is_mounted:
            return
        title = quarantine_title(self._replay, self._turn, self._what_if, self.size.width)
        self.query_one("#title", ClickBar).show(title)
        fenced = self.query_one("#fenced", LineWidget)
        width = max(20, fenced.size.width)
        lines = self._about(width)
        self.query_one("#preview").border_title = f"Text{self._mask_words()}"
        fenced.styles.height = max(1, len(lines))
        fenced.set_rows([(fitted(line, width), LineWidget.GROUND) for line in lines])

    def _about(self, width: int) -> list[Line]:
        entry = self.entry
        if entry is None:
            return [BLANK]
        told: list[Line] = [((piece, "muted"),) for piece in wrap(explanation(entry), width)]
        return [*told, BLANK, *fenced_lines(entry, self._masks.of_memory(entry.memory)[:_TEXT_LIMIT], width)]

    def _mask_words(self) -> str:
        entry = self.entry
        if self._masks.revealed:
            return " · revealed"
        return " · masked" if entry and self._masks.of_memory(entry.memory) != entry.memory.text else ""

    def on_row_list_highlighted(self) -> None:
        self.query_one("#preview", VerticalScroll).scroll_home(animate=False)
        self._draw()

    def on_row_list_chosen(self) -> None:
        self.action_memory_open()

    def action_memory_open(self) -> None:
        """The whole life of the memory under the cursor."""
        entry = self.entry
        if entry is None:
            return
        from memview.tui.screens.memory import MemoryScreen

        self.app.push_screen(
            MemoryScreen(self._replay, entry.memory_id, Position(self._turn), self._masks), self._came_back
        )

    def _came_back(self, _: Position | None) -> None:
        """The masks may have been lifted there."""
        self._draw()

    def action_masks_toggle(self) -> None:
        """Reveal what is sensitive, or mask it again."""
        self._masks.toggle()
        self._draw()

    def action_memory_close(self) -> None:
        self.dismiss(None)

    def action_memory_approve(self) -> None:
        self._decide(APPROVED)

    def action_memory_refuse(self) -> None:
        self._decide(REFUSED)

    def _decide(self, kind: str) -> None:
        entry = self.entry
        if entry is None:
            self.notify("There is no memory to decide about at this turn.", markup=False)
        elif not (entry.can_be_approved if kind == APPROVED else entry.can_be_refused):
            words = "an approval would change nothing" if kind == APPROVED else "it cannot be refused twice"
            self.notify(f"{printable(entry.memory_id)} is {entry.state}: {words}.", severity="warning", markup=False)
        else:
            self.dismiss(Decision(entry.memory_id, self._turn, kind))

    def action_step_back(self) -> None:
        self._go(self._turn - 1)

    def action_step_forward(self) -> None:
        self._go(self._turn + 1)

    def _go(self, turn: int) -> None:
        turn = max(0, min(turn, self._replay.computed, self._replay.turn_count))
        if turn != self._turn:
            self._turn = turn
            self._look(turn)

    def action_copy_row(self) -> None:
        entry = self.entry
        if entry is None:
            return
        copied = withheld_json(entry, self._masks.of_memory(entry.memory), self._replay.tokens_of(entry.memory_id))
        copy_json(self, copied)
