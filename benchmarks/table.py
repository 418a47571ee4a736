"""A figure, what it stands beside, what it has to be, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

HEADINGS = ("case", "what", "ours", "alternative", "ratio", "target", "met")
_TO_THE_RIGHT = frozenset({"ours", "ratio", "target"})


@dataclass(frozen=True, slots=True)
class Target:
    """`of` is what is judged: our own figure, its ratio to the alternative, or how many times faster it is."""

    of: Literal["ours", "ratio", "speed-up"]
    bound: float

    def is_met(self, row: Row) -> bool:
        """Whether the row keeps to the bound. A ratio without an alternative is not met."""
        if self.of == "ours":
            return row.ours <= self.bound
        ratio = row.ratio
        if ratio is None:
            return False
        return ratio >= self.bound if self.of == "speed-up" else ratio <= self.bound


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `alternative` is in the same unit, measured in the same run; a note replaces no figure."""

    case: str
    what: str
    ours: float
    unit: str
    alternative: float | None = None
    beside: str = ""
    target: Target | None = None

    @property
    def ratio(self) -> float | None:
        """Ours over the alternative; the other way round where a speed-up is asked for."""
        if self.alternative is None or not self.alternative or not self.ours:
            return None
        if self.target is not None and self.target.of == "speed-up":
            return self.alternative / self.ours
        return self.ours / self.alternative

    @property
    def is_met(self) -> bool | None:
        """None where there is no target."""
        return None if self.target is None else self.target.is_met(self)


def cells(row: Row) -> tuple[str, ...]:
    """The row as text, one cell a heading."""
    alternative = "" if row.alternative is None else f"{_figure(row.alternative, row.unit)} {row.beside}".rstrip()
    met = {None: "", True: "yes", False: "NO"}[row.is_met]
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}" if row.ratio < 10 else f"{row.ratio:.0f}"
    return (row.case, row.what, _figure(row.ours, row.unit), alternative, ratio, _target(row), met)


def table_lines(rows: Sequence[Row]) -> list[str]:
    """The table with aligned columns: a heading, a rule, one line a row."""
    body = [cells(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *body, strict=True)]
    rule = tuple("-" * width for width in widths)
    return [_aligned(line, widths) for line in (HEADINGS, rule, *body)]


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    parts = [
        text.rjust(width) if heading in _TO_THE_RIGHT else text.ljust(width)
        for heading, text, width in zip(HEADINGS, line, widths, strict=True)
    ]
    return "  ".join(parts).rstrip()


def _target(row: Row) -> str:
    if row.target is None:
        return ""
    if row.target.of == "ours":
        return f"<= {_figure(row.target.bound, row.unit)}"
    return f">= {row.target.bound:g} x" if row.target.of == "speed-up" else f"<= {row.target.bound:g} x"


def _figure(value: float, unit: str) -> str:
    if unit in ("frames", "bytes", "events"):
        return f"{value:,.0f} {unit}"
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f} {unit}"
