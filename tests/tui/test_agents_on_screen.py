"""Sessions of several agents: who acts, whose memory it is, one agent's events alone; where the router fell back."""

from __future__ import annotations

import pytest
from driving import inspecting, settled, toasts
from holder import HOSTILE, sample_replay, shown

from memview.model import Session, Turn
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.replay.governance_routes import Fallbacks
from memview.sessions.catalogue import find_session
from memview.tui.finder import Finder
from memview.tui.lines import Line, line_width
from memview.tui.position import Position
from memview.tui.scene import Scene, agents_of, fallbacks_of, scene_at
from memview.tui.views.core_view import core_rows
from memview.tui.views.events_view import event_detail, event_lines
from memview.tui.views.hits_view import hits_rows
from memview.tui.views.memory_view import facts
from memview.tui.views.turn_view import turn_rows

TEAM = find_session("session_06")


def words(lines: tuple[Line, ...] | list[Line]) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


def team(turn: int) -> Scene:
    replay = sample_replay("session_06")
    return scene_at(replay, Position(turn), None, agents_of(replay.session), fallbacks_of(replay))


def test_agents_are_named_only_where_there_are_several() -> None:
    assert agents_of(sample_replay("session_06").session) == ("planner", "coder", "reviewer")
    assert agents_of(sample_replay().session) == ()


@pytest.mark.parametrize("width", [36, 56, 76, 96, 116])
@pytest.mark.parametrize("turn", [0, 1, 7, 20])
def test_every_row_tells_who_acts_and_keeps_its_width(width: int, turn: int) -> None:
    at = team(turn)
    lines = event_lines(at, list(at.span), width)
    assert all(line_width(line) <= width for line in lines)
    assert all(line_width(line) <= width for line in (*turn_rows(at, width).lines, *event_detail(at, width, 2)))
    assert all(line_width(line) <= width for line in (*core_rows(at, width, 20).lines, *hits_rows(at, width, 20).lines))
    agent = at.agent_of(turn)
    if turn:
        assert agent in ("planner", "coder", "reviewer")
        assert width < 50 or all(f" {agent} " in words([line]) for line in lines)
        assert f"{agent}, one of" in " ".join(words(turn_rows(at, width).lines).split())
        assert agent in words(event_detail(at, width, 2))


def test_memories_tell_their_owner_and_readers() -> None:
    replay = sample_replay("session_06")
    own = next(arrival.memory for arrival in replay.session.arrivals if arrival.memory.readers)
    known = dict(facts(replay, own, 1))
    assert known["owner"] == own.agent
    assert known["readers"] == ", ".join(own.readers)
    assert "planner" in words(core_rows(team(1), 60, 20).lines)


def test_a_filter_for_an_agent_lets_only_its_turns_through() -> None:
    replay = sample_replay("session_06")
    finder = Finder(replay, "@coder")
    finder.run(lambda: False)
    turns = {replay.turn_of(seq) for seq in finder.matches}
    wanted = {number for number, turn in enumerate(replay.session.turns, start=1) if turn.agent == "coder"}
    assert turns == wanted
    some = Finder(replay, "@coder promote")
    some.run(lambda: False)
    assert 0 < len(some.matches) < len(finder.matches)


async def test_one_key_goes_round_the_agents() -> None:
    async with inspecting(TEAM) as (pilot, inspector):
        for name in ("@planner", "@coder", "@reviewer"):
            await pilot.press("A")
            await settled(pilot)
            assert inspector.finder is not None
            assert inspector.finder.text == name
            assert f"filter “{name}”" in shown(pilot.app)
        await pilot.press("A")
        await settled(pilot)
        assert inspector.finder is None


async def test_with_one_agent_the_key_says_so() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("A")
        assert "One agent acts" in toasts(pilot)
        assert inspector.finder is None


def falling_back() -> Replay:
    """Turn 1 asks the archive and there is nothing at all; later ones find recall."""
    turns = tuple(Turn(f"t-{number}", "user", f"which river is longer {number}") for number in range(1, 5))
    return Replay(Workload(Session("s", turns=turns)), load_policy("lru")).run()


def test_fallbacks_are_counted_and_told_with_the_route() -> None:
    replay = falling_back()
    fallbacks = Fallbacks(replay)
    counted = [fallbacks.upto(turn) for turn in range(5)]
    told = [sum(event.action == "route" and event.signal is not None for event in replay.events[: span.stop])
            for span in map(replay.event_span, range(5))]  # fmt: skip
    assert counted == told
    assert counted[-1]
    ratio = replay.metrics["fallback_ratio"]
    assert ratio == counted[-1] / 4
    at = scene_at(replay, Position(2), None, (), fallbacks)
    pane = " ".join(words(turn_rows(at, 80).lines).split())
    assert "! route" in pane
    assert f"fallbacks {fallbacks.upto(2)} in 2 turns so far" in pane
    assert "fallbacks" not in words(turn_rows(scene_at(sample_replay(), Position(7)), 80).lines)


def test_a_jump_over_many_turns_does_not_wait_for_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memview.replay.governance_routes._AT_ONCE", 2)
    fallbacks = Fallbacks(falling_back())
    assert fallbacks.upto(4) is None
    assert fallbacks.upto(4) is not None


def test_hostile_names_stay_in_their_cells() -> None:
    turns = tuple(Turn(f"t-{n}", "user", "kiwi", agent=f"{HOSTILE}{n % 2}") for n in range(4))
    replay = Replay(Workload(Session("s", turns=turns)), load_policy("lru")).run()
    at = scene_at(replay, Position(2), None, agents_of(replay.session), fallbacks_of(replay))
    for width in (40, 80, 120):
        for line in (*event_lines(at, list(at.span), width), *turn_rows(at, width).lines):
            assert line_width(line) <= width
            assert words([line]).isprintable()
