"""Undo records and blocks of several agents in a session file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from building import memory, session, turn

from memview.model.block import Block
from memview.model.errors import SessionFileError
from memview.model.session import Undo
from memview.sessions.reader import read_session
from memview.sessions.writer import write_session

HEADER = {"type": "session", "session_id": "s"}


def read(path: Path, *lines: dict[str, object]) -> object:
    path.write_text("".join(json.dumps(line) + "\n" for line in (HEADER, *lines)), encoding="utf-8")
    return read_session(path).session


def test_undos_and_owned_blocks_are_read_as_they_were_written(tmp_path: Path) -> None:
    undos = (Undo(1, "a"), Undo(2, "a", by="ann", at="2026-01-02"), Undo(2, "t1/archive-1"))
    blocks = (Block("persona", "x", agent="ada"), Block("persona", "y", agent="bob"), Block("team"))
    story = session(turn(1), turn(2), loaded=(memory("a"),), undos=undos, blocks=blocks)
    write_session(story, tmp_path / "s.jsonl")
    found = read_session(tmp_path / "s.jsonl").session
    assert (found.undos, found.blocks) == (undos, blocks)


def test_an_undo_of_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SessionFileError, match=r"s.jsonl:2: undo.memory_id"):
        read(tmp_path / "s.jsonl", {"type": "undo", "memory_id": "nobody"})


def test_two_blocks_of_one_agent_need_labels_of_their_own(tmp_path: Path) -> None:
    write_session(session(turn(1)), tmp_path / "s.jsonl")
    blocks = [{"label": "persona", "agent": "ada"}, {"label": "persona", "agent": "ada"}]
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps({**HEADER, "blocks": blocks}) + "\n", encoding="utf-8")
    with pytest.raises(SessionFileError, match=r"blocks\[1\].label"):
        read_session(path)


def test_an_undo_out_of_order_is_not_written(tmp_path: Path) -> None:
    story = session(turn(1), loaded=(memory("a"),), undos=(Undo(1, "a"), Undo(0, "a")))
    with pytest.raises(ValueError, match="out of time order"):
        write_session(story, tmp_path / "s.jsonl")
