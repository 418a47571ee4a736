"""Pictures of the debugger's list, the what-if dialog and the prompt as sent. Reviewed by eye when they change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from driving import settled
from textual.pilot import Pilot
from textual.widgets import Input

from memview.sessions.catalogue import find_session
from memview.settings import Settings
from memview.tui.app import MemviewApp

SnapCompare = Callable[..., bool]
LOOKS = [((120, 40), "memview-dark"), ((80, 24), "memview-light")]


@pytest.fixture(autouse=True)
def _nobodys_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path))


async def _pressed(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


async def _written(pilot: Pilot[None], field: str, text: str, key: str = "enter") -> None:
    pilot.app.screen.query_one(field, Input).value = text
    await _pressed(pilot, key)


async def _debugger(pilot: Pilot[None]) -> None:
    """Three breakpoints (one off, one that never hits), three watches, a bookmark, and the way there."""
    await settled(pilot)
    for source in ('action == "evict" and importance > 0.7', 'memory_id == "FCT-00003"', "lost > 5"):
        await _pressed(pilot, "b")
        await _written(pilot, "#expression", source)
    for source in ("hits - faults", "core_tokens / budget", "action"):
        await _pressed(pilot, "b", "ctrl+o")
        await _written(pilot, "#expression", source)
    await _pressed(pilot, "g")
    await _written(pilot, "Input", "8")
    await _pressed(pilot, "c", "c", "k")
    await _written(pilot, "Input", "the first that matters")
    await _pressed(pilot, "x", "down", "space", "up")


async def _what_if(pilot: Pilot[None]) -> None:
    """A pin that is taken, and a budget that is being written."""
    await settled(pilot)
    await _pressed(pilot, "g")
    await _written(pilot, "Input", "11")
    await _pressed(pilot, "1", "f", "tab", *["down"] * 8)
    pilot.app.screen.query_one(Input).value = "300"
    await settled(pilot)


async def _prompt(pilot: Pilot[None]) -> None:
    """The prompt against the turn before, searched."""
    await settled(pilot)
    await _pressed(pilot, "g")
    await _written(pilot, "Input", "11")
    await _pressed(pilot, "P", "slash")
    await _written(pilot, "Input", "target")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
@pytest.mark.parametrize("come", [_debugger, _what_if, _prompt])
def test_asking(
    snap_compare: SnapCompare, come: Callable[[Pilot[None]], object], size: tuple[int, int], theme: str
) -> None:
    app = MemviewApp(find_session("session_08"), ("lru",), None, theme, Settings())
    assert snap_compare(app, terminal_size=size, run_before=come)
