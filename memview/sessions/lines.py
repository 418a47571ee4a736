"""The bytes of a session file, line by line: plain or gzip, never more than one line in memory."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from memview.sessions.problems import nearest, whole_file

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LINE_LIMIT = 64 * 1024 * 1024
"""Bytes of the longest line that is read; a recording with a longer one is damaged or not a recording."""

_BUFFER = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_OTHER_MAGIC = (
    (b"PK\x03\x04", "is a zip archive", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "is compressed with zstd", "unpack it first"),
    (b"BZh", "is compressed with bzip2", "unpack it first"),
    (b"\xfd7zXZ", "is compressed with xz", "unpack it first"),
    (b"SQLite format 3", "is a SQLite database", "export it as JSON first"),
)
_SIBLINGS = 5000


def numbered_lines(path: Path, limit: int = LINE_LIMIT) -> Iterator[tuple[int, bytes | None]]:
    """Yield `(number, raw)` from 1 on, line ends included, a UTF-8 byte order mark left out.

    `raw` is None, once and last, where a gzip stream breaks off. Raises SessionFileError for what cannot be read,
    for UTF-16 and binary data and for a line of more than `limit` bytes, which is never read whole.
    """
    with open_bytes(path) as stream:
        number = 0
        while True:
            try:
                raw = stream.readline(limit + 1)
            except EOFError:
                yield number + 1, None
                return
            if not raw:
                return
            number += 1
            if len(raw) > limit:
                message = f"line: longer than {limit // (1024 * 1024)} MB"
                raise whole_file(f"{os.fspath(path)}:{number}", message, "is this a session file?")
            yield number, raw


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """The text of a file as bytes, unpacked when it is gzip by its first bytes, past a byte order mark.

    The stream raises EOFError where gzip data break off. Everything else that the system reports while it is read
    becomes a SessionFileError of one line.
    """
    try:
        with _opened(path) as plain:
            if plain.peek(2)[:2] == _GZIP_MAGIC:
                with gzip.GzipFile(fileobj=plain, mode="rb") as packed:
                    yield _checked(io.BufferedReader(_Unpacked(packed), _BUFFER), path)
            else:
                yield _checked(plain, path)
    except FileNotFoundError:
        raise whole_file(path, "no such file", _nearest_sibling(path)) from None
    except IsADirectoryError:
        raise whole_file(path, "is a directory", "name a session file in it") from None
    except PermissionError:
        raise whole_file(path, "may not be read", "check its permissions") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise whole_file(path, f"the gzip data are damaged ({error})", "fetch the file again") from None
    except OSError as error:
        raise whole_file(path, f"cannot be read ({error.strerror or error})", "check the name and the disk") from None


class _Unpacked(io.RawIOBase):
    """A gzip stream that hands out what it has unpacked before it says that its data break off."""

    def __init__(self, packed: gzip.GzipFile) -> None:
        self._packed = packed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._packed.read1(len(view))
        view[: len(data)] = data
        return len(data)


def _opened(path: Path) -> io.BufferedReader[io.RawIOBase]:
    try:
        return io.BufferedReader(path.open("rb", 0), _BUFFER)
    except ValueError:
        raise whole_file(path, "is not a file name", "name a session file") from None


def _checked(stream: io.BufferedReader[io.RawIOBase], path: Path) -> BinaryIO:
    try:
        head = stream.peek(4096)
    except EOFError:
        raise whole_file(path, "the compressed data break off before the first line", "fetch the file again") from None
    for magic, fault, mend in _OTHER_MAGIC:
        if head.startswith(magic):
            raise whole_file(path, fault, mend)
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise whole_file(path, "is UTF-16 text", "save it as UTF-8")
    if b"\0" in head.split(b"\n", 1)[0]:
        raise whole_file(path, "is binary data or UTF-16, not text", "name a session file, saved as UTF-8")
    if head.startswith(BOM_UTF8):
        stream.read(len(BOM_UTF8))
    return stream


def _nearest_sibling(path: Path) -> str:
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for entry, _ in zip(entries, range(_SIBLINGS), strict=False)]
    except (OSError, ValueError):
        return "check the name"
    return nearest(path.name, names) or "check the name"
