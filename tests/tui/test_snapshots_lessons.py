"""Pictures of a lesson and of presenter mode. Reviewed by eye when they change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from memview.lessons.catalogue import find_lesson
from memview.lessons.teaching import teach
from memview.settings import Settings
from memview.tui.lesson_app import LessonApp

SnapCompare = Callable[..., bool]

ASKED = ("space", "space", "2", "space")
ANSWERED = (*ASKED, "3")


@pytest.fixture(autouse=True)
def _nobodys_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path))


def _after(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    async def press(pilot: Pilot[None]) -> None:
        await _settled(pilot)
        await pilot.press(*keys)
        await _settled(pilot)

    return press


async def _settled(pilot: Pilot[None]) -> None:
    for _ in range(5):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()


@pytest.mark.parametrize(
    ("size", "theme", "keys"),
    [
        ((120, 40), "memview-dark", ASKED),
        ((80, 24), "memview-light", ANSWERED),
        ((120, 40), "memview-light", (*ANSWERED, "f2")),
        ((80, 24), "memview-dark", (*ASKED, "f2")),
        ((120, 40), "memview-dark", (*ANSWERED, "space", "space", "space")),
    ],
    ids=["asked", "answered", "presented", "presented small", "end"],
)
def test_a_lesson(snap_compare: SnapCompare, size: tuple[int, int], theme: str, keys: tuple[str, ...]) -> None:
    app = LessonApp(teach(find_lesson("page-fault")), theme, Settings())
    assert snap_compare(app, terminal_size=size, run_before=_after(*keys))
