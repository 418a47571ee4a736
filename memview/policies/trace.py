"""Cache traces: a request a line, `id size`; what they tell of the future for those that may know it."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from memview.model.errors import MemviewError, SessionFileError
from memview.sessions.lines import numbered_lines
from memview.sessions.problems import printable, quoted

MOST_SIZE = 10**12
"""The largest size of an object."""

_LINE_LIMIT = 1024 * 1024
_FIRST_NAME = 2**62
"""Ids that are no plain numbers are counted from here on; plain numbers have 18 digits at most, and are below."""

_MOST_DIGITS = 18


class TraceError(MemviewError):
    """A trace that cannot be read: names file and line."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Requests in order. A key is the id itself where that is a plain number."""

    keys: array[int]
    sizes: array[int]

    def __len__(self) -> int:
        return len(self.keys)


class TraceFuture:
    """What a trace tells of the future (`memview.kernel.protocols.Future`): request n is turn n, from 1 on."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._turns: dict[int, array[int]] | None = None

    def next_reference(self, item: int, turn: int) -> int | None:
        """The first request after `turn` for `item`, or None."""
        turns = self._looked_up().get(item)
        if turns is None:
            return None
        place = bisect_right(turns, turn)
        return turns[place] if place < len(turns) else None

    def _looked_up(self) -> dict[int, array[int]]:
        """The requests for each key, looked up when somebody asks for the first time: most policies never do."""
        if self._turns is None:
            self._turns = {}
            for turn, key in enumerate(self._trace.keys, 1):
                turns = self._turns.get(key)
                if turns is None:
                    turns = self._turns[key] = array("q")
                turns.append(turn)
        return self._turns


def read_trace(path: Path) -> Trace:
    """The requests in a file, plain or gzip: `id size` a line; blank lines and `#` comments are passed over.

    An id is any word. Raises TraceError, with file and line, for anything else, for a size that is no whole number from
    1 to 10**12, and for a file without a request.
    """
    keys, sizes = array("q"), array("q")
    names: dict[bytes, int] = {}
    try:
        for number, raw in numbered_lines(path, _LINE_LIMIT):
            if raw is None:
                raise _error(path, number, "the compressed data break off", "fetch the file again")
            words = raw.split()
            if not words or words[0].startswith(b"#"):
                continue
            if len(words) != 2 and not (len(words) > 2 and words[2].startswith(b"#")):
                raise _wrong_shape(path, number, words)
            word, size = words[0], words[1]
            if not (size.isdigit() and len(size) <= _MOST_DIGITS and 0 < int(size) <= MOST_SIZE):
                raise _wrong_size(path, number, size)
            if word.isdigit() and len(word) <= _MOST_DIGITS and (word[:1] != b"0" or word == b"0"):
                keys.append(int(word))
            else:
                keys.append(names.setdefault(word, _FIRST_NAME + len(names)))
            sizes.append(int(size))
    except SessionFileError as error:
        raise TraceError(_of_traces(str(error))) from None
    if not keys:
        raise TraceError(f"{printable(str(path))}: has no request; write `id size` lines, one for each request")
    return Trace(keys, sizes)


def _of_traces(message: str) -> str:
    """The message of the reader of session files, whose hint names what it reads."""
    fault, separator, mend = message.rpartition("; ")
    return f"{fault}{separator}{mend.replace('session file', 'trace file')}"


def _error(path: Path, number: int, fault: str, mend: str) -> TraceError:
    return TraceError(f"{printable(str(path))}:{number}: {fault}; {mend}")


def _wrong_shape(path: Path, number: int, words: list[bytes]) -> TraceError:
    if len(words) == 1:
        return _error(path, number, f"{_told(words[0])} has no size", "write `id size`, with a space between them")
    return _error(path, number, f"{len(words)} words", "write `id size`, an id without spaces")


def _wrong_size(path: Path, number: int, size: bytes) -> TraceError:
    digits = size.removeprefix(b"-")
    if not digits.isdigit():
        fault = f"the size {_told(size)} is no whole number"
    elif digits is not size or not digits.strip(b"0"):
        fault = f"the size is {_told(size)}, not above 0"
    else:
        fault = f"the size {_told(size)} is above 10**12"
    return _error(path, number, fault, "write the size in tokens, at least 1")


def _told(word: bytes) -> str:
    return quoted(word[:80].decode("utf-8", "replace"))
