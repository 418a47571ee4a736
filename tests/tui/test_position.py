"""One position: stepping, going and matching, on a real replay."""

from __future__ import annotations

from holder import sample_replay
from hypothesis import given
from hypothesis import strategies as st

from memview.tui.position import (
    Position,
    at_event,
    at_turn,
    cursor_of,
    event_count,
    step_events,
    step_matches,
    step_turns,
)

LAST = event_count(sample_replay()) - 1


def test_turns_stop_at_both_ends() -> None:
    replay = sample_replay()
    assert at_turn(replay, -3) == Position(0)
    assert at_turn(replay, 10_000) == Position(replay.turn_count)


def test_a_step_from_inside_a_turn_ends_it_and_back_leaves_it() -> None:
    replay = sample_replay()
    inside = at_event(replay, replay.event_span(7).start)
    assert inside.event is not None
    assert step_turns(replay, inside, 1) == Position(7)
    assert step_turns(replay, inside, -1) == Position(6)


@given(st.integers(0, LAST))
def test_an_event_forward_and_back_is_the_same_place(seq: int) -> None:
    replay = sample_replay()
    here = at_event(replay, seq)
    assert cursor_of(replay, here) == seq
    if seq < LAST:
        assert step_events(replay, step_events(replay, here, 1), -1) == here


def test_the_end_of_a_turn_is_its_last_event() -> None:
    replay = sample_replay()
    assert at_event(replay, replay.event_span(5).stop - 1) == Position(5)


def test_before_the_first_event_is_the_start() -> None:
    replay = sample_replay()
    assert step_events(replay, at_event(replay, 0), -1) == Position(0)


def test_matches_are_gone_to_in_both_directions_and_end() -> None:
    replay = sample_replay()
    matches = [10, 50, 90]
    here = at_event(replay, 50)
    assert step_matches(replay, here, matches, 1) == at_event(replay, 90)
    assert step_matches(replay, here, matches, -1) == at_event(replay, 10)
    assert step_matches(replay, at_event(replay, 90), matches, 1) is None
    assert step_matches(replay, at_event(replay, 10), matches, -1) is None
