"""What a lifecycle did, taken back: on paper from the events, and in a replay by a record of the session."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_lifecycle_in_the_kernel import EVERY_TWO, NOTES, QUESTIONS, TRIPS, moves, replayed, session, the_event

from memview.model.lifecycle_spec import LifecycleSpec
from memview.model.session import ToolCall, Undo
from memview.policies.lifecycle.standing import COLD, Standing
from memview.replay.undo import lifecycle_steps, undone, with_undos

MORE = (*QUESTIONS, "Hello once more", "And again")
TOPICS = LifecycleSpec(2, forget=(), cluster_size=3, cluster_threshold=0.2, cluster_idle_turns=2)


def test_a_merged_duplicate_is_covered_while_what_stands_for_it_is_in_the_prompt() -> None:
    replay = replayed(session(*NOTES))
    assert the_event(replay, "tea-2", "merge").covered_by == "tea-1"
    assert [replay.custody_of("tea-2", turn) for turn in (2, 3, 4)] == ["recoverable", "covered", "recoverable"]
    assert replay.frame(3).custody.covered == 1
    runs = replay.custody_runs("tea-2")
    assert [(run.first_turn, run.state) for run in runs if run.first_turn > 1][-2:] == [
        (3, "covered"),
        (4, "recoverable"),
    ]


def test_a_duplicate_of_a_duplicate_is_covered_as_well() -> None:
    third = replace(NOTES[3], memory_id="tea-3", text="User always likes green tea", created_at="2024-03-04")
    told = session(*NOTES[2:4], questions=(*QUESTIONS[:2], "Hello", "Hello", "Which green tea?"))
    told = replace(told, turns=(*told.turns[:2], replace(told.turns[2], remember=(third,)), *told.turns[3:]))
    replay = replayed(told)
    into = {event.memory_id: event.covered_by for event in replay.events if event.action == "merge"}
    assert into == {"tea-2": "tea-1", "tea-1": "tea-3"}
    assert {replay.custody_of(name, 5) for name in into} == {"covered"}


def test_an_undone_merge_stays_undone() -> None:
    told = with_undos(session(*NOTES, questions=MORE), [("tea-2", 3)])
    replay = replayed(told)
    assert moves(replay, "tea-2") == [
        (0, "insert", None, "archive"),
        (2, "merge", "archive", "cold"),
        (3, "update", "cold", "archive"),
    ]
    assert the_event(replay, "tea-2", "update").reason == "undone: merged into tea-1"
    assert [replay.place_of("tea-2", turn) for turn in (2, 3, 6)] == ["cold", "archive", "archive"]
    assert replay.custody_of("tea-2", 3) == "recoverable"


def test_what_is_undone_at_its_own_turn_is_there_all_along() -> None:
    replay = replayed(with_undos(session(*NOTES), [("tea-2", 2)]))
    assert [move[:2] for move in moves(replay, "tea-2")] == [(0, "insert"), (2, "merge"), (2, "update")]
    assert {hit.memory_id for hit in replay.hits(3)} == {"tea-1", "tea-2"}


def test_an_undone_ending_holds_again() -> None:
    asked = (*QUESTIONS[:3], "Where does the user live?")
    told = session(*NOTES, questions=asked)
    assert "home-1" not in replayed(told).frame(4).retrieved
    replay = replayed(with_undos(told, [("home-1", 2)]))
    assert the_event(replay, "home-1", "update").reason == "undone: ended by home-2"
    assert {"home-1", "home-2"} <= set(replay.frame(4).retrieved)
    assert [event.turn for event in replay.events if event.action == "invalidate"] == [2]


@pytest.mark.parametrize(("resolve", "name"), [("invalidate", "kettle"), ("replace", "home-1")])
def test_what_was_forgotten_or_deleted_comes_back(resolve: str, name: str) -> None:
    told = with_undos(session(*NOTES, questions=MORE), [(name, 3)])
    replay = replayed(told, replace(EVERY_TWO, resolve=resolve))
    gone = "cold" if resolve == "invalidate" else "nowhere"
    assert moves(replay, name)[1:] == [
        (2, "compact" if gone == "cold" else "drop", "archive", gone),
        (3, "update", gone, "archive"),
        *([(3, "update", None, None)] if gone == "nowhere" else []),
    ]
    assert replay.place_of(name, 6) == "archive"
    assert replay.metrics["lost"] == 0


def test_an_undone_summary_gives_its_sources_back() -> None:
    told = session(*TRIPS, questions=("Hello", "Hello again", "Hm", "What do the ferry tickets cost?", "Hi", "Ho"))
    sources = replayed(told, TOPICS).memory("turn-2/digest-1").derived_from
    replay = replayed(with_undos(told, [(sources[0], 3)]), TOPICS)
    assert {replay.place_of(name, 6) for name in sources} == {"archive"}
    assert replay.place_of("turn-2/digest-1", 3) == "cold"
    assert set(replay.frame(4).retrieved) & set(sources)
    assert "turn-2/digest-1" not in replay.frame(4).retrieved
    assert [event.turn for event in replay.events if event.action == "summarize"] == [2]


def test_an_undo_of_what_nothing_was_done_to_only_leaves_it_alone() -> None:
    replay = replayed(with_undos(session(*NOTES), [("tea-2", 1)]))
    assert [move[:2] for move in moves(replay, "tea-2")] == [(0, "insert")]
    without = replayed(session(*NOTES), None)
    assert replayed(with_undos(session(*NOTES), [("tea-2", 1)]), None).digest == without.digest


def test_steps_are_read_back_from_the_events() -> None:
    replay = replayed(session(*NOTES))
    steps = {step.memory_id: step for step in lifecycle_steps(replay)}
    assert {name: step.action for name, step in steps.items()} == {
        "tea-2": "merge", "home-1": "invalidate", "kettle": "compact",
    }  # fmt: skip
    everything = undone(replay, [])
    assert everything["tea-2"] == Standing(COLD, merged_into="tea-1")
    assert undone(replay, [step.seq for step in steps.values()]) == {}
    assert set(undone(replay, [steps["tea-2"].seq])) == {"home-1", "kettle"}
    assert undone(replay, [], until=steps["tea-2"].seq - 1) == {}
    with pytest.raises(KeyError):
        undone(replay, [0])


def test_an_undone_step_reads_back_as_undone() -> None:
    replay = replayed(with_undos(session(*NOTES), [("tea-2", 3), ("home-1", 3), ("kettle", 3)]))
    assert undone(replay, []) == {}


def test_undos_of_a_session_are_in_order_of_time() -> None:
    told = with_undos(session(*NOTES), [("kettle", 3), ("tea-2", 1)], by="ann")
    assert told.undos == (Undo(1, "tea-2", by="ann"), Undo(3, "kettle", by="ann"))


def test_a_search_by_the_agent_finds_what_the_policy_has_made() -> None:
    told = session(*TRIPS)
    asking = replace(told.turns[3], tool_calls=(ToolCall("archival_memory_search", {"query": "ferry tickets"}),))
    replay = replayed(replace(told, turns=(*told.turns[:3], asking)), TOPICS)
    assert replay.tool_calls(4)[0].memory_ids[0] == "turn-2/digest-1"
