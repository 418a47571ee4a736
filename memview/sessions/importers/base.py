"""What every importer is: a name, a look at the head of a file, and a reading of the whole."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import NoReturn, Protocol

from memview.model.session import Session
from memview.sessions.lines import open_bytes
from memview.sessions.problems import printable, whole_file

HEAD_BYTES = 64 * 1024
FILE_LIMIT = 512 * 1024 * 1024
"""Bytes of the largest foreign file: JSON in one piece has to be held in memory whole."""

DEPTH_LIMIT = 150
"""Levels of nesting: what is deeper is no recording, and our own reader would refuse it."""

_HALF = re.compile("[\\ud800-\\udfff]")

JsonObject = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ImportedSession:
    """A session from a foreign file. `notes` say, one line each and counted, what was not mapped or was mended."""

    session: Session
    notes: tuple[str, ...] = ()
    format: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The start of a file: its text (at most `HEAD_BYTES`), and its first line as a JSON value when it is one."""

    text: str
    first: object = None

    def has_keys(self, *keys: str) -> bool:
        """Whether each of the keys occurs, quoted, in the text."""
        return all(f'"{key}"' in self.text for key in keys)


class Importer(Protocol):
    """One foreign format."""

    @property
    def name(self) -> str: ...

    @property
    def summary(self) -> str: ...

    def sniff(self, head: Head) -> bool:
        """Whether a file that starts like this is of this format."""
        ...

    def read(self, path: Path, select: str | None = None) -> ImportedSession:
        """Import a file; `select` names one of several conversations. Raises SessionFileError of one line."""
        ...

    def read_all(self, path: Path) -> Iterator[ImportedSession]:
        """Import every conversation of a file, in its order. Raises SessionFileError of one line."""
        ...


class Notes:
    """Counts what an import could not carry over; each kind becomes one line."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, what: str, count: int = 1) -> None:
        """Count something, said so that a number can stand before it: `image links not mapped`."""
        if count:
            self._counts[printable(what)] += count

    def lines(self) -> tuple[str, ...]:
        """`3 image links not mapped`, in the order in which each kind first came up."""
        return tuple(f"{count:,} {what}" for what, count in self._counts.items())


def read_head(path: Path) -> Head:
    """The head of a file, unpacked when it is gzip. Raises SessionFileError when it cannot be read."""
    with open_bytes(path) as stream:
        try:
            data = stream.read(HEAD_BYTES)
        except EOFError:
            data = b""
    line = next((line for line in data.splitlines() if line.strip()), b"")
    try:
        first = json.loads(line)
    except (ValueError, RecursionError):
        first = None
    return Head(data.decode("utf-8", "replace"), first)


def read_json(path: Path, expected: str) -> object:
    """A file as one JSON value. `expected` says, in errors, what the file should hold."""
    data = _read_all(path)
    return parse_json(data, path, None, expected)


def read_json_or_lines(path: Path, expected: str) -> tuple[object, list[object]]:
    """A file as one JSON value, or, when its first line is JSON and more follow, as JSON Lines: `(value, lines)`.

    Exactly one of the two is used: `lines` is empty when the file is one value.
    """
    data = _read_all(path)
    lines = [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    if len(lines) > 1:
        try:
            clean_json(lines[0][1])
        except (ValueError, RecursionError):
            return parse_json(data, path, None, expected), []
        return None, [parse_json(line, path, number, expected) for number, line in lines]
    return parse_json(data, path, None, expected), []


def parse_json(data: bytes, path: Path, line: int | None, expected: str) -> object:
    """`clean_json` with its errors as SessionFileError; `line` is None when the data are the whole file."""
    where = f"{path}" if line is None else f"{path}:{line}"
    try:
        return clean_json(data)
    except json.JSONDecodeError as error:
        at = f"column {error.colno}" if line is not None else f"line {error.lineno}, column {error.colno}"
        raise whole_file(where, f"json: not JSON ({error.msg} at {at})", f"expected {expected}") from None
    except UnicodeDecodeError:
        raise whole_file(where, "json: not UTF-8 text", "save it as UTF-8") from None
    except RecursionError:
        raise whole_file(where, "json: nested too deeply", f"expected {expected}") from None
    except ValueError as error:
        raise whole_file(where, f"json: {error}", f"expected {expected}") from None


def clean_json(data: str | bytes) -> object:
    """JSON as foreign tools write it: half characters (lone surrogates) become U+FFFD.

    Raises ValueError for what is not JSON, for NaN and infinities and for nesting that our own reader would refuse,
    RecursionError for deeper nesting.
    """
    return cleaned(json.loads(data, parse_constant=refuse_constant, parse_float=finite))


def choose(conversations: Mapping[str, object], select: str | None, path: Path) -> str:
    """The id of the conversation to import: the only one, or the one that `select` names."""
    ids = list(conversations)
    if select is None and len(ids) == 1:
        return ids[0]
    listed = ", ".join(printable(name) for name in ids[:20]) + (", ..." if len(ids) > 20 else "")
    if not ids:
        raise whole_file(path, "holds no conversation", "name another file")
    if select is None:
        raise whole_file(path, f"holds {len(ids)} conversations", f"select one of {listed}")
    if select not in conversations:
        raise whole_file(path, f"holds no conversation {printable(select)!r}", f"select one of {listed}")
    return select


def as_object(value: object, path: Path, field: str) -> JsonObject:
    """`value` when it is a JSON object, else SessionFileError naming the field."""
    if isinstance(value, dict):
        return value
    raise whole_file(path, f"{field}: must be an object", "correct it or name another format")


def as_list(value: object, path: Path, field: str) -> list[object]:
    """`value` when it is a JSON list, else SessionFileError naming the field."""
    if isinstance(value, list):
        return value
    raise whole_file(path, f"{field}: must be a list", "correct it or name another format")


def text_of(value: object) -> str | None:
    """`value` when it is text that is not blank."""
    return value if isinstance(value, str) and value.strip() else None


def stem_of(path: Path) -> str:
    """The name of a file without what its format adds: the id of a session that brings none."""
    name = path.name.removesuffix(".gz")
    return name.rsplit(".", 1)[0].strip() or name or "session"


def _read_all(path: Path) -> bytes:
    with open_bytes(path) as stream:
        try:
            data = stream.read(FILE_LIMIT + 1)
        except EOFError:
            raise whole_file(path, "the compressed data break off", "fetch the file again") from None
    if len(data) > FILE_LIMIT:
        raise whole_file(path, f"is larger than {FILE_LIMIT // 2**20} MB", "split it")
    return data


def cleaned(value: object, depth: int = 0) -> object:
    """`value`, as the json module gave it, without half characters. Raises ValueError for too deep nesting."""
    if depth > DEPTH_LIMIT:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _HALF.search(value) else value
    if isinstance(value, list):
        return [cleaned(part, depth + 1) for part in value]
    if isinstance(value, dict):
        return {str(cleaned(key, depth + 1)): cleaned(part, depth + 1) for key, part in value.items()}
    return value


def finite(digits: str) -> float:
    """The number of a JSON float. Raises ValueError for one that no float holds."""
    number = float(digits)
    if not isfinite(number):
        refuse_constant(digits[:20])
    return number


def refuse_constant(name: str) -> NoReturn:
    """Raise ValueError for `NaN` and infinities, which JSON does not know."""
    raise ValueError(f"holds {name}, which is not a number in JSON")
