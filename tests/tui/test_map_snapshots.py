"""Pictures of the Map at the three sizes that screens are designed for. Reviewed by eye when they change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
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


def _map_at_turn_20(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    async def run(pilot: Pilot[None]) -> None:
        await _settled(pilot)
        await pilot.press("g", *"20", "enter", "M")
        await _settled(pilot)
        await pilot.press(*keys)
        await _settled(pilot)

    return run


async def _settled(pilot: Pilot[None]) -> None:
    for _ in range(5):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize(
    ("size", "theme", "keys"),
    [
        ((120, 40), "memview-dark", ()),
        ((80, 24), "memview-light", ()),
        ((80, 24), "memview-light", ("tab", "down")),
        ((200, 60), "memview-dark", ("a",)),
        ((120, 40), "monochrome", ("a", "o")),
    ],
)
def test_the_map(snap_compare: SnapCompare, size: tuple[int, int], theme: str, keys: tuple[str, ...]) -> None:
    app = MemviewApp(find_session("session_03"), ("lru",), None, theme, Settings())
    assert snap_compare(app, terminal_size=size, run_before=_map_at_turn_20(*keys))
