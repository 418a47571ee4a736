"""Pins in time as lines of a session file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from building import memory, session, turn

from memview.model.block import Block
from memview.model.errors import SessionFileError
from memview.model.session import Approval, PinChange
from memview.sessions.reader import read_session
from memview.sessions.writer import write_session


def test_pins_are_read_as_they_were_written(tmp_path: Path) -> None:
    pins = (PinChange(0, "a"), PinChange(2, "a", pinned=False, by="ann", at="2026-01-02"), PinChange(2, "a"))
    story = session(turn(1), turn(2), loaded=(memory("a"),), pins=pins)
    write_session(story, tmp_path / "s.jsonl")
    assert read_session(tmp_path / "s.jsonl").session.pins == pins
    assert '{"type":"pin","memory_id":"a","pinned":false,"by":"ann","at":"2026-01-02"}' in (
        tmp_path / "s.jsonl"
    ).read_text(encoding="utf-8")


def test_blocks_and_what_tools_wrote_can_be_pinned_and_approved(tmp_path: Path) -> None:
    pins = (PinChange(0, "block/human", pinned=False), PinChange(1, "t1/core-1"))
    approvals = (Approval(1, "t1/archive-1", decision="refused"),)
    story = session(turn(1), blocks=(Block("human", "Ann"),), pins=pins, approvals=approvals)
    write_session(story, tmp_path / "s.jsonl")
    read = read_session(tmp_path / "s.jsonl").session
    assert (read.pins, read.approvals) == (pins, approvals)


def test_pins_and_approvals_share_one_clock_in_the_file(tmp_path: Path) -> None:
    pins = (PinChange(1, "a"), PinChange(1, "a", pinned=False, at="2026-01-02"), PinChange(1, "a", at="2026-01-04"))
    approvals = (Approval(1, "a", at="2026-01-03"), Approval(1, "a"))
    story = session(turn(1), loaded=(memory("a"),), pins=pins, approvals=approvals)
    write_session(story, tmp_path / "s.jsonl")
    read = read_session(tmp_path / "s.jsonl").session
    assert (read.pins, read.approvals) == (pins, approvals)


def test_a_pin_going_back_in_time_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text(
        '{"type":"session","session_id":"s"}\n{"type":"memory","memory_id":"m","text":"x"}\n'
        '{"type":"pin","memory_id":"m","at":"2026-01-02"}\n{"type":"pin","memory_id":"m","at":"2026-01-01","mood":1}\n',
        encoding="utf-8",
    )
    with pytest.raises(SessionFileError, match=re.escape(f"{path}:4: pin.at: time goes backwards")):
        read_session(path)
