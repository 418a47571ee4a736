"""Core memory out of a session and into one, as a file of MemGPT's or Letta's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memview.cli.main import run
from memview.model.block import Block
from memview.model.session import Session, ToolCall, Turn
from memview.sessions.reader import read_session
from memview.sessions.writer import write_session


@pytest.fixture
def path(tmp_path: Path) -> str:
    call = ToolCall("core_memory_append", {"name": "human", "content": "She likes tea."})
    blocks = (Block("human", "Ada."), Block("persona", "I plan."))
    write_session(Session("s", blocks=blocks, turns=(Turn("t-1", "user", "hi", tool_calls=(call,)),)),
                  tmp_path / "s.jsonl")  # fmt: skip
    return str(tmp_path / "s.jsonl")


def test_blocks_are_printed_as_they_stand_after_a_turn(path: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["blocks", path, "--at", "0"]) == 0
    assert json.loads(capfd.readouterr().out) == {"human": "Ada.", "persona": "I plan."}
    assert run(["blocks", path]) == 0
    assert json.loads(capfd.readouterr().out)["human"] == "Ada.\nShe likes tea."


def test_blocks_are_saved_and_loaded(path: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    saved, out = tmp_path / "core.json", tmp_path / "new.jsonl"
    assert run(["blocks", path, "-o", str(saved)]) == 0
    assert run(["blocks", path, "--load", str(saved), "-o", str(out)]) == 0
    assert [block.value for block in read_session(out).session.blocks] == ["Ada.\nShe likes tea.", "I plan."]
    assert "2 blocks" in capfd.readouterr().out


def test_a_value_above_its_limit_warns_and_loads(path: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "core.json").write_text('{"human": {"value": "Ada Lovelace", "limit": 4}}', encoding="utf-8")
    out = tmp_path / "new.jsonl"
    assert run(["blocks", path, "--load", str(tmp_path / "core.json"), "-o", str(out)]) == 0
    assert "12 characters, the limit of 'human' is 4; kept whole" in capfd.readouterr().err
    assert read_session(out).session.blocks[0].value == "Ada Lovelace"


@pytest.mark.parametrize(
    ("more", "status", "told"),
    [
        (["--at", "9"], 1, "has 1 turns"),
        (["--agent", "ghost"], 1, "--agent ghost: s has no such agent; it names no agent"),
        (["--load", "x.json"], 2, "needs -o"),
        (["--load", "/nowhere/x.json", "-o", "y"], 1, "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_told(
    more: list[str], status: int, told: str, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["blocks", path, *more]) == status
    assert told in capfd.readouterr().err
