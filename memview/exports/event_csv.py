"""Paging events as CSV (RFC 4180): a spreadsheet's view of the log."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from memview.model.display import printable
from memview.model.event import PagingEvent
from memview.replay import Replay

COLUMNS = (
    "seq", "turn", "action", "memory_id", "from", "to", "tokens", "reason", "signal", "value", "threshold", "policy",
    "covered_by",
)  # fmt: skip
_FORMULA_STARTS = ("=", "+", "-", "@")
"""What a spreadsheet takes for a formula at the start of a cell (OWASP, CSV injection)."""


def event_csv(replay: Replay) -> Iterator[str]:
    """Lines of CSV, the names of the columns first, then an event a line, in order of `seq`; no line ends.

    A text that a spreadsheet would run as a formula begins with an apostrophe; control characters are symbols.
    """
    yield _line(COLUMNS)
    for event in replay.events:
        yield _line(_cells(event))


def _cells(event: PagingEvent) -> tuple[str, ...]:
    signal = event.signal
    return (
        str(event.seq),
        str(event.turn),
        event.action,
        _text(event.memory_id),
        event.origin or "",
        event.destination or "",
        str(event.tokens),
        _text(event.reason),
        "" if signal is None else _text(signal.name),
        "" if signal is None else repr(signal.value),
        "" if signal is None or signal.threshold is None else repr(signal.threshold),
        _text(event.policy),
        _text(event.covered_by),
    )


def _text(value: str | None) -> str:
    shown = printable(value or "")
    return f"'{shown}" if shown.startswith(_FORMULA_STARTS) else shown


def _line(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()
