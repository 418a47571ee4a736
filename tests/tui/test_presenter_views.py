"""Large type, the caption box of a lesson and the page of presenter mode, as lines without a screen."""

from __future__ import annotations

import pytest
from holder import HOSTILE, hostile_replay, sample_replay
from hypothesis import given
from hypothesis import strategies as st

from memview.lessons.catalogue import find_lesson, lesson_after, list_lessons
from memview.lessons.score import Progress
from memview.lessons.teaching import Question, teach
from memview.tui.lines import Line, line_width
from memview.tui.position import Position, at_event
from memview.tui.scene import scene_at
from memview.tui.views.large_type_view import Type, can_be_large, large, large_paragraph, large_width
from memview.tui.views.lesson_end_view import end_rows
from memview.tui.views.lesson_view import Told, hint_edge, lesson_rows, title_edge
from memview.tui.views.presenter_view import presenter_rows

WHO = Question("Who leaves?", ("A", "B", "a much longer option that has to be wrapped somewhere " * 3), frozenset({1}))
SIZES = [(76, 21), (116, 37), (196, 57)]


def text_of(lines: tuple[Line, ...] | list[Line]) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


def told(**fields: object) -> Told:
    given: dict[str, object] = {"title": "Mine", "number": 1, "stops": 2, "caption": "Look at this.", "question": WHO}
    return Told(**{**given, **fields})  # type: ignore[arg-type]


# Large type


def test_a_letter_is_drawn_in_both_sizes() -> None:
    assert text_of(large("A1", Type.TALL, "text")) == "▄▀▄ ▄█ \n█▀█  █ \n▀ ▀ ▀▀▀"
    assert text_of(large("L", Type.HUGE, "text")).split("\n") == ["██    "] * 4 + ["██████"]


@given(st.text(alphabet="ABCxyz 0123456789-/.:▲▼●", max_size=30), st.sampled_from(Type))
def test_every_row_of_large_type_has_the_same_width(text: str, size: Type) -> None:
    rows = large(text, size, "text")
    assert len(rows) == size.value
    assert {line_width(row) for row in rows} == {large_width(text, size)}


@given(st.text(alphabet="ABC de-", max_size=60), st.integers(8, 60))
def test_a_paragraph_keeps_to_its_width_and_loses_no_word(text: str, width: int) -> None:
    rows = large_paragraph(text, width, Type.TALL, "text")
    if rows is None:
        assert any(large_width(word, Type.TALL) > width for word in text.split())
    else:
        assert all(line_width(row) <= width for row in rows)
        assert bool(rows) == bool(text.split())


def test_what_has_no_large_form_is_told_apart() -> None:
    assert can_be_large("epi-00004 → ✓")
    assert not can_be_large("漢字")
    assert large_paragraph("漢字", 80, Type.TALL, "text") is None


# The box


@pytest.mark.parametrize("width", [20, 56, 76, 116, 196])
@pytest.mark.parametrize("fields", [{}, {"chosen": 0, "is_told": True, "after": "Because."}, {"question": None}])
def test_the_box_keeps_to_its_width(width: int, fields: dict[str, object]) -> None:
    rows = lesson_rows(told(**fields), width)
    assert all(line_width(line) <= width for line in rows.lines)
    for row, start, stop, name in rows.targets:
        assert 0 <= row < len(rows.lines)
        assert 0 <= start < stop
        assert name in ("1", "2", "3")
    edges = (title_edge(told(**fields), width), hint_edge(told(**fields), width, is_cut=False)[0])
    assert [line_width(edge) for edge in edges] == [width, width]


def test_every_option_can_be_clicked_where_it_is_drawn() -> None:
    short = told(question=Question("Who?", ("FCT-1", "FCT-2", "FCT-3"), frozenset({0})))
    for width in (30, 76, 120):
        rows = lesson_rows(short, width)
        lines = text_of(rows.lines).split("\n")
        for row, start, stop, name in rows.targets:
            assert f"FCT-{name}" in lines[row][start:stop]


def test_an_answer_is_told_in_marks_and_words() -> None:
    right = text_of(lesson_rows(told(chosen=1, is_told=True, after="Because."), 76).lines)
    assert "✓2  B · right, yours" in right
    assert "✓ Right" in right
    assert "Because." in right
    wrong = text_of(lesson_rows(told(chosen=0, is_told=True), 76).lines)
    assert "✗1  A · yours" in wrong
    assert "✓2  B · right" in wrong
    assert "✗ Not right. The answer: B" in wrong
    assert "Look at this." not in wrong
    assert "The answer: B" in text_of(lesson_rows(told(is_told=True), 76).lines)


def test_hostile_captions_stay_text() -> None:
    hostile = told(caption=HOSTILE, title=HOSTILE, question=Question(HOSTILE, (HOSTILE, "b"), frozenset({0})))
    assert "\x1b" not in text_of(lesson_rows(hostile, 76).lines)
    assert "\x1b" not in text_of((title_edge(hostile, 76),))


# Presenter mode


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("pane", ["core", "timeline"])
@pytest.mark.parametrize("turn", [0, 1, 7, 24])
def test_the_page_fills_its_size_and_tells_what_matters(size: tuple[int, int], pane: str, turn: int) -> None:
    width, height = size
    for speech in (None, told(), told(chosen=0, is_told=True, after="Because.")):
        rows = presenter_rows(scene_at(sample_replay(), Position(turn)), speech, pane, width, height)
        assert len(rows) <= height
        assert {line_width(line) for line, _ in rows} == {width}
        if speech is not None and not speech.is_told:
            page = text_of([line for line, _ in rows])
            assert "Look at this." in page or text_of(large("Look at this.", Type.TALL, "text")[:1]) in page


def test_what_leaves_next_is_kept_back_while_it_is_asked() -> None:
    scene = scene_at(sample_replay(), Position(6))
    asked = [line for line, _ in presenter_rows(scene, told(), "core", 116, 37)]
    answered = [line for line, _ in presenter_rows(scene, told(is_told=True), "core", 116, 37)]
    assert "next out" not in text_of(asked)
    assert "next out" in text_of(answered)


def test_the_event_under_the_cursor_is_among_those_shown() -> None:
    replay = sample_replay()
    evictions = [event for event in replay.events if event.action == "evict"]
    for event in evictions:
        scene = scene_at(replay, at_event(replay, event.seq))
        page = text_of([line for line, _ in presenter_rows(scene, told(), "core", 76, 30)])
        tall = text_of(large(event.memory_id or "", Type.TALL, "text")[:1])
        assert f"out       {event.memory_id}" in page or tall in page


def test_ids_of_any_kind_are_drawn_safely() -> None:
    replay = hostile_replay()
    for width, height in SIZES:
        rows = presenter_rows(scene_at(replay, Position(1)), None, "core", width, height)
        page = text_of([line for line, _ in rows])
        assert "\x1b" not in page
        assert {line_width(line) for line, _ in rows} == {width}


# The end


def test_the_end_tells_every_question_and_what_comes_next() -> None:
    lessons = list_lessons()
    questions = (WHO, None, WHO, WHO)
    progress = Progress(questions)
    progress.answers = {0: 1, 2: 0}
    for width, height in SIZES:
        rows = end_rows(lessons[0], progress, lessons[1], width, height, is_read=True)
        page = text_of([line for line, _ in rows])
        assert len(rows) <= height
        for part in ("1 of 3 right, 1 passed over", "✓ right", "✗ wrong", "· passed over", lessons[1].title):
            assert part in page
    last = text_of([line for line, _ in end_rows(lessons[-1], progress, None, 76, 21, is_read=True)])
    assert "That was the last lesson." in last


def test_lessons_follow_each_other_and_the_last_one_nothing() -> None:
    lessons = list_lessons()
    assert [lesson_after(lesson) for lesson in lessons] == [*lessons[1:], None]


def test_a_flush_of_the_window_is_told_once_and_custody_stands_under_the_bar() -> None:
    teaching = teach(find_lesson("lost-ten-messages"))
    replay = teaching.replay_at(teaching.lesson.stops[2])
    page = text_of([line for line, _ in presenter_rows(scene_at(replay, Position(16)), None, "core", 76, 21)])
    assert page.count("compacted") == 1
    assert "t-0001 and 10 more" in page
    assert "lost 10" in page
