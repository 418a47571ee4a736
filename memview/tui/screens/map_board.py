"""The Map screen without its decisions: what it knows, how that grows with the replay, and how it is drawn."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Container

from memview.replay.page_table import PageRow, PageTable, Touches
from memview.replay.tier_map import HIT, Arrivals, TierMap
from memview.tui.actions import MAP, actions_on
from memview.tui.lines import Line, grouped_number
from memview.tui.position import Position, cursor_of
from memview.tui.scene import no_masks_lifted
from memview.tui.screens.map_travel import MapTravel
from memview.tui.views.map_view import (
    Chosen,
    MapShown,
    detail_lines,
    event_words,
    legend_lines,
    map_title,
    turn_words,
)
from memview.tui.views.notice_view import small_lines
from memview.tui.views.page_table_view import SORTS, page_table_rows
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.memory_map import MemoryMap, PageTablePane
from memview.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from memview.replay import Replay
    from memview.replay.governance_masks import Masks

_GROW_SECONDS = 0.3
_MOST_OUT = 100
TABLE = "-table"
"""The class under which a narrow terminal shows the page table in the place of the map."""


class MapBoard(MapTravel):
    """Holds the map of tiers and the page table, lets them grow with the replay, and draws what stands at the position.

    `chosen` is the id of the item to begin at.
    """

    CSS_PATH = Path(__file__).parent.parent / "styles" / "map.tcss"
    SCOPE = MAP
    HORIZONTAL_BREAKPOINTS = [(0, "-thin"), (60, "-narrow"), (112, "-normal"), (176, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (16, "-low"), (30, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = "#map"

    def __init__(
        self,
        replay: Replay,
        here: Position,
        masks: Masks | None = None,
        chosen: str | None = None,
        turns_per_second: float = 2.0,
    ) -> None:
        super().__init__(replay, here, turns_per_second)
        self._masks = masks or no_masks_lifted()
        self._map = TierMap(replay)
        self._table = PageTable(replay)
        self._wanted = chosen
        self._cell: int | None = None
        self._only_memories = False
        self._memory_cells: array[int] = array("I")
        self._moves: dict[int, int] = {}
        self._ids: list[str] = []
        self._rows: list[PageRow] = []
        self._order = 0
        self._is_stale = False
        self._is_growing = self._is_begun = False
        self._changed: set[int] | None = None

    def compose(self) -> ComposeResult:
        yield ClickBar(id="title")
        yield LineWidget(id="said")
        with Container(id="sheets"):
            yield MemoryMap(id="map")
            yield PageTablePane(id="page-table")
        yield LineWidget(id="legend")
        yield LineWidget(id="detail")
        yield LineWidget(id="notice")
        yield KeyBar(actions_on(MAP))

    def on_mount(self) -> None:
        items = len(self.replay.workload.items)
        self.query_one("#map", MemoryMap).show_words(f"Laying out {grouped_number(items)} items…")
        self._draw_title()
        self.call_after_refresh(self._grow)
        self.set_interval(_GROW_SECONDS, self._grow)

    def on_resize(self) -> None:
        self.call_after_refresh(self._redraw)

    def on_pane_resized(self) -> None:
        self._redraw()

    # What is computed while the map is open

    def _grow(self) -> None:
        if not self._is_growing and self._map.computed < self.replay.computed:
            self._is_growing = True
            self._gather()

    @work(thread=True, exclusive=True)
    def _gather(self) -> None:
        """A hundred thousand items and a million events are looked through away from the screen's thread."""
        arrivals, touches = self._map.gather(), self._table.gather()
        self.app.call_from_thread(self._take, arrivals, touches)

    def _take(self, arrivals: Arrivals, touches: Touches) -> None:
        self._is_growing = False
        start = len(self._map)
        self._map.extend(arrivals)
        self._table.extend(touches)
        self._memory_cells.extend(start + cell for cell, is_memory in enumerate(arrivals.memories) if is_memory)
        self._ids.extend(map(self._map.id_of, range(start, len(self._map))))
        self._changed = None
        if self.position.turn > self.reached:
            self.position = Position(max(0, self.reached))
        self.refresh_soon()

    @property
    def reached(self) -> int:
        return self._map.computed

    # Drawing

    def refresh_soon(self) -> None:
        if not self._is_stale:
            self._is_stale = True
            self.call_later(self._refresh_now)

    def _redraw(self) -> None:
        self._changed = None
        self.refresh_soon()

    def _refresh_now(self) -> None:
        self._is_stale = False
        if not self.is_mounted or not self.size:
            return
        if self.has_class("-thin") or self.has_class("-flat"):
            rows = small_lines(*self.size)
            self.query_one("#notice", LineWidget).set_rows([(line, LineWidget.GROUND) for line in rows])
            return
        if self.focused is None:
            # Hidden, while the terminal was too small, the map lost the keys.
            self.query_one("#page-table" if self.has_class(TABLE) else "#map").focus()
        if self.reached >= 0:
            self._move_map()
            self._draw_map()
            self._draw_table()
            self._draw_said()
            self._draw_detail()
        self._draw_title()

    def _move_map(self) -> None:
        """The map stands where the screen stands; what has another tier now is added to what is to be drawn."""
        events = cursor_of(self.replay, self.position) + 1
        changed = self._map.move_to(self.position.turn, events)
        if self._changed is not None:
            self._changed.update(changed)
        self._moves = self._map.moves()
        if not self._is_begun:
            self._is_begun = True
            moved = sorted(cell for cell, move in self._moves.items() if move != HIT)
            wanted = None if self._wanted is None else self._map.cell_of(self._wanted)
            self._cell = wanted if wanted is not None else moved[0] if moved else None

    def _draw_map(self) -> None:
        pane = self.query_one("#map", MemoryMap)
        if not len(self._map):
            pane.show_words("No item has arrived: this session has no turns and no memories.")
        elif self._only_memories and not self._memory_cells:
            pane.show_words("This session has no memories yet; a shows all items, messages too.")
        else:
            shown = self._shown()
            changed = None if self._changed is None else [self._tile_of(cell) for cell in self._changed]
            drawn = None if changed is None else [tile for tile in changed if tile is not None]
            tile = None if self._cell is None else self._tile_of(self._cell)
            pane.show_map(shown, "memories" if self._only_memories else "items", drawn, tile)
            legend = self.query_one("#legend", LineWidget)
            rows = legend_lines(shown, max(20, legend.size.width - 2), legend.size.height)
            legend.set_rows([((("  ", "text"), *row), LineWidget.GROUND) for row in rows])
        self._changed = set()

    def _shown(self) -> MapShown:
        if not self._only_memories:
            return MapShown(self._map.tiers, self._moves, self._ids, self._text_of)
        mask = self._map.memories
        moved = ((self._tile_of(cell), move) for cell, move in self._moves.items())
        return MapShown(
            bytes(compress(self._map.tiers, mask)),
            {tile: move for tile, move in moved if tile is not None},
            list(compress(self._ids, mask)),
            self._text_of,
        )

    def _text_of(self, memory_id: str) -> str:
        return self._masks.of_memory(self.replay.memory(memory_id))

    def _tile_of(self, cell: int) -> int | None:
        """Where the map shows a cell; None for a message among memories only."""
        if not self._only_memories:
            return cell
        place = bisect_left(self._memory_cells, cell)
        return place if place < len(self._memory_cells) and self._memory_cells[place] == cell else None

    def _draw_table(self) -> None:
        pane = self.query_one("#page-table", Pane)
        if pane.size:
            events = cursor_of(self.replay, self.position) + 1
            self._rows = self._table.rows(self._map.context, self.position.turn, events, _MOST_OUT)
            pane.show(page_table_rows(self._rows, SORTS[self._order], self.replay.budgets.core, pane.inner_width))

    def _draw_said(self) -> None:
        said = self.query_one("#said", LineWidget)
        position, replay = self.position, self.replay
        if position.event is not None:
            number = position.event - replay.event_span(position.turn).start + 1
            line = event_words(replay.events[position.event], number, max(20, said.size.width))
        elif position.turn:
            turn = replay.session.turns[position.turn - 1]
            line = turn_words(turn.role, self._masks.of_text(turn.text), max(20, said.size.width))
        else:
            line = turn_words("", "", said.size.width)
        said.set_rows([(line, LineWidget.GROUND)])

    def _draw_detail(self) -> None:
        detail = self.query_one("#detail", LineWidget)
        lines = detail_lines(self._chosen(), len(self._map), max(20, detail.size.width - 2))
        detail.set_rows([((("  ", "text"), *line), LineWidget.GROUND) for line in lines])

    def _chosen(self) -> Chosen | None:
        cell = self._cell
        if cell is None or cell >= len(self._map):
            return None
        memory = self.replay.memory(self._map.id_of(cell))
        tier, move = self._map.tiers[cell], self._moves.get(cell, 0)
        tokens, first = self.replay.tokens_of(memory.memory_id), self._map.first_turn(cell)
        return Chosen(memory, tier, move, tokens, first, self._masks.of_memory(memory))

    def _draw_title(self) -> None:
        replay, position = self.replay, self.position
        busy = [] if replay.is_complete else ["computing…"]
        busy += ["○ revealed"] if self._masks.revealed else []
        busy += [f"▶ {self.playback.speed:g}×"] if self.playback.is_playing else []
        where = f"turn {grouped_number(position.turn)}/{grouped_number(replay.turn_count)}"
        names = (replay.session.session_id, replay.spec.label)
        line: Line = map_title(names, ("   ".join(busy), where), max(20, self.size.width))
        self.query_one("#title", ClickBar).show(line)
