"""Whole-screen notices: a session that cannot be opened, a terminal that is too small."""

from __future__ import annotations

from collections.abc import Sequence

from memview.model.display import printable
from memview.tui.lines import BLANK, Line, cells, fitted, wrap

_WIDEST = 76
LEAST_WIDTH, LEAST_HEIGHT = 60, 16


def failure_lines(what: str, message: str, width: int, height: int) -> tuple[Line, ...]:
    """`what` went wrong and the message that says how to mend it, in mid-screen."""
    room = max(1, min(_WIDEST, width - 4))
    body: list[Line] = [(("✗ ", "bold custody-lost"), (what, "bold text")), BLANK]
    body += [((piece, "text"),) for piece in wrap(printable(message), room)]
    return _centred(body, room, width, height)


def warning_lines(warnings: Sequence[str], width: int) -> list[Line]:
    """Each warning wrapped to `width` cells, its mark in front of the first line."""
    lines: list[Line] = []
    for warning in warnings:
        for index, piece in enumerate(wrap(printable(warning), max(1, width - 2))):
            lines.append((("! " if index == 0 else "  ", "action-warn"), (piece, "text")))
    return lines


def small_lines(width: int, height: int) -> tuple[Line, ...]:
    """The terminal is too small: how large it is and how large it has to be."""
    words = f"memview needs {LEAST_WIDTH}×{LEAST_HEIGHT} cells; this terminal has {width}×{height}."
    body: list[Line] = [((piece, "text"),) for piece in wrap(words, max(1, width - 2))]
    return _centred(body, min(cells(words), max(1, width - 2)), width, height)


def _centred(body: list[Line], room: int, width: int, height: int) -> tuple[Line, ...]:
    margin = " " * max(0, (width - room) // 2)
    above = max(0, (height - len(body)) // 2)
    lines = [BLANK] * above + [((margin, "text"), *line) for line in body]
    return tuple(fitted(line, width) for line in lines[:height])
