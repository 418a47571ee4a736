"""The part of the inspector that debugs: runs to what was asked for, watches values, keeps places."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from memview.tui.lines import grouped_number
from memview.tui.news import BreakpointsSearched, DebugStateSaved
from memview.tui.position import Position, at_event, cursor_of, last_turn, step_turns
from memview.tui.screens.deciding import Deciding
from memview.tui.views.timeline_marks import TimelineMarks
from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.scrub_strip import ScrubStrip
from memview.tui.widgets.timeline import TimelinePane

if TYPE_CHECKING:
    from memview.debug_state import DebugState, Place, StateFile
    from memview.replay import Replay
    from memview.replay.breakpoints import Breakpoint, BreakpointSearch, Stop
    from memview.tui.dialogs.breakpoint import Asked
    from memview.tui.notebook import Notebook
    from memview.tui.scene import Scene
    from memview.tui.views.watch_view import WatchValue
    from memview.tui.widgets.timeline import Filtered

_GROUP = "breakpoints"
_SAVING = "debug state"
_STOP_SECONDS = 8.0
_LANDMARKS = {"fault": "fault", "evict": "eviction", "loss": "loss"}


class WatchBar(LineWidget):
    """The line of watches, in line with the gauge under it."""

    DEFAULT_CSS = """
    WatchBar { padding: 0 2; }
    """


class Debugging(Deciding):
    """Breakpoints are searched for in a thread, in the replay on screen; a run waits for it and is never lost."""

    _notebook: Notebook | None = None
    _state_file: StateFile | None = None
    _unsaved: DebugState | None = None
    _kept: DebugState | None = None
    """What the state file holds."""
    _scrubbed_to: Position | None = None
    _searches: tuple[BreakpointSearch, ...] = ()
    _awaited_run = 0
    """Runs that still wait for the search: how many, below 0 for those back. No key is lost, no search is queued."""
    _retracing = False
    _watched_before: tuple[Position, dict[str, str]] | None = None
    _watched_now: tuple[Position, dict[str, str]] | None = None

    # State

    @property
    def notebook(self) -> Notebook | None:
        """Breakpoints, watches and bookmarks; None before the session is open."""
        return self._notebook

    def _open_notebook(self) -> None:
        """What was kept for this session file comes back."""
        replay = self.replay
        if self._notebook is not None or replay is None:
            return
        from memview.debug_state import load_debug_state
        from memview.tui.notebook import Notebook

        loaded = load_debug_state(self.path, replay.session.session_id)
        self._state_file = loaded.file
        self._notebook = Notebook(loaded.state)
        self._kept = self._notebook.state
        if loaded.notice:
            self.notify(loaded.notice, severity="warning", markup=False, timeout=_STOP_SECONDS)
        self._noted(save=False)

    def on_unmount(self) -> None:
        """The way one came is worth keeping too, but not worth putting a foreign file aside."""
        book, file = self._notebook, self._state_file
        if book is not None and file is not None and not file.must_move and book.state != self._kept:
            self._unsaved = book.state
        self._save()

    def noted(self) -> None:
        """The notebook has changed: it is saved, and what it asks for is looked for."""
        self._noted(save=True)

    def _noted(self, *, save: bool) -> None:
        notebook = self._notebook
        if notebook is None:
            return
        for search in self._searches:
            search.want(notebook.sources, notebook.watched)
        if save:
            self._save_soon()
        self._search_on()
        self.refresh_soon()

    def _save_soon(self) -> None:
        """A thread writes the state as it is by then: one thread at a time, so that nothing older comes last."""
        if self._notebook is None:
            return
        self._unsaved = self._notebook.state
        if not any(worker.group == _SAVING and worker.is_running for worker in self.workers):
            self.run_worker(self._save_in_thread, group=_SAVING, thread=True)

    def _save_in_thread(self) -> None:
        self.post_message(DebugStateSaved(self._save()))

    def _save(self) -> str:
        from memview.debug_state import save_debug_state

        told = ""
        while (state := self._unsaved) is not None and self._state_file is not None:
            self._unsaved, self._kept = None, state
            self._state_file, notice = save_debug_state(state, self._state_file)
            told = notice or told
        return told

    def on_debug_state_saved(self, news: DebugStateSaved) -> None:
        if news.notice:
            self.notify(news.notice, severity="warning", markup=False, timeout=_STOP_SECONDS)
        if self._unsaved is not None:
            self._save_soon()

    # Searching

    def search_of(self, replay: Replay) -> BreakpointSearch | None:
        """The search in `replay`, begun when there is none; None before the session is open."""
        notebook = self._notebook
        if notebook is None:
            return None
        known = next((search for search in self._searches if search.replay is replay), None)
        if known is None:
            from memview.replay.breakpoints import BreakpointSearch

            known = BreakpointSearch(replay)
            known.want(notebook.sources, notebook.watched)
            shown = [lane.replay for lane in self.lanes]
            kept = (search for search in self._searches if any(search.replay is each for each in shown))
            self._searches = (*kept, known)
        return known

    def _search_on(self) -> None:
        """One thread looks for the breakpoints in the replay on screen; it is never started twice."""
        replay = self.replay
        search = None if replay is None else self.search_of(replay)
        running = any(worker.group == _GROUP and worker.is_running for worker in self.workers)
        if search is not None and not search.is_done and not running:
            self.run_worker(partial(self._search_breakpoints, search), group=_GROUP, thread=True)

    def _search_breakpoints(self, search: BreakpointSearch) -> None:
        worker = get_current_worker()
        search.run(lambda: worker.is_cancelled or self.replay is not search.replay)
        self.post_message(BreakpointsSearched())

    def on_breakpoints_searched(self) -> None:
        self._search_on()
        waiting, self._awaited_run = self._awaited_run, 0
        for _ in range(abs(waiting)):
            self._run(1 if waiting > 0 else -1, told=True)
        self.refresh_progress()
        self._draw_watches(self.scene)

    def on_progressed(self) -> None:
        """More is computed, so there is more to search."""
        self._search_on()

    # Moving

    def move_to(self, position: Position) -> None:
        replay, before = self.replay, self.here
        super().move_to(position)
        if position == before or replay is None:
            return
        self._awaited_run = 0
        if self._notebook is not None and not self._retracing and abs(position.turn - before.turn) > 1:
            self._jumped(before)

    def _jumped(self, origin: Position) -> None:
        from memview.tui.notebook import place_of

        if self._notebook is not None and self.replay is not None:
            self._notebook.trail.jumped(place_of(self.replay, origin))

    def _jump(self, position: Position) -> None:
        """As `move_to`, for a move of any size that one may want to take back."""
        before, self._retracing = self.here, True
        self.move_to(position)
        self._retracing = False
        if position != before:
            self._jumped(before)

    def on_scrubbed(self) -> None:
        """A drag along the timeline is one jump, from where it began."""
        from memview.tui.notebook import place_of

        book, replay = self._notebook, self.replay
        if book is None or replay is None:
            return
        before, self._scrubbed_to = self._scrubbed_to, self.here
        if before is not None and book.trail.behind and book.trail.behind[-1] == place_of(replay, before):
            book.trail.behind.pop()

    def action_trail_back(self) -> None:
        """Where the last jump came from."""
        self._retrace(-1)

    def action_trail_forward(self) -> None:
        """Where the last step back along the way came from."""
        self._retrace(1)

    def _retrace(self, step: int) -> None:
        from memview.tui.notebook import place_of, position_of

        notebook, replay = self._notebook, self.replay
        if notebook is None or replay is None:
            return
        here = place_of(replay, self.here)
        place = notebook.trail.back(here) if step < 0 else notebook.trail.forward(here)
        if place is None:
            self._say("No position further back." if step < 0 else "No position further on.")
            return
        self._retracing = True
        self.move_to(position_of(replay, place))
        self._retracing = False

    # Running

    def action_run_on(self) -> None:
        """On to the next hit of a breakpoint."""
        self._run(1)

    def action_run_back(self) -> None:
        """Back to the hit before."""
        self._run(-1)

    def _run(self, direction: int, *, told: bool = False) -> None:
        """Run once, or wait for what is not known yet; of that one is told once."""
        replay, notebook = self.replay, self._notebook
        if replay is None or notebook is None:
            return
        waiting, self._awaited_run = self._awaited_run, 0
        waiting = waiting if waiting * direction > 0 else 0
        enabled = [each for each in notebook.breakpoints if each.enabled]
        if not enabled:
            self._say("No breakpoint is on: b sets one." if not notebook.breakpoints else "All breakpoints are off.")
            return
        search = self.search_of(replay)
        if search is None:
            return
        cursor = cursor_of(replay, self.here)
        stop = search.next_stop(enabled, cursor, direction)
        if not search.knows(enabled, cursor, stop, direction):
            self._awaited_run = waiting + direction
            self._search_on()
            if not (waiting or told):
                self._say("Searching; the hit is shown when it is found.")
        elif stop is not None:
            self._arrive(stop)
        elif direction > 0 and not replay.is_complete and not self.computer.has_stopped(replay):
            self._awaited_run = waiting + direction
            if not (waiting or told):
                turn = grouped_number(last_turn(replay))
                self._say(f"No hit up to turn {turn}; the run goes on while more is computed. Any step ends it.")
        else:
            self._say(no_hit_words(search, enabled, direction))

    def _arrive(self, stop: Stop) -> None:
        """Stand at a hit, and say which breakpoint it was, with what it looked at."""
        replay = self.replay
        if replay is None:
            return
        self._jump(at_event(replay, stop.seq))
        self.app.clear_notifications()
        self.notify(self._stop_words(replay, stop), title=f"● Hit {stop.number}", timeout=_STOP_SECONDS, markup=False)

    def _stop_words(self, replay: Replay, stop: Stop) -> str:
        from memview.model.display import printable
        from memview.replay.breakpoints import read_breakpoint, values_at
        from memview.tui.scene import scene_at
        from memview.tui.views.watch_view import may_be_seen, values_line

        search = self.search_of(replay)
        if search is None:
            return ""
        memory_id = replay.events[stop.seq].memory_id
        scene = scene_at(replay, at_event(replay, stop.seq), self.masks)
        values = values_at(read_breakpoint(stop.breakpoint.source).names, search.signals(stop.seq))
        shown = [(name, may_be_seen(value, (name,), memory_id, scene)) for name, value in values]
        if memory_id is not None and "memory_id" not in dict(shown):
            shown.append(("memory_id", memory_id))
        turn = replay.turn_of(stop.seq)
        number = stop.seq - replay.event_span(turn).start + 1
        return f"{printable(stop.breakpoint.source)}\nat event {turn}.{number}: {values_line(shown)}"

    def _play_step(self) -> None:
        """Playing stops at a breakpoint, as running does."""
        replay, notebook = self.replay, self._notebook
        if replay is not None and notebook is not None and notebook.breakpoints and self.app.screen is self:
            search = self.search_of(replay)
            stop = search and search.next_stop(notebook.breakpoints, cursor_of(replay, self.here), 1)
            ahead = cursor_of(replay, step_turns(replay, self.here, 1))
            if stop and stop.seq <= ahead:
                self._play(False)
                self._arrive(stop)
                return
        super()._play_step()

    def action_evict_next(self) -> None:
        self._run_to("evict", 1)

    def action_evict_previous(self) -> None:
        self._run_to("evict", -1)

    def action_fault_next(self) -> None:
        self._run_to("fault", 1)

    def action_fault_previous(self) -> None:
        self._run_to("fault", -1)

    def action_loss_next(self) -> None:
        self._run_to("loss", 1)

    def action_loss_previous(self) -> None:
        self._run_to("loss", -1)

    def _run_to(self, kind: str, direction: int) -> None:
        replay = self.replay
        if replay is None:
            return
        from memview.replay.landmarks import next_of_kind

        found = next_of_kind(replay, kind, cursor_of(replay, self.here), direction)
        self._stand_at(found, _LANDMARKS[kind], direction)

    def action_change_next(self) -> None:
        self._run_to_change(1)

    def action_change_previous(self) -> None:
        self._run_to_change(-1)

    def _run_to_change(self, direction: int) -> None:
        replay = self.replay
        if replay is None:
            return
        from memview.model.display import printable
        from memview.replay.landmarks import next_change

        target = self.pane.target
        if target is None:
            self._say("No memory is under the cursor: choose one in a pane.")
            return
        found = next_change(replay, target, cursor_of(replay, self.here), direction)
        self._stand_at(found, f"change of {printable(target)}", direction)

    def _stand_at(self, seq: int | None, what: str, direction: int) -> None:
        replay = self.replay
        if replay is None:
            return
        if seq is not None:
            self._jump(at_event(replay, seq))
        elif direction > 0 and not replay.is_complete:
            self._say(f"No further {what} up to turn {grouped_number(last_turn(replay))}; computing goes on.")
        else:
            self._say(f"No {'further' if direction > 0 else 'earlier'} {what}.")

    def action_call_step(self) -> None:
        """Into the next tool call of the turn, event by event through it, and out at its end."""
        replay = self.replay
        if replay is None:
            return
        from memview.tui.tool_steps import step_into_call

        position, words = step_into_call(replay, self.here)
        if position is not None:
            self.move_to(position)
        self._say(words)

    # Places

    def action_bookmark_set(self) -> None:
        """A note on this place."""
        replay, notebook = self.replay, self._notebook
        if replay is None or notebook is None:
            return
        from memview.tui.dialogs.bookmark import BookmarkDialog
        from memview.tui.notebook import place_of
        from memview.tui.views.debugger_view import place_words

        place = place_of(replay, self.here)
        known = notebook.bookmark_at(place)
        dialog = BookmarkDialog(f"◆ {place_words(place)}", known.note if known else "")
        self.ask(dialog, partial(self._bookmark, place))

    def _bookmark(self, place: Place, note: str) -> None:
        if self._notebook is not None:
            self._notebook.put_bookmark(place, note)
            self.noted()

    def action_bookmark_next(self) -> None:
        """On to the next bookmark; after the last comes the first."""
        replay, notebook = self.replay, self._notebook
        if replay is None or notebook is None:
            return
        from memview.tui.notebook import place_of, position_of
        from memview.tui.views.debugger_view import place_words

        bookmark = notebook.bookmark_after(place_of(replay, self.here))
        if bookmark is None:
            self._say("No place is marked: k marks this one.")
            return
        self._jump(position_of(replay, bookmark.place))
        self._say(f"◆ {place_words(bookmark.place)}{f': {bookmark.note}' if bookmark.note else ''}")

    # Breakpoints and watches

    def action_breakpoint_set(self) -> None:
        """Ask for a breakpoint, begun with what is under the cursor."""
        replay = self.replay
        if replay is not None and self._notebook is not None:
            self.ask_expression(self, suggested_source(self.scene, self.pane.id or "", self.pane.target))

    def ask_expression(self, asker: Deciding, source: str, from_hit: int = 1) -> None:
        """Put the dialog for a new breakpoint or watch."""
        replay = self.replay
        if replay is not None:
            from memview.tui.dialogs.breakpoint import ExpressionDialog

            asker.ask(ExpressionDialog(replay, source, from_hit, self._known_hits), self.take_expression)

    def take_expression(self, asked: Asked, old: Breakpoint | None = None, old_watch: str | None = None) -> None:
        """A new breakpoint or watch, or one in the place of an old one."""
        from memview.replay.breakpoints import Breakpoint

        notebook = self._notebook
        if notebook is None:
            return
        if asked.is_watch:
            notebook.put_watch(asked.source, old_watch)
            notebook.breakpoints = [each for each in notebook.breakpoints if each is not old]
        else:
            enabled = old is None or old.enabled
            notebook.put_breakpoint(Breakpoint(asked.source, enabled, asked.from_hit), old)
            notebook.watches = [each for each in notebook.watches if each != old_watch]
        self.noted()

    def _known_hits(self, source: str) -> str:
        """How often a breakpoint that is set already hits."""
        search = self.search_of(self.replay) if self.replay is not None else None
        hits = search.hits(source.strip()) if search is not None else None
        return "" if hits is None else f"set already: {len(hits.seqs)} hits"

    def action_debugger_open(self) -> None:
        """Breakpoints, watches, bookmarks and the way one came, in a list."""
        if self.replay is None or self._notebook is None or self.scene is None:
            return
        from memview.tui.screens.debugger import DebuggerScreen

        self.app.clear_notifications()
        self.app.push_screen(DebuggerScreen(self, self.scene), self._left_debugger)

    def _left_debugger(self, position: Position | None) -> None:
        self.refresh_soon()
        if position is not None:
            self._jump(position)

    # Drawing

    def draw_scene(self, scene: Scene | None, filtered: Filtered | None) -> None:
        if self._notebook is None and self.replay is not None:
            # The first frame first: it needs none of this.
            self.call_after_refresh(self._open_notebook)
        marks = self._marks()
        self.query_one("#timeline", TimelinePane).marks = marks
        self.query_one("#strip", ScrubStrip).marks = marks
        self._search_on()
        super().draw_scene(scene, filtered)
        self._draw_watches(scene)

    def _marks(self) -> TimelineMarks | None:
        notebook, replay = self._notebook, self.replay
        forked_at = self.lanes.active.forked_at if self.lanes.active else None
        if notebook is None or replay is None or not (notebook.breakpoints or notebook.bookmarks):
            return None if forked_at is None else TimelineMarks(forked_at=forked_at)
        search = self.search_of(replay)
        found = [search.hits(each.source) for each in notebook.breakpoints if each.enabled] if search else []
        turns = dict.fromkeys(min(each.place.turn, replay.turn_count) for each in notebook.bookmarks)
        return TimelineMarks(tuple(hits.turns for hits in found if hits is not None), tuple(turns), forked_at)

    def watch_values(self, scene: Scene) -> list[WatchValue]:
        """Every watch with what it comes to at the scene's position."""
        from memview.tui.watching import watch_values

        replay, notebook = scene.replay, self._notebook
        search = self.search_of(replay)
        if notebook is None or search is None:
            return []
        now = watch_values(notebook, scene, search)
        seen = {watch.source: watch.value for watch in now}
        if self._watched_now is None or self._watched_now[0] != scene.position:
            self._watched_before = self._watched_now
        self._watched_now = (scene.position, seen)
        before = self._watched_before[1] if self._watched_before else {}
        return [watch.marked(before.get(watch.source, watch.value) != watch.value) for watch in now]

    def _draw_watches(self, scene: Scene | None) -> None:
        lines = self.query("#watches")
        wanted = scene is not None and self._notebook is not None and bool(self._notebook.watches)
        if not wanted or scene is None:
            lines.remove()
            return
        if not lines:
            self.mount(WatchBar(id="watches"), before="#gauge")
            self.call_after_refresh(self._draw_watches, scene)
            return
        line = self.query_one("#watches", LineWidget)
        if line.size.width:
            from memview.tui.views.watch_view import watch_line

            line.set_rows([(watch_line(self.watch_values(scene), line.size.width), LineWidget.GROUND)])


def no_hit_words(search: BreakpointSearch, enabled: list[Breakpoint], direction: int) -> str:
    """Why a run stayed where it was."""
    hits = [found for each in enabled if (found := search.hits(each.source)) is not None]
    events = grouped_number(search.available)
    if not hits:
        return "The breakpoints that are on cannot be read: x shows them."
    if not any(len(each.seqs) for each in hits):
        which = f"Never hits: {enabled[0].source}" if len(enabled) == 1 else f"None of {len(enabled)} breakpoints hits"
        return f"{which} (all {events} events searched)."
    return f"No {'further' if direction > 0 else 'earlier'} hit."


def suggested_source(scene: Scene | None, pane: str, target: str | None) -> str:
    """A breakpoint to begin with: the event in the timeline, the memory in another pane."""
    from memview.tui.completing import quoted_text

    if pane == "timeline" and scene is not None and scene.cursor >= 0:
        event = scene.replay.events[scene.cursor]
        about = f" and memory_id == {quoted_text(event.memory_id)}" if event.memory_id else ""
        return f'action == "{event.action}"{about}'
    if target is not None:
        return f"memory_id == {quoted_text(target)}"
    return 'action == "evict"'
