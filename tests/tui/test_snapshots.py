"""Pictures of the inspector at the three sizes that it is designed for. Reviewed by eye when they change."""

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


async def _at_turn_7(pilot: Pilot[None]) -> None:
    for _ in range(5):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.press(*["right"] * 6)
    await pilot.pause()


def _app(theme: str) -> MemviewApp:
    return MemviewApp(find_session("session_01"), ("lru", "fifo"), None, theme, Settings())


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_the_inspector_in_the_dark(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    assert snap_compare(_app("memview-dark"), terminal_size=size, run_before=_at_turn_7)


def test_the_inspector_in_the_light(snap_compare: SnapCompare) -> None:
    assert snap_compare(_app("memview-light"), terminal_size=(120, 40), run_before=_at_turn_7)
