"""Sessions that wait to be measured: in memory while they are few, on the disk when they are many."""

from __future__ import annotations

import pickle
import tempfile
from types import TracebackType

from memview.evaluate.work import packed
from memview.model.session import Session

_IN_MEMORY = 64 * 1024 * 1024


class Spool:
    """Packed sessions by number, from 0."""

    def __init__(self) -> None:
        self._stream = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  (closed in __exit__)
        self._spans: list[tuple[int, int]] = []

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stream.close()

    def __len__(self) -> int:
        return len(self._spans)

    def add(self, session: Session) -> int:
        """Put a session away; returns its number."""
        data = packed(session)
        start = self._stream.seek(0, 2)
        self._stream.write(data)
        self._spans.append((start, len(data)))
        return len(self._spans) - 1

    def packed(self, number: int) -> bytes:
        """The session as bytes for another process."""
        start, size = self._spans[number]
        self._stream.seek(start)
        return self._stream.read(size)

    def session(self, number: int) -> Session:
        """The session again."""
        session: Session = pickle.loads(self.packed(number))  # noqa: S301  (what `add` has just packed)
        return session
