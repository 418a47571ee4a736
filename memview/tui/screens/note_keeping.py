"""The part of the inspector that keeps what a person debugs with: a notebook, saved and searched for in threads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from memview.tui.news import BreakpointsSearched, DebugStateSaved
from memview.tui.screens.deciding import Deciding

if TYPE_CHECKING:
    from memview.debug_state import DebugState, StateFile
    from memview.replay import Replay
    from memview.replay.breakpoints import BreakpointSearch
    from memview.tui.notebook import Notebook

_GROUP = "breakpoints"
_SAVING = "debug state"
_NOTICE_SECONDS = 8.0


class NoteKeeping(Deciding):
    """One thread writes the notebook, one looks for its breakpoints in the replay on screen."""

    _notebook: Notebook | None = None
    _state_file: StateFile | None = None
    _unsaved: DebugState | None = None
    _kept: DebugState | None = None
    """What the state file holds."""
    _searches: tuple[BreakpointSearch, ...] = ()

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
            self.notify(loaded.notice, severity="warning", markup=False, timeout=_NOTICE_SECONDS)
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
            self.notify(news.notice, severity="warning", markup=False, timeout=_NOTICE_SECONDS)
        if self._unsaved is not None:
            self._save_soon()

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

    def on_progressed(self) -> None:
        """More is computed, so there is more to search."""
        self._search_on()
