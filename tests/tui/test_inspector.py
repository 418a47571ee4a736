"""The inspector driven as a person drives it: keys, mouse, sizes, errors."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from holder import sample_replay, shown
from textual.pilot import Pilot

from memview.replay import Replay
from memview.sessions.catalogue import find_session
from memview.settings import BudgetSettings, Settings
from memview.tui.app import MemviewApp
from memview.tui.dialogs.budget import BudgetDialog
from memview.tui.dialogs.go_to import GoToDialog
from memview.tui.finder import Finder
from memview.tui.news import BeginningOpened, Searched
from memview.tui.position import Position
from memview.tui.screens.inspector import Inspector
from memview.tui.screens.memory import MemoryScreen
from memview.tui.screens.picker import PickerScreen
from memview.tui.widgets.timeline import TimelinePane

SAMPLE = find_session("session_01")


@pytest.fixture(autouse=True)
def _nobodys_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


@asynccontextmanager
async def inspecting(
    path: Path = SAMPLE,
    policies: tuple[str, ...] = ("lru",),
    size: tuple[int, int] = (120, 40),
    budget: int | None = None,
) -> AsyncIterator[tuple[Pilot[None], Inspector]]:
    """The inspector on a session, everything computed and drawn."""
    app = MemviewApp(path, policies, budget, None, Settings())
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, Inspector)
        await settled(pilot)
        yield pilot, app.screen


async def settled(pilot: Pilot[None]) -> None:
    """No thread works any more, and what they said is drawn."""
    for _ in range(4):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


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


@pytest.mark.parametrize("size", [(60, 16), (60, 20), (80, 24), (100, 30), (80, 50)])
async def test_small_screens_have_tabs_and_keep_the_gauge(size: tuple[int, int]) -> None:
    async with inspecting(size=size) as (pilot, inspector):
        await pilot.press("right")
        for key, pane in (("1", "core"), ("2", "turn"), ("3", "hits"), ("4", "timeline")):
            await pilot.press(key)
            await pilot.pause()
            assert [
                name for name in ("core", "turn", "hits", "timeline") if inspector.query_one(f"#{name}").display
            ] == [pane]
            screen = shown(pilot.app)
            for fact in ("turn 2/24", "Prompt ≈", "visible", "lost", "◆", "step"):
                assert fact in screen, (key, fact)
            assert all(len(line) == size[0] for line in screen.splitlines())


async def test_a_tab_can_be_clicked() -> None:
    async with inspecting(size=(80, 24)) as (pilot, inspector):
        tabs = shown(pilot.app).splitlines()[1]
        await pilot.click("#tabs", offset=(tabs.index("Hits"), 0))
        await pilot.pause()
        assert inspector.query_one("#hits").display
        assert inspector.pane.id == "hits"


@pytest.mark.parametrize("size", [(59, 30), (120, 15)])
async def test_a_terminal_that_is_too_small_is_told_so(size: tuple[int, int]) -> None:
    async with inspecting(size=size) as (pilot, _):
        assert "60×16" in shown(pilot.app)
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert "Timeline" in shown(pilot.app)


async def test_growing_and_shrinking_keeps_the_place() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press(*["right"] * 4)
        before = shown(pilot.app)
        for size in ((60, 20), (200, 60), (80, 24), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "turn 5/24" in shown(pilot.app)
        assert inspector.position == Position(5)
        assert shown(pilot.app) == before


async def test_wide_screens_show_what_changed_in_the_prompt() -> None:
    async with inspecting(size=(200, 60)) as (pilot, _):
        await pilot.press(*["right"] * 6)
        screen = shown(pilot.app)
        assert "+ PRF-00012" in screen
        assert "− EPI-00004" in screen


async def test_a_file_that_is_no_session_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"type":"session","session_id":7}\n', encoding="utf-8")
    async with inspecting(path) as (pilot, _):
        screen = shown(pilot.app)
        assert "broken.jsonl cannot be opened" in screen
        assert "session_id" in screen
        footer = screen.splitlines()[-1]
        assert "o open another" in footer
        assert "q quit" in footer
        assert "step" not in footer
        await pilot.press("right", "end", "full_stop", "g", "enter", "y", "n")
        assert "cannot be opened" in shown(pilot.app)
        await pilot.click("#ways-out", offset=(footer.index("open another"), 0))
        await settled(pilot)
        assert isinstance(pilot.app.screen, PickerScreen)


async def test_a_session_without_turns_promises_no_step(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text(SAMPLE.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    async with inspecting(path) as (pilot, inspector):
        await pilot.press("2")
        assert "This session has no turns" in shown(pilot.app)
        assert "Press →" not in shown(pilot.app)
        await pilot.press("space")
        assert not inspector.playback.is_playing
        assert "no turns" in _words(pilot)


async def test_o_leaves_for_the_list_of_sessions(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{", encoding="utf-8")
    for path in (SAMPLE, broken):
        async with inspecting(path) as (pilot, _):
            await pilot.press("o")
            await settled(pilot)
            assert isinstance(pilot.app.screen, PickerScreen)
            await pilot.press("slash", *"piano", "enter")
            await settled(pilot)
            assert isinstance(pilot.app.screen, Inspector)
            assert "session_09" in shown(pilot.app)


async def test_an_unknown_policy_is_said_to_be_unknown() -> None:
    async with inspecting(policies=("lrru",)) as (pilot, _):
        assert "unknown policy 'lrru'" in shown(pilot.app)


async def test_keys_before_the_session_is_open_do_nothing() -> None:
    app = MemviewApp(SAMPLE, ("lru",), None, None, Settings())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("right", "end", "space", "p", "B", "slash", "n", "y")
        await settled(pilot)
        assert isinstance(app.screen, Inspector) or app.screen_stack


async def test_every_theme_and_no_colour_can_be_worn(monkeypatch: pytest.MonkeyPatch) -> None:
    from memview.tui.themes import theme_catalogue

    monkeypatch.setenv("NO_COLOR", "1")
    for theme in theme_catalogue():
        app = MemviewApp(SAMPLE, ("lru",), None, theme.name, Settings())
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            assert app.theme == theme.name
            assert "▲" in shown(app)


async def test_warnings_are_counted_in_the_header_and_a_click_tells_them() -> None:
    async with inspecting() as (pilot, inspector):
        assert inspector.opened is not None
        inspector.opened = replace(inspector.opened, notes=("line 7: an unknown key [red]x[/]",))
        inspector.refresh_soon()
        await pilot.pause()
        header = shown(pilot.app).splitlines()[0]
        await pilot.click("#header", offset=(header.index("! 1 warning"), 0))
        await pilot.pause()
        assert "unknown key [red]x[/]" in shown(pilot.app)


async def test_w_tells_the_warnings_to_the_keyboard() -> None:
    async with inspecting() as (pilot, inspector):
        assert inspector.opened is not None
        inspector.opened = replace(inspector.opened, notes=("line 7: an unknown key [red]x[/]",))
        await pilot.press("W")
        assert "! line 7: an unknown key [red]x[/]" in shown(pilot.app)
        await pilot.press("escape")
        inspector.opened = replace(inspector.opened, notes=())
        await pilot.press("W")
        assert pilot.app.screen is inspector


async def test_enter_opens_the_memory_that_moved_last_when_the_last_event_has_none() -> None:
    async with inspecting() as (pilot, inspector):
        turn = next(
            turn
            for turn in range(1, 25)
            if (span := sample_replay().event_span(turn))
            and sample_replay().events[span.stop - 1].memory_id is None
            and any(sample_replay().events[seq].memory_id for seq in span)
        )
        span = sample_replay().event_span(turn)
        last = [sample_replay().events[seq].memory_id for seq in span if sample_replay().events[seq].memory_id][-1]
        inspector.move_to(Position(turn))
        await pilot.press("4", "enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MemoryScreen)
        assert str(last) in shown(pilot.app).splitlines()[0]


def _words(pilot: Pilot[None]) -> str:
    return " ".join(notification.message for notification in pilot.app._notifications)


async def test_the_end_of_a_session_under_way_says_how_far_it_is() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("end")
        assert _words(pilot) == ""
        replay = Replay(sample_replay().workload, sample_replay().spec)
        replay.advance(6)
        assert inspector.lanes.active is not None
        inspector.lanes.active.replay = replay
        await pilot.press("end")
        assert "turn 6 of 24" in _words(pilot)


async def test_the_speed_is_said_while_paused_and_so_is_that_nothing_is_left_to_play() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("plus")
        assert "2×" in _words(pilot)
        await pilot.press("minus", "minus")
        assert "0.5×" in _words(pilot)
        await pilot.press("end", "space")
        assert not inspector.playback.is_playing
        assert "last turn" in _words(pilot)


async def test_n_waits_for_a_search_that_is_under_way() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("end")
        inspector.finder = Finder(sample_replay(), "evict")
        await pilot.press("N")
        assert "Still searching" in _words(pilot)
        inspector.finder.run(lambda: False)
        inspector.post_message(Searched())
        await settled(pilot)
        assert inspector.scene is not None
        assert inspector.scene.cursor == inspector.finder.matches[-1]
        await pilot.press("n")
        assert "No further match." in _words(pilot)


async def test_a_filter_brings_the_timeline_forward_where_panes_stand_behind_each_other() -> None:
    async with inspecting(size=(80, 24)) as (pilot, inspector):
        await pilot.press("1", "slash", *"evict lru")
        assert inspector.query_one("#timeline").display
        assert inspector.finder is not None
        assert len(inspector.finder.matches) > 0


@pytest.mark.parametrize("size", [(60, 20), (120, 40)])
async def test_what_the_header_says_can_be_clicked(size: tuple[int, int]) -> None:
    async with inspecting(size=size) as (pilot, inspector):
        await pilot.press("end")

        async def click(word: str) -> None:
            await pilot.click("#header", offset=(shown(pilot.app).splitlines()[0].index(word) + 1, 0))
            await settled(pilot)

        for word, dialog in (("600", BudgetDialog), ("24/24", GoToDialog)):
            await click(word)
            assert isinstance(pilot.app.screen, dialog)
            await pilot.press("escape")
        await pilot.press("home")
        await click("‖")
        assert inspector.playback.is_playing
        await pilot.press("space")
        await click("session_01")
        assert isinstance(pilot.app.screen, PickerScreen)


async def test_a_filter_that_lets_nothing_through_says_so() -> None:
    async with inspecting(size=(80, 24)) as (pilot, _):
        await pilot.press("slash", *"zzz", "enter")
        await settled(pilot)
        assert "No event holds “zzz”" in shown(pilot.app)
        assert "turn 1/24 · filter “zzz”" in shown(pilot.app)


async def test_quit_leaves_with_status_0() -> None:
    async with inspecting() as (pilot, _):
        await pilot.press("q")
    assert (pilot.app.return_code or 0) == 0


async def test_a_long_file_shows_its_first_turns_and_then_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memview.tui.loader._LONG_BYTES", 0)
    opened: list[int] = []
    beginning = Inspector.on_beginning_opened

    def note(inspector: Inspector, news: BeginningOpened) -> None:
        opened.append(len(news.opened.workload.session.turns))
        beginning(inspector, news)

    monkeypatch.setattr(Inspector, "on_beginning_opened", note)
    async with inspecting(find_session("session_08")) as (pilot, inspector):
        assert opened == [32]
        assert inspector.replay is not None
        assert inspector.replay.turn_count == 69
        assert inspector.replay.session.probes
        assert inspector.busy == ""
        assert "turn 1/69" in shown(pilot.app)


async def test_compact_rows_leave_the_texts_out() -> None:
    def inspector_with(spacing: str) -> MemviewApp:
        return MemviewApp(SAMPLE, ("lru",), None, None, Settings(spacing=spacing))

    shows_text = {}
    for spacing in ("normal", "compact"):
        app = inspector_with(spacing)
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            shows_text[spacing] = "House rules for every" in shown(app)
    assert shows_text == {"normal": True, "compact": False}


async def test_a_persons_budgets_stand_behind_the_command_lines() -> None:
    settings = Settings(budgets=BudgetSettings(core=500, window=3000))
    for asked, core in ((None, 500), (450, 450)):
        app = MemviewApp(SAMPLE, ("lru",), asked, None, settings)
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            assert isinstance(app.screen, Inspector)
            assert app.screen.replay is not None
            assert (app.screen.replay.budgets.core, app.screen.replay.budgets.window) == (core, 3000)
