"""Make the pictures of the README: the app itself, headless, exports its screen as SVG.

python docs/pictures.py
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from memview.sessions.catalogue import find_session
from memview.tui.app import MemviewApp

DOCS = Path(__file__).parent
PICTURES = {
    "picker": (None, "memview-dark", (120, 40), []),
    "inspector-dark": ("session_01", "memview-dark", (120, 40), ["right"] * 7),
    "inspector-light": ("session_08", "memview-light", (120, 40), ["right"] * 12),
    "inspector-narrow": ("session_01", "okabe-ito", (80, 24), ["right"] * 7),
    "why": ("session_08", "memview-dark", (120, 40), ["right"] * 7 + ["e", "w"]),
    "compare": ("session_08", "memview-light", (120, 40), ["right"] * 8 + ["m"]),
    "map": ("session_03", "memview-dark", (120, 40), ["g", "6", "0", "enter", "M"]),
}
"""Name of the file: session (None: the picker), theme, columns and rows, keys pressed first."""
POLICIES = {"compare": ["lru", "random"]}
"""By name of the file, where it is not lru alone."""


async def save(name: str) -> Path:
    """Export one picture; returns where it lies."""
    session, theme, size, keys = PICTURES[name]
    path = None if session is None else find_session(session)
    app = MemviewApp(path, POLICIES.get(name, ["lru"]), None, theme)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press(*keys)
        await app.workers.wait_for_complete()
        await pilot.pause()
        picture = DOCS / f"{name}.svg"
        picture.write_text(app.export_screenshot(title="memview"), encoding="utf-8")
    return picture


if __name__ == "__main__":
    # A state directory of its own: the files that this person opened lately are nobody's business.
    with tempfile.TemporaryDirectory() as state:
        os.environ["XDG_STATE_HOME"] = state
        for picture_name in PICTURES:
            asyncio.run(save(picture_name))
