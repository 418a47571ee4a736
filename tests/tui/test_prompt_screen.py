"""The prompt as sent: stepped, set against others, searched, copied; no secret in it until it is revealed."""

from __future__ import annotations

import pytest
from driving import inspecting, toasts
from holder import shown

from memview.sessions.catalogue import find_session
from memview.tui.screens.inspector import Inspector
from memview.tui.screens.memory import MemoryScreen
from memview.tui.screens.prompt import PromptScreen
from memview.tui.widgets.pane import Pane


def pane_text(screen: PromptScreen, name: str) -> str:
    return "\n".join("".join(text for text, _ in line) for line in screen.query_one(name, Pane)._content.lines)


async def test_the_prompt_of_the_turn_is_shown_and_steps() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("right", "right", "P")
        screen = pilot.app.screen
        assert isinstance(screen, PromptScreen)
        assert inspector.replay is not None
        entries = [entry for section in inspector.replay.prompt(3).sections for entry in section.entries]
        told = pane_text(screen, "#prompt-text")
        assert all(entry.label in told for entry in entries if entry.item_id != "system")
        reused = inspector.replay.reused_tokens(3)
        assert f"untouched prefix {reused} tok" in " ".join(pane_text(screen, "#sections").split())
        assert "the untouched prefix ends here" in told
        await pilot.press("right", "right", "left", "escape")
        assert isinstance(pilot.app.screen, Inspector)
        assert inspector.position.turn == 4


async def test_it_is_set_against_the_turn_before_then_each_lane_then_nothing() -> None:
    async with inspecting(policies=("lru", "fifo")) as (pilot, _):
        await pilot.press("g", *"20", "enter", "P")
        screen = pilot.app.screen
        assert isinstance(screen, PromptScreen)
        info = []
        for _ in range(4):
            info.append(screen.query_one("#prompt-text", Pane)._content.info)
            await pilot.press("a")
        assert info == ["against turn 19", "against fifo@1", "", "against turn 19"]


async def test_search_unfolds_marks_and_steps() -> None:
    async with inspecting() as (pilot, _):
        await pilot.press("g", *"6", "enter", "P", "slash", *"douro", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, PromptScreen)
        pane = screen.query_one("#prompt-text", Pane)
        assert "with “douro”" in pane._content.info
        targets = []
        for _ in range(3):
            await pilot.press("n")
            targets.append(pane.target)
        assert len(set(targets)) == 3
        await pilot.press("N")
        assert pane.target == targets[1]
        marked = [text for line in pane._content.lines for text, style in line if "ink on" in style]
        assert marked
        assert {text.casefold() for text in marked} == {"douro"}


async def test_the_whole_prompt_and_one_entry_are_copied_masked() -> None:
    async with inspecting(find_session("session_05")) as (pilot, inspector):
        await pilot.press("right", "P", "Y")
        assert inspector.replay is not None
        copied = pilot.app.clipboard
        assert copied.startswith("# system")
        assert "# query" in copied
        assert "Copied the prompt" in toasts(pilot)
        await pilot.press("y")
        assert '"section": "system"' in pilot.app.clipboard


async def test_enter_opens_the_memory_and_the_system_text_has_none() -> None:
    async with inspecting() as (pilot, _):
        await pilot.press("right", "P", "enter")
        assert "No memory is under the cursor" in toasts(pilot)
        await pilot.press("down", "enter")
        assert isinstance(pilot.app.screen, MemoryScreen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (20, 5)])
async def test_every_size_draws_and_survives_a_resize(size: tuple[int, int]) -> None:
    async with inspecting() as (pilot, _):
        await pilot.press("right", "right", "P")
        await pilot.resize_terminal(*size)
        await pilot.pause()
        await pilot.press("f", "right", "a", "left")
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert "Prompt as sent" in shown(pilot.app)
