"""What `scan` reads: lines of `{"text":...,"source":...}`, or the texts of a session file."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from memview.guard import Source
from memview.guard.sources import memory_source, text_of_result, turn_source
from memview.model.errors import SessionFileError
from memview.model.memory import TRUST_CLASSES
from memview.sessions.catalogue import find_session
from memview.sessions.lines import numbered_lines
from memview.sessions.problems import Problem, nearest, quoted

if TYPE_CHECKING:
    from memview.kernel.workload import Workload

SOURCES: tuple[Source, ...] = get_args(Source)
LABELS = ("attack", "benign")
_CHOICES = ", ".join(SOURCES)


@dataclass(frozen=True, slots=True)
class Item:
    """A text to screen: `place` is its line or its id in a session, `label` what it is known to be."""

    place: str
    text: str
    source: Source
    label: str | None = None


def items_of(file: str, source: Source | None) -> Iterator[Item]:
    """The texts of `file` (`-`: standard input, plain or gzip), in order; `source` is that of lines that name none.

    Raises SessionFileError, naming line and field, for the first line that cannot be used.
    """
    with _at_rest(file) as path:
        if _is_session(path):
            yield from _session_items(path)
        else:
            yield from _line_items(path, file, source)


@contextmanager
def _at_rest(file: str) -> Iterator[Path]:
    """A path that can be read twice: standard input and pipes are put into a file first."""
    if file != "-" and not _is_stream(Path(file)):
        yield find_session(file)
        return
    with tempfile.TemporaryDirectory(prefix="memview-scan-") as directory:
        copy = Path(directory) / "input"
        with copy.open("wb") as target:
            if file == "-":
                shutil.copyfileobj(sys.stdin.buffer, target)
            else:
                with Path(file).open("rb") as stream:
                    shutil.copyfileobj(stream, target)
        try:
            yield copy
        except SessionFileError as error:
            raise SessionFileError(str(error).replace(str(copy), file)) from None


def _is_stream(path: Path) -> bool:
    try:
        return path.is_fifo() or path.is_char_device()
    except (OSError, ValueError):
        return False


def _is_session(path: Path) -> bool:
    for _, raw in numbered_lines(path):
        if raw is not None and raw.strip():
            try:
                record = json.loads(raw)
            except (ValueError, RecursionError):
                return False
            return isinstance(record, dict) and record.get("type") == "session"
    return False


def _line_items(path: Path, file: str, source: Source | None) -> Iterator[Item]:
    for number, raw in numbered_lines(path):
        try:
            if raw is None:
                raise Problem("line", "the compressed data break off", "fetch the file again")
            if raw.strip():
                yield _item(number, raw, source)
        except Problem as problem:
            raise problem.at("standard input" if file == "-" else os.fspath(file), number) from None


def _item(number: int, raw: bytes, default: Source | None) -> Item:
    record = _record(raw)
    if "text" not in record:
        raise Problem("text", "is missing", 'add "text":"..."')
    text = record["text"]
    if not isinstance(text, str):
        raise Problem("text", f"must be text, not {quoted(text)}", "put it in quotes")
    label = record.get("label")
    if label is not None and label not in LABELS:
        raise Problem("label", f"unknown label {quoted(label)}", f"use {' or '.join(LABELS)}, or leave it out")
    return Item(str(number), text, _source(record, default), label if isinstance(label, str) else None)


def _source(record: dict[str, object], default: Source | None) -> Source:
    value = record.get("source", default)
    for source in SOURCES:
        if value == source:
            return source
    if value is None:
        raise Problem("source", "is missing", f'add "source": one of {_CHOICES}; or give all lines one with --source')
    near = nearest(value, SOURCES, count=1) if isinstance(value, str) else ""
    raise Problem("source", f"unknown source {quoted(value)}", near or f"use one of {_CHOICES}")


def _record(raw: bytes) -> dict[str, object]:
    mend = 'write {"text":"...","source":"fact"} on each line'
    try:
        record = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Problem("line", f"is not UTF-8 (byte {error.start + 1})", "save the file as UTF-8") from None
    except RecursionError:
        raise Problem("line", "nested too deeply", "flatten it") from None
    except ValueError as error:
        column = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        torn = "" if raw.endswith(b"\n") else ", or is cut off"
        raise Problem("json", f"this line is not JSON{column}{torn}", mend) from None
    if not isinstance(record, dict):
        raise Problem("line", f"must be an object, not {quoted(record)}", mend)
    return record


def _session_items(path: Path) -> Iterator[Item]:
    from memview.kernel.workload import Workload
    from memview.sessions.reader import read_session

    session = read_session(path).session
    workload = Workload(session)
    yield from _records(workload, 0)
    for number, turn in enumerate(session.turns, start=1):
        yield Item(turn.turn_id, turn.text, turn_source(turn))
        for place, call in enumerate(turn.tool_calls, start=1):
            text = text_of_result(call.result)
            if text:
                yield Item(f"{turn.turn_id}, result {place}", text, "document")
        workload.grow(number)
        yield from _records(workload, number)


def _records(workload: Workload, turn: int) -> Iterator[Item]:
    """The memories that came with `turn`, what memory tools wrote included, each by the bar of a replay."""
    items = workload.items
    for item in workload.arrived_with(turn):
        record = items.records[item]
        if record is not None:
            yield Item(record.memory_id, record.text, memory_source(record, TRUST_CLASSES[items.trusts[item]]))
