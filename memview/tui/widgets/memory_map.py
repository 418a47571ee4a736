"""The map as a pane: only the lines in sight are made, only those that changed are made again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from memview.replay.tier_map import HIT
from memview.tui.lines import Line, grouped_number
from memview.tui.views.map_view import DENSE, MapShown, Scale, map_line, scale_for
from memview.tui.widgets.line_widget import Row
from memview.tui.widgets.pane import SIDE, Pane

_NOTHING = MapShown((), {}, (), str)


class MemoryMap(Pane):
    """Draws `MapShown`. The cursor is the number of a tile; it stays when tiers and moves change under it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+right", "beside(1)", "Next item", show=False),
        Binding("shift+left", "beside(-1)", "Previous item", show=False),
    ]

    class Chosen(Message):
        """A person put the cursor on a tile; `choose` draws that."""

        def __init__(self, tile: int) -> None:
            super().__init__()
            self.tile = tile

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._shown = _NOTHING
        self._scale: Scale = DENSE
        self._noun = self._words = ""
        self._made: dict[int, Line] = {}
        self._made_for = (0, 0, 0)

    @property
    def tile(self) -> int | None:
        """The tile under the cursor."""
        return self._cursor

    @property
    def target(self) -> str | None:
        """The item under the cursor."""
        return None if self._cursor is None or self._cursor >= len(self._shown.ids) else self._shown.ids[self._cursor]

    def show_words(self, words: str) -> None:
        """Nothing but `words`: what is being waited for, or that there is nothing."""
        self._words, self._shown = words, _NOTHING
        self._made.clear()
        self._draw()

    def show_map(self, shown: MapShown, noun: str, changed: Iterable[int] | None, tile: int | None) -> None:
        """Draw `shown`, of which the tiles `changed` (None: all) have another tier than before; the cursor on `tile`.

        `noun` is what the tiles stand for, in the plural.
        """
        moved = [*self._shown.moves, *shown.moves]
        if changed is None or len(shown.tiers) != len(self._shown.tiers):
            self._made.clear()
        else:
            self._forget((*changed, *moved))
        self._words, self._shown = "", shown
        self._noun = noun
        self._put_cursor(tile)
        self._draw()

    def choose(self, tile: int | None) -> None:
        """The cursor on `tile`, which comes into sight."""
        self._put_cursor(tile)
        self._keep_visible()
        self._draw()

    def _info(self) -> str:
        """How many tiles there are, and how many of those that moved in this turn are above and below what is seen."""
        if not self._shown.tiers:
            return ""
        first = self._top // self._scale.down * self._columns
        last = -(-(self._top + self.inner_height) // self._scale.down) * self._columns
        moved = [tile for tile, move in self._shown.moves.items() if move != HIT]
        hidden = (
            (sum(tile < first for tile in moved), "↑", "above"),
            (sum(tile >= last for tile in moved), "↓", "below"),
        )
        told = "".join(f" · {sign} {count} moved {where}" for count, sign, where in hidden if count)
        return f"{grouped_number(len(self._shown.tiers))} {self._noun}{told}"

    def _put_cursor(self, tile: int | None) -> None:
        if tile != self._cursor:
            self._forget([each for each in (tile, self._cursor) if each is not None])
            self._cursor = tile

    def _forget(self, tiles: Iterable[int]) -> None:
        if not self._made:
            return
        for row in {tile // self._columns for tile in tiles}:
            for line in range(row * self._scale.down, row * self._scale.down + self._scale.height):
                self._made.pop(line, None)

    @property
    def _columns(self) -> int:
        return self._scale.columns(self.inner_width)

    def _measure(self) -> None:
        """Tiles of the size that the room and the number of items ask for."""
        made_for = (len(self._shown.tiers), self.inner_width, self.inner_height)
        if made_for == self._made_for:
            return
        is_resized = self._made_for[1:] != made_for[1:]
        self._made_for = made_for
        scale = scale_for(*made_for)
        if is_resized or scale is not self._scale:
            self._scale = scale
            self._made.clear()
            self._keep_visible()

    def action_cursor(self, step: int) -> None:
        self._move(step * self._columns)

    def action_page(self, step: int) -> None:
        self._move(step * self._columns * max(1, self.inner_height // self._scale.down - 1))

    def action_beside(self, step: int) -> None:
        """The tile before or behind."""
        self._move(step)

    def _move(self, tiles: int) -> None:
        count = len(self._shown.tiers)
        if not count:
            return
        wanted = 0 if self._cursor is None else self._cursor + tiles
        if abs(tiles) > 1 and self._cursor is not None and not 0 <= wanted < count:
            # In the same column, as far as there are lines.
            rows = range(self._cursor % self._columns, count, self._columns)
            wanted = rows[-1] if tiles > 0 else rows[0]
        self._ask_for(max(0, min(wanted, count - 1)))

    def _ask_for(self, tile: int) -> None:
        """The screen draws, the map and what it tells of the tile in one frame; the next key counts from here."""
        self._put_cursor(tile)
        self.post_message(self.Chosen(tile))

    def on_click(self, event: events.Click) -> None:
        if event.chain == 2 and self.target is not None and self._tile_at(event.x, event.y) == self._cursor:
            self.post_message(self.Opened(self, self.target))

    def _press(self, x: int, y: int) -> None:
        tile = self._tile_at(x, y)
        if tile is not None:
            self._ask_for(tile)

    def _tile_at(self, x: int, y: int) -> int | None:
        if not 1 <= y < self.size.height - 1:
            return None
        row = (y - 1 + self._top) // self._scale.down
        column = (x - SIDE - self._scale.gap) // self._scale.across
        tile = row * self._columns + column
        return tile if 0 <= column < self._columns and tile < len(self._shown.tiers) else None

    def _overflow(self) -> int:
        return max(0, self._line_count() - self.inner_height)

    def _line_count(self) -> int:
        scale = self._scale
        rows = -(-len(self._shown.tiers) // self._columns)
        return max(0, rows * scale.down - (scale.down - scale.height))

    def _keep_visible(self) -> None:
        if self._cursor is not None and self._shown.tiers:
            line = self._cursor // self._columns * self._scale.down
            self._top = max(min(self._top, line), line + self._scale.height - self.inner_height)
        self._top = max(0, min(self._top, self._overflow()))

    def _draw(self) -> None:
        if not self.size or self.inner_width < 4 or self.inner_height < 1:
            return
        self._measure()
        self._top = max(0, min(self._top, self._overflow()))
        lines = range(self._top, self._top + self.inner_height)
        body: list[Row] = [(self._line(line), self.GROUND) for line in lines]
        if self._words:
            body[0] = (((self._words, "muted"),), self.GROUND)
        self.set_rows(self._framed("Map", self._info(), body, self._top, self._line_count()))

    def _line(self, index: int) -> Line:
        line = self._made.get(index)
        if line is None:
            line = self._made[index] = map_line(self._shown, self._scale, self.inner_width, index, self._cursor)
        return line

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._made.clear()


class PageTablePane(Pane):
    """The page table's rows; tells which page the cursor was moved to, and of a press on the heading."""

    class Sorted(Message):
        """The heading was pressed."""

    class Chosen(Message):
        """The cursor is on the row of another page."""

        def __init__(self, memory_id: str) -> None:
            super().__init__()
            self.memory_id = memory_id

    def action_cursor(self, step: int) -> None:
        super().action_cursor(step)
        self._tell()

    def action_page(self, step: int) -> None:
        super().action_page(step)
        self._tell()

    def _press(self, x: int, y: int) -> None:
        if self._row_at(y) == 0:
            self.post_message(self.Sorted())
            return
        super()._press(x, y)
        self._tell()

    def _tell(self) -> None:
        if self.target is not None:
            self.post_message(self.Chosen(self.target))
