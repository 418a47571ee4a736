"""Letters as tall as three or five rows of a terminal, drawn with blocks: type that is read from the last bench."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from memview.tui.lines import Line

_HEIGHT = 5
"""Pixels of a letter from top to bottom."""
_BLANK_WIDTH = 2
_GLYPHS = {
    "A": ".x. x.x xxx x.x x.x",
    "B": "xx. x.x xx. x.x xx.",
    "C": ".xx x.. x.. x.. .xx",
    "D": "xx. x.x x.x x.x xx.",
    "E": "xxx x.. xx. x.. xxx",
    "F": "xxx x.. xx. x.. x..",
    "G": ".xxx x... x.xx x..x .xxx",
    "H": "x.x x.x xxx x.x x.x",
    "I": "xxx .x. .x. .x. xxx",
    "J": "..x ..x ..x x.x .x.",
    "K": "x..x x.x. xx.. x.x. x..x",
    "L": "x.. x.. x.. x.. xxx",
    "M": "x...x xx.xx x.x.x x...x x...x",
    "N": "x..x xx.x x.xx x..x x..x",
    "O": ".xx. x..x x..x x..x .xx.",
    "P": "xx. x.x xx. x.. x..",
    "Q": ".xx. x..x x..x x.x. .x.x",
    "R": "xx. x.x xx. x.x x.x",
    "S": ".xx x.. .x. ..x xx.",
    "T": "xxx .x. .x. .x. .x.",
    "U": "x.x x.x x.x x.x xxx",
    "V": "x.x x.x x.x x.x .x.",
    "W": "x...x x...x x.x.x xx.xx x...x",
    "X": "x.x x.x .x. x.x x.x",
    "Y": "x.x x.x .x. .x. .x.",
    "Z": "xxx ..x .x. x.. xxx",
    "0": "xxx x.x x.x x.x xxx",
    "1": ".x. xx. .x. .x. xxx",
    "2": "xxx ..x xxx x.. xxx",
    "3": "xxx ..x .xx ..x xxx",
    "4": "x.x x.x xxx ..x ..x",
    "5": "xxx x.. xxx ..x xxx",
    "6": "xxx x.. xxx x.x xxx",
    "7": "xxx ..x ..x .x. .x.",
    "8": "xxx x.x xxx x.x xxx",
    "9": "xxx x.x xxx ..x xxx",
    "-": "... ... xxx ... ...",
    "_": "... ... ... ... xxx",
    "/": "..x ..x .x. x.. x..",
    "\\": "x.. x.. .x. ..x ..x",
    ".": ". . . . x",
    ",": ".. .. .. .x x.",
    ":": ". x . x .",
    ";": ".. .x .. .x x.",
    "!": "x x x . x",
    "?": "xx. ..x .x. ... .x.",
    "'": "x x . . .",
    "’": "x x . . .",
    '"': "x.x x.x ... ... ...",
    "“": "x.x x.x ... ... ...",
    "”": "x.x x.x ... ... ...",
    "(": ".x x. x. x. .x",
    ")": "x. .x .x .x x.",
    "[": "xx x. x. x. xx",
    "]": "xx .x .x .x xx",
    "+": "... .x. xxx .x. ...",
    "=": "... xxx ... xxx ...",
    ">": "x.. .x. ..x .x. x..",
    "<": "..x .x. x.. .x. ..x",
    "%": "x.x ..x .x. x.. x.x",
    "*": "... x.x .x. x.x ...",
    "#": ".x.x. xxxxx .x.x. xxxxx .x.x.",
    "@": "xxxx x..x x.xx x... xxxx",
    "&": ".x.. x.x. .x.. x.xx .xx.",
    "·": ". . x . .",
    "…": "..... ..... ..... ..... x.x.x",
    "–": "... ... xxx ... ...",
    "→": "..x.. ...x. xxxxx ...x. ..x..",
    "▲": "..... ..x.. .xxx. xxxxx .....",
    "▼": "..... xxxxx .xxx. ..x.. .....",
    "▽": "..... xxxxx .x.x. ..x.. .....",
    "●": ".xx. xxxx xxxx xxxx .xx.",
    "○": ".xx. x..x x..x x..x .xx.",
    "■": ".... xxxx xxxx xxxx ....",
    "◧": "xxxxx xxx.x xxx.x xxx.x xxxxx",
    "⊗": ".xxxx. x.xx.x x.xx.x x.xx.x .xxxx.",
    "⊘": ".xxx. x..xx x.x.x xx..x .xxx.",
    "∅": ".xxx. x..xx x.x.x xx..x .xxx.",
    "Σ": "xxxx .x.. ..x. .x.. xxxx",
    "✓": "....x ...x. x.x.. .x... .....",
    "✗": "x...x .x.x. ..x.. .x.x. x...x",
}
_HALVES = " ▀▄█"


class Type(Enum):
    """How large: the value is the rows that a line of it takes."""

    TALL = 3
    """A pixel is one cell wide and half a row high."""
    HUGE = 5
    """A pixel is two cells wide and one row high."""


def can_be_large(text: str) -> bool:
    """Whether every character of `text` has a large form; small letters are drawn as capitals."""
    return all(character == " " or character.upper() in _GLYPHS for character in text)


def large_width(text: str, size: Type) -> int:
    """Cells that `text` takes in large type."""
    pixels = sum(len(_columns(character)) + 1 for character in text) - 1 if text else 0
    return max(0, pixels) * (2 if size is Type.HUGE else 1)


def large(text: str, size: Type, style: str) -> tuple[Line, ...]:
    """`text` on one line of large type: `size.value` rows of `large_width(text, size)` cells each."""
    return tuple(((row, style),) for row in _rows(text, size))


@lru_cache(512)
def _rows(text: str, size: Type) -> tuple[str, ...]:
    columns: list[int] = []
    for index, character in enumerate(text):
        columns += [0] if index else []
        columns += _columns(character)
    if size is Type.HUGE:
        return tuple("".join("██" if column >> y & 1 else "  " for column in columns) for y in range(_HEIGHT))
    return tuple(
        "".join(_HALVES[(column >> y & 1) | (column >> y + 1 & 1) << 1] for column in columns)
        for y in range(0, _HEIGHT + 1, 2)
    )


@lru_cache(256)
def _columns(character: str) -> tuple[int, ...]:
    """The columns of a letter from left to right, each with its top pixel as the lowest bit."""
    if character == " ":
        return (0,) * _BLANK_WIDTH
    rows = _GLYPHS.get(character.upper(), _GLYPHS["?"]).split()
    return tuple(sum((row[x] == "x") << y for y, row in enumerate(rows)) for x in range(len(rows[0])))


def large_paragraph(text: str, width: int, size: Type, style: str) -> tuple[Line, ...] | None:
    """`text` wrapped at its blanks into lines of large type; None where a word is too long or a letter unknown."""
    if not can_be_large(text):
        return None
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and large_width(longer, size) <= width:
            lines[-1] = longer
        elif large_width(word, size) <= width:
            lines.append(word)
        else:
            return None
    return tuple(row for line in lines for row in large(line, size, style))
