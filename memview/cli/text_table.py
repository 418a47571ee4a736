"""Plain tables: aligned columns, no lines and no colour, so that a pipe and a screen reader get the same."""

from __future__ import annotations

from collections.abc import Sequence

BEST = "*"
"""Stands behind the best value of a comparison: a mark that needs no colour."""

NOT_APPLICABLE = "n/a"


def figure(value: float | int | None, is_best: bool = False) -> str:
    """A metric as a cell, with room for the mark of the best behind it; None is n/a."""
    text = NOT_APPLICABLE if value is None else str(value) if isinstance(value, int) else f"{value:.4f}"
    return f"{text} {BEST if is_best else ' '}"


def table_lines(heading: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> list[str]:
    """The heading and the rows; the first `texts` columns are set flush left, the others flush right."""
    cells = [list(heading[:texts]) + [f"{name}  " for name in heading[texts:]], *rows]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place < texts else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
