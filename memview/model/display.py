"""Session text made harmless for a terminal: nothing moves the cursor, hides, or spills over its cell.

Every character that a terminal would obey or not show becomes a visible stand-in of one cell, so that an
attack (escape codes, reversed text, invisible tags) is seen, not felt. Widths are Rich's, as in Textual.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

HIDDEN = "·"
"""Stands for a character without a picture: zero-width, bidirectional control, tag, stray variation selector."""
LINE_BREAK = "⏎"
ELLIPSIS = "…"

_TAB = "⇥"
_BROKEN = "\N{REPLACEMENT CHARACTER}"
_C1_CONTROL = "\N{SYMBOL FOR SUBSTITUTE FORM TWO}"
_DOTTED_CIRCLE = "\N{DOTTED CIRCLE}"
_MARKS_PER_BASE = 2
# Behind a symbol these only ask for a style or a skin, on whose width terminals disagree.
_STYLES = frozenset("\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_SKIN_TONES = "\U0001f3fb", "\U0001f3ff"

# Default_Ignorable_Code_Point (Unicode 16) outside category Cf: drawn as nothing.
_INVISIBLE_RANGES = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2065, 0x2065),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0xE0000, 0xE0FFF),
)
# Characters that are always a base of their own and never need a second look; the rest go one by one.
_PLAIN = (
    r" -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u0384-\u0482\u048a-\u052f"
    r"\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u2bff"
    r"\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f"
    r"\U0001f300-\U0001f3fa\U0001f400-\U0001f6ff"
)
_SUSPECT = re.compile(f"[{_PLAIN}]?[^{_PLAIN}]+")
_LINE_ENDS = re.compile("\r\n|[\n\u2028\u2029]")


def printable(text: str) -> str:
    """`text` on one line, every character visible, line breaks as `⏎`. Idempotent.

    Controls become their pictures (`␛`), invisible and bidirectional characters `·`, lone surrogates U+FFFD.
    At most two combining marks stay on a character, and one without a character gets a dotted circle.
    """
    if text.isascii() and text.isprintable():
        return text
    return _SUSPECT.sub(_tame, _LINE_ENDS.sub(LINE_BREAK, text))


def printable_lines(text: str) -> list[str]:
    """The lines of `text`, each as `printable` shows it; an empty text is one empty line."""
    return [printable(line) for line in _LINE_ENDS.split(text)]


def fit(text: str, width: int) -> str:
    """`printable(text)` in exactly `width` terminal cells: cut with `…`, or padded with blanks."""
    if width <= 0:
        return ""
    if text.isascii() and text.isprintable():
        return text.ljust(width) if len(text) <= width else text[: width - 1] + ELLIPSIS
    from rich.cells import cell_len

    # The head decides on a long text, unless it is mostly marks that take no cell.
    head = text[: 4 * width]
    shown = printable(head)
    cells = cell_len(shown)
    if cells <= width and len(head) < len(text):
        shown = printable(text)
        cells = cell_len(shown)
    return shown + " " * (width - cells) if cells <= width else _cut(shown, width - 1)


def _cut(shown: str, width: int) -> str:
    used = end = 0
    for char in shown:
        cells = _stand_in(char)[1]
        if used + cells > width:
            break
        used += cells
        end += 1
    # A wide character that does not fit leaves a cell, which a blank takes.
    return f"{shown[:end]}{ELLIPSIS}{' ' * (width - used)}"


def _tame(run: re.Match[str]) -> str:
    """The stand-ins of a run of suspects, which starts with the plain character that marks may sit on."""
    shown: list[str] = []
    base_cells = marks = 0
    for place, char in enumerate(run[0]):
        if char in _STYLES and place and unicodedata.category(run[0][place - 1]) == "So":
            continue
        stand_in, cells = _stand_in(char)
        if cells:
            base_cells, marks = cells, 0
        elif _SKIN_TONES[0] <= stand_in <= _SKIN_TONES[1]:
            # Without an emoji to colour it is a picture of its own, though Rich gives it no cell.
            stand_in, base_cells, marks = HIDDEN, 1, 0
        elif not base_cells:
            stand_in, base_cells, marks = _DOTTED_CIRCLE + stand_in, 1, 1
        else:
            marks += 1
        if marks <= _MARKS_PER_BASE:
            shown.append(stand_in)
    return "".join(shown)


@lru_cache(maxsize=4096)
def _stand_in(char: str) -> tuple[str, int]:
    """What is shown for `char`, and its width in cells: 0 for a mark that sits on the character before it."""
    from rich.cells import get_character_cell_size

    shown = _visible(char)
    return shown, get_character_cell_size(shown)


def _visible(char: str) -> str:
    code = ord(char)
    if char == "\t":
        return _TAB
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    if 0x80 <= code < 0xA0:
        return _C1_CONTROL
    category = unicodedata.category(char)
    if category == "Cs" or code & 0xFFFE == 0xFFFE:
        return _BROKEN
    if category == "Cf" or any(first <= code <= last for first, last in _INVISIBLE_RANGES):
        return HIDDEN
    return char
