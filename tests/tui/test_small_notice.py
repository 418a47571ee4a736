"""A terminal too small for a screen: it says so instead of showing pieces, and everything is back with the room."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import inspecting, settled
from holder import shown


@pytest.fixture(autouse=True)
def _nobodys_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path))


@pytest.mark.parametrize("keys", [("P",), ("x",), ("5",), ("Q",), ("w",), ("1", "enter")])
async def test_a_screen_without_room_says_so_and_comes_back(keys: tuple[str, ...]) -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press(*keys)
        await settled(pilot)
        screen, before, focused = pilot.app.screen, shown(pilot.app), pilot.app.screen.focused
        assert screen is not inspector
        await pilot.resize_terminal(20, 5)
        await settled(pilot)
        assert shown(pilot.app).split() == "memview needs 60×16 cells; this terminal has 20×5.".split()
        await pilot.resize_terminal(120, 40)
        await settled(pilot)
        assert pilot.app.screen is screen
        assert screen.focused is focused
        assert shown(pilot.app) == before
