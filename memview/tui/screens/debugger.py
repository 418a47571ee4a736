"""The debugger's list: breakpoints with their hits, watches with their values, bookmarks, and the way one came."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen

from memview.replay.breakpoints import Breakpoint
from memview.tui.actions import DEBUGGER, actions_on, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.dialogs.bookmark import BookmarkDialog
from memview.tui.dialogs.breakpoint import Asked, ExpressionDialog
from memview.tui.lines import BLANK, Line, fitted, grouped_number
from memview.tui.notebook import position_of
from memview.tui.position import Position, at_event
from memview.tui.views.debugger_view import (
    NOTHING,
    Row,
    debugger_rows,
    debugger_title,
    detail_lines,
    place_words,
    row_line,
)
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.row_list import RowList
from memview.tui.widgets.small_notice import SmallNotice

if TYPE_CHECKING:
    from memview.replay.breakpoints import BreakpointSearch
    from memview.tui.notebook import Notebook
    from memview.tui.scene import Scene
    from memview.tui.screens.debugging import Debugging

_LOOK_SECONDS = 0.5
_FOOTERS = {"breakpoint.set": "break"}
"""Labels that the inspector's footer has no room for."""


class DebuggerScreen(Screen[Position]):
    """Answers with the position to go to, or None. Changes are made in the inspector's notebook at once."""

    CSS_PATH = Path(__file__).parent.parent / "styles" / "debugger.tcss"
    SCOPE = DEBUGGER
    AUTO_FOCUS = "#entries"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(actions_only_on(DEBUGGER))

    def __init__(self, inspector: Debugging, scene: Scene) -> None:
        super().__init__()
        self._inspector = inspector
        self._scene = scene
        self._shown: list[Row] = []

    @property
    def _book(self) -> Notebook:
        book = self._inspector.notebook
        if book is None:
            raise RuntimeError("the session is not open")
        return book

    @property
    def _search(self) -> BreakpointSearch:
        search = self._inspector.search_of(self._scene.replay)
        if search is None:
            raise RuntimeError("the session is not open")
        return search

    def compose(self) -> ComposeResult:
        yield ClickBar(id="title")
        yield RowList(id="entries", nothing=NOTHING)
        with VerticalScroll(id="about", can_focus=False):
            yield LineWidget(id="detail")
        yield KeyBar(replace(action, footer=_FOOTERS.get(action.id, action.footer)) for action in actions_on(DEBUGGER))
        yield SmallNotice()

    def on_mount(self) -> None:
        self.query_one("#entries").border_title = "Breakpoints, watches, bookmarks"
        self.query_one("#about").border_title = "About it"
        self._list()
        self.set_interval(_LOOK_SECONDS, self.look)

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def look(self) -> None:
        """Hits are found, and turns computed, while one looks."""
        entries = self.query_one("#entries", RowList)
        entries.refresh()
        searching = not self._search.is_done
        words = "searching…" if searching else f"{grouped_number(self._search.available)} events searched"
        if entries.border_subtitle != words:
            entries.border_subtitle = words
            self._draw()

    @property
    def row(self) -> Row | None:
        """The entry under the cursor."""
        cursor = self.query_one("#entries", RowList).cursor
        return self._shown[cursor] if cursor is not None and cursor < len(self._shown) else None

    def _list(self, cursor: int = 0) -> None:
        self._shown = debugger_rows(self._book, self._inspector.watch_values(self._scene))
        headings = frozenset(place for place, row in enumerate(self._shown) if row.heading)
        self.query_one("#entries", RowList).show(len(self._shown), self._line, headings, cursor)
        self.look()
        self._draw()

    def _line(self, index: int, width: int) -> Line:
        if index >= len(self._shown):
            return BLANK
        return row_line(self._shown[index], self._scene, self._search, width)

    def _draw(self) -> None:
        if not self.size or not self.is_mounted:
            return
        scene = self._scene
        number = None if scene.is_end_of_turn else scene.event_number
        turn = grouped_number(scene.position.turn)
        where = f"turn {turn}" if number is None else f"event {turn}.{number}"
        self.query_one("#title", ClickBar).show(debugger_title(scene.replay, where, self.size.width))
        detail = self.query_one("#detail", LineWidget)
        width = max(20, detail.size.width)
        lines = detail_lines(self.row, self._book, scene, self._search, width)
        detail.styles.height = max(1, len(lines))
        detail.set_rows([(fitted(line, width), LineWidget.GROUND) for line in lines])

    def on_row_list_highlighted(self) -> None:
        self.query_one("#about", VerticalScroll).scroll_home(animate=False)
        self._draw()

    def on_row_list_chosen(self) -> None:
        self.action_entry_go()

    def _changed(self) -> None:
        """The notebook has changed: it is saved, and listed anew."""
        cursor = self.query_one("#entries", RowList).cursor or 0
        self._inspector.noted()
        self._list(cursor)

    def action_debugger_close(self) -> None:
        self.dismiss(None)

    def action_breakpoint_set(self) -> None:
        """A new breakpoint."""
        self._ask("", 1)

    def action_watch_add(self) -> None:
        """A new watch."""
        self._ask("", 0)

    def _ask(self, source: str, from_hit: int, old: Breakpoint | None = None, old_watch: str | None = None) -> None:
        def answered(asked: Asked | None) -> None:
            if asked is not None:
                self._inspector.take_expression(asked, old, old_watch)
                self._changed()

        self.app.push_screen(ExpressionDialog(self._scene.replay, source, from_hit), answered)

    def action_entry_toggle(self) -> None:
        """The breakpoint on, or off."""
        each = self.row.breakpoint if self.row else None
        if each is None:
            return
        changed = Breakpoint(each.source, not each.enabled, each.from_hit)
        self._book.put_breakpoint(changed, each)
        self._changed()

    def action_entry_edit(self) -> None:
        """Another expression, or another note."""
        row = self.row
        if row is None:
            return
        if row.breakpoint is not None:
            self._ask(row.breakpoint.source, row.breakpoint.from_hit, row.breakpoint)
        elif row.watch is not None:
            self._ask(row.watch.source, 0, None, row.watch.source)
        elif row.bookmark is not None:
            place = row.bookmark.place
            dialog = BookmarkDialog(f"◆ {place_words(place)}", row.bookmark.note)
            self.app.push_screen(dialog, partial(self._noted, row))

    def _noted(self, row: Row, note: str | None) -> None:
        if note is not None and row.bookmark is not None:
            self._book.put_bookmark(row.bookmark.place, note)
            self._changed()

    def action_entry_remove(self) -> None:
        """Take the entry away."""
        row, book = self.row, self._book
        if row is None:
            return
        if row.breakpoint is not None:
            book.breakpoints.remove(row.breakpoint)
        elif row.watch is not None:
            book.watches.remove(row.watch.source)
        elif row.bookmark is not None:
            book.bookmarks.remove(row.bookmark)
        elif row.place is not None and row.place in book.trail.behind:
            book.trail.behind.remove(row.place)
        self._changed()

    def action_entry_go(self) -> None:
        """To the next hit (the first again after the last), the bookmark or the position."""
        row, replay = self.row, self._scene.replay
        if row is None:
            return
        if row.watch is not None:
            self.action_entry_edit()
        elif row.breakpoint is not None:
            self._go_to_hit(row.breakpoint)
        else:
            place = row.bookmark.place if row.bookmark else row.place
            if place is not None:
                self.dismiss(position_of(replay, place))

    def _go_to_hit(self, each: Breakpoint) -> None:
        alone = [Breakpoint(each.source, from_hit=each.from_hit)]
        stop = self._search.next_stop(alone, self._scene.cursor, 1) or self._search.next_stop(alone, -1, 1)
        if stop is None:
            self.notify("This breakpoint has no hit.", markup=False)
        else:
            self.dismiss(at_event(self._scene.replay, stop.seq))
