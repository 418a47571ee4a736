"""The Map: every item a tile coloured by where it is, what moves lit, and beside it the page table of the core."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from memview.replay.page_table import PageRow, PageTable, Touches
from memview.replay.tier_map import HIT, TIERS, Arrivals, TierMap
from memview.tui.actions import MAP, actions_on, actions_only_on
from memview.tui.bindings import bindings_for
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
from memview.tui.widgets.memory_map import MemoryMap
from memview.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from memview.replay import Replay
    from memview.replay.governance_masks import Masks

_GROW_SECONDS = 0.3
_MOST_OUT = 100
_TABLE = "-table"
"""The class under which a narrow terminal shows the page table in the place of the map."""


class MapScreen(MapTravel):
    """Answers with the position that was left. `chosen` is the id of the item to begin at."""

    CSS_PATH = Path(__file__).parent.parent / "styles" / "map.tcss"
    SCOPE = MAP
    HORIZONTAL_BREAKPOINTS = [(0, "-thin"), (60, "-narrow"), (112, "-normal"), (176, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (16, "-low"), (30, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = "#map"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(actions_only_on(MAP))

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
            yield Pane(id="page-table")
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
            pane.show_map(shown, ("Map", self._map_info(shown)), drawn, tile)
            legend = self.query_one("#legend", LineWidget)
            rows = legend_lines(shown, max(20, legend.size.width - 2), legend.size.height)
            legend.set_rows([((("  ", "text"), *row), LineWidget.GROUND) for row in rows])
        self._changed = set()

    def _shown(self) -> MapShown:
        if not self._only_memories:
            return MapShown(self._map.tiers, self._moves, self._ids)
        mask = self._map.memories
        moved = ((self._tile_of(cell), move) for cell, move in self._moves.items())
        return MapShown(
            bytes(compress(self._map.tiers, mask)),
            {tile: move for tile, move in moved if tile is not None},
            list(compress(self._ids, mask)),
        )

    def _map_info(self, shown: MapShown) -> str:
        above, below = self.query_one("#map", MemoryMap).out_of_sight()
        places = ((above, "above", "↑"), (below, "below", "↓"))
        hidden = "".join(f" · {sign} {number} moved {where}" for number, where, sign in places if number)
        kind = "memories" if self._only_memories else "items"
        return f"{grouped_number(len(shown.tiers))} {kind}{hidden}"

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

    # The item under the cursor

    @property
    def chosen_id(self) -> str | None:
        """The id of the item under the cursor."""
        return None if self._cell is None else self._map.id_of(self._cell)

    def on_memory_map_chosen(self, message: MemoryMap.Chosen) -> None:
        self._cell = self._memory_cells[message.tile] if self._only_memories else message.tile
        self._draw_detail()

    def _choose(self, cell: int) -> None:
        self._cell = cell
        self.query_one("#map", MemoryMap).choose(self._tile_of(cell))
        self._draw_detail()

    def action_moved_next(self) -> None:
        self._choose_moved(1)

    def action_moved_previous(self) -> None:
        self._choose_moved(-1)

    def _choose_moved(self, step: int) -> None:
        """The next of the items that moved in this turn, round and round."""
        moved = sorted(c for c, move in self._moves.items() if move != HIT and self._tile_of(c) is not None)
        if not moved:
            self.say("Nothing moved in this turn.")
            return
        here = -1 if self._cell is None else self._cell
        later = [cell for cell in moved if (cell > here if step > 0 else cell < here)]
        self._choose((later or moved)[0 if step > 0 else -1])

    def action_change_next(self) -> None:
        self._to_change(1)

    def action_change_previous(self) -> None:
        self._to_change(-1)

    def _to_change(self, direction: int) -> None:
        if not self.run_to_change(self.chosen_id, direction):
            self.say("Choose an item first." if self._cell is None else "It changes no more in that direction.")

    def action_memory_open(self) -> None:
        """The life of the item under the cursor of the map, or of the table's row."""
        table = self.query_one("#page-table", Pane)
        target = table.target if table.has_focus else self.chosen_id
        if target is None:
            self.say("No item is under the cursor.")
            return
        from memview.tui.screens.memory import MemoryScreen

        self.app.push_screen(MemoryScreen(self.replay, target, self.position, self._masks), self._came_back)

    def on_pane_opened(self) -> None:
        self.action_memory_open()

    def _came_back(self, position: Position | None) -> None:
        if position is not None:
            self.go(position)
        self._redraw()

    # What is shown, and leaving

    def action_map_items(self) -> None:
        """Memories only, or all items."""
        self._only_memories = not self._only_memories
        if self._cell is not None and self._tile_of(self._cell) is None:
            place = bisect_left(self._memory_cells, self._cell)
            self._cell = self._memory_cells[min(place, len(self._memory_cells) - 1)] if self._memory_cells else None
        self._redraw()

    def action_map_sort(self) -> None:
        """Another order of the page table."""
        self._order = (self._order + 1) % len(SORTS)
        self._draw_table()

    def action_map_other(self) -> None:
        """The keys to the other pane, which comes to the front where there is room for one."""
        table = self.query_one("#page-table", Pane)
        to_table = not table.has_focus
        self.set_class(to_table, _TABLE)
        (table if to_table else self.query_one("#map", MemoryMap)).focus()
        self._redraw()

    def action_masks_toggle(self) -> None:
        """Reveal what is sensitive, or mask it again."""
        self._masks.toggle()
        self._redraw()

    def action_copy_row(self) -> None:
        """The item under the cursor, or the row of the table, as JSON."""
        table = self.query_one("#page-table", Pane)
        rows = [row for row in self._rows if table.has_focus and row.memory_id == table.target]
        chosen = self._chosen()
        if rows:
            found = rows[0].as_dict()
        elif chosen is not None:
            found = {"memory_id": chosen.memory.memory_id, "turn": self.position.turn, "tier": TIERS[chosen.tier],
                     "kind": chosen.memory.kind, "tokens": chosen.tokens, "text": chosen.text}  # fmt: skip
        else:
            return
        copied = json.dumps(found, indent=2, ensure_ascii=False)
        self.app.copy_to_clipboard(copied)
        self.notify(f"Copied {len(copied)} characters of JSON.", markup=False)

    def action_memory_close(self) -> None:
        self.dismiss(self.position)
