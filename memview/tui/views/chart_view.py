"""A chart out of cells: lines in braille dots with a marker of their own each, a shaded band, marks and axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2

from memview.tui.lines import Line, Span, cells, fitted, right, short_number

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Braille dots of a cell by row and column (Unicode block U+2800)."""

_BLOCKS = " ▁▂▃▄▅▆▇█"
_FULL = _BLOCKS[-1]

BAND = "░"
NOW = "┊"
CURSOR = "│"
_LABEL = 6
_OVERHANG = 3
"""Cells beyond the axis that its last number may take."""


@dataclass(frozen=True, slots=True)
class Series:
    """A line through `points` (x, y); `glyph` stands on those of its points that `marked` numbers."""

    glyph: str
    style: str
    points: Sequence[tuple[float, float]]
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` on `cells` cells, at even ratios if `is_log`."""

    low: float
    high: float
    cells: int
    is_log: bool = False

    def place(self, value: float) -> float:
        """Where `value` is, in cells from the beginning: 0 to `cells` - 1."""
        low, high, value = (self._flat(each) for each in (self.low, self.high, value))
        share = 0.0 if high <= low else (value - low) / (high - low)
        return max(0.0, min(share, 1.0)) * (self.cells - 1)

    def cell(self, value: float) -> int:
        """The cell of `value`."""
        return round(self.place(value))

    def _flat(self, value: float) -> float:
        return log2(max(value, 1.0)) if self.is_log else value


class Plot:
    """A grid of cells to draw on, `y` upwards. What is drawn later covers what was drawn before, but for dots."""

    def __init__(self, across: Scale, up: Scale) -> None:
        self._across = across
        self._up = up
        self._cells: list[list[Span]] = [[(" ", "text")] * across.cells for _ in range(up.cells)]
        self._dots: dict[tuple[int, int], int] = {}

    def band(self, edges: Sequence[tuple[float, float, float]], style: str) -> None:
        """Shade between the lower and the upper of `edges` (x, lower, upper), at least one cell high."""
        for column in range(self._across.cells):
            found = self._edges_at(edges, column)
            if found is not None:
                low, high = (self._row(value) for value in found)
                for row in range(high, low + 1):
                    self._cells[row][column] = (BAND, style)

    def _edges_at(self, edges: Sequence[tuple[float, float, float]], column: int) -> tuple[float, float] | None:
        """Between two known places the edges run straight."""
        for (before, low, high), (after, next_low, next_high) in pairwise(edges):
            start, stop = self._across.place(before), self._across.place(after)
            if start - 0.5 <= column <= stop + 0.5:
                share = 0.0 if stop <= start else max(0.0, min((column - start) / (stop - start), 1.0))
                return low + (next_low - low) * share, high + (next_high - high) * share
        return None

    def upright(self, value: float, glyph: str, style: str) -> None:
        """A line from the bottom to the top at x = `value`."""
        column = self._across.cell(value)
        for row in self._cells:
            row[column] = (glyph, style)

    def level(self, value: float, glyph: str, style: str) -> None:
        """A line from the left to the right at y = `value`, in ink where a bar stands behind it."""
        row = self._row(value)
        for column, (text, behind) in enumerate(self._cells[row]):
            if text == " ":
                self._cells[row][column] = (glyph, style)
            elif text == _FULL:
                self._cells[row][column] = (glyph, f"ink on {behind}")

    def line(self, series: Series) -> None:
        """Dots from point to point."""
        for (x, y), (next_x, next_y) in pairwise(series.points):
            start, stop = (self._dot(x, y), self._dot(next_x, next_y))
            steps = max(abs(stop[0] - start[0]), abs(stop[1] - start[1]), 1)
            for step in range(steps + 1):
                column = start[0] + round((stop[0] - start[0]) * step / steps)
                row = start[1] + round((stop[1] - start[1]) * step / steps)
                self._light(column, row, series.style)

    def markers(self, series: Series) -> None:
        """The glyph of a series on the points that it marks."""
        for number in series.marked:
            x, y = series.points[number]
            self._cells[self._row(y)][self._across.cell(x)] = (series.glyph, f"bold {series.style}")

    def bars(self, heights: Sequence[float], style: str, over: float, over_style: str) -> None:
        """A bar a column; those that are higher than `over` in another style."""
        rows = self._up.cells
        for column, height in enumerate(heights[: self._across.cells]):
            eighths = round(8 * rows * min(height, self._up.high) / self._up.high) if self._up.high else 0
            eighths = max(1, eighths) if height > 0 else 0
            for row in range(rows):
                part = max(0, min(8, eighths - 8 * (rows - 1 - row)))
                if part:
                    self._cells[row][column] = (_BLOCKS[part], over_style if height > over else style)

    def rows(self, highlighted: range = range(0)) -> list[list[Span]]:
        """The cells, top row first; those of the columns `highlighted` on the ground of a cursor."""
        made = [list(row) for row in self._cells]
        for column in highlighted:
            for row in made:
                text, style = row[column]
                front = "text" if style.startswith("ink") else style.split(" on ", maxsplit=1)[0]
                row[column] = (text, f"{front} on cursor")
        return made

    def _row(self, value: float) -> int:
        return self._up.cells - 1 - self._up.cell(value)

    def _dot(self, x: float, y: float) -> tuple[int, int]:
        return round(self._across.place(x) * 2 + 0.5), round((self._up.cells - 1 - self._up.place(y)) * 4 + 1.5)

    def _light(self, column: int, row: int, style: str) -> None:
        column, row = min(column, 2 * self._across.cells - 1), min(row, 4 * self._up.cells - 1)
        place = (row // 4, column // 2)
        self._dots[place] = self._dots.get(place, 0) | _DOTS[row % 4][column % 2]
        self._cells[place[0]][place[1]] = (chr(0x2800 + self._dots[place]), style)


def framed(rows: Sequence[Sequence[Span]], labels: Mapping[int, str], label_width: int = _LABEL) -> list[Line]:
    """`rows` with an axis at the left; `labels` by number of the row."""
    lines: list[Line] = []
    for number, row in enumerate(rows):
        label = labels.get(number, "")
        tick = "┤" if label else "│"
        lines.append(((right(label, label_width - 1), "muted"), (tick, "frame"), *row))
    return lines


def axis(scale: Scale, marks: Sequence[float], label_width: int = _LABEL) -> tuple[Line, Line]:
    """The axis below, and numbers under those of `marks` that find room, the first and last ones first."""
    ticks = ["─"] * scale.cells
    numbers = [" "] * (scale.cells + _OVERHANG)
    order = [*marks[:1], *marks[-1:], *marks[1:-1]]
    for mark in order:
        text = short_number(round(mark))
        column = scale.cell(mark)
        start = max(0, min(column - cells(text) // 2, len(numbers) - cells(text)))
        around = numbers[max(0, start - 1) : start + cells(text) + 1]
        if any(each != " " for each in around):
            continue
        ticks[column] = "┬"
        numbers[start : start + len(text)] = list(text)
    indent = " " * (label_width - 1)
    return (
        ((indent, "text"), ("└" + "".join(ticks), "frame")),
        ((indent + " ", "text"), ("".join(numbers), "muted")),
    )


def round_marks(low: float, high: float) -> list[int]:
    """1, 2 and 5 times powers of ten from `low` to `high`."""
    marks, unit = [], 1
    while unit <= high:
        marks += [step * unit for step in (1, 2, 5) if low <= step * unit <= high]
        unit *= 10
    return marks


def share_labels(up: Scale) -> dict[int, str]:
    """Per cents for an axis of shares from 0 on, by row: round ones, as many as there is room for."""
    step = next((step for step in (5, 10, 20, 25, 50) if up.cells * step >= 200 * up.high), 100)
    marks = range(0, round(100 * up.high) + 1, step)
    return {up.cells - 1 - up.cell(mark / 100): f"{mark}%" for mark in marks}


def filled(lines: Sequence[Line], height: int, width: int) -> list[Line]:
    """`lines` at their width, cut or filled up with blank ones to `height`."""
    made = [fitted(line, width) for line in lines[:height]]
    return made + [fitted((), width)] * (height - len(made))
