"""Prompts and accounts are masked unless --reveal says otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from memview.cli.main import run
from memview.model.memory import Memory
from memview.model.session import Approval, Arrival, Session, Turn
from memview.sessions.writer import write_session

SECRET = "k1w1-Grove-77x"


@pytest.fixture
def path(tmp_path: Path) -> str:
    memory = Memory("key", "the gate of the harbour opens with four words", sensitivity="secret")
    turns = (Turn("t-1", "user", f"the password is {SECRET} for the gate", response=f"Noted: password is {SECRET}"),
             Turn("t-2", "user", "what opens the gate of the harbour"))  # fmt: skip
    session = Session("s", arrivals=(Arrival(0, memory),), turns=turns, approvals=(Approval(0, "key"),))
    write_session(session, tmp_path / "s.jsonl")
    return str(tmp_path / "s.jsonl")


@pytest.mark.parametrize("arguments", [["replay"], ["replay", "--prompt", "2"], ["open", "--plain"]])
def test_what_is_sensitive_is_masked_until_it_is_revealed(
    arguments: list[str], path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, path]) == 0
    masked = capfd.readouterr().out
    assert SECRET not in masked
    assert "[credential: password]" in masked
    assert "four words" not in masked
    assert run([*arguments, path, "--reveal"]) == 0
    assert SECRET in capfd.readouterr().out


def test_an_approved_memory_is_veiled_in_the_prompt(path: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["replay", path, "--prompt", "2"]) == 0
    assert "masked: secret, 45 characters" in capfd.readouterr().out
    assert run(["replay", path, "--prompt", "2", "--reveal"]) == 0
    assert "four words" in capfd.readouterr().out


@pytest.mark.parametrize("mode", ["--json", "--answer"])
def test_an_answer_is_masked_too(mode: str, path: str, capfd: pytest.CaptureFixture[str]) -> None:
    asked = ["run", "--session", path, "--after", "1", "--query", "what opens the gate of the harbour, password", mode]
    assert run(asked) == 0
    masked = capfd.readouterr().out
    assert SECRET not in masked
    assert "four words" not in masked
    assert run([*asked, "--reveal"]) == 0
    assert "four words" in capfd.readouterr().out
