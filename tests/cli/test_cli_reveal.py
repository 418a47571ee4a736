"""Prompts and accounts are masked unless --reveal says otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from memview.cli.main import run
from memview.model.memory import Citation, Memory
from memview.model.session import Approval, Arrival, Session, ToolCall, Turn
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


API_KEY = "sk-proj-abcdEFGH1234567890abcdEFGH1234567890"


@pytest.fixture
def everywhere(tmp_path: Path) -> str:
    """A session with keys in every place that a person can fill."""
    fact = Memory("tea", "Ann likes tea", citation=Citation("x", "t-1", f"https://tea.example/?key={API_KEY}"))
    old, new = (Memory(name, f"The gate is {API_KEY}{end}", created_at=f"2026-01-0{end}T10:00:00Z")
                for name, end in (("old", 1), ("new", 2)))  # fmt: skip
    calls = (
        ToolCall("archival_memory_search", {"query": "tea"}, f"found {API_KEY}"),
        ToolCall("core_memory_replace", {"section": "human", "old": API_KEY, "new": "x"}),
    )
    turns = (
        Turn("t-1", "user", "which tea?", response="tea", used=("tea",), tool_calls=calls),
        *(Turn(f"t-{number}", "user", "tea", used=("tea",), response="tea") for number in range(2, 10)),
    )
    session = Session("s", arrivals=tuple(Arrival(0, each) for each in (fact, old, new)), turns=turns)
    write_session(session, tmp_path / "everywhere.jsonl")
    return str(tmp_path / "everywhere.jsonl")


@pytest.mark.parametrize(
    "arguments",
    [
        ["replay", "--policy", "consolidating"],
        ["replay", "--policy", "consolidating", "--events"],
        ["replay", "--prompt", "2"],
        ["replay", "--json"],
        ["compare", "--policies", "lru,memgpt"],
        ["run", "--query", "which tea", "--answer", "--session"],
        ["run", "--query", "which tea", "--json", "--session"],
        *(["export", "--as", form] for form in ("html", "jsonl", "csv", "chrome-trace")),
    ],
)
def test_no_key_is_told_wherever_it_stands(
    arguments: list[str], everywhere: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "exported"
    assert run([*arguments, everywhere, *(["-o", str(file)] if arguments[0] == "export" else [])]) == 0
    told = capfd.readouterr().out + (file.read_text() if file.exists() else "")
    assert "abcdefgh1234" not in told.lower()
