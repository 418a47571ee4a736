"""Printing: JSON that a program reads, lines that a person or a screen reader does."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from io import UnsupportedOperation

from memview.model.errors import MemviewError


class ReaderGone(Exception):  # noqa: N818 - no error: whoever read the output has seen enough
    """The other end of a pipe was closed (`memview replay ... | head`)."""


class OutputError(MemviewError):
    """The output cannot be written: a full disk, a closed stream."""


def print_json(value: object) -> None:
    """`value` as indented JSON on stdout, in UTF-8."""
    write_lines([json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)])


def write_lines(lines: Iterable[str]) -> None:
    """Lines on stdout in UTF-8, whatever the locale says: canonical output has the same bytes everywhere.

    Raises ReaderGone when nobody reads any more, OutputError when the output cannot take them. (click would turn a
    closed pipe into status 1.)
    """
    stream = sys.stdout.buffer
    try:
        for line in lines:
            stream.write(line.encode("utf-8", "surrogatepass") + b"\n")
        stream.flush()
    except BrokenPipeError:
        abandon_output()
        raise ReaderGone from None
    except OSError as error:
        abandon_output()
        raise OutputError(f"the output cannot be written ({error.strerror}); check the disk") from None


def abandon_output() -> None:
    """Point stdout at nothing: Python flushes what is left when it exits, and would complain again."""
    with suppress(UnsupportedOperation):  # a stream that is no file has nothing to flush at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
