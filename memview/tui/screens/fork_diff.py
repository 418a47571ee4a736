"""Everything that differs after a fork: the what-if on screen against what it was forked from."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.worker import get_current_worker

from memview.replay.fork_diff import ForkDiff
from memview.tui.actions import FORK_DIFF, actions_on, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.lines import BLANK, Line, fitted
from memview.tui.views.fork_diff_view import (
    LOOKING,
    NOTHING,
    Entry,
    diff_title,
    summary_entries,
    turn_line,
    turn_lines,
    turns_heading,
)
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.row_list import RowList
from memview.tui.widgets.small_notice import SmallNotice

if TYPE_CHECKING:
    from memview.tui.lanes import Lane

_AT_ONCE = 50
"""Turns that are looked at before keys have their turn."""
_BREATH_SECONDS = 0.001
_AGAIN_SECONDS = 0.3


class ForkDiffScreen(Screen[int]):
    """Answers with the turn to show, or None."""

    CSS_PATH = Path(__file__).parent.parent / "styles" / "fork_diff.tcss"
    SCOPE = FORK_DIFF
    AUTO_FOCUS = "#differences"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(actions_only_on(FORK_DIFF))

    def __init__(self, fork: Lane, origin: Lane, turn: int) -> None:
        super().__init__()
        self._what_if = fork.what_if
        self._turn = turn
        self._diff = ForkDiff(origin.replay, fork.replay, fork.forked_at or 0)
        self._summary: list[Entry] = []

    def compose(self) -> ComposeResult:
        yield ClickBar(id="title")
        yield RowList(id="differences", nothing=LOOKING)
        with VerticalScroll(id="preview"):
            yield LineWidget(id="turn")
        yield KeyBar(actions_on(FORK_DIFF))
        yield SmallNotice()

    def on_mount(self) -> None:
        self.query_one("#differences").border_title = "After the fork"
        self.query_one("#preview").border_title = "Turn"
        self._look()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    @property
    def turn(self) -> int | None:
        """The turn of the row under the cursor."""
        cursor = self.query_one(RowList).cursor
        if cursor is None:
            return None
        if cursor < len(self._summary):
            return self._summary[cursor].turn
        place = cursor - len(self._summary)
        return self._diff.turns[place] if place < len(self._diff.turns) else None

    @work(thread=True, exclusive=True)
    def _look(self) -> None:
        """Two logs are compared away from the screen's thread, as far as they are computed."""
        worker, diff = get_current_worker(), self._diff
        while not worker.is_cancelled:
            before = diff.looked
            diff.look(_AT_ONCE)
            if diff.is_done or diff.looked == before:
                break
            time.sleep(_BREATH_SECONDS)
        if not worker.is_cancelled:
            summary = [*summary_entries(diff.metrics, diff.probes), turns_heading(diff)]
            self.app.call_from_thread(self._show, summary if diff.turns or diff.metrics or diff.probes else [])

    def _show(self, summary: list[Entry]) -> None:
        if not self.is_mounted:
            return
        rows = self.query_one(RowList)
        before, kept = len(self._summary), rows.cursor
        self._summary = summary
        headings = frozenset(index for index, entry in enumerate(summary) if entry.is_heading)
        if self._diff.is_done:
            rows.set_nothing(NOTHING)
        cursor = self._first_row() if kept is None else kept + len(summary) - before
        rows.show(len(summary) + (len(self._diff.turns) if summary else 0), self._line, headings, cursor)
        rows.call_after_refresh(rows.reveal)
        self._draw()
        if not self._diff.is_done:
            self.set_timer(_AGAIN_SECONDS, self._look)

    def _first_row(self) -> int:
        """The turn on screen, or the first after it that differs; the first row when none does."""
        places = [place for place, turn in enumerate(self._diff.turns) if turn >= self._turn]
        return len(self._summary) + places[0] if places else 0

    def _line(self, index: int, width: int) -> Line:  # noqa: ARG002 - the shape of a row maker
        if index < len(self._summary):
            return self._summary[index].line
        place = index - len(self._summary)
        return turn_line(self._diff.turn(self._diff.turns[place])) if place < len(self._diff.turns) else BLANK

    def _draw(self) -> None:
        if not self.size or not self.is_mounted:
            return
        diff = self._diff
        title = diff_title(
            self._what_if, sum(turn > 0 for turn in diff.turns), diff.fork.turn_count, diff.is_done, self.size.width
        )
        self.query_one("#title", ClickBar).show(title)
        shown = self.query_one("#turn", LineWidget)
        width = max(20, shown.size.width)
        turn = self.turn
        lines = [BLANK] if turn is None else turn_lines(diff.turn(turn), width)
        shown.styles.height = max(1, len(lines))
        shown.set_rows([(fitted(line, width), LineWidget.GROUND) for line in lines])

    def on_row_list_highlighted(self) -> None:
        self.query_one("#preview", VerticalScroll).scroll_home(animate=False)
        self._draw()

    def on_row_list_chosen(self) -> None:
        self.action_diff_choose()

    def action_diff_choose(self) -> None:
        """The turn under the cursor in the inspector."""
        if self.turn is not None:
            self.dismiss(self.turn)

    def action_diff_close(self) -> None:
        self.dismiss(None)
