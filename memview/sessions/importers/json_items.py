"""Large JSON, one item at a time: a list, or values one after the other, with one item in memory."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from memview.model.errors import SessionFileError
from memview.sessions.importers.base import finite, refuse_constant
from memview.sessions.lines import LINE_LIMIT, open_bytes
from memview.sessions.problems import whole_file

ITEM_LIMIT = LINE_LIMIT
"""Characters of the longest item: far more than a conversation, far less than a memory."""

_CHUNK = 1024 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER_GOES_ON = re.compile(r"[0-9.eE+-]*")
_TAIL = 12
"""Characters at the end of what was read that may be half a number, a word or an escape."""


def json_items(path: Path, expected: str) -> Iterator[object]:
    """The items of a JSON list, or the values of JSON Lines, as they were written (see `base.cleaned`).

    However large the file, one item is held. `expected` says, in errors, what the file should hold. Raises
    SessionFileError, after the items before it, for what is not JSON, breaks off or is longer than `ITEM_LIMIT`.
    """
    with open_bytes(path) as stream:
        yield from _Items(stream, path, expected)


class _Items:
    """What was read and not yet yielded, and where in the file it stands."""

    def __init__(self, stream: BinaryIO, path: Path, expected: str) -> None:
        self._stream = stream
        self._path = path
        self._expected = expected
        self._decode = codecs.getincrementaldecoder("utf-8")()
        self._parse = json.JSONDecoder(parse_constant=refuse_constant, parse_float=finite).raw_decode
        self._text = ""
        self._at = 0
        self._line = 1
        self._column = 1
        self._ended = False

    def __iter__(self) -> Iterator[object]:
        is_list = self._next_sign() == "["
        if is_list:
            self._at += 1
        count = 0
        while (sign := self._next_sign()) and not (is_list and sign == "]"):
            if is_list and count:
                if sign != ",":
                    raise self._broken("Expecting ',' delimiter", self._at)
                self._at += 1
                self._next_sign()
            yield self._item()
            count += 1
        if is_list and not sign:
            raise whole_file(self._path, "json: the list breaks off", "fetch the file again")
        if is_list:
            self._at += 1
            if self._next_sign():
                raise self._broken("Extra data", self._at)

    def _next_sign(self) -> str:
        """The next character that is no space, or "" at the end of the file."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = self._at if found is None else found.end()
            if self._at < len(self._text) or not self._read(_CHUNK):
                return self._text[self._at : self._at + 1]

    def _item(self) -> object:
        while True:
            try:
                value, end = self._parse(self._text, self._at)
            except json.JSONDecodeError as error:
                self._read_on(error)
                continue
            except RecursionError:
                raise whole_file(self._path, "json: nested too deeply", f"expected {self._expected}") from None
            except ValueError as error:
                raise whole_file(self._path, f"json: {error}", f"expected {self._expected}") from None
            # A number at the very end may have more digits behind it, or a fraction of which only the point is here.
            if len(self._text) - end < _TAIL and _NUMBER_GOES_ON.fullmatch(self._text, end) and self._read(_CHUNK):
                continue
            self._at = end
            return value

    def _read_on(self, error: json.JSONDecodeError) -> None:
        """Read more when `error` may come from where the text ends, twice as much each time; else raise it."""
        broken = self._broken(error.msg, error.pos)
        may_go_on = error.msg.startswith("Unterminated string") or error.pos >= len(self._text) - _TAIL
        if not may_go_on:
            raise broken
        length = len(self._text) - self._at
        if length > ITEM_LIMIT:
            message = f"json: an item is longer than {ITEM_LIMIT // 2**20} MB"
            raise whole_file(f"{self._path}:{self._place(self._at)[0]}", message, f"expected {self._expected}")
        if not self._read(max(_CHUNK, length)):
            raise broken

    def _read(self, size: int) -> bool:
        """Read on, letting go of what was yielded; False at the end of the file."""
        if self._ended:
            return False
        try:
            data = self._stream.read(size)
            text = self._decode.decode(data, final=not data)
        except EOFError:
            raise whole_file(self._path, "the compressed data break off", "fetch the file again") from None
        except UnicodeDecodeError:
            raise whole_file(self._path, "json: not UTF-8 text", "save it as UTF-8") from None
        self._ended = not data
        self._line, self._column = self._place(self._at)
        self._text, self._at = self._text[self._at :] + text, 0
        return bool(data)

    def _place(self, position: int) -> tuple[int, int]:
        """Line and column in the file, from 1, of a character that is held."""
        start = self._text.rfind("\n", 0, position)
        column = self._column + position if start < 0 else position - start
        return self._line + self._text.count("\n", 0, position), column

    def _broken(self, message: str, position: int) -> SessionFileError:
        line, column = self._place(position)
        fault = f"json: not JSON ({message} at line {line}, column {column})"
        return whole_file(self._path, fault, f"expected {self._expected}")
