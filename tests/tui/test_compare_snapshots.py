"""Pictures of the Compare screen at the three sizes that it is designed for. Reviewed by eye when they change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from memview.sessions.catalogue import find_session
from memview.settings import Settings
from memview.tui.app import MemviewApp

SnapCompare = Callable[..., bool]
THEMES = ("memview-dark", "memview-light")
SIZES = [(80, 24), (120, 40), (200, 60)]


@pytest.fixture(autouse=True)
def _nobodys_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path))


def _after(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """At turn 7 of the comparison, everything computed, compared and measured; then `keys`."""

    async def run(pilot: Pilot[None]) -> None:
        await _settled(pilot)
        await pilot.press("m")
        await _settled(pilot)
        await pilot.press("f", *keys)
        await _settled(pilot)

    return run


async def _settled(pilot: Pilot[None]) -> None:
    for _ in range(6):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def _app(theme: str, *policies: str) -> MemviewApp:
    return MemviewApp(find_session("session_01"), policies, None, theme, Settings())


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_two_policies(snap_compare: SnapCompare, size: tuple[int, int], theme: str) -> None:
    assert snap_compare(_app(theme, "lru", "fifo"), terminal_size=size, run_before=_after())


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_four_policies(snap_compare: SnapCompare, size: tuple[int, int], theme: str) -> None:
    app = _app(theme, "lru", "fifo", "arc", "memgpt@0.3.25")
    assert snap_compare(app, terminal_size=size, run_before=_after("right", "tab"))


@pytest.mark.parametrize("theme", THEMES)
def test_prompts_against_each_other(snap_compare: SnapCompare, theme: str) -> None:
    app = _app(theme, "lru", "fifo")
    assert snap_compare(app, terminal_size=(120, 40), run_before=_after("right", "d"))


def test_inside_a_turn(snap_compare: SnapCompare) -> None:
    app = _app("memview-dark", "lru", "fifo")
    assert snap_compare(app, terminal_size=(120, 40), run_before=_after("right", "comma", "comma", "comma"))
