"""The why screen: sentences first, answers that fill in, and the way from one into a what-if."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from driving import inspecting, settled, toasts
from holder import Holder, hostile_replay, sample_replay, shown
from textual.pilot import Pilot

from memview.replay.changes import Pin, SetBudgets, SetParameter
from memview.replay.counterfactuals import Counterfactuals, PinAnswer, PolicyAnswer
from memview.replay.counterfactuals_budget import BudgetAnswer
from memview.replay.counterfactuals_settings import SettingAnswer
from memview.replay.explain import explain
from memview.tui.lines import line_width
from memview.tui.position import Position, at_event
from memview.tui.screens.inspector import Inspector
from memview.tui.screens.memory import MemoryScreen
from memview.tui.screens.why import WhyScreen
from memview.tui.views.why_view import WhyRow, why_rows
from memview.tui.widgets.row_list import RowList

TASK = "TSK-00003"
"""Of session_01 under lru: paged in at turn 2, superseded at turn 20."""

EPISODE = "EPI-00004"
"""Of session_01 under lru: evicted at turn 7, when it was idle longest."""

FOUND = Counterfactuals(
    pins=(PinAnswer(Pin(TASK, 0), "core"),),
    budget=BudgetAnswer(600, 600, 3000, 812, "core", True, ((600, 812),)),
    policies=(
        PolicyAnswer("arc", "core"),
        PolicyAnswer("belady", "core", is_offline=True),
        PolicyAnswer("lfu", "recoverable"),
        PolicyAnswer("fifo", "recoverable"),
        PolicyAnswer("memgpt@0.3.25", "covered", is_preset=True),
    ),
    settings=(SettingAnswer("top_k", 8), SettingAnswer("min_score_ratio", 0.4, 0.2, 0.3, SetParameter("m", 0.2))),
    stage="",
)


def text(rows: list[WhyRow]) -> str:
    return "\n".join("".join(piece for piece, _ in row.line) for row in rows)


def rows_of(found: Counterfactuals | None, width: int = 100, turn: int = 20) -> list[WhyRow]:
    return why_rows(explain(sample_replay(), TASK, turn), found, width, is_masked=False)


async def read(pilot: Pilot[None]) -> None:
    for _ in range(3):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def open_rows(screen: WhyScreen) -> list[WhyRow]:
    return screen._rows


# The rows


@pytest.mark.parametrize("width", [40, 76, 120, 196])
def test_no_row_is_wider_than_the_list(width: int) -> None:
    for rows in (rows_of(None, width), rows_of(FOUND, width)):
        assert all(line_width(row.line) <= width for row in rows)


def test_the_answer_comes_first_and_the_changes_that_keep_it_can_be_tried() -> None:
    rows = rows_of(FOUND)
    assert f"{TASK} is not in the prompt at turn 20: evicted at turn 20" in text(rows[:2])
    assert [row.changes for row in rows if row.changes] == [
        (SetBudgets(core=812),),
        (SetParameter("eviction", "arc"),),
        (SetParameter("eviction", "belady"),),
        (Pin(TASK, 0),),
        (SetParameter("m", 0.2),),
    ]
    assert [row.policy for row in rows if row.policy] == ["memgpt@0.3.25"]
    told = text(rows)
    assert "2 of 4 eviction policies do not keep it: lfu, fifo." in told
    assert "◐ memgpt@0.3.25 has something stand for it." in told
    assert "✗ No value tried of top_k keeps it." in told


def test_while_it_is_tried_the_heading_says_what() -> None:
    assert "What would keep it  … starting" in text(rows_of(None))
    trying = Counterfactuals(stage="the smallest core budget")
    assert "What would keep it  … trying the smallest core budget" in text(rows_of(trying))


def test_of_a_resident_those_policies_are_listed_that_would_lose_it() -> None:
    told = text(rows_of(FOUND, turn=5))
    assert "✗ lfu leaves it in its store." in told
    assert "2 of 4 eviction policies keep it: arc, belady." in told
    assert "Pinning" not in told


def test_every_event_stands_below_with_its_reason() -> None:
    replay = sample_replay()
    rows = rows_of(FOUND)
    assert {row.seq for row in rows if row.seq is not None} == set(replay.history(TASK))
    evicted = next(event for event in replay.events if event.memory_id == TASK and event.action == "evict")
    line = next(text([row]) for row in rows if row.seq == evicted.seq)
    assert "▼ evict" in line
    assert evicted.reason in line


def test_what_is_masked_shows_no_words_of_the_text() -> None:
    known = explain(sample_replay(), TASK, 2)
    assert known.standing.terms
    masked = text(why_rows(known, None, 100, is_masked=True))
    assert "Its words are masked" in masked


# The screen


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (200, 60), (60, 16)])
async def test_it_fills_in_until_all_is_tried(size: tuple[int, int]) -> None:
    app = Holder(WhyScreen(sample_replay(), TASK, Position(22)))
    async with app.run_test(size=size) as pilot:
        await read(pilot)
        assert isinstance(app.screen, WhyScreen)
        assert app.screen._found is not None
        assert app.screen._found.stage == ""
        assert f"{TASK} is not in the prompt at turn 22" in shown(app)


async def test_enter_on_a_change_answers_with_it_and_on_an_event_with_its_place() -> None:
    replay = sample_replay()
    app = Holder(WhyScreen(replay, EPISODE, Position(7)))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        assert isinstance(app.screen, WhyScreen)
        rows = open_rows(app.screen)
        place, row = next((place, row) for place, row in enumerate(rows) if row.changes)
        app.screen.query_one(RowList).move_to(place)
        await pilot.press("enter")
        await read(pilot)
        assert app.answers == [row.changes]
    app = Holder(WhyScreen(replay, EPISODE, Position(7)))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        await pilot.press("end", "enter")
        await read(pilot)
        assert app.answers == [at_event(replay, replay.history(EPISODE)[-1])]


async def test_a_row_that_proposes_nothing_says_so() -> None:
    app = Holder(WhyScreen(sample_replay(), TASK, Position(22)))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        await pilot.press("enter")
        assert "proposes nothing" in " ".join(each.message for each in app._notifications)
        await pilot.press("escape")
        await read(pilot)
        assert app.answers == [None]


async def test_a_step_asks_again_at_the_next_turn() -> None:
    app = Holder(WhyScreen(sample_replay(), TASK, Position(19)))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        assert f"{TASK} is in the prompt at turn 19" in shown(app)
        await pilot.press("right")
        await read(pilot)
        assert f"{TASK} is not in the prompt at turn 20" in shown(app)
        await pilot.press("left", "left", "right", "right", "right")
        await read(pilot)
        assert f"{TASK} is not in the prompt at turn 21" in shown(app)


async def test_it_is_closed_while_it_still_tries_and_survives_a_tiny_terminal() -> None:
    app = Holder(WhyScreen(sample_replay("session_03"), "FCT-00001", Position(120)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        await pilot.resize_terminal(120, 40)
        await pilot.press("escape")
        await read(pilot)
        assert app.answers == [None]


async def test_the_copy_is_the_whole_explanation() -> None:
    app = Holder(WhyScreen(sample_replay(), TASK, Position(22)))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        await pilot.press("y")
        copied = json.loads(app.clipboard)
        assert copied["memory_id"] == TASK
        assert copied["counterfactuals"]["core_budget"]["exact"] is True


async def test_a_hostile_memory_stays_in_its_cells() -> None:
    replay = hostile_replay()
    app = Holder(WhyScreen(replay, replay.item_ids()[0], Position(2)))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        assert app.is_running
        assert "\x1b" not in shown(app)


# From the inspector and back


async def test_w_asks_about_the_memory_under_the_cursor_and_a_change_becomes_a_lane() -> None:
    async with inspecting() as (pilot, inspector):
        inspector.move_to(Position(20))
        await settled(pilot)
        await pilot.press("4", "w")
        await settled(pilot)
        assert isinstance(pilot.app.screen, WhyScreen)
        rows = open_rows(pilot.app.screen)
        place = next(place for place, row in enumerate(rows) if row.changes)
        pilot.app.screen.query_one(RowList).move_to(place)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, Inspector)
        assert len(inspector.lanes) == 2
        assert inspector.lanes.active is not None
        assert inspector.lanes.active.changes == rows[place].changes


async def test_a_preset_becomes_a_lane_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    found = replace(FOUND, policies=(PolicyAnswer("memgpt@0.3.25", "covered", is_preset=True),))
    monkeypatch.setattr("memview.replay.counterfactuals.Trials.steps", lambda _: iter([found]))
    async with inspecting() as (pilot, inspector):
        inspector.move_to(Position(20))
        await settled(pilot)
        await pilot.press("4", "w")
        await settled(pilot)
        assert isinstance(pilot.app.screen, WhyScreen)
        place = next(place for place, row in enumerate(open_rows(pilot.app.screen)) if row.policy)
        pilot.app.screen.query_one(RowList).move_to(place)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, Inspector)
        assert inspector.lanes.active is not None
        assert inspector.lanes.active.policy.label == "memgpt@0.3.25"
        assert inspector.here.turn == 20


async def test_w_on_the_memory_screen_asks_about_its_memory_at_its_turn() -> None:
    async with inspecting() as (pilot, inspector):
        inspector.move_to(Position(20))
        await settled(pilot)
        await pilot.press("1", "enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MemoryScreen)
        await pilot.press("right", "w")
        await settled(pilot)
        assert isinstance(pilot.app.screen, WhyScreen)
        assert pilot.app.screen._turn == 21
        await pilot.press("end", "enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, Inspector)


async def test_a_memory_screen_without_an_inspector_says_where_to_try() -> None:
    replay = sample_replay()
    app = Holder(MemoryScreen(replay, EPISODE, Position(7)))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await read(pilot)
        await pilot.press("w")
        await read(pilot)
        assert isinstance(app.screen, WhyScreen)
        place = next(place for place, row in enumerate(open_rows(app.screen)) if row.changes)
        app.screen.query_one(RowList).move_to(place)
        await pilot.press("enter")
        await read(pilot)
        assert "open the memory from there" in toasts(pilot)
