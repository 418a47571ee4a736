"""Running to the next fault, eviction, loss or change of a memory, and the events of tool calls."""

from __future__ import annotations

import pytest
from building import memory, run, session, turn
from hypothesis import given
from strategies import Case, cases

from memview.model.session import ToolCall
from memview.replay.landmarks import LOSS, next_change, next_of_kind, tool_calls_of

STILL = ("hit", "search", "reject", "route", "tool", "warn")


@given(case=cases())
def test_the_nearest_event_of_a_kind_either_way(case: Case) -> None:
    replay = case.replay()
    for kind in ("evict", "fault", LOSS):
        found = [
            event.seq
            for event in replay.events
            if (event.destination == "nowhere" if kind == LOSS else event.action == kind)
        ]
        for seq in range(-1, len(replay.events), 2):
            assert next_of_kind(replay, kind, seq, 1) == next((each for each in found if each > seq), None)
            before = [each for each in found if each < seq]
            assert next_of_kind(replay, kind, seq, -1) == (before[-1] if before else None)


@given(case=cases())
def test_the_nearest_change_of_a_memory_either_way(case: Case) -> None:
    replay = case.replay()
    for name in {event.memory_id for event in replay.events if event.memory_id is not None}:
        if sum(replay.workload.items.ids[item] == name for item in set(replay.events.items) if item >= 0) > 1:
            continue
        found = [event.seq for event in replay.events if event.memory_id == name and event.action not in STILL]
        for seq in range(-1, len(replay.events), 4):
            assert next_change(replay, name, seq, 1) == next((each for each in found if each > seq), None)
            before = [each for each in found if each < seq]
            assert next_change(replay, name, seq, -1) == (before[-1] if before else None)


def test_changes_are_found_across_blocks_of_the_log() -> None:
    replay = run(session(*[turn(number, f"word{number}") for number in range(1, 1300)], loaded=(memory("m1"),)))
    assert len(replay.events) > 4096
    assert next_change(replay, "m1", len(replay.events), -1) == 0
    assert next_change(replay, "m1", 0, 1) is None
    with pytest.raises(KeyError):
        next_change(replay, "nobody", 0, 1)


def test_the_events_of_tool_calls() -> None:
    calls = (
        ToolCall("weather", {"city": "Lisbon"}, "sunny"),
        ToolCall("core_memory_append", {"label": "human", "text": "likes kiwi"}, None),
    )
    learned = memory("m9", "learned apart")
    replay = run(session(turn(1), turn(2, tool_calls=calls, remember=(learned,)), loaded=(memory("m1"),)))
    first, second = tool_calls_of(replay, 2)
    assert (first.place, first.calls, first.tool) == (1, 2, "weather")
    assert (second.place, second.calls, second.tool) == (2, 2, "core_memory_append")
    assert [replay.events[seq].action for seq in first.events] == ["tool"]
    assert [replay.events[seq].action for seq in second.events][:2] == ["tool", "insert"]
    assert replay.events[second.events.stop].memory_id == "m9"
    assert tool_calls_of(replay, 1) == []
    assert tool_calls_of(replay, 0) == []


@given(case=cases())
def test_calls_lie_in_their_turn_one_behind_the_other(case: Case) -> None:
    replay = case.replay()
    for number in range(replay.turn_count + 1):
        calls = tool_calls_of(replay, number)
        at = replay.event_span(number).start
        for place, call in enumerate(calls, start=1):
            assert call.place == place
            assert replay.events[call.events.start].action == "tool"
            assert at <= call.events.start < call.events.stop <= replay.event_span(number).stop
            at = call.events.stop
        assert len(calls) == (len(replay.session.turns[number - 1].tool_calls) if number else 0)
