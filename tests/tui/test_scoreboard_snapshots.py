"""Pictures of the scoreboard, computed to the end. Reviewed by eye when they change."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from driving import settled
from scoring import few_policies  # noqa: F401
from textual.pilot import Pilot

from memview.sessions.catalogue import find_session
from memview.settings import Settings
from memview.tui.app import MemviewApp

SnapCompare = Callable[..., bool]
pytestmark = pytest.mark.usefixtures("few_policies")


def _at(*keys: str) -> Callable[[Pilot[None]], object]:
    async def run(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await settled(pilot)
        await pilot.press("S")
        await settled(pilot)
        await pilot.press(*keys)
        await settled(pilot)

    return run


def _app(theme: str = "memview-dark") -> MemviewApp:
    return MemviewApp(find_session("session_01"), ("lru", "arc"), None, theme, Settings())


@pytest.mark.parametrize("key", ["1", "2", "3", "4"])
def test_a_section(snap_compare: SnapCompare, key: str) -> None:
    assert snap_compare(_app(), terminal_size=(120, 40), run_before=_at(key))


@pytest.mark.parametrize("key", ["1", "2", "3", "4"])
def test_a_section_on_a_small_terminal(snap_compare: SnapCompare, key: str) -> None:
    assert snap_compare(_app("memview-light"), terminal_size=(80, 24), run_before=_at(key))


def test_all_four_together(snap_compare: SnapCompare) -> None:
    assert snap_compare(_app("okabe-ito"), terminal_size=(200, 60), run_before=_at("2", "right"))
