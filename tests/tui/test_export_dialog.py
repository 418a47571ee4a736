"""The export dialog: a form, a free name, the lanes that fit; written in a thread, never over another file."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import inspecting, settled, toasts

from memview.tui.dialogs.export_file import ExportDialog


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def test_the_page_holds_all_lanes_with_the_one_on_screen_first(tmp_path: Path) -> None:
    async with inspecting(policies=("lru", "fifo")) as (pilot, screen):
        await pilot.press("right_square_bracket", "ctrl+e", "enter")
        await settled(pilot)
        page = (tmp_path / "session_01.html").read_text(encoding="utf-8")
        assert page.index('"label":"fifo@1"') < page.index('"label":"lru@1"')
        assert "Saved session_01.html" in toasts(pilot)
        assert screen.errand == ""


async def test_arrows_choose_a_form_and_the_name_follows(tmp_path: Path) -> None:
    (tmp_path / "session_01.csv").touch()
    async with inspecting() as (pilot, screen):
        await pilot.press("ctrl+e", "down", "down", "enter")
        await settled(pilot)
        assert screen.replay is not None
        lines = (tmp_path / "session_01-2.csv").read_text(encoding="utf-8").splitlines()
        assert len(lines) == len(screen.replay.events) + 1
        assert (tmp_path / "session_01.csv").read_bytes() == b""


async def test_a_name_of_ones_own_stays_and_has_to_fit_the_form(tmp_path: Path) -> None:
    async with inspecting() as (pilot, _):
        await pilot.press("ctrl+e", "ctrl+u", *"mine.txt", "down", "enter")
        assert isinstance(pilot.app.screen, ExportDialog)
        await pilot.press("ctrl+u", *"mine.jsonl", "enter")
        await settled(pilot)
        assert [path.name for path in tmp_path.iterdir()] == ["mine.jsonl"]


async def test_a_replay_that_is_still_computed_is_not_cut_off() -> None:
    async with inspecting() as (pilot, screen):
        lane = screen.lanes.active
        assert lane is not None
        lane.replay = type(lane.replay)(lane.replay.workload, lane.replay.spec)
        await pilot.press("ctrl+e")
        assert not isinstance(pilot.app.screen, ExportDialog)
        assert "computed up to turn 0 of" in toasts(pilot)


async def test_the_screen_is_exported_as_a_picture_without_the_dialog(tmp_path: Path) -> None:
    async with inspecting() as (pilot, _):
        await pilot.press("ctrl+e", *["down"] * 4, "enter")
        await settled(pilot)
        picture = (tmp_path / "session_01.svg").read_text(encoding="utf-8")
        assert picture.startswith("<svg")
        assert "Timeline" in picture
        assert "chrome-trace" not in picture
