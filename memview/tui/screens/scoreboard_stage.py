"""What the scoreboard looks like: its four sections, drawn from what is known so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.screen import Screen

from memview.tui.actions import SCOREBOARD, actions_on
from memview.tui.lines import BLANK, Line
from memview.tui.screens.scoreboard_desk import Desk
from memview.tui.screens.scoreboard_panes import Headings, LinePane
from memview.tui.screens.scoreboard_state import Knowledge
from memview.tui.views import probes_view, scoreboard_view
from memview.tui.views.curve_view import curve_lines
from memview.tui.views.histogram_view import accesses_title, histogram_height, histogram_lines, working_set_lines
from memview.tui.views.notice_view import LEAST_HEIGHT, LEAST_WIDTH, small_lines
from memview.tui.views.scoreboard_view import Board, Entry, Order, board_of
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from memview.evaluate.curve import Curve
    from memview.evaluate.findings import Question
    from memview.kernel.workload import Workload
    from memview.model import PolicySpec
    from memview.model.session import Probe
    from memview.replay.governance_masks import Masks
    from memview.settings import BudgetSettings
    from memview.tui.lanes import Lane

_FOOT_ROWS, _DETAIL_ROWS = 2, 5
_DRAW_SECONDS = 0.12


@dataclass(frozen=True, slots=True)
class Choice:
    """What to show in the inspector: the lane at `lane` or else `policy`, at the end of `turn`."""

    lane: int | None
    policy: PolicySpec
    turn: int


class ScoreboardStage(Screen[Choice]):
    """Holds what is known, where the cursors are, and draws."""

    CSS_PATH = Path(__file__).parent.parent / "styles" / "scoreboard.tcss"
    SCOPE = SCOREBOARD
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (170, "-wide")]  # noqa: RUF012 - Textual declares it so
    VERTICAL_BREAKPOINTS = [(0, "-short"), (48, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = "#rows"

    def __init__(
        self,
        lanes: Sequence[Lane],
        active: int,
        workload: Workload,
        budgets: BudgetSettings,
        turn: int,
        masks: Masks,
    ) -> None:
        super().__init__()
        self._lanes = tuple(lanes)
        self._workload = workload
        self._budgets = budgets
        self._turn = turn
        self._masks = masks
        self._desk = Desk()
        self._known = Knowledge(active)
        self._section = "board"
        self._order = Order()
        self._board: Board = board_of((), Order())
        self._curve: Curve | None = None
        self._entries: list[Entry] = []
        self._metric = "probe_recall"
        self._first_metric = 0
        self._budget = 0
        self._policy = 0
        self._first_policy = 0
        self._busy: Question | None = None
        self._busy_turn = 0
        self._is_working = False
        self._is_stale = False
        self._is_due = False
        self._histogram_rows = 0
        self._disputed: frozenset[str] = frozenset()

    def compose(self) -> ComposeResult:
        yield ClickBar(id="title")
        yield ClickBar(id="sections")
        with Container(id="grid"):
            with Vertical(id="board", classes="section"):
                yield Headings(id="metrics")
                yield RowList(id="rows", nothing="Looking for policies…")
                yield LineWidget(id="meaning")
            with Vertical(id="probes", classes="section"):
                yield Headings(id="policies")
                yield RowList(id="asked", nothing=probes_view.NOTHING)
                yield LineWidget(id="probe")
            yield LinePane(id="chart", classes="section")
            with Vertical(id="accesses", classes="section"):
                yield LineWidget(id="histogram")
                yield LinePane(id="working")
        yield LineWidget(id="small")
        yield KeyBar(actions_on(SCOREBOARD))

    def on_resize(self) -> None:
        self.call_after_refresh(self.refresh_soon)

    def refresh_soon(self) -> None:
        """Draw everything when the messages that wait are dealt with."""
        if not self._is_stale:
            self._is_stale = True
            self.call_later(self._draw)

    def refresh_now_and_then(self) -> None:
        """Draw everything within a moment: answers from the cache come faster than anyone can see."""
        if not self._is_due:
            self._is_due = True
            self.set_timer(_DRAW_SECONDS, self._draw_due)

    def _draw_due(self) -> None:
        self._is_due = False
        self.refresh_soon()

    def _draw(self) -> None:
        self._is_stale = False
        if not self.size or not self.is_mounted:
            return
        is_small = self.size.width < LEAST_WIDTH or self.size.height < LEAST_HEIGHT
        self.set_class(is_small, "-small")
        if is_small:
            rows = [(line, LineWidget.GROUND) for line in small_lines(*self.size)]
            self.query_one("#small", LineWidget).set_rows(rows)
            return
        self._entries = self._known.entries()
        self._draw_title()
        self._draw_sections()
        if self._shows("board"):
            self._draw_board()
        if self._shows("curve"):
            self._draw_curve()
        if self._shows("accesses"):
            self._draw_accesses()
        if self._shows("probes"):
            self._draw_probes()

    def _shows(self, section: str) -> bool:
        return section == self._section or (self.has_class("-wide") and self.has_class("-tall"))

    def _draw_title(self) -> None:
        progress = self._known.progress(self._desk.order, self._busy, self._busy_turn)
        budget = self._known.profile.budget if self._known.profile else None
        session = self._workload.session.session_id
        line = scoreboard_view.title_line(session, budget, self._turn, progress, self.size.width)
        self.query_one("#title", ClickBar).show(line)

    def _draw_sections(self) -> None:
        bar = scoreboard_view.sections_line(self._section, self.size.width)
        self.query_one("#sections", ClickBar).show(bar.line, bar.targets)

    def _draw_board(self) -> None:
        rows, name = self.query_one("#rows", RowList), self._entry_name
        self._board = board_of(self._entries, self._order)
        self._reveal_metric()
        names = [entry.name for entry in self._board.entries]
        rows.show(len(names), self._entry_line, cursor=names.index(name) if name in names else 0)
        box = self.query_one("#board")
        box.border_title = "Policies"
        box.border_subtitle = f"{scoreboard_view.group_words(self._entries)}  {scoreboard_view.legend_words()}"
        self._draw_board_frame()

    def _draw_board_frame(self) -> None:
        """What stands above and below the rows of the board."""
        width = self._width("#metrics")
        heading = scoreboard_view.heading(self._board, self._first_metric, self._metric, width)
        self.query_one("#metrics", Headings).show(heading)
        entry = self._entry
        about = scoreboard_view.entry_words(entry, width) if entry else BLANK
        lines = [scoreboard_view.explanation_line(self._board, self._metric, width), about]
        self._set("#meaning", lines[:_FOOT_ROWS])

    def _entry_line(self, index: int, width: int) -> Line:
        if index >= len(self._board.entries):
            return BLANK
        table = self._width("#metrics")
        return scoreboard_view.entry_line(self._board, index, self._first_metric, self._metric, table, width)

    def _draw_curve(self) -> None:
        self._curve = self._known.curve()
        chart = self.query_one("#chart", LinePane)
        now = self._known.profile.budget if self._known.profile else 0
        self._budget = max(0, min(self._budget, len(self._known.ladder) - 1))
        chart.show(curve_lines(self._curve, now, self._budget, *chart.size))

    def _draw_accesses(self) -> None:
        profile = self._known.profile
        box = self.query_one("#accesses")
        box.border_title = accesses_title(profile)
        self.query_one("#working").border_title = "Working set"
        histogram, working = self.query_one("#histogram", LineWidget), self.query_one("#working", LinePane)
        wanted = min(histogram_height(profile, histogram.size.width), box.size.height * 5 // 9)
        if wanted not in (0, self._histogram_rows):
            # Once for each height: what the layout makes of it is not asked again.
            self._histogram_rows = wanted
            histogram.styles.height = wanted
            self.call_after_refresh(self.refresh_soon)
        lines = histogram_lines(profile, *histogram.size)
        histogram.set_rows([(line, LineWidget.GROUND) for line in lines])
        working.show(working_set_lines(profile, self._turn, *working.size))

    def _draw_probes(self) -> None:
        from memview.evaluate.scoreboard import disputed

        asked = self.query_one("#asked", RowList)
        cursor, entries = asked.cursor, self._entries
        self._policy = max(0, min(self._policy, len(entries) - 1))
        self._disputed = disputed([entry.score for entry in entries if entry.score is not None])
        asked.show(len(self._probes), self._probe_line, cursor=cursor or 0)
        box = self.query_one("#probes")
        box.border_title = "Probes"
        box.border_subtitle = probes_view.tally_words(entries, len(self._probes), len(self._disputed))
        self._draw_probes_frame()

    def _draw_probes_frame(self) -> None:
        entries = self._entries
        width = self._width("#policies")
        room = probes_view.columns(width, len(entries)) if entries else 1
        self._first_policy = _revealed(self._first_policy, self._policy, room)
        heading = probes_view.probes_heading(entries, self._first_policy, self._policy, width)
        self.query_one("#policies", Headings).show(heading)
        entry = entries[self._policy] if entries else None
        lines = probes_view.probe_words(self._probe, entry, entries, self._masks.of_text, width - 2, _DETAIL_ROWS)
        self._set("#probe", lines)

    def _probe_line(self, index: int, width: int) -> Line:
        probe = self._probes[index]
        is_disputed = probe.probe_id in self._disputed
        text = self._masks.of_text(probe.question)
        return probes_view.probe_line(probe, self._entries, self._first_policy, self._policy, is_disputed, text, width)

    def _set(self, selector: str, lines: Sequence[Line]) -> None:
        self.query_one(selector, LineWidget).set_rows([(line, LineWidget.GROUND) for line in lines])

    def _width(self, selector: str) -> int:
        return max(20, self.query_one(selector).size.width)

    # What the cursors are on

    @property
    def _entry(self) -> Entry | None:
        cursor = self.query_one("#rows", RowList).cursor
        return self._board.entries[cursor] if cursor is not None and cursor < len(self._board.entries) else None

    @property
    def _entry_name(self) -> str | None:
        entry = self._entry
        return entry.name if entry else self._known.active

    @property
    def _probes(self) -> tuple[Probe, ...]:
        return self._workload.session.probes

    @property
    def _probe(self) -> Probe | None:
        cursor = self.query_one("#asked", RowList).cursor
        return self._probes[cursor] if cursor is not None and cursor < len(self._probes) else None

    def _reveal_metric(self) -> None:
        if self._metric not in self._board.metrics:
            self._first_metric = 0
            return
        room = self._board.columns(self._width("#metrics"))
        self._first_metric = _revealed(self._first_metric, self._board.metrics.index(self._metric), room)


def _revealed(first: int, chosen: int, room: int) -> int:
    """The first of `room` columns, moved as little as it has to be for `chosen` to be among them."""
    return max(0, min(max(first, chosen - room + 1), chosen))
