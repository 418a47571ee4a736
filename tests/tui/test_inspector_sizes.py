"""The inspector at every size and in every theme, and on files that cannot be opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import SAMPLE, inspecting, settled, toasts
from holder import shown

from memview.settings import Settings
from memview.tui.app import MemviewApp
from memview.tui.position import Position
from memview.tui.screens.inspector import Inspector
from memview.tui.screens.picker import PickerScreen


@pytest.fixture(autouse=True)
def _nobodys_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


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
            for fact in ("turn 2/24", "Prompt ≈", "visible", "lost", "╋", "step"):
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
        assert "no turns" in toasts(pilot)


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
