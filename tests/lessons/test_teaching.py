"""What a lesson asks is answered by the replay; what it points at exists; the score counts first answers."""

from __future__ import annotations

from typing import Any

import pytest
from building import memory, session, turn
from hypothesis import given
from hypothesis import strategies as st

from memview.lessons.catalogue import find_lesson, list_lessons
from memview.lessons.lesson import Lesson, Prediction, Stop
from memview.lessons.score import Progress
from memview.lessons.teaching import Question, Teaching, evicted_in, teach
from memview.model.errors import MemviewError

LOADED = tuple(memory(name, f"{name * 4} page", tokens=40, importance=0.9) for name in "ABC")
STORY = session(*(turn(number, name * 4) for number, name in enumerate("ABC", 1)), loaded=LOADED)


def lesson_of(*stops: Stop) -> Lesson:
    return Lesson("mine", "Mine", "Mine.", "s", stops)


def stop(number: int, **fields: Any) -> Stop:
    return Stop(number, "lru", None, "core", "Look.", **fields)


def test_a_prediction_is_answered_by_the_next_turn() -> None:
    teaching = Teaching(lesson_of(stop(2, question=Prediction("Who?"))), STORY)
    (question,) = teaching.questions
    assert question == Question("Who?", ("A", "B"), frozenset({0}))
    assert evicted_in(teaching.replay_at(teaching.lesson.stops[0]), 3) == ["A"]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (stop(4), "stop 1: turn 4: s has 3 turns"),
        (stop(3, memory="nosuch"), "stop 1: memory nosuch: is not in the session"),
        (stop(3, question=Prediction("Who?")), "stop 1: turn 3 is the last one"),
        (stop(0, question=Prediction("Who?")), "nothing that is resident at turn 0 is evicted"),
        (Stop(0, "nosuch", None, "core", "Look."), "nosuch"),
    ],
)
def test_a_stop_that_points_nowhere_says_so(bad: Stop, words: str) -> None:
    with pytest.raises(MemviewError, match=words):
        Teaching(lesson_of(bad), STORY)


def test_at_least_six_lessons_ship_and_every_stop_of_each_holds() -> None:
    lessons = list_lessons()
    assert len({lesson.name for lesson in lessons}) == len(lessons) >= 6
    for lesson in lessons:
        teaching = teach(lesson)
        assert lesson.question_count >= 2
        for each, question in zip(lesson.stops, teaching.questions, strict=True):
            assert (question is None) == (each.question is None)
            if question is not None:
                assert question.right
                assert each.after


def test_the_numbers_that_captions_tell_are_those_of_the_replays() -> None:
    def faults(name: str, policy: str, core: int | None) -> float | None:
        return teach(find_lesson(name)).replays[policy, core].metrics["faults"]

    told = [
        ("paging-by-hand", "lru", 30, 10),
        ("paging-by-hand", "fifo", 30, 9),
        ("paging-by-hand", "fifo", 40, 10),
        ("paging-by-hand", "lru", 40, 8),
        ("paging-by-hand", "belady", 30, 7),
        ("why-arc-adapts", "lru", 45, 24),
        ("why-arc-adapts", "lfu", 45, 31),
        ("why-arc-adapts", "arc", 45, 20),
        ("budget-or-policy", "lru", 250, 179),
        ("budget-or-policy", "mru", 250, 150),
        ("budget-or-policy", "lru", 400, 137),
        ("page-fault", "lru", 600, 67),
    ]
    for name, policy, core, number in told:
        assert faults(name, policy, core) == number, (name, policy, core)


def test_ten_messages_are_lost_and_none_where_there_is_recall() -> None:
    teaching = teach(find_lesson("lost-ten-messages"))
    drops, keeps = (teaching.replays[policy, None].frame(16) for policy in teaching.lesson.policies)
    assert (drops.custody.visible, drops.custody.covered, drops.custody.lost) == (21, 1, 10)
    assert (keeps.custody.visible, keeps.custody.covered, keeps.custody.recoverable, keeps.custody.lost) == (
        16,
        5,
        12,
        0,
    )


@given(st.lists(st.one_of(st.integers(-2, 2), st.tuples(st.integers(-1, 4))), max_size=30))
def test_progress_stays_in_the_lesson_and_first_answers_count(steps: list[int | tuple[int]]) -> None:
    question = Question("Who?", ("a", "b", "c"), frozenset({1}))
    progress = Progress((None, question, None, question))
    first: dict[int, int] = {}
    for step in steps:
        if isinstance(step, int):
            before = progress.at
            assert progress.go(step) == (progress.at != before)
        elif progress.answer(step[0]):
            assert progress.at not in first
            first[progress.at] = step[0]
        assert 0 <= progress.at <= 3
        assert progress.waits == (progress.at in (1, 3) and progress.at not in first)
    assert progress.right == sum(answer == 1 for answer in first.values())
    assert progress.verdict.startswith(f"{progress.right} of 2 right")


def test_a_lesson_that_asks_nothing_says_so() -> None:
    assert Progress((None,)).verdict == "This lesson asked nothing."
