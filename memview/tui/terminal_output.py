"""Fewer bytes to the terminal: only what differs from what it shows, and of a style only what changes.

Textual repaints a changed line from the left edge of its widget, and Rich sends both colours again with every piece of
text, some forty bytes a piece. On a slow line (ssh, a shared screen) that is what a person waits for. What the terminal
shows in the end is the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from memview.tui.lines import cells

if TYPE_CHECKING:
    from textual.driver import Driver

_TOKEN = re.compile(r"\x1b\[([0-9;]*)([mH])")
_FRAME_MARKS = frozenset({"\x1b[?2026h", "\x1b[?2026l"})
"""Begin and end of a frame, which Textual writes on their own; they change nothing on the screen."""

_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29"}
_TWIN = {"1": "2", "2": "1"}
_UNKNOWN = "\0"
_GAP = re.compile("( {6,})")
"""Blanks between columns: where they stood before, they are jumped over."""


class Look(NamedTuple):
    """What text looks like: attribute codes, and the codes of either colour (None: the terminal's own)."""

    attributes: frozenset[str] = frozenset()
    front: str | None = None
    back: str | None = None


PLAIN = Look()


class ShownScreen:
    """What a terminal shows as far as it went through `difference`."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[str, str]] = {}
        self._marks: dict[Look, str] = {}

    def forget(self) -> None:
        """The terminal may show anything: after a resize, a stop, another program's output."""
        self._rows.clear()

    def difference(self, data: str) -> str:
        """What of `data` (text, styles and cursor moves) has to be sent, with the same effect.

        A frame that paints every known row goes out whole, so that a full repaint mends a screen that was disturbed.
        """
        if data in _FRAME_MARKS:
            return data
        pieces = _TOKEN.split(data)
        if "\x1b" in pieces[0] or any("\x1b" in text for text in pieces[3::3]):
            self.forget()
            return data
        rows_painted = {
            codes.partition(";")[0] for codes, kind in zip(pieces[1::3], pieces[2::3], strict=True) if kind == "H"
        }
        writer = _Writer(skips=len(rows_painted) < len(self._rows))
        row = column = 0
        wanted: Look = PLAIN
        for codes, kind, raw in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            if kind == "H":
                up, _, across = codes.partition(";")
                row, column = int(up or 1), int(across or 1)
            else:
                look = look_after(codes, wanted)
                if look is None:
                    self.forget()
                    return data
                wanted = look
            text = raw.replace("\n", "")
            if text:
                for part in _GAP.split(text) if writer.skips else (text,):
                    column = self._put(writer, row, column, part, wanted)
        return pieces[0] + writer.finish()

    def _put(self, writer: _Writer, row: int, column: int, text: str, look: Look) -> int:
        """Show `text` at a place; returns the column after it."""
        if not text:
            return column
        size = cells(text)
        mark = self._marks.get(look)
        if mark is None:
            mark = self._marks[look] = chr(1 + len(self._marks))
        old_text, old_marks = self._rows.get(row, ("", ""))
        end = column + size
        if len(old_text) < end:
            old_text = old_text.ljust(end, _UNKNOWN)
            old_marks = old_marks.ljust(end, _UNKNOWN)
        # A wide or combining character has no cell of its own to compare: such a run is always sent.
        is_plain = size == len(text) and _is_single_cells(text)
        shown = text if is_plain else _UNKNOWN * size
        before, marks_before = old_text[column:end], old_marks[column:end]
        marks = mark * size
        start, stop = 0, size
        if writer.skips and is_plain:
            if shown == before and marks == marks_before:
                return end
            while shown[start] == before[start] and marks_before[start] == mark:
                start += 1
            while stop > start and shown[stop - 1] == before[stop - 1] and marks_before[stop - 1] == mark:
                stop -= 1
        writer.put(row, column + start, text if stop - start == size else text[start:stop], look)
        if is_plain:
            writer.at(row, column + stop)
        self._rows[row] = (
            old_text[:column] + shown + old_text[end:],
            old_marks[:column] + marks + old_marks[end:],
        )
        return end


class _Writer:
    """Puts pieces of text at places with the shortest moves and styles."""

    def __init__(self, skips: bool) -> None:
        self.skips = skips
        self._out: list[str] = []
        self._look = PLAIN
        self._row = self._column = 0

    def put(self, row: int, column: int, text: str, look: Look) -> None:
        """Put `text` at a place. Where it ends is not known: terminals disagree on the width of emoji."""
        if row != self._row or column < self._column:
            self._out.append(f"\x1b[{row};{column}H")
        elif column > self._column:
            self._out.append(f"\x1b[{column - self._column}C")
        if look is not self._look:
            self._out.append(change_of_look(self._look, look))
            self._look = look
        self._out.append(text)
        self._row = self._column = 0

    def at(self, row: int, column: int) -> None:
        """The terminal's cursor stands here for certain."""
        self._row, self._column = row, column

    def finish(self) -> str:
        self._out.append(change_of_look(self._look, PLAIN))
        return "".join(self._out)


@lru_cache(4096)
def _is_single_cells(text: str) -> bool:
    return text.isascii() or all(cells(char) == 1 for char in text)


def thrifty(driver: type[Driver], shown: ShownScreen) -> type[Driver]:
    """`driver`, sending only what differs from `shown`."""

    class ThriftyDriver(driver):  # type: ignore[misc, valid-type]
        def write(self, data: str) -> None:
            super().write(shown.difference(data) if "\x1b[" in data else data)

    return ThriftyDriver


@lru_cache(4096)
def look_after(codes: str, before: Look) -> Look | None:
    """How text looks after the SGR `codes`; None when one of them is not known here."""
    attributes, front, back = before
    words = iter(codes.split(";"))
    for word in words:
        if word in ("", "0"):
            attributes, front, back = PLAIN
        elif word in ("38", "48"):
            kind = next(words, "")
            values = [next(words, "") for _ in range({"2": 3, "5": 1}.get(kind, 0))]
            if not values or not all(values):
                return None
            colour = ";".join((word, kind, *values))
            front, back = (colour, back) if word == "38" else (front, colour)
        elif word in _OFF:
            attributes = attributes | {word}
        elif word.isdecimal() and (30 <= int(word) <= 37 or 90 <= int(word) <= 97):
            front = word
        elif word.isdecimal() and (40 <= int(word) <= 47 or 100 <= int(word) <= 107):
            back = word
        elif word in ("39", "49"):
            front, back = (None, back) if word == "39" else (front, None)
        else:
            return None
    return Look(attributes, front, back)


@lru_cache(4096)
def change_of_look(before: Look, after: Look) -> str:
    """The shortest sequence that turns one look into the other."""
    if after == before:
        return ""
    if after == PLAIN:
        return "\x1b[0m"
    gone = before.attributes - after.attributes
    codes = sorted({_OFF[code] for code in gone})
    # Bold and dim are switched off by one code, which takes the other one with it.
    again = {twin for code in gone if (twin := _TWIN.get(code)) in after.attributes}
    codes += sorted((after.attributes - before.attributes) | again)
    if after.front != before.front:
        codes.append(after.front or "39")
    if after.back != before.back:
        codes.append(after.back or "49")
    return f"\x1b[{';'.join(codes)}m"
