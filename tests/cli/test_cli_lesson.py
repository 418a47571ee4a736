"""`memview lesson`: the list, a lesson as text and as JSON, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path

from cli_harness import Memview


def test_the_list_has_a_line_a_lesson(memview: Memview) -> None:
    done = memview("lesson")
    assert done.status == 0
    assert any(line.split()[0] == "page-fault" and line.endswith("What is a page fault?") for line in done.lines)
    assert [lesson["name"] for lesson in memview("lesson", "--json").json] == [line.split()[0] for line in done.lines]


def test_a_lesson_as_text_keeps_its_answers_until_asked(memview: Memview) -> None:
    asked = memview("lesson", "paging-by-hand", "--plain")
    told = memview("lesson", "paging-by-hand", "--answers")
    assert asked.status == told.status == 0
    assert "(right)" not in asked.out.decode()
    assert told.lines.count("  1. A (right)") == 1
    assert "Question: Which page does LRU evict for D?" in asked.lines


def test_json_tells_every_stop(memview: Memview) -> None:
    lesson = memview("lesson", "lost-ten-messages", "--json").json
    assert lesson["stops"][2]["memory"] == "t-0016/summary"
    assert lesson["stops"][1]["question"]["right"] == [1]


def test_what_is_wrong_is_one_line(memview: Memview, tmp_path: Path) -> None:
    assert memview("lesson", "page-falt").error == "no lesson 'page-falt'; did you mean page-fault?"
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\ntitle: T\nsummary: S\nsession: session_01\nstops: [{turn: 99, caption: c}]\n")
    assert "stop 1: turn 99: session_01 has 24 turns" in memview("lesson", path).error
