"""Printing: JSON that a program reads, lines that a person or a screen reader does."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable


def print_json(value: object) -> None:
    """`value` as indented JSON on stdout, in UTF-8."""
    write_lines([json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)])


def write_lines(lines: Iterable[str]) -> None:
    """Lines on stdout in UTF-8, whatever the locale says: canonical output has the same bytes everywhere."""
    stream = sys.stdout.buffer
    for line in lines:
        stream.write(line.encode("utf-8", "surrogatepass") + b"\n")
    stream.flush()
