"""Events as CSV: every event, every field, nothing that a spreadsheet runs."""

from __future__ import annotations

import csv

from building import memory, run, session, turn

from memview.exports.event_csv import COLUMNS, event_csv


def test_the_table_holds_the_fields_of_every_event() -> None:
    replay = run(session(turn(1), turn(2), loaded=(memory("A"), memory("B", tokens=95))))
    names, *rows = list(csv.reader(event_csv(replay)))
    assert tuple(names) == COLUMNS
    assert len(rows) == len(replay.events)
    for row, event in zip(rows, replay.events, strict=True):
        told = dict(zip(names, row, strict=True))
        assert (told["seq"], told["turn"]) == (str(event.seq), str(event.turn))
        assert (told["action"], told["memory_id"]) == (event.action, event.memory_id or "")
        assert (told["from"], told["to"]) == (event.origin or "", event.destination or "")
        assert told["reason"] == event.reason
        assert told["value"] == ("" if event.signal is None else repr(event.signal.value))


def test_an_id_that_looks_like_a_formula_is_text() -> None:
    replay = run(session(turn(1), loaded=(memory('=HYPERLINK("http://x")'), memory("@x\x1b[31m"))))
    cells = [cell for row in csv.reader(event_csv(replay)) for cell in row]
    assert '\'=HYPERLINK("http://x")' in cells
    assert not [cell for cell in cells if cell.startswith(("=", "@")) or "\x1b" in cell]
