"""Agent lanes: who acts when, on the timeline's scale, and a click on a lane jumps there."""

from __future__ import annotations

import pytest
from driving import inspecting, settled
from holder import HOSTILE, sample_replay, shown

from memview.model import Session, Turn
from memview.sessions.catalogue import find_session
from memview.tui.lines import Line, line_width
from memview.tui.scene import agents_of
from memview.tui.views.agent_lanes import MOST_LANES, AgentLanes
from memview.tui.views.ruler import Ruler
from memview.tui.views.timeline_view import LABEL, TOTAL

TEAM = find_session("session_06")


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


def lanes(columns: int) -> AgentLanes:
    session = sample_replay("session_06").session
    return AgentLanes(session, agents_of(session), Ruler(len(session.turns), columns))


@pytest.mark.parametrize("columns", [5, 17, 36, 60, 97, 180])
@pytest.mark.parametrize("turn", [0, 1, 7, 36])
def test_every_lane_fills_its_width_and_marks_its_turns(columns: int, turn: int) -> None:
    session = sample_replay("session_06").session
    ruler = Ruler(len(session.turns), columns)
    made = lanes(columns)
    rows = made.rows(turn, 9)
    assert len(rows) == 3
    for line in (*rows, made.merged(turn)):
        assert line_width(line) == LABEL + columns + TOTAL
    for number, each in enumerate(session.turns, start=1):
        own = rows[("planner", "coder", "reviewer").index(each.agent or "")]
        assert text_of(own)[LABEL + ruler.first_column(number)] in "●■▲"
        if columns >= len(session.turns):
            assert sum(text_of(row)[LABEL + ruler.first_column(number)] in "●■▲" for row in rows) == 1
    totals = [int(text_of(row)[-TOTAL:]) for row in rows]
    assert totals == [sum(each.agent == name for each in session.turns) for name in ("planner", "coder", "reviewer")]


def test_with_little_room_the_agents_share_a_row_that_names_who_acts() -> None:
    made = lanes(60)
    assert made.rows(7, 0) == []
    (row,) = made.rows(7, 2)
    assert text_of(row).startswith(" ■ coder")
    assert text_of(made.merged(0)).startswith(" agents")
    assert set("●■▲") <= set(text_of(row))


def test_many_and_hostile_agents_stay_in_their_rows() -> None:
    turns = tuple(Turn(f"t-{n}", "user", "x", agent=f"{HOSTILE}{n % 9}") for n in range(30))
    session = Session("s", turns=turns)
    made = AgentLanes(session, agents_of(session), Ruler(30, 40))
    rows = made.rows(3, 20)
    assert len(rows) == MOST_LANES
    assert "5 others" in text_of(rows[-1])
    for line in (*rows, made.merged(3)):
        assert line_width(line) == LABEL + 40 + TOTAL
        assert text_of(line).isprintable()


async def test_the_timeline_has_a_lane_for_each_agent_and_the_header_names_who_acts() -> None:
    async with inspecting(TEAM) as (pilot, inspector):
        await pilot.press(*["right"] * 6)
        await settled(pilot)
        told = shown(pilot.app)
        assert "turn 7/36 · coder" in told.splitlines()[0]
        for label in ("● planner", "■ coder", "▲ reviewer", "▲ promotes"):
            assert label in told
        pane = inspector.query_one("#timeline")
        y = next(row for row, line in enumerate(told.splitlines()) if "▲ reviewer" in line)
        column = told.splitlines()[y].index("▲", told.splitlines()[y].index("reviewer"))
        await pilot.click("#timeline", offset=(column - pane.region.x, y - pane.region.y))
        await settled(pilot)
        assert inspector.replay is not None
        assert inspector.replay.session.turns[inspector.position.turn - 1].agent == "reviewer"


async def test_a_small_screen_has_one_row_for_all_of_them() -> None:
    async with inspecting(TEAM, size=(80, 24)) as (pilot, inspector):
        await pilot.press(*["right"] * 6)
        await settled(pilot)
        told = shown(pilot.app).splitlines()
        row = next(index for index, line in enumerate(told) if " ■ coder" in line and "▲" in line)
        strip = inspector.query_one("#strip")
        assert row == strip.region.y + 1
        await pilot.click("#strip", offset=(told[row].index("▲"), 1))
        await settled(pilot)
        assert inspector.replay is not None
        assert inspector.replay.session.turns[inspector.position.turn - 1].agent == "reviewer"


async def test_one_agent_has_no_lanes() -> None:
    async with inspecting() as (pilot, _):
        assert "agents" not in shown(pilot.app)
