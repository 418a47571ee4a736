"""Plain tables: aligned columns, no lines and no colour, so that a pipe and a screen reader get the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

BEST = "*"
"""Stands behind the best value of a comparison: a mark that needs no colour."""

NOT_APPLICABLE = "n/a"
_WIDTH = 120


def figure(value: float | int | None, is_best: bool = False) -> str:
    """A metric as a cell, with room for the mark of the best behind it; None is n/a."""
    if value is None:
        text = NOT_APPLICABLE
    elif isinstance(value, int):
        text = str(value)
    else:
        text = f"{value:.4f}" if abs(value) < 10 else f"{value:.1f}"
    return f"{text}{BEST if is_best else ' '}"


def table_lines(heading: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> list[str]:
    """The heading and the rows; the first `texts` columns are set flush left, the others, figures, flush right.

    What is wider than 120 columns of text is continued below, behind the first columns again.
    """
    cells = [[*heading[:texts], *(f"{name} " for name in heading[texts:])], *rows]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines: list[str] = []
    for figures in _blocks(widths, texts):
        if lines:
            lines.append("")
        lines += [
            "  ".join([line[place].ljust(widths[place]) for place in range(texts)]
                      + [line[place].rjust(widths[place]) for place in figures]).rstrip()
            for line in cells
        ]  # fmt: skip
    return lines


def _blocks(widths: Sequence[int], texts: int) -> Iterator[list[int]]:
    """The columns of figures that stand beside each other; at least one in each block."""
    start = sum(widths[:texts]) + 2 * (texts - 1)
    block: list[int] = []
    used = start
    for place in range(texts, len(widths)):
        if block and used + 2 + widths[place] > _WIDTH:
            yield block
            block, used = [], start
        block.append(place)
        used += 2 + widths[place]
    yield block
