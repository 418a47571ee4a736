"""The inspector under a pilot: opened, computed, drawn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from memview.sessions.catalogue import find_session
from memview.settings import Settings
from memview.tui.app import MemviewApp
from memview.tui.screens.inspector import Inspector

SAMPLE = find_session("session_01")


@asynccontextmanager
async def inspecting(
    path: Path = SAMPLE,
    policies: tuple[str, ...] = ("lru",),
    size: tuple[int, int] = (120, 40),
    budget: int | None = None,
) -> AsyncIterator[tuple[Pilot[None], Inspector]]:
    """The inspector on a session, everything computed and drawn."""
    app = MemviewApp(path, policies, budget, None, Settings())
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, Inspector)
        await settled(pilot)
        yield pilot, app.screen


async def settled(pilot: Pilot[None]) -> None:
    """No thread works any more, and what they said is drawn."""
    for _ in range(4):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


def toasts(pilot: Pilot[None]) -> str:
    return " ".join(notification.message for notification in pilot.app._notifications)
