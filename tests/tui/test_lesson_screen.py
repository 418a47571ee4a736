"""A lesson as a class goes through it: stops, answers, passing over, exploring, presenter mode, the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from driving import inspecting, settled, toasts
from holder import shown
from textual.pilot import Pilot

from memview.lessons.catalogue import find_lesson, list_lessons
from memview.lessons.lesson import Lesson, Prediction, Stop
from memview.lessons.teaching import teach
from memview.model.errors import MemviewError
from memview.settings import BudgetSettings, Settings
from memview.tui.app import MemviewApp
from memview.tui.lesson_app import LessonApp, open_lesson
from memview.tui.position import Position
from memview.tui.screens.lesson import LessonScreen
from memview.tui.screens.lesson_end import LessonEndScreen
from memview.tui.screens.picker import PickerScreen
from memview.tui.screens.presenter import PresenterScreen
from memview.tui.widgets.lesson_box import LessonBox
from memview.tui.widgets.row_list import RowList

NAMES = [lesson.name for lesson in list_lessons()]


@pytest.fixture(autouse=True)
def _nobodys_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


@asynccontextmanager
async def taught(
    name: str = "page-fault", size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Pilot[None], LessonScreen]]:
    app = LessonApp(teach(find_lesson(name)), None, Settings())
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, LessonScreen)
        await settled(pilot)
        yield pilot, app.screen


async def to_stop(pilot: Pilot[None], screen: LessonScreen, number: int) -> None:
    """On to a stop, from 1, passing questions over and long captions through."""
    for _ in range(100):
        if screen.progress.at == number - 1:
            return
        await pilot.press("space")
    raise AssertionError("the stop is never reached")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
@pytest.mark.parametrize("name", NAMES)
async def test_whoever_answers_rightly_has_the_full_score_at_the_end(name: str, size: tuple[int, int]) -> None:
    async with taught(name, size) as (pilot, screen):
        for _ in range(200):
            if isinstance(pilot.app.screen, LessonEndScreen):
                break
            question = screen.progress.question
            if screen.progress.waits and question is not None:
                await pilot.press(str(min(question.right) + 1))
                assert "✓ Right" in shown(pilot.app)
            await pilot.press("pagedown")
        await settled(pilot)
        asked = screen.lesson.question_count
        assert screen.progress.verdict == f"{asked} of {asked} right"
        assert screen.progress.verdict in shown(pilot.app)


async def test_an_open_question_is_passed_over_only_by_a_second_press() -> None:
    async with taught() as (pilot, screen):
        await to_stop(pilot, screen, 3)
        await pilot.press("space")
        assert screen.progress.at == 2
        assert "press again to pass it over" in shown(pilot.app)
        await pilot.press("space")
        assert screen.progress.at == 3
        await pilot.press("pageup")
        assert screen.progress.at == 2
        assert screen.progress.waits


async def test_a_prediction_stands_at_the_turn_before_and_shows_the_eviction_once_answered() -> None:
    async with taught() as (pilot, screen):
        await to_stop(pilot, screen, 4)
        assert screen.position == Position(6)
        assert screen.pane.id == "core"
        before = shown(pilot.app)
        assert "▽ next" not in before
        assert "lru: idle 6 turns" not in before
        question = screen.progress.question
        assert question is not None
        await pilot.press(str(question.options.index("EPI-00004") + 1))
        scene = screen.scene
        assert scene is not None
        event = scene.replay.events[scene.cursor]
        assert (event.turn, event.action, event.memory_id) == (7, "evict", "EPI-00004")
        after = shown(pilot.app)
        assert screen.pane.id == "timeline"
        assert "✓ Right" in after
        assert "right, yours" in after
        assert "1 of 1 right" in after
        assert "lru: idle 6 turns" in after


async def test_a_wrong_answer_is_marked_and_the_first_one_counts() -> None:
    async with taught() as (pilot, screen):
        await to_stop(pilot, screen, 4)
        await pilot.press("1")
        first = shown(pilot.app)
        assert "✗1  FCT-00001 · yours" in first
        assert "✓3  EPI-00004 · right" in first
        assert "Not right. The answer: EPI-00004 and FCT-00021" in first
        await pilot.press("3")
        assert screen.progress.answers == {3: 0}
        assert screen.pane.id == "hits", "without a question the digits are the inspector's"
        await pilot.press("left", "right", "right")
        assert "✗1  FCT-00001 · yours" in shown(pilot.app)


async def test_h_shows_the_answer_and_counts_as_passed_over() -> None:
    async with taught() as (pilot, screen):
        await to_stop(pilot, screen, 3)
        await pilot.press("h")
        assert "The answer: whether the memory is in the prompt" in shown(pilot.app)
        await pilot.press("1")
        assert screen.progress.answers == {}
        assert screen.progress.verdict == "0 of 2 right, 2 passed over"
        await pilot.press("h")
        assert "Nothing is asked here" in toasts(pilot)


async def test_a_digit_without_its_option_says_how_many_there_are() -> None:
    async with taught() as (pilot, screen):
        await to_stop(pilot, screen, 3)
        await pilot.press("9")
        assert screen.progress.waits
        assert "There are 3 options." in toasts(pilot)


async def test_options_back_and_on_can_be_clicked() -> None:
    async with taught() as (pilot, screen):
        await to_stop(pilot, screen, 3)
        await settled(pilot)
        box = screen.query_one(LessonBox)
        lines = shown(pilot.app).split("\n")
        top = box.region.y
        row = next(y for y, line in enumerate(lines) if y > top and " 2  whether the memory is in" in line)
        await pilot.click(box, offset=(lines[row].index("whether the memory is in"), row - top))
        assert screen.progress.answers == {2: 1}
        await settled(pilot)
        bottom = box.region.bottom - 1
        line = shown(pilot.app).split("\n")[bottom]
        await pilot.click(box, offset=(line.index("on ›"), box.region.height - 1))
        assert screen.progress.at == 3
        await settled(pilot)
        line = shown(pilot.app).split("\n")[box.region.bottom - 1]
        await pilot.click(box, offset=(line.index("‹ back"), box.region.height - 1))
        assert screen.progress.at == 2


async def test_the_memory_of_the_caption_is_marked_and_opened() -> None:
    async with taught("memory-poisoning") as (pilot, screen):
        await to_stop(pilot, screen, 4)
        await settled(pilot)
        assert screen.pane.id == "hits"
        assert screen.pane.target == "WEB-00004"
        await pilot.press("o")
        await settled(pilot)
        assert "WEB-00004" in shown(pilot.app).split("\n")[0]
        await pilot.press("escape")
        await settled(pilot)
        assert pilot.app.screen_stack[-1] is screen


async def test_exploring_gives_the_inspector_its_keys_and_r_takes_them_back() -> None:
    async with taught() as (pilot, screen):
        await to_stop(pilot, screen, 2)
        await pilot.press("x")
        assert "r goes back to it" in shown(pilot.app)
        await pilot.press("right", "right")
        assert screen.position == Position(3)
        assert screen.progress.at == 1
        await pilot.press("r")
        assert screen.position == Position(1)
        await pilot.press("x", "end", "escape")
        assert screen.position == Position(1)
        assert not screen.is_exploring
        await pilot.press("right")
        assert screen.progress.at == 2


async def test_a_stop_has_its_policy_and_budget_whatever_was_tried_out() -> None:
    async with taught("paging-by-hand") as (pilot, screen):
        await to_stop(pilot, screen, 7)
        assert screen.replay is screen.teaching.replays["fifo", 40]
        assert "fifo@1 40 tok" in shown(pilot.app)
        await pilot.press("tab")
        assert screen.replay is screen.teaching.replays["lru", 40]
        assert "you have left the stop" in shown(pilot.app)
        await pilot.press("r")
        assert screen.replay is screen.teaching.replays["fifo", 40]
        await pilot.press("ctrl+w", "r")
        assert screen.replay is screen.teaching.replays["fifo", 40]


async def test_hammered_keys_leave_the_lesson_whole() -> None:
    async with taught(size=(80, 24)) as (pilot, screen):
        await pilot.press(
            *["space", "1", "x", "right", "r", "h", "pageup", "pagedown", "f2", "b", "down", "escape"] * 6
        )
        await settled(pilot)
        assert isinstance(pilot.app.screen, LessonScreen | PresenterScreen | LessonEndScreen)
        assert 0 <= screen.progress.at < len(screen.lesson.stops)
        assert sum(question is not None for question in screen.progress.questions) >= len(screen.progress.answers)


async def test_a_resize_to_nothing_and_back_keeps_the_question() -> None:
    async with taught() as (pilot, screen):
        await to_stop(pilot, screen, 4)
        await settled(pilot)
        before = shown(pilot.app)
        await pilot.resize_terminal(20, 5)
        await settled(pilot)
        await pilot.resize_terminal(120, 40)
        await settled(pilot)
        assert shown(pilot.app) == before
        await pilot.press("f2")
        await pilot.resize_terminal(20, 5)
        await settled(pilot)
        await pilot.resize_terminal(120, 40)
        await settled(pilot)
        await pilot.press("3")
        assert screen.progress.is_right


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_presenter_mode_moves_the_lesson(size: tuple[int, int]) -> None:
    async with taught(size=size) as (pilot, screen):
        await to_stop(pilot, screen, 4)
        await pilot.press("f5")
        assert isinstance(pilot.app.screen, PresenterScreen)
        assert "next out" not in shown(pilot.app)
        await pilot.press("3")
        assert screen.progress.is_right
        await pilot.press("pagedown")
        assert screen.progress.at == 4
        await pilot.press("b")
        assert "any key brings it back" in shown(pilot.app)
        await pilot.press("pagedown")
        await pilot.pause()
        assert screen.progress.at == 4
        assert "any key brings it back" not in shown(pilot.app)
        await pilot.press("escape")
        assert pilot.app.screen_stack[-1] is screen


async def test_presenter_mode_steps_the_plain_inspector() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("f2", "right", "space", "pagedown", "left")
        assert isinstance(pilot.app.screen, PresenterScreen)
        assert inspector.position == Position(3)
        await pilot.press("down")
        assert inspector.position.turn == 4
        assert "event 1 of" in shown(pilot.app)
        await pilot.press("f2")
        assert pilot.app.screen_stack[-1] is inspector
        assert "event 4.1" in shown(pilot.app)


async def test_the_end_leads_on_and_back() -> None:
    async with taught() as (pilot, screen):
        await to_stop(pilot, screen, len(screen.lesson.stops))
        await pilot.press("f2", "space")
        assert isinstance(pilot.app.screen, LessonEndScreen)
        await settled(pilot)
        assert "0 of 2 right, 2 passed over" in shown(pilot.app)
        await pilot.press("left")
        assert isinstance(pilot.app.screen, PresenterScreen)
        await pilot.press("space")
        await settled(pilot)
        assert find_lesson("paging-by-hand").title in shown(pilot.app)
        await pilot.press("enter")
        await settled(pilot)
        following = pilot.app.screen
        assert isinstance(following, LessonScreen)
        assert following.lesson.name == "paging-by-hand"
        assert screen not in pilot.app.screen_stack


async def test_escape_leaves_and_asks_nothing() -> None:
    async with taught() as (pilot, _):
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.return_code == 0


def _row_of(screen: PickerScreen, name: str) -> int:
    return next(row for row, entry in enumerate(screen._entries) if entry.lesson_name == name)


async def test_the_picker_opens_lessons_and_escape_comes_back() -> None:
    app = MemviewApp(None, settings=Settings())
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        picker = app.screen
        assert isinstance(picker, PickerScreen)
        assert "6 lessons" in shown(app)
        picker.query_one(RowList).move_to(_row_of(picker, "why-arc-adapts"))
        await pilot.pause()
        assert "10 min" in shown(app)
        assert "enter begins the lesson" in shown(app)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, LessonScreen)
        assert app.screen.lesson.name == "why-arc-adapts"
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, PickerScreen)


BROKEN = Lesson("broken", "Broken", "Broken.", "session_01", (Stop(99, "lru", None, "core", "Look."),))


async def test_a_lesson_that_points_nowhere_is_a_notice_in_the_picker(monkeypatch: pytest.MonkeyPatch) -> None:
    from memview.lessons import catalogue

    monkeypatch.setattr(catalogue, "list_lessons", lambda: [BROKEN])
    app = MemviewApp(None, settings=Settings())
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        picker = app.screen
        assert isinstance(picker, PickerScreen)
        picker.query_one(RowList).move_to(_row_of(picker, "broken"))
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen is picker
        assert "turn 99" in toasts(pilot)


def test_a_lesson_that_points_nowhere_opens_no_screen() -> None:
    with pytest.raises(MemviewError, match="stop 1: turn 99"):
        open_lesson(BROKEN, None)
    no_eviction = Stop(0, "lru", None, "core", "Look.", question=Prediction("Who?"))
    with pytest.raises(MemviewError, match="nothing that is resident"):
        open_lesson(Lesson("b", "B", "B.", "session_01", (no_eviction,)), None)


async def test_help_lists_the_keys_in_force() -> None:
    async with taught() as (pilot, screen):
        await pilot.press("question_mark")
        assert "Back to the stop before" in shown(pilot.app)
        await pilot.press("escape", "x", "question_mark")
        assert "Step forward one turn" in shown(pilot.app)
        await pilot.press("escape")
        await pilot.press("r", "f2", "question_mark")
        assert "Blank the screen" in shown(pilot.app)
        await pilot.press("escape", "escape")
        assert pilot.app.screen_stack[-1] is screen


async def test_another_budget_is_tried_out_and_the_stop_keeps_its_own() -> None:
    async with taught("budget-or-policy") as (pilot, screen):
        before = screen.replay
        screen.rebudget_in_thread(BudgetSettings(core=400))
        await settled(pilot)
        assert screen.replay is not before
        await pilot.press("r")
        assert screen.replay is before
        assert "budget 250" in shown(pilot.app)


async def test_a_what_if_starts_under_the_budget_of_the_stop_and_o_leads_away_while_one_explores() -> None:
    async with taught("budget-or-policy") as (pilot, screen):
        await to_stop(pilot, screen, 5)
        assert screen.budgets.core == 400
        await pilot.press("x", "o")
        await settled(pilot)
        assert isinstance(pilot.app.screen, PickerScreen)


async def test_the_digits_of_a_stop_without_a_question_are_the_panes() -> None:
    async with taught() as (pilot, screen):
        await pilot.press("2")
        assert screen.pane.id == "turn"
        assert screen.progress.answers == {}


async def test_a_long_caption_is_read_page_by_page_before_the_lesson_goes_on() -> None:
    caption = " ".join(f"word{number}" for number in range(300))
    lesson = Lesson("long", "Long", "Long.", "session_01", (Stop(1, "lru", None, "core", caption),) * 2)
    app = LessonApp(teach(lesson), None, Settings())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await settled(pilot)
        screen = app.screen
        assert isinstance(screen, LessonScreen)
        assert "it goes on below" in shown(app)
        presses = 0
        while "word299" not in shown(app):
            await pilot.press("space")
            presses += 1
            assert screen.progress.at == 0
            assert presses < 20
        await pilot.press("space")
        assert screen.progress.at == 1
