"""What one agent's write does to another's prompt, on the screen of blocks and tools."""

from __future__ import annotations

import pytest
from driving import inspecting, settled
from holder import HOSTILE, sample_replay, shown

from memview.replay.cross_agent import CrossAgentEffect, cross_agent_effects
from memview.sessions.catalogue import find_session
from memview.tui.lines import line_width
from memview.tui.position import Position
from memview.tui.screens.blocks import BlocksScreen
from memview.tui.views.cross_agent_view import cross_agent_rows

TEAM = find_session("session_06")


def told(effects: list[CrossAgentEffect], turn: int, width: int = 90) -> str:
    rows = cross_agent_rows(effects, turn, width)
    assert all(line_width(line) <= width for line in rows.lines)
    return " ".join(" ".join("".join(text for text, _ in line) for line in rows.lines).split())


def test_a_write_is_told_where_it_happens_enters_and_leaves() -> None:
    effect = CrossAgentEffect("ada", "ben", "M-1", 3, 5, 9, 4, ("M-0",))
    assert told([effect], 3) == "+ M-1 written here: by ada, in ben's prompt from turn 5 on, 4 turns in all; " \
        "it took M-0 from ben"  # fmt: skip
    assert "▲ M-1 enters here: ada wrote it at turn 3, ben's prompt holds it from here on" in told([effect], 5)
    assert "▼ M-1 leaves here: ada wrote it at turn 3" in told([effect], 9)
    assert told([effect], 6) == "No agent's write entered or left another's prompt in this turn."
    never = CrossAgentEffect("ada", "ben", "M-2", 3, None, None, 0)
    assert "it has not come into ben's prompt" in told([never], 3)


def test_every_effect_of_a_team_is_told_in_its_turns() -> None:
    effects = cross_agent_effects(sample_replay("session_06"))
    assert effects
    for effect in effects:
        if effect.held_turn is not None:
            assert f"▲ {effect.memory_id} enters here" in told(effects, effect.held_turn)
        if effect.lost_turn is not None:
            assert f"▼ {effect.memory_id} leaves here" in told(effects, effect.lost_turn)


@pytest.mark.parametrize("width", [20, 40, 76])
def test_hostile_names_stay_in_their_cells(width: int) -> None:
    effect = CrossAgentEffect(HOSTILE, HOSTILE, f"M{HOSTILE}", 1, 1, 2, 1, (HOSTILE,))
    rows = cross_agent_rows([effect], 1, width)
    for line in rows.lines:
        assert line_width(line) <= width
        assert "".join(text for text, _ in line).isprintable()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_screen_has_a_pane_for_it_in_sessions_of_several_agents(size: tuple[int, int]) -> None:
    async with inspecting(TEAM, size=size) as (pilot, inspector):
        assert inspector.replay is not None
        effect = next(each for each in cross_agent_effects(inspector.replay) if each.held_turn is not None)
        inspector.move_to(Position(effect.held_turn or 0))
        await pilot.pause()
        await pilot.press("5")
        await settled(pilot)
        assert isinstance(pilot.app.screen, BlocksScreen)
        assert "Across agents" in shown(pilot.app)
        assert f"▲ {effect.memory_id} enters here" in shown(pilot.app)


async def test_one_agent_has_no_such_pane() -> None:
    async with inspecting() as (pilot, _):
        await pilot.press("5")
        await settled(pilot)
        assert "Across agents" not in shown(pilot.app)
