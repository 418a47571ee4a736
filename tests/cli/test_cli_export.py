"""`memview export`: each form is the file it says, and what cannot be made leaves nothing behind."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from cli_harness import Memview, SessionFile


@pytest.mark.parametrize("form", ["html", "jsonl", "csv", "chrome-trace", "svg"])
def test_every_form_is_written_whole_and_told(form: str, memview: Memview, tmp_path: Path) -> None:
    target = tmp_path / "out"
    done = memview("export", "session_03", "--as", form, "--policy", "lru", "-o", target)
    assert (done.status, done.err) == (0, b"")
    assert done.lines == [f"{target}: {target.stat().st_size} bytes"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".out", "out"))] == ["out"]


def test_the_log_is_the_one_that_replay_prints(memview: Memview, tmp_path: Path) -> None:
    target = tmp_path / "events.jsonl"
    memview("export", "session_03", "--as", "jsonl", "--policy", "lru", "--budget", "300", "-o", target)
    printed = memview("replay", "session_03", "--policy", "lru", "--budget", "300", "--events")
    assert target.read_bytes() == printed.out
    memview("export", "session_03", "--as", "csv", "--policy", "lru", "--budget", "300", "-o", target)
    with target.open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.reader(stream))) == len(printed.lines) + 1


def test_several_policies_stand_side_by_side(memview: Memview, tmp_path: Path) -> None:
    target = tmp_path / "trace.json"
    done = memview("export", "session_03", "--as", "chrome-trace", "--policy", "lru", "--policy", "lru", "-o", target)
    assert done.status == 0
    trace = json.loads(target.read_text(encoding="utf-8"))
    assert list(trace["otherData"]["digests"]) == ["lru@1", "lru@1#2"]


def test_a_picture_shows_the_turn_asked_for(memview: Memview, tmp_path: Path) -> None:
    target = tmp_path / "x.svg"
    done = memview("export", "session_03", "--as", "svg", "--turn", "7", "--size", "100x30", "-o", target)
    assert done.status == 0
    assert "7/123" in target.read_text(encoding="utf-8").replace("&#160;", " ")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--as", "csv", "--policy", "lru", "--policy", "arc"), 2, "--as csv holds one policy"),
        (("--as", "html", *(["--policy", "lru"] * 5)), 2, "at most 4 policies"),
        (("--as", "pdf"), 2, "'pdf' is not one of"),
        (("--as", "svg", "--turn", "999"), 1, "--turn 999: the session has 123 turns"),
        (("--as", "svg", "--size", "wide"), 2, "write it as 120x40"),
        (("--as", "html", "--policy", "nosuch"), 1, "nosuch"),
    ],
)
def test_what_cannot_be_made_is_one_line_and_no_file(
    arguments: tuple[str, ...], status: int, words: str, memview: Memview, tmp_path: Path
) -> None:
    done = memview("export", "session_03", *arguments, "-o", tmp_path / "out")
    assert done.status == status
    assert words in done.error
    assert not (tmp_path / "out").exists()


def test_a_file_that_cannot_be_written_says_so(memview: Memview, session_file: SessionFile, tmp_path: Path) -> None:
    done = memview("export", session_file(), "--as", "html", "-o", tmp_path / "no" / "where.html")
    assert done.status == 1
    assert "cannot be written" in done.error
