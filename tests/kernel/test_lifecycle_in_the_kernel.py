"""A policy's lifecycle in a replay: steps become events, and what they put away no search brings back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from memview.kernel.workload import Workload
from memview.model.lifecycle_spec import ForgetRule, LifecycleSpec
from memview.model.memory import Citation, Memory
from memview.model.session import Approval, Arrival, Budgets, Probe, Session, ToolCall, Turn
from memview.policies import load_policy
from memview.replay import Replay
from memview.replay.trial import Trial

ROOT = Path(__file__).parents[2]
DAYS = [f"2024-03-{day:02d}T10:00:00Z" for day in range(1, 29)]
_MET = {"fault", "hit", "reject"}
QUESTIONS = ("Hello there", "Where does the user live?", "Which green tea?", "Any kettle?")
NOTES = (
    Memory("home-1", "User lives in Oslo.", created_at="2024-01-01", importance=0.6),
    Memory("home-2", "User lives in Rome.", created_at="2024-02-01", importance=0.6),
    Memory("tea-1", "User likes green tea", created_at="2024-01-02", importance=0.6),
    Memory("tea-2", "user likes green tea.", created_at="2024-01-03", importance=0.6),
    Memory("kettle", "User bought a copper kettle", created_at="2024-01-04", importance=0.1),
)
TRIPS = tuple(
    Memory(f"trip-{number}", f"The Lisbon ferry trip: {what}.", created_at=f"2024-01-{number + 10}", importance=0.5)
    for number, what in enumerate(
        (
            "ferry tickets cost 30 euros",
            "ferry leaves Lisbon at 9",
            "ferry cabin booked for Ada",
            "ferry lunch was good",
        )
    )
)
EVERY_TWO = LifecycleSpec(every_turns=2, forget=(ForgetRule("never-retrieved", turns=2, below=0.4),), cluster_size=0)


def session(*notes: Memory, questions: tuple[str, ...] = QUESTIONS, **more: object) -> Session:
    turns = tuple(Turn(f"t{number}", "user", text, at=DAYS[number]) for number, text in enumerate(questions, start=1))
    budgets = Budgets(window=400, core=60, retrieval=60, reserve=10)
    arrivals = tuple(Arrival(0, note) for note in notes)
    return replace(Session("s", tokenizer="words", budgets=budgets, arrivals=arrivals, turns=turns), **more)


def replayed(told: Session, lifecycle: LifecycleSpec | None = EVERY_TWO, **changes: object) -> Replay:
    spec = replace(load_policy("importance-recency"), promote_if="importance > 0.9", lifecycle=lifecycle, **changes)
    return Replay(Workload(told), spec).run()


def moves(replay: Replay, memory_id: str) -> list[tuple[int, str, str | None, str | None]]:
    """Turn, action, from and to of all that was decided about a memory; searches that meet it are left out."""
    events = (replay.events[seq] for seq in replay.history(memory_id))
    return [(each.turn, each.action, each.origin, each.destination) for each in events if each.action not in _MET]


def the_event(replay: Replay, memory_id: str, action: str):
    return next(event for event in replay.events if (event.memory_id, event.action) == (memory_id, action))


def test_a_duplicate_is_merged_into_what_stands_for_it_and_goes_cold() -> None:
    replay = replayed(session(*NOTES))
    assert moves(replay, "tea-2") == [(0, "insert", None, "archive"), (2, "merge", "archive", "cold")]
    merge = the_event(replay, "tea-2", "merge")
    assert merge.reason == "same words as tea-1"
    assert (merge.signal.name, merge.signal.value, merge.signal.threshold) == ("similarity", 1.0, 0.8)
    assert [replay.place_of("tea-2", turn) for turn in (1, 2, 4)] == ["archive", "cold", "cold"]
    assert replay.custody_of("tea-2", 4) == "recoverable"
    assert [hit.memory_id for hit in replay.hits(3)] == ["tea-1"]


def test_a_resident_duplicate_leaves_the_core_as_the_next_turn_begins() -> None:
    first, second = replace(NOTES[2], tier="core"), replace(NOTES[3], tier="core")
    replay = replayed(session(first, second))
    assert moves(replay, "tea-2") == [
        (0, "insert", None, "core"),
        (3, "evict", "core", "archive"),
        (3, "merge", "archive", "cold"),
    ]
    assert [replay.frame(turn).core for turn in (2, 3)] == [("tea-1", "tea-2"), ("tea-1",)]


def test_what_is_contradicted_is_invalidated_and_no_longer_retrieved() -> None:
    replay = replayed(session(*NOTES, questions=(*QUESTIONS[:2], "Where does the user live?")))
    ending = the_event(replay, "home-1", "invalidate")
    assert (ending.turn, ending.origin, ending.destination) == (2, None, None)
    assert ending.reason == "true until 2024-02-01; lives in: oslo, then rome; by home-2"
    assert ending.signal.name == "begins_day"
    assert ending.signal.value > ending.signal.threshold
    assert "home-1" in replay.frame(2).retrieved
    assert "home-1" not in replay.frame(3).retrieved
    assert the_event(replay, "home-1", "reject").reason == "no longer valid at this turn"
    assert replay.place_of("home-1", 3) == "archive"


@pytest.mark.parametrize(("at", "shown"), [(DAYS[3], True), ("2025-01-01T00:00:00Z", False), (None, False)])
def test_what_will_end_is_shown_until_then(at: str | None, shown: bool) -> None:
    moving = replace(NOTES[1], valid_from="2024-06-01")
    told = session(NOTES[0], moving, questions=(*QUESTIONS[:2], "Where does the user live?"))
    told = replace(told, turns=(*told.turns[:2], replace(told.turns[2], at=at)))
    replay = replayed(told)
    assert the_event(replay, "home-1", "invalidate").reason.startswith("true until 2024-06-01")
    assert ("home-1" in replay.frame(3).retrieved) is shown


def test_with_replace_the_contradicted_one_is_lost() -> None:
    replay = replayed(session(*NOTES), replace(EVERY_TWO, resolve="replace"))
    assert moves(replay, "home-1")[-1] == (2, "drop", "archive", "nowhere")
    assert (replay.place_of("home-1", 4), replay.custody_of("home-1", 4)) == ("nowhere", "lost")
    assert replay.metrics["lost"] == 1


def test_what_is_forgotten_goes_cold_and_is_found_by_no_search() -> None:
    replay = replayed(session(*NOTES))
    assert moves(replay, "kettle") == [(0, "insert", None, "archive"), (2, "compact", "archive", "cold")]
    reason = the_event(replay, "kettle", "compact").reason
    assert reason == "never retrieved in 2 turns (limit 2), importance 0.1 < 0.4"
    assert replay.hits(4) == []
    assert [hit.memory_id for hit in replayed(session(*NOTES), None).hits(4)] == ["kettle"]
    assert replay.metrics["evictions"] == 0


def test_a_search_by_the_agent_does_not_find_it_either() -> None:
    told = session(*NOTES)
    asking = replace(told.turns[3], tool_calls=(ToolCall("archival_memory_search", {"query": "copper kettle"}),))
    told = replace(told, turns=(*told.turns[:3], asking))
    assert replayed(told).tool_calls(4)[0].memory_ids == ()
    assert replayed(told, None).tool_calls(4)[0].memory_ids == ("kettle",)


def test_recorded_use_of_a_cold_memory_is_the_price_of_forgetting() -> None:
    told = session(*NOTES)
    told = replace(told, turns=(*told.turns[:3], replace(told.turns[3], used=("kettle",))))
    replay = replayed(told)
    fault = the_event(replay, "kettle", "fault")
    assert (fault.turn, fault.origin, fault.destination) == (4, "cold", None)


def test_a_memory_that_waits_for_the_core_does_not_enter_it_from_the_cold() -> None:
    told = session(NOTES[2])
    copy = replace(NOTES[3], tier="core")
    told = replace(told, turns=(told.turns[0], replace(told.turns[1], remember=(copy,)), *told.turns[2:]))
    replay = replayed(told)
    assert moves(replay, "tea-2") == [(2, "insert", None, "archive"), (2, "merge", "archive", "cold")]


def test_old_memories_of_one_topic_give_way_to_a_summary_that_covers_them() -> None:
    lifecycle = LifecycleSpec(2, forget=(), cluster_size=3, cluster_threshold=0.2, cluster_idle_turns=2)
    replay = replayed(session(*TRIPS, questions=("Hello", "Hello again", "What do the ferry tickets cost?")), lifecycle)
    name = "turn-2/digest-1"
    made = replay.memory(name)
    assert moves(replay, name)[:2] == [(2, "summarize", None, None), (2, "insert", None, "archive")]
    sources = made.derived_from
    assert len(sources) >= 2
    for source in sources:
        assert moves(replay, source)[-1] == (2, "compact", "archive", "cold")
        assert the_event(replay, source, "compact").covered_by == name
        assert replay.custody_of(source, 2) == "recoverable"
        assert replay.custody_of(source, 3) == "covered"
    assert replay.frame(3).retrieved[0] == name
    assert name in replay.item_ids()
    assert replay.place_of(name, 2) == "archive"


def test_a_summary_is_not_called_as_something_of_the_session() -> None:
    lifecycle = LifecycleSpec(2, forget=(), cluster_size=3, cluster_threshold=0.2, cluster_idle_turns=2)
    told = session(*TRIPS)
    late = replace(told.turns[3], remember=(Memory("turn-2/digest-1", "something else"),))
    replay = replayed(replace(told, turns=(*told.turns[:3], late)), lifecycle)
    assert replay.memory("turn-2/digest-1").text == "something else"
    assert replay.memory("turn-2/digest-1~").kind == "summary"


def test_what_a_person_refused_ends_nothing() -> None:
    told = session(*NOTES[:2], approvals=(Approval(1, "home-2", decision="refused"),))
    assert "invalidate" not in {event.action for event in replayed(told).events}


def test_a_document_ends_nothing_that_a_person_said() -> None:
    told = session(NOTES[0], replace(NOTES[1], trust="document"))
    assert "invalidate" not in {event.action for event in replayed(told).events}


def test_what_a_newer_record_superseded_is_forgotten_in_its_time() -> None:
    lifecycle = replace(EVERY_TWO, forget=(ForgetRule("superseded", turns=2),))
    replay = replayed(session(NOTES[2], Memory("tea-3", "User likes black tea", supersedes="tea-1")), lifecycle)
    assert [move[:2] for move in moves(replay, "tea-1")] == [(0, "insert"), (0, "invalidate"), (4, "compact")]


def test_probes_and_questions_leave_no_trace() -> None:
    told = session(*NOTES, *TRIPS)
    probes = tuple(Probe(f"p{turn}", turn, "Where does the user live?", ("home-2", "tea-2")) for turn in range(5))
    asked = replayed(replace(told, probes=probes))
    assert asked.digest == replayed(told).digest
    assert len(asked.probe_results) == 5


def test_a_trial_measures_the_same() -> None:
    replay = replayed(session(*NOTES, *TRIPS))
    assert Trial(Workload(replay.session), replay.spec).metrics == replay.metrics


def test_landfill_is_what_consolidation_is_there_for() -> None:
    cited = [replace(note, citation=Citation("s")) for note in NOTES]
    without, with_it = replayed(session(*cited), None), replayed(session(*cited))
    assert without.landfill == {
        "duplicate_ratio": 1 / 5,
        "stale_ratio": 0.0,
        "never_retrieved_ratio": 0.0,
        "conflicting_ratio": 2 / 5,
    }
    assert with_it.landfill["duplicate_ratio"] == with_it.landfill["conflicting_ratio"] == 0.0
    assert with_it.landfill["stale_ratio"] == 1 / 3
    assert set(replayed(session()).landfill.values()) == {None}


def digest_of_this() -> str:
    """The digest of a replay in which everything happens."""
    lifecycle = replace(EVERY_TWO, cluster_size=3, cluster_threshold=0.2, cluster_idle_turns=2)
    return replayed(session(*NOTES, *TRIPS), lifecycle).digest


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_another_hash_seed_gives_the_same_events(hash_seed: str) -> None:
    paths = os.pathsep.join((str(ROOT), str(Path(__file__).parent)))
    code = "import json, test_lifecycle_in_the_kernel as it; print(json.dumps(it.digest_of_this()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == digest_of_this()
