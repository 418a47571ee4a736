"""Why a memory is, or is not, in the prompt of a turn, and what would have kept it: sentences first, then numbers.

What happened is read, and what would have happened is replayed, in a thread: rows fill in as they are known, and the
thread ends with the screen or with a step to another turn.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Union

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.worker import get_current_worker

from memview.tui.actions import WHY, actions_on, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.copying import copy_json
from memview.tui.life import Life, life_of
from memview.tui.lines import BLANK, Line
from memview.tui.position import Position, at_event
from memview.tui.scene import no_masks_lifted
from memview.tui.views.memory_view import bar_legend, bar_lines, title_line
from memview.tui.views.why_view import WhyRow, why_rows
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.row_list import RowList
from memview.tui.widgets.small_notice import SmallNotice

if TYPE_CHECKING:
    from memview.model import PolicySpec
    from memview.replay import Replay
    from memview.replay.changes import Change
    from memview.replay.counterfactuals import Counterfactuals
    from memview.replay.explain import Explanation
    from memview.replay.governance_masks import Masks

WhyAnswer = Union[Position, tuple["Change", ...], "PolicySpec"]
"""Where to go in the inspector, or what to try there: changes, or a whole policy."""

_REPORT_SECONDS = 0.1
_BREATH_EVERY = 16


class WhyScreen(Screen[WhyAnswer]):
    """Answers with the position to show, the changes or the policy to try, or None for nothing."""

    CSS_PATH = Path(__file__).parent.parent / "styles" / "why.tcss"
    SCOPE = WHY
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-tall")]  # noqa: RUF012 - Textual declares it so
    AUTO_FOCUS = "#why"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(actions_only_on(WHY))

    def __init__(self, replay: Replay, memory_id: str, here: Position, masks: Masks | None = None) -> None:
        super().__init__()
        self._replay = replay
        self._memory = replay.memory(memory_id)
        self._turn = here.turn
        self._masks = masks or no_masks_lifted()
        self._life: Life | None = None
        self._known: Explanation | None = None
        self._found: Counterfactuals | None = None
        self._can_be_tried = True
        self._rows: list[WhyRow] = []

    def compose(self) -> ComposeResult:
        yield ClickBar(id="title")
        yield LineWidget(id="bar")
        yield RowList(id="why", nothing="Reading what happened to it…")
        yield KeyBar(actions_on(WHY))
        yield SmallNotice()

    def on_mount(self) -> None:
        self.query_one("#bar").border_title = "Residency"
        self.query_one("#why").border_title = "Why"
        self.call_after_refresh(self._ask)

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def _ask(self) -> None:
        self._known = self._found = None
        self.run_worker(partial(self._work, self._turn), thread=True, exclusive=True, group="why")

    def _work(self, turn: int) -> None:
        from memview.replay.counterfactuals import Trials, can_be_tried
        from memview.replay.explain import explain

        worker = get_current_worker()
        replay, name = self._replay, self._memory.memory_id
        life = self._life or life_of(replay, name)
        known = explain(replay, name, turn)
        tried = can_be_tried(replay, name, turn)

        def tell(found: Counterfactuals | None) -> None:
            if not worker.is_cancelled:
                self.app.call_from_thread(self._show, turn, life, known, found, can_be_tried=tried)

        tell(None)
        if not tried:
            return
        told, found = time.monotonic(), None
        for found in Trials(replay, name, turn, _breathing(lambda: worker.is_cancelled)).steps():
            if time.monotonic() - told > _REPORT_SECONDS:
                told = time.monotonic()
                tell(found)
        tell(found)

    def _show(
        self, turn: int, life: Life, known: Explanation, found: Counterfactuals | None, *, can_be_tried: bool
    ) -> None:
        if turn == self._turn and self.is_attached:
            self._life, self._known, self._found, self._can_be_tried = life, known, found, can_be_tried
            self._draw()

    def _draw(self) -> None:
        if not self.size or not self.is_mounted:
            return
        width = max(20, self.size.width - 4)
        self.query_one("#title", ClickBar).show(title_line(self._replay, self._memory, self._turn, self.size.width))
        if self._life is not None:
            bar = self.query_one("#bar", LineWidget)
            bar.set_rows([(line, LineWidget.GROUND) for line in bar_lines(self._life, self._turn, width)])
            bar.border_subtitle = bar_legend(self._life, width)
        self._draw_rows()

    def _draw_rows(self) -> None:
        rows = self.query_one(RowList)
        if self._known is None:
            self._rows = []
            rows.show(0, self._line)
            return
        is_masked = self._masks.of_memory(self._memory) != self._memory.text
        width = max(20, rows.size.width - 4)
        chosen = self._chosen
        self._rows = why_rows(
            self._known,
            self._found,
            width,
            is_masked=is_masked,
            can_be_tried=self._can_be_tried,
            masked=self._masks.of_text,
        )
        headings = frozenset(place for place, row in enumerate(self._rows) if row.is_heading)
        rows.show(len(self._rows), self._line, headings, self._place_of(chosen, rows.cursor or 0))

    @property
    def _chosen(self) -> WhyRow | None:
        cursor = self.query_one(RowList).cursor
        return self._rows[cursor] if cursor is not None and cursor < len(self._rows) else None

    def _place_of(self, chosen: WhyRow | None, before: int) -> int:
        """Rows come in above the cursor while it stands: it stays on what it stands on."""
        if chosen is not None and (chosen.changes or chosen.policy or chosen.seq is not None):
            for place, row in enumerate(self._rows):
                if (row.changes, row.policy, row.seq) == (chosen.changes, chosen.policy, chosen.seq):
                    return place
        return before

    def _line(self, index: int, width: int) -> Line:  # noqa: ARG002 - rows are made for their width
        return self._rows[index].line if index < len(self._rows) else BLANK

    def _go(self, turn: int) -> None:
        turn = max(0, min(turn, self._replay.computed, self._replay.turn_count))
        if turn != self._turn:
            self._turn = turn
            self._ask()
            self._draw()

    def action_step_back(self) -> None:
        self._go(self._turn - 1)

    def action_step_forward(self) -> None:
        self._go(self._turn + 1)

    def action_memory_close(self) -> None:
        self.dismiss(None)

    def action_masks_toggle(self) -> None:
        """Reveal the terms of the score, or mask them again."""
        self._masks.toggle()
        self._draw_rows()

    def action_why_try(self) -> None:
        """The row's change as a what-if, its policy beside the present one, or its event in the inspector."""
        row = self._chosen
        if row is not None and row.changes:
            self.dismiss(row.changes)
        elif row is not None and row.policy:
            from memview.policies import load_policy

            self.dismiss(load_policy(row.policy))
        elif row is not None and row.seq is not None:
            self.dismiss(at_event(self._replay, row.seq))
        else:
            self.notify("This row proposes nothing to try; rows with ✓ do.", markup=False)

    def on_row_list_chosen(self) -> None:
        self.action_why_try()

    def action_copy_row(self) -> None:
        """The whole explanation, with what is known so far of what would have kept it."""
        if self._known is None:
            return
        from memview.replay.explain_record import explanation_record

        copied = json.dumps(explanation_record(self._known, self._found, self._masks), indent=2, ensure_ascii=False)
        copy_json(self, copied)


def _breathing(is_cancelled: Callable[[], bool]) -> Callable[[], bool]:
    """`is_cancelled` with a breath now and then, so that keys are painted while replays run."""
    asked = 0

    def ask() -> bool:
        nonlocal asked
        asked += 1
        if asked % _BREATH_EVERY == 0:
            time.sleep(0)
        return is_cancelled()

    return ask
