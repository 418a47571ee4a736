"""Lesson files: what they say, and what is wrong with one in a single line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from memview.lessons.lesson import Choice, Prediction
from memview.lessons.lesson_file import MAX_FILE_BYTES, read_lesson
from memview.model.errors import MemviewError

STOP: dict[str, Any] = {"turn": 1, "caption": "Look."}
LESSON: dict[str, Any] = {"name": "mine", "title": "Mine", "summary": "Mine.", "session": "session_01", "stops": [STOP]}


def written(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    return path


def test_stops_inherit_what_the_lesson_says_and_the_pane_before(tmp_path: Path) -> None:
    stops = [
        STOP,
        {**STOP, "pane": "hits", "policy": "arc", "core": 50},
        {**STOP, "ask": "Which?", "options": ["a", "b"], "answer": 2, "after": "b it is."},
        {**STOP, "predict": "eviction"},
    ]
    lesson = read_lesson(written(tmp_path, {**LESSON, "policy": "lru", "core": 600, "stops": stops}))
    told = [(stop.policy, stop.core, stop.pane) for stop in lesson.stops]
    assert told == [("lru", 600, "core"), ("arc", 50, "hits"), ("lru", 600, "hits"), ("lru", 600, "hits")]
    assert lesson.policies == ("lru", "arc")
    assert lesson.stops[2].question == Choice("Which?", ("a", "b"), 1)
    assert isinstance(lesson.stops[3].question, Prediction)
    assert lesson.question_count == 2


def test_a_folded_caption_keeps_its_paragraphs(tmp_path: Path) -> None:
    text = (
        "name: mine\ntitle: T\nsummary: S\nsession: s\nstops:\n  - turn: 0\n    caption: >\n      One\n      line.\n\n"
        "      Another.\n"
    )
    assert read_lesson(written(tmp_path, text)).stops[0].caption == "One line.\nAnother."


def test_a_session_beside_the_lesson_is_meant_first(tmp_path: Path) -> None:
    beside = tmp_path / "own.jsonl"
    beside.touch()
    assert read_lesson(written(tmp_path, {**LESSON, "session": "own.jsonl"})).session == str(beside)
    assert read_lesson(written(tmp_path, LESSON)).session == "session_01"


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        ({**STOP, "turn": -1}, "stops 1: turn: Input should be greater than or equal to 0"),
        ({**STOP, "turn": "x"}, "stops 1: turn: Input should be a valid integer"),
        ({**STOP, "pane": "nosuch"}, "stops 1: pane: Input should be 'core', 'turn', 'hits' or 'timeline'"),
        ({**STOP, "colour": "red"}, "stops 1: colour: Extra inputs are not permitted"),
        ({**STOP, "options": ["a", "b"]}, "stops 1: options and answer belong together"),
        ({**STOP, "options": ["a", "b"], "answer": 1}, "stops 1: options need a question: ask"),
        ({**STOP, "ask": "?", "options": ["a", "b"], "answer": 3}, "stops 1: answer 3 of 2 options"),
        ({**STOP, "ask": "?"}, "stops 1: ask needs options and answer, or predict"),
        ({**STOP, "after": "!"}, "stops 1: after is told when a question is answered; this stop has none"),
        ({**STOP, "predict": "eviction", "options": ["a", "b"], "answer": 1}, "stops 1: predict has no options"),
        ({"turn": 1}, "stops 1: caption: Field required"),
    ],
)
def test_what_is_wrong_with_a_stop_is_said_with_its_place(stop: object, words: str, tmp_path: Path) -> None:
    path = written(tmp_path, {**LESSON, "stops": [stop]})
    with pytest.raises(MemviewError) as raised:
        read_lesson(path)
    assert str(raised.value).startswith(f"{path}: {words}")
    assert str(raised.value).isprintable()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a: [", "is not YAML; mend the syntax"),
        ("- 1\n", "lesson: Input should be a valid dictionary"),
        ("a: !!python/object:os.system x\n", "is not YAML"),
        ("x" * (MAX_FILE_BYTES + 1), "that is no lesson file"),
        ("\x1b[31m: 1\n", "is not YAML"),
    ],
)
def test_a_file_that_is_no_lesson_says_so(content: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(MemviewError, match=words):
        read_lesson(written(tmp_path, content))


def test_a_missing_file_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(MemviewError, match="cannot be read"):
        read_lesson(tmp_path / "nosuch.yaml")
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MemviewError, match="is not UTF-8 text"):
        read_lesson(tmp_path / "x.yaml")
