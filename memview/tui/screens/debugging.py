"""The part of the inspector that debugs: breakpoints and watches are asked for, places marked, watches drawn."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from memview.tui.position import Position
from memview.tui.screens.deciding import Deciding
from memview.tui.screens.running import Running
from memview.tui.views.timeline_marks import TimelineMarks
from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.scrub_strip import ScrubStrip
from memview.tui.widgets.timeline import TimelinePane

if TYPE_CHECKING:
    from memview.debug_state import Place
    from memview.replay.breakpoints import Breakpoint
    from memview.tui.dialogs.breakpoint import Asked
    from memview.tui.scene import Scene
    from memview.tui.screens.debugger import DebuggerScreen
    from memview.tui.views.watch_view import WatchValue
    from memview.tui.widgets.timeline import Filtered


class WatchBar(LineWidget):
    """The line of watches, in line with the gauge under it."""

    DEFAULT_CSS = """
    WatchBar { padding: 0 2; }
    """

    async def on_click(self) -> None:
        """All about watches is in the debugger's list."""
        await self.screen.run_action("debugger_open")


class Debugging(Running):
    """What the debugger shows on the inspector, and what it asks."""

    _watched_before: tuple[Position, dict[str, str]] | None = None
    _watched_now: tuple[Position, dict[str, str]] | None = None
    _panel: DebuggerScreen | None = None
    """The debugger's list, while it is open."""

    def on_breakpoints_searched(self) -> None:
        self._search_on()
        waiting, self._awaited_run = self._awaited_run, 0
        for _ in range(abs(waiting)):
            self._run(1 if waiting > 0 else -1, told=True)
        self.refresh_progress()
        self._draw_watches(self.scene)
        if self._panel is not None and self._panel.is_mounted:
            self._panel.look()

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

    def action_breakpoint_set(self) -> None:
        """Ask for a breakpoint, begun with what is under the cursor."""
        replay = self.replay
        if replay is not None and self._notebook is not None:
            self.ask_expression(self, suggested_source(self.scene, self.pane.id or "", self.pane.target))

    def ask_expression(self, asker: Deciding, suggested: str) -> None:
        """Put the dialog for a new breakpoint or watch."""
        replay = self.replay
        if replay is not None:
            from memview.tui.dialogs.breakpoint import ExpressionDialog

            dialog = ExpressionDialog(replay, "", hits_of=self._known_hits, suggested=suggested)
            asker.ask(dialog, self.take_expression)

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
        self._panel = DebuggerScreen(self, self.scene)
        self.app.push_screen(self._panel, self._left_debugger)

    def _left_debugger(self, position: Position | None) -> None:
        self._panel = None
        self.refresh_soon()
        if position is not None:
            self._jump(position)

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
