"""Turns on a row of columns: where a turn is drawn, which turn a column means, and counts summed per column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memview.replay import Replay

_BLOCKS = " ▁▂▃▄▅▆▇█"
_GAP_FROM = 3


class Ruler:
    """`turns` (1..N) spread over `columns` cells."""

    def __init__(self, turns: int, columns: int) -> None:
        self.turns = max(1, turns)
        self.columns = max(1, columns)

    def first_column(self, turn: int) -> int:
        """The first column of `turn`."""
        return (max(1, turn) - 1) * self.columns // self.turns

    def span(self, turn: int) -> tuple[int, int]:
        """Columns [a, b) that belong to `turn`; at least one."""
        start = self.first_column(turn)
        return start, max(start + 1, self.first_column(turn + 1))

    def turn_at(self, column: int) -> int:
        """The turn that a click on `column` means: the first that is drawn there."""
        column = max(0, min(column, self.columns - 1))
        turn = column * self.turns // self.columns + 1
        if turn < self.turns and self.first_column(turn + 1) <= column:
            turn += 1
        return min(turn, self.turns)


class Density:
    """Counts of one action per column, kept up as the replay grows: a column that is complete is summed once."""

    def __init__(self, replay: Replay, action: str, ruler: Ruler) -> None:
        self._replay = replay
        self._action = action
        self._ruler = ruler
        self._sums: list[int] = []
        self._next_turn = 1
        self.total = 0
        self.text = ""

    def update(self) -> str:
        """The row as block glyphs, one per column; blanks where nothing happened or is not computed yet."""
        computed = min(self._replay.computed, self._ruler.turns)
        if self._next_turn > computed and self.text:
            return self.text
        tally = self._replay.tally(self._action)
        if self._ruler.turns <= self._ruler.columns:
            self._sums = list(tally[1 : computed + 1])
            self.total = sum(self._sums)
            self.text = self._wide_text()
        else:
            self._sum_columns(tally, computed)
            self.text = bars(self._sums).ljust(self._ruler.columns)
        self._next_turn = computed + 1
        return self.text

    def _sum_columns(self, tally: Sequence[int], computed: int) -> None:
        ruler = self._ruler
        if self._sums:
            self.total -= self._sums.pop()
        while len(self._sums) < ruler.columns:
            column = len(self._sums)
            first = -(-column * ruler.turns // ruler.columns) + 1
            last = -(-(column + 1) * ruler.turns // ruler.columns)
            if first > computed:
                break
            amount = sum(tally[first : min(last, computed) + 1])
            self._sums.append(amount)
            self.total += amount
            if last > computed:
                break

    def _wide_text(self) -> str:
        pieces: list[str] = []
        for turn, glyph in enumerate(bars(self._sums), start=1):
            start, stop = self._ruler.span(turn)
            size = stop - start
            pieces.append(glyph * (size - 1) + " " if size >= _GAP_FROM else glyph * size)
        return "".join(pieces).ljust(self._ruler.columns)


def bars(amounts: Sequence[int]) -> str:
    """Each amount as a block from a low to a full one, against the largest; nothing is a blank."""
    most = max(amounts, default=0)
    if not most:
        return " " * len(amounts)
    return "".join(_BLOCKS[-(-amount * 8 // most)] for amount in amounts)
