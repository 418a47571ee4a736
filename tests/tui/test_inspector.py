"""The inspector driven as a person drives it: stepping, policies, filter, mouse, files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from driving import inspecting, settled
from holder import sample_replay, shown

from memview.tui.position import Position
from memview.tui.widgets.timeline import TimelinePane


@pytest.fixture(autouse=True)
def _nobodys_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


async def test_it_opens_on_turn_1_with_every_pane_filled() -> None:
    async with inspecting() as (pilot, inspector):
        assert inspector.position == Position(1)
        screen = shown(pilot.app)
        for part in ("session_01", "lru@1", "budget 600", "turn 1/24", "paused", "Core", "Turn 1", "Archive hits",
                     "Prompt", "Custody", "Timeline", "promotes", "step"):  # fmt: skip
            assert part in screen, part


async def test_arrows_step_by_turn_and_stop_at_the_ends() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("right", "right", "right")
        assert inspector.position == Position(4)
        assert "turn 4/24" in shown(pilot.app)
        await pilot.press("left")
        assert inspector.position == Position(3)
        await pilot.press("home", "left")
        assert inspector.position == Position(0)
        assert "Turn 0 · loading" in shown(pilot.app)
        await pilot.press("end", "right")
        assert inspector.position == Position(24)


async def test_stepping_there_and_back_shows_the_same_screen() -> None:
    async with inspecting() as (pilot, _):
        await pilot.press("right", "right")
        before = shown(pilot.app)
        await pilot.press("right", "right", "left", "left")
        assert shown(pilot.app) == before


async def test_comma_and_full_stop_step_by_event() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("full_stop")
        assert inspector.position.turn == 2
        assert inspector.scene is not None
        assert inspector.scene.event_number == 1
        assert "event 2.1" in shown(pilot.app)
        await pilot.press("comma")
        assert inspector.position == Position(1)


async def test_down_in_the_event_list_is_the_next_event() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("4", "down", "down")
        assert inspector.scene is not None
        assert (inspector.scene.position.turn, inspector.scene.event_number) == (2, 2)


async def test_a_scene_shows_the_numbers_of_the_replay() -> None:
    async with inspecting() as (pilot, _):
        await pilot.press(*["right"] * 6)
        frame = sample_replay().frame(7)
        screen = shown(pilot.app)
        assert f"visible {frame.custody.visible}" in screen
        assert f"core {frame.tokens.core}" in screen
        assert f"{frame.tokens.core}/600 tok" in screen


async def test_policies_switch_on_the_same_turn() -> None:
    async with inspecting(policies=("lru", "fifo")) as (pilot, inspector):
        await pilot.press(*["right"] * 9, "right_square_bracket")
        assert inspector.position == Position(10)
        assert inspector.replay is not None
        assert inspector.replay.spec.name == "fifo"
        assert "▸fifo@1" in shown(pilot.app)
        await pilot.press("tab")
        assert "▸lru@1" in shown(pilot.app)
        start = shown(pilot.app).splitlines()[0].index("fifo@1")
        await pilot.click("#header", offset=(start, 0))
        assert "▸fifo@1" in shown(pilot.app)


async def test_a_new_budget_replays_and_stays_on_the_turn() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press(*["right"] * 9)
        inspector.rebudget_in_thread(type(inspector.budgets)(450))
        await settled(pilot)
        assert inspector.position == Position(10)
        assert inspector.replay is not None
        assert inspector.replay.budgets.core == 450
        assert "budget 450" in shown(pilot.app)


async def test_a_budget_that_cannot_work_is_refused_and_what_is_shown_stays() -> None:
    async with inspecting() as (pilot, inspector):
        inspector.rebudget_in_thread(type(inspector.budgets)(1))
        await settled(pilot)
        assert inspector.replay is not None
        assert inspector.replay.budgets.core == 600
        assert "budget" in shown(pilot.app)
        assert len(pilot.app._notifications) == 1


async def test_choosing_a_policy_loads_it_on_the_same_turn() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("right", "right")
        inspector.choose_policy(sample_replay(policy="lfu").spec)
        await settled(pilot)
        assert inspector.position == Position(3)
        assert "▸lfu@1" in shown(pilot.app)


async def test_the_filter_leaves_matching_events_and_n_goes_through_them() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("slash", *"evict", "enter")
        await settled(pilot)
        assert inspector.finder is not None
        assert len(inspector.finder.matches) > 5
        assert "filter “evict”" in shown(pilot.app)
        await pilot.press("n")
        assert inspector.scene is not None
        assert inspector.scene.cursor == inspector.finder.matches[0]
        await pilot.press("n", "N")
        assert inspector.scene.cursor == inspector.finder.matches[0]
        await pilot.press("escape")
        assert inspector.finder is None
        assert "filter" not in shown(pilot.app).splitlines()[20]


async def test_going_to_a_turn_and_to_an_event() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("g", *"12", "enter")
        await pilot.pause()
        assert inspector.position == Position(12)
        await pilot.press("g", *"7.3", "enter")
        await pilot.pause()
        assert inspector.scene is not None
        assert (inspector.scene.position.turn, inspector.scene.event_number) == (7, 3)


async def test_playing_steps_by_itself_and_stops_at_the_end() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("g", *"22", "enter")
        await pilot.press("plus", "plus", "space")
        assert inspector.playback.is_playing
        for _ in range(100):
            await pilot.pause(0.02)
            if not inspector.playback.is_playing:
                break
        assert inspector.position == Position(24)
        assert not inspector.playback.is_playing


async def test_a_drag_on_the_scrubber_travels() -> None:
    async with inspecting() as (pilot, inspector):
        timeline = inspector.query_one(TimelinePane)
        await pilot.mouse_down(timeline, offset=(60, 1))
        await pilot.pause()
        assert 9 <= inspector.position.turn <= 13
        await pilot.hover(timeline, offset=(110, 1))
        await pilot.mouse_up(timeline, offset=(110, 1))
        await pilot.pause()
        assert inspector.position.turn >= 23


async def test_a_click_on_an_event_goes_there_and_one_on_a_slot_selects_it() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("right", "right")
        await pilot.click("#timeline", offset=(40, 9))
        await pilot.pause()
        assert inspector.position.event is not None or inspector.position.turn != 3
        await pilot.click("#core", offset=(14, 3))
        await pilot.pause()
        assert inspector.pane.id == "core"
        assert inspector.pane.target in sample_replay().frame(3).core


async def test_a_click_on_a_key_in_the_footer_does_it() -> None:
    async with inspecting() as (pilot, _):
        footer = shown(pilot.app).splitlines()[-1]
        await pilot.click("#footer", offset=(footer.index("go to") + 1, 0))
        await pilot.pause()
        assert "turn, event or step" in shown(pilot.app)


async def test_y_copies_what_is_under_the_cursor_as_json() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("1", "y")
        assert json.loads(pilot.app.clipboard)["memory_id"] == inspector.pane.target
        await pilot.press("4", "y")
        assert json.loads(pilot.app.clipboard)["seq"] == inspector.scene.cursor  # type: ignore[union-attr]
        await pilot.press("3", "y")
        assert "outcome" in json.loads(pilot.app.clipboard)


async def test_s_saves_a_picture_under_a_free_name(tmp_path: Path) -> None:
    async with inspecting() as (pilot, _):
        pilot.app.notify("a word in the way")
        await pilot.pause()
        await pilot.press("s")
        await settled(pilot)
        await pilot.press("s")
        await settled(pilot)
        assert sorted(path.name for path in tmp_path.glob("*.svg")) == [
            "memview-session_01-2.svg",
            "memview-session_01.svg",
        ]
        assert "memview-session_01.svg" in shown(pilot.app)
        for path in tmp_path.glob("*.svg"):
            picture = path.read_text(encoding="utf-8")
            assert "Custody" in picture
            assert "Saved" not in picture
            assert "the&#160;way" not in picture


async def test_z_gives_a_pane_the_screen_and_gives_it_back() -> None:
    async with inspecting() as (pilot, inspector):
        before = shown(pilot.app)
        await pilot.press("1")
        core = inspector.query_one("#core")
        small = core.size
        await pilot.press("z")
        await pilot.pause()
        assert core.size.width == 120
        assert core.size.height > small.height
        await pilot.press("z", "4")
        await pilot.pause()
        assert core.size == small
        assert shown(pilot.app) == before


async def test_enter_opens_the_memory_and_escape_comes_back() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("1", "enter")
        await settled(pilot)
        assert pilot.app.screen is not inspector
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is inspector
