"""Sensitive texts are masked on every screen and in every copy until they are revealed; the header says which."""

from __future__ import annotations

import pytest
from driving import inspecting, settled
from holder import shown

from memview.sessions.catalogue import find_session
from memview.tui.position import Position
from memview.tui.screens.memory import MemoryScreen
from memview.tui.screens.quarantine import QuarantineScreen

POISONED = find_session("session_05")
TOKEN = "lab-portal-EXAMPLE"
TURN = 12
"""A search of this turn finds the memory that holds the token."""


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_inspector_masks_until_r_reveals(size: tuple[int, int]) -> None:
    async with inspecting(POISONED, size=size) as (pilot, inspector):
        inspector.move_to(Position(TURN))
        await pilot.press("3")
        await pilot.pause()
        told = shown(pilot.app)
        assert TOKEN not in told
        assert "▒ masked" in told.splitlines()[0]
        await pilot.press("R")
        await pilot.pause()
        assert "○ revealed" in shown(pilot.app).splitlines()[0]
        await pilot.press("R")
        await pilot.pause()
        assert TOKEN not in shown(pilot.app)
        assert "▒ masked" in shown(pilot.app).splitlines()[0]


async def test_nothing_is_said_about_masks_where_nothing_is_masked() -> None:
    async with inspecting() as (pilot, _):
        assert "masked" not in shown(pilot.app).splitlines()[0]


async def test_what_is_copied_and_saved_is_what_is_seen() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        inspector.move_to(Position(TURN))
        await pilot.press("3", "y")
        await pilot.pause()
        assert TOKEN not in pilot.app.export_screenshot()
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MemoryScreen)
        await pilot.press("y")
        assert "FCT-00006" in pilot.app.clipboard
        assert "masked" in pilot.app.clipboard
        assert TOKEN not in pilot.app.clipboard
        assert TOKEN not in shown(pilot.app)
        assert "Text · masked" in shown(pilot.app)
        await pilot.press("R")
        await pilot.pause()
        assert TOKEN in shown(pilot.app)
        assert "Text · revealed" in shown(pilot.app)
        await pilot.press("y")
        assert TOKEN in pilot.app.clipboard
        await pilot.press("escape")
        await pilot.pause()
        assert "○ revealed" in shown(pilot.app).splitlines()[0]


async def test_the_quarantine_masks_too() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        inspector.move_to(Position(TURN))
        await pilot.press("Q")
        await settled(pilot)
        assert isinstance(pilot.app.screen, QuarantineScreen)
        assert "masked: secret" in " ".join(shown(pilot.app).split()) or "▒▒▒▒ masked" in shown(pilot.app)
        await pilot.press("y")
        assert TOKEN not in pilot.app.clipboard
        await pilot.press("R")
        await pilot.pause()
        assert TOKEN in shown(pilot.app)


async def test_a_click_on_the_word_in_the_header_reveals() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        inspector.move_to(Position(TURN))
        await pilot.pause()
        place = shown(pilot.app).splitlines()[0].index("masked")
        await pilot.click("#header", offset=(place, 0))
        await pilot.pause()
        assert "○ revealed" in shown(pilot.app).splitlines()[0]
