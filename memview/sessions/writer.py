"""Writing a native session file: line by line into a temporary file that then takes the place of the old one."""

from __future__ import annotations

import gzip
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar, cast

from memview.model.session import Approval, Arrival, PinChange, Probe, Session, Undo
from memview.sessions.ledger import moment_of
from memview.sessions.plain import (
    JsonObject,
    approval_object,
    header_object,
    memory_object,
    pin_object,
    probe_object,
    turn_object,
    undo_object,
)
from memview.sessions.problems import whole_file

_Timed = TypeVar("_Timed", Arrival, Approval, PinChange, Probe, Undo)
_Decision = Approval | PinChange | Undo
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def write_session(session: Session, path: str | os.PathLike[str]) -> None:
    """Write a session so that `read_session` gives back an equal one, unknown keys included.

    A name that ends in `.gz` is compressed; equal sessions give equal bytes. A crash leaves either the old file or the
    new one. Raises SessionFileError when the place cannot be written, ValueError for a session that breaks the model
    (an `after_turn` out of order, NaN).
    """
    target = Path(path)
    with replacing(target) as plain:
        if target.name.endswith(".gz"):
            with gzip.GzipFile(filename="", mode="wb", fileobj=plain, mtime=0) as packed:
                _write_lines(session, cast("BinaryIO", packed), target)
        else:
            _write_lines(session, plain, target)


def session_objects(session: Session) -> Iterator[JsonObject]:
    """The lines of a session as JSON objects, in file order."""
    arrivals = _Queue(session.arrivals)
    approvals = _Queue(session.approvals)
    pins = _Queue(session.pins)
    undos = _Queue(session.undos)
    probes = _Queue(session.probes)
    turns = session.turns
    yield header_object(session)
    for number in range(len(turns) + 1):
        if number:
            yield turn_object(turns[number - 1])
        yield from _between_turns(number, arrivals, approvals, pins, undos)
        for probe in probes.due(number):
            if probe.after_turn == 0 and number:
                raise ValueError(f"probe {probe.probe_id!r} is out of time order")
            yield probe_object(probe, turns[probe.after_turn - 1].turn_id if probe.after_turn else None)
    for queue in (arrivals, approvals, pins, undos, probes):
        if not queue.is_empty:
            raise ValueError("something comes after a turn that the session does not have")


def _between_turns(
    number: int,
    arrivals: _Queue[Arrival],
    approvals: _Queue[Approval],
    pins: _Queue[PinChange],
    undos: _Queue[Undo],
) -> Iterator[JsonObject]:
    """What came and what a person decided after turn `number`."""
    for arrival in arrivals.due(number):
        if arrival.after_turn != number:
            raise ValueError(f"arrival {arrival.memory.memory_id!r} is out of time order")
        yield memory_object(arrival.memory, kind_of_line="memory")
    decisions: list[list[_Decision]] = [list(approvals.due(number)), list(pins.due(number)), list(undos.due(number))]
    for decision in _in_time_order(decisions):
        if decision.after_turn != number:
            raise ValueError(f"a decision on {decision.memory_id!r} is out of time order")
        if isinstance(decision, Approval):
            yield approval_object(decision)
        elif isinstance(decision, PinChange):
            yield pin_object(decision)
        else:
            yield undo_object(decision)


def _in_time_order(lists: Sequence[list[_Decision]]) -> Iterator[_Decision]:
    """All lists in one, by the clock that they share; what has no time comes as early as its own list lets it."""
    heads = [each for each in lists if each]
    while heads:
        first = next((each for each in heads if each[0].at is None), None)
        if first is None:
            first = min(heads, key=lambda each: moment_of("at", each[0].at or ""))
        yield first.pop(0)
        heads = [each for each in heads if each]


class _Queue(Generic[_Timed]):
    """What happens between turns, in the order of the session; a probe may stand later than the turn it asks about."""

    def __init__(self, items: tuple[_Timed, ...]) -> None:
        self._items: tuple[_Timed, ...] = items
        self._next = 0

    @property
    def is_empty(self) -> bool:
        return self._next == len(self._items)

    def due(self, turns: int) -> Iterator[_Timed]:
        """Take the next items for as long as they come after at most `turns` turns."""
        while not self.is_empty and self._items[self._next].after_turn <= turns:
            self._next += 1
            yield self._items[self._next - 1]


def _write_lines(session: Session, stream: BinaryIO, target: Path) -> None:
    for number, line in enumerate(session_objects(session), 1):
        try:
            stream.write(_encode(line).encode() + b"\n")
        except UnicodeEncodeError:
            message = f"{line['type']}: a text holds half a character (a lone surrogate)"
            raise whole_file(f"{target}:{number}", message, "replace it in the source") from None


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """A stream whose bytes become the file `target` on success, and nothing on failure."""
    try:
        target = target.resolve()
        if target.is_dir():
            raise whole_file(target, "is a directory", "name a file in it")
        if target.exists() and not target.is_file():
            with target.open("wb") as device:
                yield device
            return
        temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.tmp")
        try:
            with temporary.open("xb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o7777)
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        message = f"cannot be written ({error.strerror or error})"
        raise whole_file(target, message, "check the directory and its permissions") from None
