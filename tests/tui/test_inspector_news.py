"""What the inspector tells: warnings, progress, searches, and what a click on its header does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from driving import SAMPLE, inspecting, settled, toasts
from holder import sample_replay, shown

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


@pytest.fixture(autouse=True)
def _nobodys_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


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


async def test_the_end_of_a_session_under_way_says_how_far_it_is() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("end")
        assert toasts(pilot) == ""
        replay = Replay(sample_replay().workload, sample_replay().spec)
        replay.advance(6)
        assert inspector.lanes.active is not None
        inspector.lanes.active.replay = replay
        await pilot.press("end")
        assert "turn 6 of 24" in toasts(pilot)


async def test_the_speed_is_said_while_paused_and_so_is_that_nothing_is_left_to_play() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("plus")
        assert "2×" in toasts(pilot)
        await pilot.press("minus", "minus")
        assert "0.5×" in toasts(pilot)
        await pilot.press("end", "space")
        assert not inspector.playback.is_playing
        assert "last turn" in toasts(pilot)


async def test_n_waits_for_a_search_that_is_under_way() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("end")
        inspector.finder = Finder(sample_replay(), "evict")
        await pilot.press("N")
        assert "Still searching" in toasts(pilot)
        inspector.finder.run(lambda: False)
        inspector.post_message(Searched())
        await settled(pilot)
        assert inspector.scene is not None
        assert inspector.scene.cursor == inspector.finder.matches[-1]
        await pilot.press("n")
        assert "No further match." in toasts(pilot)


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


async def test_a_persons_budgets_stand_behind_the_command_lines() -> None:
    settings = Settings(budgets=BudgetSettings(core=500, window=3000))
    for asked, core in ((None, 500), (450, 450)):
        app = MemviewApp(SAMPLE, ("lru",), asked, None, settings)
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            assert isinstance(app.screen, Inspector)
            assert app.screen.replay is not None
            assert (app.screen.replay.budgets.core, app.screen.replay.budgets.window) == (core, 3000)
