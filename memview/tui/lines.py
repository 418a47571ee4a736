"""Lines as data: what a view computes and a widget draws. No Textual here, so views are tested without a screen.

A line is a tuple of spans, a span a piece of text with the name of a style (`paint.Paint` turns names into colours).
All widths are terminal cells.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size

Span = tuple[str, str]
Line = tuple[Span, ...]

ELLIPSIS = "…"
BLANK: Line = ()


def cells(text: str) -> int:
    """Cells that `text` takes on a terminal."""
    return len(text) if text.isascii() else cell_len(text)


def clip(text: str, width: int) -> str:
    """`text` cut to at most `width` cells; a cut shows as an ellipsis."""
    if width <= 0:
        return ""
    if len(text) <= width and cells(text) <= width:
        return text
    if width == 1:
        return ELLIPSIS
    if text.isascii():
        return text[: width - 1] + ELLIPSIS
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS


def left(text: str, width: int) -> str:
    """`text` clipped and padded on the right to exactly `width` cells."""
    clipped = clip(text, width)
    return clipped + " " * (width - cells(clipped))


def right(text: str, width: int) -> str:
    """`text` clipped and padded on the left to exactly `width` cells."""
    clipped = clip(text, width)
    return " " * (width - cells(clipped)) + clipped


def line_width(line: Iterable[Span]) -> int:
    """Cells that a line takes."""
    return sum(cells(text) for text, _ in line)


def fitted(line: Line, width: int) -> Line:
    """`line` cut or padded to exactly `width` cells."""
    used = line_width(line)
    if used == width:
        return line
    if used < width:
        return (*line, (" " * (width - used), "text"))
    kept: list[Span] = []
    room = width
    for text, style in line:
        taken = cells(text)
        if taken < room:
            kept.append((text, style))
            room -= taken
            continue
        piece = clip(text + " ", room) if taken == room else clip(text, room)
        kept.append((left(piece, room), style))
        break
    return tuple(kept)


def spread(start: Line, end: Line, width: int) -> Line:
    """`start` at the left and `end` at the right of a line of `width` cells; `start` gives way."""
    room = width - line_width(end)
    if room <= 0:
        return fitted(end, width)
    return (*fitted(start, room), *end)


def wrap(text: str, width: int) -> list[str]:
    """`text` broken at spaces into lines of at most `width` cells; words that are longer are broken too."""
    if width <= 0:
        return []
    lines: list[str] = []
    for paragraph in text.split("\n"):
        current = ""
        used = 0
        for word in paragraph.split():
            size = cells(word)
            if current and used + 1 + size <= width:
                current += " " + word
                used += 1 + size
                continue
            if current:
                lines.append(current)
            rest = word
            while cells(rest) > width:
                head = rest[:width] if rest.isascii() else set_cell_size(rest, width).rstrip()
                lines.append(head)
                rest = rest[len(head) :]
            current, used = rest, cells(rest)
        lines.append(current)
    return lines


def grouped_number(value: int) -> str:
    """`3104` as `3 104`: digits in threes with a narrow space that every terminal font has as one cell."""
    return f"{value:,}".replace(",", " ")


def short_number(value: int) -> str:
    """At most five cells: `812`, `3 104`, `31.2k`, `112k`, `1.2M`."""
    if value < 10_000:
        return grouped_number(value)
    if value < 100_000:
        return f"{value / 1000:.1f}k"
    if value < 1_000_000:
        return f"{value // 1000}k"
    return f"{value / 1_000_000:.1f}M"


def signed(value: int) -> str:
    """`+3`, `−2`, or nothing for 0."""
    if not value:
        return ""
    return f"{'+' if value > 0 else '−'}{grouped_number(abs(value))}"


def number(value: float) -> str:
    """A signal's number in at most four significant digits, without trailing zeros: `0.9`, `7.31`, `1 412`."""
    if math.isnan(value):
        return "n/a"
    if abs(value) >= 1000 or value == int(value):
        return grouped_number(round(value)) if abs(value) < 1e15 else f"{value:.2e}"
    digits = f"{value:.2f}" if abs(value) >= 0.01 else f"{value:.2g}"
    return digits.rstrip("0").rstrip(".") if "." in digits and "e" not in digits else digits


def score(value: float) -> str:
    """A retriever's score with two decimals, so that a column of them lines up: `6.60`."""
    return "n/a" if math.isnan(value) else f"{value:.2f}"


def meter(value: float, maximum: float, width: int) -> tuple[str, str]:
    """A bar of `width` cells as (filled, track). Anything above nothing shows at least half a cell."""
    if width <= 0:
        return "", ""
    halves = 0
    if maximum > 0 and value > 0:
        halves = min(width * 2, max(1, round(value / maximum * width * 2)))
    filled = "━" * (halves // 2) + ("╸" if halves % 2 else "")
    return filled, "─" * (width - len(filled))


def apportion(amounts: list[int], width: int) -> list[int]:
    """Cells for each amount, adding up to `width`; every amount above 0 gets at least one (largest remainders)."""
    total = sum(amounts)
    if total <= 0 or width <= 0:
        return [0] * len(amounts)
    shares = [amount * width / total for amount in amounts]
    parts = [max(1, int(share)) if amount else 0 for share, amount in zip(shares, amounts, strict=True)]
    order = sorted(range(len(parts)), key=lambda i: (int(shares[i]) - shares[i], i))
    short = width - sum(parts)
    for i in order:
        if short <= 0:
            break
        if amounts[i]:
            parts[i] += 1
            short -= 1
    while short < 0:
        widest = max(range(len(parts)), key=lambda i: parts[i])
        parts[widest] -= 1
        short += 1
    return parts
