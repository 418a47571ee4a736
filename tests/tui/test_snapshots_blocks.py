"""Pictures of blocks and tools at the three sizes that screens are designed for. Reviewed by eye when they change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from memview.sessions.catalogue import find_session
from memview.settings import Settings
from memview.tui.app import MemviewApp

SnapCompare = Callable[..., bool]


@pytest.fixture(autouse=True)
def _nobodys_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path))


async def _blocks_at_turn_10(pilot: Pilot[None]) -> None:
    await _settled(pilot)
    await pilot.press(*["right"] * 9, "5")
    await _settled(pilot)


async def _settled(pilot: Pilot[None]) -> None:
    for _ in range(5):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()


@pytest.mark.parametrize(
    ("size", "theme"), [((80, 24), "memview-dark"), ((120, 40), "memview-light"), ((200, 60), "memview-dark")]
)
def test_blocks_and_tools(snap_compare: SnapCompare, size: tuple[int, int], theme: str) -> None:
    app = MemviewApp(find_session("session_01"), ("lru",), None, theme, Settings())
    assert snap_compare(app, terminal_size=size, run_before=_blocks_at_turn_10)
