"""The Map: every item a tile coloured by where it is, what moves lit, and beside it the page table of the core."""

from __future__ import annotations

import json
from bisect import bisect_left
from typing import ClassVar

from textual.binding import BindingType

from memview.replay.tier_map import HIT, TIERS
from memview.tui.actions import MAP, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.copying import copy_json
from memview.tui.position import Position
from memview.tui.screens.map_board import TABLE, MapBoard
from memview.tui.views.page_table_view import SORTS
from memview.tui.widgets.memory_map import MemoryMap, PageTablePane
from memview.tui.widgets.pane import Pane


class MapScreen(MapBoard):
    """Answers with the position that was left."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for(actions_only_on(MAP))

    # The item under the cursor

    @property
    def chosen_id(self) -> str | None:
        """The id of the item under the cursor."""
        return None if self._cell is None else self._map.id_of(self._cell)

    def on_memory_map_chosen(self, message: MemoryMap.Chosen) -> None:
        self._choose(self._memory_cells[message.tile] if self._only_memories else message.tile)

    def on_page_table_pane_chosen(self, message: PageTablePane.Chosen) -> None:
        """The map shows where the page of the table is."""
        cell = self._map.cell_of(message.memory_id)
        if cell is not None:
            self._choose(cell)

    def on_page_table_pane_sorted(self) -> None:
        self.action_map_sort()

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
        self.set_class(to_table, TABLE)
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
        copy_json(self, copied)

    def action_memory_close(self) -> None:
        self.dismiss(self.position)
