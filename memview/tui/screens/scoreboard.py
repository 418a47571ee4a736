"""The scoreboard: every policy on this session, the curve over core budgets, accesses, probes."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import ClassVar

from textual.binding import BindingType
from textual.worker import get_current_worker

from memview.tui.actions import SCOREBOARD, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.copying import copy_json
from memview.tui.screens.scoreboard_desk import Found, Prepared, Rested, Rival, Turned, rivals_of
from memview.tui.screens.scoreboard_panes import Headings, LinePane
from memview.tui.screens.scoreboard_stage import Choice, ScoreboardStage
from memview.tui.views import probes_view
from memview.tui.views.curve_view import SERIES, curve_json, place_at
from memview.tui.views.histogram_view import turn_at_column
from memview.tui.views.scoreboard_view import POLICY, SECTIONS
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.row_list import RowList

_FOCUS = {"board": "#rows", "curve": "#chart", "accesses": "#working", "probes": "#asked"}
_WORK = "score"


class ScoreboardScreen(ScoreboardStage):
    """Answers with what to show in the inspector, or None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for(actions_only_on(SCOREBOARD))

    def on_mount(self) -> None:
        self.query_one("#chart").border_title = "Hit ratio by core budget"
        self._show_section("board")
        # The frame first: what the thread imports would hold it up.
        self.call_after_refresh(self._prepare_in_thread)

    # Work

    def _prepare_in_thread(self) -> None:
        self.run_worker(self._prepare, group=_WORK, thread=True)

    def _prepare(self) -> None:
        self.post_message(Prepared(rivals_of(self._lanes, self._workload, self._budgets)))

    def on_prepared(self, news: Prepared) -> None:
        self._known.enter(news.rivals)
        self._work()

    def _work(self) -> None:
        """Let the thread answer what is wanted now."""
        self._desk.order = self._known.wanted(self._section)
        if not self._is_working and self._desk.next() is not None:
            self._is_working = True
            self.run_worker(self._answer, group=_WORK, thread=True)
        self.refresh_soon()

    def _answer(self) -> None:
        worker = get_current_worker()
        self._desk.run(lambda name: self._known.rivals[name].contender, lambda: worker.is_cancelled, self.post_message)

    def on_found(self, news: Found) -> None:
        had_ladder = bool(self._known.ladder)
        self._known.learn(news)
        if self._known.ladder and not had_ladder and self._known.profile is not None:
            self._budget = self._known.ladder.index(self._known.profile.budget)
            self._work()
        self.refresh_now_and_then()

    def on_turned(self, news: Turned) -> None:
        self._busy, self._busy_turn = news.question, news.turn
        self._draw_title()

    def on_rested(self, _: Rested) -> None:
        self._is_working = False
        self._work()

    # Sections

    def _show_section(self, section: str) -> None:
        self._section = section
        for name, _ in SECTIONS:
            self.set_class(name == section, f"-{name}")
        self.query_one(_FOCUS[section]).focus()
        if self._known.rivals:
            self._work()
        # What comes into sight has no size before it is laid out.
        self.call_after_refresh(self.refresh_soon)

    def on_descendant_focus(self) -> None:
        """Where several sections are in sight, a click moves from one to another."""
        focused = self.focused
        section = next((name for name, selector in _FOCUS.items() if focused and f"#{focused.id}" == selector), None)
        if section is not None and section != self._section:
            self._show_section(section)

    def action_scoreboard_board(self) -> None:
        self._show_section("board")

    def action_scoreboard_curve(self) -> None:
        self._show_section("curve")

    def action_scoreboard_accesses(self) -> None:
        self._show_section("accesses")

    def action_scoreboard_probes(self) -> None:
        self._show_section("probes")

    def action_scoreboard_next(self) -> None:
        self._step_section(1)

    def action_scoreboard_previous(self) -> None:
        self._step_section(-1)

    def _step_section(self, step: int) -> None:
        names = [name for name, _ in SECTIONS]
        self._show_section(names[(names.index(self._section) + step) % len(names)])

    def on_click_bar_chosen(self, message: ClickBar.Chosen) -> None:
        if message.bar.id == "sections":
            self._show_section(message.name)

    # Actions

    def action_scoreboard_left(self) -> None:
        self._move(-1)

    def action_scoreboard_right(self) -> None:
        self._move(1)

    def _move(self, step: int) -> None:
        """The column, the budget, the turn or the policy beside the one under the cursor."""
        self._desk.hold()
        if self._section == "board":
            columns = (POLICY, *self._board.metrics)
            place = columns.index(self._metric) if self._metric in columns else 0
            self._metric = columns[max(0, min(place + step, len(columns) - 1))]
            self._reveal_metric()
            self.query_one("#rows").refresh()
            self._draw_board_frame()
        elif self._section == "curve":
            self._budget += step
            self._draw_curve()
        elif self._section == "accesses":
            self._turn = max(1, min(self._turn + step, len(self._workload.session.turns)))
            self._draw_accesses()
            self._draw_title()
        else:
            self._policy = max(0, min(self._policy + step, len(self._entries) - 1))
            self._draw_probes_frame()
            self.query_one("#asked").refresh()

    def action_scoreboard_sort(self) -> None:
        """By the column under the cursor; once more turns it round, a third time as it was."""
        self._sort_by(self._metric)

    def _sort_by(self, metric: str) -> None:
        self._metric = metric
        self._order = self._order.by(metric)
        self._draw_board()

    def on_headings_chosen(self, message: Headings.Chosen) -> None:
        if message.headings.id == "metrics":
            self.query_one("#rows").focus()
            self._sort_by(message.name)
        else:
            self._policy = int(message.name)
            self._draw_probes()

    def action_scoreboard_draw(self) -> None:
        """Draw the policy under the cursor in the chart, or leave it out."""
        name = self._entry_name
        if name is None:
            return
        if not self._known.draw_or_not(name):
            self.notify(f"The chart has room for {len(SERIES)} policies; take one out first.", markup=False)
        self._work()

    def action_scoreboard_all(self) -> None:
        """With or without presets and policies that know the future."""
        self._known.with_all = not self._known.with_all
        self._work()

    def action_scoreboard_choose(self) -> None:
        """What is under the cursor, in the inspector."""
        if self._section == "board" and self._entry_name in self._known.rivals:
            self._choose(self._known.rivals[self._entry_name], self._turn)
        elif self._section == "probes" and self._probe is not None:
            if self._entries:
                self._choose(self._known.rivals[self._entries[self._policy].name], self._probe.after_turn)
        elif self._section == "accesses" and self._known.active is not None:
            self._choose(self._known.rivals[self._known.active], self._turn)

    def _choose(self, rival: Rival, turn: int) -> None:
        self.dismiss(Choice(rival.lane, rival.contender.spec, turn))

    def action_scoreboard_close(self) -> None:
        self.dismiss(None)

    def action_masks_toggle(self) -> None:
        """Reveal what is sensitive in questions and answers, or mask it again."""
        self._masks.toggle()
        self.refresh_soon()

    def action_scoreboard_copy(self) -> None:
        """What is under the cursor as JSON."""
        copied = json.dumps(self._copied(), ensure_ascii=False, indent=1)
        copy_json(self, copied)

    def _copied(self) -> object:
        profile, entry = self._known.profile, self._entry
        if self._section == "curve" and self._curve is not None:
            return curve_json(self._curve, profile.budget if profile else 0)
        if self._section == "accesses" and profile is not None:
            return asdict(profile)
        if self._section == "probes" and self._probe is not None:
            asked = self._probe.probe_id
            found = {
                entry.name: probes_view.verdict(entry.probes.get(asked)) for entry in self._entries if entry.probes
            }
            return {"probe": asked, "policies": found}
        return entry and {"policy": entry.name, "metrics": dict(entry.score.metrics) if entry.score else None}

    # Mouse and lists

    def on_row_list_chosen(self) -> None:
        self.action_scoreboard_choose()

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        self._desk.hold()
        if message.rows.id == "rows":
            self.call_later(self._draw_board_frame)
        else:
            self.call_later(self._draw_probes_frame)

    def on_line_pane_pointed(self, message: LinePane.Pointed) -> None:
        width = message.pane.size.width
        if message.pane.id == "chart" and self._curve is not None:
            self._budget = place_at(self._curve, message.x, width)
            self._draw_curve()
        elif message.pane.id == "working" and self._known.profile is not None:
            turn = turn_at_column(self._known.profile, message.x, width)
            self._turn = self._turn if turn is None else turn
            self._draw_accesses()
            self._draw_title()
