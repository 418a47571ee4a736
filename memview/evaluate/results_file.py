"""A file of results that a sweep fills and a later one continues: JSON Lines, each with what it was made of.

Lines are appended as cells are finished and forced to the disk batch by batch: whatever ends the program leaves every
finished cell and at most one torn line, which the next run takes off and computes again. A finished sweep puts its
lines into the sweep's order, so that the file does not depend on the number of workers. Lines of other sweeps (other
settings, another policy, session or memview) stay before them as they are.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from math import isfinite
from pathlib import Path
from typing import NoReturn

from memview.evaluate.identity import Identity, key_of
from memview.evaluate.results import Metrics, Result
from memview.model.display import printable
from memview.model.errors import MemviewError

_START = b'{"session":"'
_COUNTED = ("budget", "core_budget", "retrieval_budget")


class ResultsFileError(MemviewError):
    """A file of results that cannot be read or written, or that is something else: names file and line."""


@dataclass(frozen=True, slots=True)
class Known:
    """A line that is there: the key of its identity, its bytes, and what they say."""

    key: str
    raw: bytes
    budgets: tuple[int, int, int]
    metrics: Metrics

    def result(self, session: str, policy: str, point: int) -> Result:
        """The result, under the names that this sweep uses."""
        return Result(session, policy, point, *self.budgets, self.metrics)


class ResultsFile:
    """An open file of results. Use `open_results`."""

    def __init__(self, path: Path, stream: FileIO, known: dict[str, Known], mended: bool) -> None:
        self.path = path
        self.mended = mended
        self._stream = stream
        self._known = known

    def find(self, identity: Identity) -> Known | None:
        """What the file says of a cell, if anything."""
        return self._known.get(key_of(identity))

    def append(self, finished: Iterable[tuple[Identity, Result]]) -> None:
        """Add results; they are on the disk when this returns. One that is there already is not added again."""
        added = b""
        for identity, result in finished:
            if self.find(identity) is None:
                line = json.dumps({**result.as_dict(), "identity": identity}, separators=(",", ":"), allow_nan=False)
                known = _known_of(line.encode("ascii") + b"\n")
                if known is None:
                    raise ValueError(f"a result that cannot be read back: {line}")
                self._known[known.key] = known
                added += known.raw
        try:
            while added:
                added = added[self._stream.write(added) :]
            os.fsync(self._stream.fileno())
        except OSError as error:
            self._fail("cannot be written", error)

    def strangers(self, mine: Iterable[Identity]) -> int:
        """How many lines were made of something else than the cells of this sweep."""
        return len(self._known.keys() - {key_of(identity) for identity in mine})

    def put_in_order(self, mine: Sequence[Identity]) -> None:
        """Let the lines of a finished sweep stand behind all others, in its order; in a new file that replaces this."""
        last = {key: None for key in map(key_of, mine) if key in self._known}
        ordered = [key for key in self._known if key not in last] + list(last)
        if ordered == list(self._known):
            return
        temporary = self.path.with_name(f".{self.path.name[:100]}.{os.getpid()}.tmp")
        try:
            with temporary.open("xb") as stream:
                stream.writelines(self._known[key].raw for key in ordered)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.chmod(self.path.stat().st_mode & 0o7777)
            temporary.replace(self.path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            self._fail("cannot be put in order", error)

    def _fail(self, what: str, error: OSError) -> NoReturn:
        raise ResultsFileError(
            f"{printable(str(self.path))}: {what} ({error.strerror or error}); check the disk"
        ) from None


@contextmanager
def open_results(path: Path) -> Iterator[ResultsFile]:
    """The file of results at `path`, made when it is not there. A torn last line is taken off.

    Raises ResultsFileError for a file that holds anything else, and changes nothing in it.
    """
    where = printable(str(path))
    try:
        path = path.expanduser().resolve()
        if path.exists() and not path.is_file():
            raise ResultsFileError(f"{where}: is no regular file; name another one")
        known, end = _read(path, where) if path.exists() else ({}, 0)
        stream = path.open("ab", buffering=0)
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ResultsFileError(f"{where}: cannot be opened ({reason}); check the directory") from None
    with stream:
        mended = end < stream.tell()
        if mended:
            stream.truncate(end)
        yield ResultsFile(path, stream, known, mended)


def _read(path: Path, where: str) -> tuple[dict[str, Known], int]:
    """The complete lines by key, the first one of each, and where the last complete one ends."""
    known: dict[str, Known] = {}
    end = 0
    with path.open("rb") as stream:
        for number, raw in enumerate(stream, start=1):
            line = _known_of(raw) if raw.endswith(b"\n") else None
            if line is not None:
                known.setdefault(line.key, line)
                end += len(raw)
            elif raw.endswith(b"\n") or not (raw.startswith(_START) or _START.startswith(raw)):
                # Only the beginning of a line of ours may be taken off.
                raise ResultsFileError(
                    f"{where}:{number}: not a line of `evaluate --out`; name another file, or mend this one"
                )
    return known, end


def _known_of(raw: bytes) -> Known | None:
    """A line as we write it, or None when it is anything else."""
    try:
        fields = json.loads(raw, parse_constant=_refuse)
        identity = fields["identity"]
        if not isinstance(identity, dict):
            return None
        varied, core, retrieval = (_count(fields[name]) for name in _COUNTED)
        return Known(key_of(identity), raw, (varied, core, retrieval), _metrics(fields["metrics"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _refuse(value: object) -> NoReturn:
    raise ValueError(value)


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else _refuse(value)


def _number(value: object) -> float | int | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)):
        return value
    _refuse(value)


def _metrics(value: object) -> Metrics:
    if not isinstance(value, dict):
        _refuse(value)
    return {
        name: {key: _number(part) for key, part in metric.items()} if isinstance(metric, dict) else _number(metric)
        for name, metric in value.items()
    }
