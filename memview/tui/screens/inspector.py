"""The inspector: one position in one replay, every pane driven by it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from memview.settings import BudgetSettings
from memview.tui.actions import INSPECTOR, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.copying import copy_json
from memview.tui.finder import Finder, agent_word
from memview.tui.news import (
    BeginningOpened,
    OpeningFailed,
    PolicyLoaded,
    Rebudgeted,
    Refused,
    RestOpened,
    SessionOpened,
)
from memview.tui.position import Position, at_event, at_turn, cursor_of, event_count, last_turn, step_matches
from memview.tui.screens.asking import Asking
from memview.tui.screens.comparing import Comparing
from memview.tui.screens.debugging import Debugging
from memview.tui.screens.deciding import Deciding
from memview.tui.screens.forking import Forking
from memview.tui.screens.mapping import Mapping
from memview.tui.screens.presenting import Presenting
from memview.tui.screens.prompting import Prompting
from memview.tui.screens.scoring import Scoring
from memview.tui.screens.sharing import Sharing
from memview.tui.screens.surfacing import Surfacing
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.pane import Pane
from memview.tui.widgets.timeline import EventChosen, EventStepped, Scrubbed

if TYPE_CHECKING:
    from memview.model import PolicySpec
    from memview.replay.budgets import BudgetOverrides

_SEARCH_AT_ONCE = 0.006
"""Seconds of searching that a key press can bear; a thread does the rest."""


class SessionChooser(Protocol):
    """What the inspector asks of the program."""

    def open_picker(self) -> None: ...


class Inspector(
    Asking, Debugging, Forking, Comparing, Sharing, Surfacing, Scoring, Prompting, Mapping, Presenting, Deciding
):
    """Opens the session at `path` under `policies`, and shows it turn by turn."""

    BINDINGS = bindings_for(actions_only_on(INSPECTOR))

    _awaited_step = 0
    """The direction of the match that was asked for and is still looked for; 0 for none."""

    def on_mount(self) -> None:
        super().on_mount()
        self.draw_waiting(f"Opening {self.path.name}…")
        self.refresh_soon()
        # The first frame first: what the thread imports would hold it up.
        self.call_after_refresh(self.open_in_thread)

    # News from the threads and the panes

    def on_session_opened(self, news: SessionOpened) -> None:
        self.opened = news.opened
        for replay in news.replays:
            self.lanes.add(replay)
        self.compute_in_thread()
        self.refresh_soon()

    def on_beginning_opened(self, news: BeginningOpened) -> None:
        self.on_session_opened(news)
        self.errand = "reading the rest…"

    def on_rest_opened(self, news: RestOpened) -> None:
        self.opened = news.opened
        self.rebudget_in_thread(self.budgets)

    def on_policy_loaded(self, news: PolicyLoaded) -> None:
        if news.fork is None:
            self.errand = ""
            self._switch_to(self.lanes.add(news.replay))

    def on_rebudgeted(self, news: Rebudgeted) -> None:
        self.errand = ""
        self.budgets = news.budgets
        self.lanes.replace(news.replays)
        self.compute_in_thread()
        self.refresh_soon()

    def on_progressed(self) -> None:
        if self.lanes.settle(self.position.turn):
            self.move_to(Position(self.position.turn))
            self.filter_by(self.finder.text if self.finder else "")
        self.compute_in_thread()
        self.search_in_thread()
        self.refresh_progress()

    def on_searched(self) -> None:
        if self._awaited_step:
            self._step_match(self._awaited_step)
        self.search_in_thread()
        self.refresh_soon()

    def on_opening_failed(self, news: OpeningFailed) -> None:
        self.draw_failure(f"{self.path.name} cannot be opened", news.message)
        self.draw_status(self._status())

    def on_refused(self, news: Refused) -> None:
        self.errand = ""
        self.notify(news.message, severity="error", markup=False)
        self.refresh_soon()

    def on_scrubbed(self, message: Scrubbed) -> None:
        if self.replay is not None:
            self.move_to(at_turn(self.replay, max(1, message.turn)))

    def on_event_chosen(self, message: EventChosen) -> None:
        if self.replay is not None:
            self.move_to(at_event(self.replay, message.seq))

    def on_event_stepped(self, message: EventStepped) -> None:
        self.step_rows(message.rows)

    def on_pane_opened(self) -> None:
        self.action_memory_open()

    async def on_click_bar_chosen(self, message: ClickBar.Chosen) -> None:
        if message.bar.id == "header" and message.name.isdecimal():
            self._switch_to(int(message.name))
        elif message.bar.id == "header":
            await self.run_action(message.name)
        elif message.bar.id == "tabs":
            self.show_pane(message.name)

    # Policies

    def action_policy_next(self) -> None:
        self._next_policy(1)

    def action_policy_previous(self) -> None:
        self._next_policy(-1)

    def _next_policy(self, step: int) -> None:
        if len(self.lanes) > 1:
            self._switch_to(self.lanes.index + step)
        elif step > 0:
            self.focus_next(Pane)
        else:
            self.focus_previous(Pane)

    def choose_policy(self, policy: PolicySpec) -> None:
        """Show this turn under `policy`, which is loaded when it is not there yet."""
        index = self.lanes.find(policy)
        if index is None:
            self.load_policy_in_thread(policy)
            self.refresh_soon()
        else:
            self._switch_to(index)

    def _switch_to(self, index: int) -> None:
        self.lanes.turn_to(index)
        # The events of two policies have nothing to do with each other; their turns have.
        self.move_to(Position(self.position.turn))
        self.filter_by(self.finder.text if self.finder else "")
        self.compute_in_thread()
        self.refresh_soon()

    # Filter and search

    def filter_by(self, text: str) -> str:
        """Let through only events that hold `text` (all of them for ""); returns how many those are, in words."""
        replay = self.replay
        self.finder = Finder(replay, text) if text and replay is not None else None
        self._awaited_step = 0
        self.refresh_soon()
        if self.finder is None or replay is None:
            return ""
        self.finder.run_for(_SEARCH_AT_ONCE)
        self.search_in_thread()
        found = f"{len(self.finder.matches)} of {event_count(replay)} events"
        return found if self.finder.is_done else f"{found}, searching…"

    def action_filter_next(self) -> None:
        self._step_match(1)

    def action_filter_previous(self) -> None:
        self._step_match(-1)

    def action_filter_clear(self) -> None:
        if self.is_maximised:
            self.toggle_maximised()
        elif self.finder is not None:
            self.filter_by("")

    def action_agent_filter(self) -> None:
        """Only the events of one agent's turns, of the next one with every press, of all again after the last."""
        agents = self.scene.agents if self.scene else ()
        if not agents:
            self.notify("One agent acts in this session.", markup=False)
            return
        words = ["", *(agent_word(agent) for agent in agents)]
        now = self.finder.text if self.finder else ""
        text = words[(words.index(now) + 1) % len(words)] if now in words else words[1]
        self.show_pane("timeline")
        self.filter_by(text)

    def _step_match(self, step: int) -> None:
        if self.finder is None or self.replay is None:
            self.notify("Nothing is filtered; / sets a filter.", markup=False)
            return
        # Backwards the nearest match is known only once everything before the position has been looked at.
        is_known = step > 0 or self.finder.searched > cursor_of(self.replay, self.here)
        found = step_matches(self.replay, self.here, self.finder.matches, step) if is_known else None
        is_awaited, self._awaited_step = self._awaited_step == step, 0
        if found is not None:
            self.move_to(found)
        elif not self.finder.is_done:
            self._awaited_step = step
            if not is_awaited:
                self.notify("Still searching; the match is shown when it is found.", markup=False)
        elif step > 0 and not self.replay.is_complete:
            self.notify(f"No further match up to turn {last_turn(self.replay)}; computing goes on.", markup=False)
        else:
            self.notify(f"No {'further' if step > 0 else 'earlier'} match.", markup=False)

    # Leaving

    def action_session_open(self) -> None:
        """On to the picker, whether this session could be opened or not."""
        cast("SessionChooser", self.app).open_picker()

    def action_warnings_show(self) -> None:
        """All warnings, in a box that scrolls."""
        if not self.warnings:
            self.notify("There are no warnings about this session.", markup=False)
            return
        from memview.tui.screens.help import HelpBox
        from memview.tui.views.notice_view import warning_lines

        self.app.push_screen(HelpBox("Warnings", partial(warning_lines, self.warnings)))

    # Panes

    def action_pane_core(self) -> None:
        self.show_pane("core")

    def action_pane_turn(self) -> None:
        self.show_pane("turn")

    def action_pane_hits(self) -> None:
        self.show_pane("hits")

    def action_pane_timeline(self) -> None:
        self.show_pane("timeline")

    def action_pane_maximise(self) -> None:
        self.toggle_maximised()

    # Questions

    def action_go_to(self) -> None:
        if self.replay is None:
            return
        from memview.tui.dialogs.go_to import GoToDialog

        self.ask(GoToDialog(self.replay, self.here), self.move_to)

    def action_policy_choose(self) -> None:
        if self.replay is None:
            return
        from memview.tui.dialogs.policy_choice import PolicyDialog

        self.ask(PolicyDialog(self.replay.spec.label, self.lanes.labels), self.choose_policy)

    def action_budget_change(self) -> None:
        if self.replay is None:
            return
        from memview.replay.budgets import BudgetOverrides
        from memview.tui.dialogs.budget import BudgetDialog

        asked = BudgetOverrides(self.budgets.core, self.budgets.window, self.budgets.retrieval)
        self.ask(BudgetDialog(self.replay, asked), self._replay_under)

    def action_filter_open(self) -> None:
        if self.replay is None:
            return
        from memview.tui.dialogs.filter_bar import FilterBar

        # Where panes stand behind each other, what the filter narrows has to be in front.
        self.show_pane("timeline")
        self.ask(FilterBar(self.finder.text if self.finder else "", self.filter_by), self.filter_by)

    def action_memory_open(self) -> None:
        """The whole life of the memory under the cursor of the focused pane."""
        if self.replay is None:
            return
        target = self.pane.target or self._last_moved()
        if target is None:
            self.notify("No memory is under the cursor.", markup=False)
            return
        self.open_memory(target)

    def open_memory(self, target: str) -> None:
        """The whole life of the memory called `target`."""
        if self.replay is None:
            return
        from memview.tui.screens.memory import MemoryScreen

        self.app.push_screen(MemoryScreen(self.replay, target, self.here, self.masks, self.follow_why), self._came_back)

    def _last_moved(self) -> str | None:
        """In the timeline, for an event without a memory: the one that moved last before it in this turn."""
        if self.scene is None or self.pane.id != "timeline":
            return None
        return next((event.memory_id for event in reversed(self.scene.happened) if event.memory_id is not None), None)

    def action_copy_row(self) -> None:
        """The row under the cursor as JSON."""
        if self.scene is None:
            return
        from memview.tui.row_json import row_json

        copied = row_json(self.scene, self.pane.id or "", self.pane.target)
        copy_json(self, copied)

    def _came_back(self, position: Position | None) -> None:
        # The masks may have been lifted meanwhile.
        self.refresh_soon()
        if position is not None:
            self.move_to(position)

    def _replay_under(self, asked: BudgetOverrides) -> None:
        self.rebudget_in_thread(BudgetSettings(asked.core, asked.window, asked.retrieval))
        self.refresh_soon()
