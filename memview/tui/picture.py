"""A picture of the inspector without a terminal: the app runs headless and exports its screen as SVG."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from memview.model.errors import MemviewError
from memview.settings import Settings, load_settings
from memview.tui.app import MemviewApp


def picture_of(
    path: Path, policies: Sequence[str], budget: int | None, theme: str | None, size: tuple[int, int], turn: int
) -> str:
    """SVG of the inspector on the session at `path`, `size` columns and rows, at `turn`.

    Raises MemviewError for a turn that the session does not have, and for what cannot be opened.
    """
    return asyncio.run(_take(path, policies, budget, theme, size, turn, load_settings()))


async def _take(
    path: Path,
    policies: Sequence[str],
    budget: int | None,
    theme: str | None,
    size: tuple[int, int],
    turn: int,
    settings: Settings,
) -> str:
    app = MemviewApp(path, policies, budget, theme, settings)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        from memview.tui.position import Position
        from memview.tui.screens.inspector import Inspector

        screen = app.screen
        if not isinstance(screen, Inspector) or screen.replay is None:
            raise MemviewError(f"{path}: cannot be shown; `memview validate` says why")
        if turn > screen.replay.turn_count:
            raise MemviewError(f"--turn {turn}: the session has {screen.replay.turn_count} turns; name one of them")
        screen.move_to(Position(turn))
        await pilot.pause()
        return app.export_screenshot(title="memview")
