"""The beginning of a file: what it holds is what the whole file begins with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memview.model.errors import SessionFileError
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.sessions.reader import read_beginning, read_session


def _write(path: Path, turns: int) -> Path:
    lines: list[dict[str, object]] = [
        {"type": "session", "schema": 1, "session_id": "s"},
        {"type": "memory", "memory_id": "FCT-1", "text": "The harbour office opens at nine."},
    ]
    for number in range(1, turns + 1):
        lines.append(
            {"type": "turn", "turn_id": f"t-{number}", "role": "user", "text": f"When does harbour {number} open?"}
        )
        lines.append({"type": "probe", "probe_id": f"p-{number}", "question": "When?", "evidence": ["FCT-1"]})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_it_holds_the_first_turns_and_no_probes(tmp_path: Path) -> None:
    beginning = read_beginning(_write(tmp_path / "s.jsonl", 30), turns=5)
    assert [turn.turn_id for turn in beginning.turns] == ["t-1", "t-2", "t-3", "t-4", "t-5"]
    assert beginning.probes == ()


def test_its_frames_are_those_of_the_whole_session(tmp_path: Path) -> None:
    path = _write(tmp_path / "s.jsonl", 30)
    part = Replay(Workload(read_beginning(path, turns=5)), load_policy("lru")).run()
    whole = Replay(Workload(read_session(path).session), load_policy("lru")).run()
    assert [part.frame(turn) for turn in range(6)] == [whole.frame(turn) for turn in range(6)]


def test_an_empty_file_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(b"")
    with pytest.raises(SessionFileError, match="is empty"):
        read_beginning(path)
