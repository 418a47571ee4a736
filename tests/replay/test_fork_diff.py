"""The diff of everything after a fork, and that what is kept of one replays to the same digest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from building import ROOMY, memory, session, turn
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import sessions

from memview.kernel.workload import Workload
from memview.model.errors import PolicyError
from memview.model.session import Probe, Session
from memview.policies import load_policy, policy_catalogue
from memview.policies.policy_writing import policy_yaml, says_the_same, write_policy
from memview.replay import Replay
from memview.replay.changes import Change, DropMemory, EditMemory, EditTurn, Pin, SetBudgets, SetParameter, fork_turn
from memview.replay.fork import fork_replay, with_changes
from memview.replay.fork_diff import ForkDiff, event_words
from memview.sessions.reader import read_session
from memview.sessions.writer import write_session

POLICY = replace(load_policy("lru"), promote_if="importance >= 0.5", min_score_ratio=0.0)


def story() -> Session:
    """A core of two memories, three memories that are asked for in turn, and a probe for the one that leaves."""
    texts = ("kiwi", "plum", "fig", "nothing", "kiwi")
    loaded = tuple(memory(name, name) for name in ("kiwi", "plum", "fig"))
    turns = tuple(turn(number, text) for number, text in enumerate(texts, start=1))
    probes = (Probe("q", 3, "?", ("kiwi",)), Probe("r", 3, "?", ("fig",)))
    return session(*turns, loaded=loaded, budgets=replace(ROOMY, core=20), probes=probes)


def diff_of(*changes: Change) -> ForkDiff:
    recorded = story()
    workload = Workload(recorded)
    origin, fork = (fork_replay(workload, POLICY, changes=each).run() for each in ((), changes))
    diff = ForkDiff(origin, fork, fork_turn(recorded, POLICY, changes) or 0)
    diff.look()
    return diff


def test_nothing_changed_is_nothing_different() -> None:
    diff = diff_of()
    assert (diff.turns, diff.metrics, diff.probes, diff.is_done, diff.first_effect) == ([], [], [], True, None)


def test_a_pin_differs_from_its_turn_on_and_each_turn_says_in_what() -> None:
    diff = diff_of(Pin("kiwi", 1))
    assert (diff.first, diff.first_effect, diff.decided, diff.turns) == (1, 1, [1, 3, 5], [1, 3, 4, 5])
    third = diff.turn(3)
    assert [event_words(event) for event in third.gone] == ["evict kiwi core → archive"]
    assert [event_words(event) for event in third.new] == ["evict plum core → archive"]
    assert [(each.section, each.gone, each.new) for each in third.sections] == [("core", ("plum",), ("kiwi",))]
    fourth = diff.turn(4)
    assert (fourth.gone, fourth.new, fourth.sections) == ((), (), third.sections)
    assert third.custody[0].lost == third.custody[1].lost
    assert [(each.probe_id, each.before, each.after) for each in diff.probes] == [("q", "fail", "pass")]
    assert {each.name for each in diff.metrics} >= {"probe_recall", "evictions"}


def test_what_was_not_there_before_the_change_is_not_looked_for_before_it() -> None:
    diff = diff_of(EditTurn(4, "a plum"))
    assert diff.first == 4
    assert min(diff.turns) == 4
    assert [event_words(event) for event in diff.turn(4).gone] == ["insert t4 new → window"]


def test_other_words_of_one_size_are_a_difference() -> None:
    recorded = story()
    workload = Workload(recorded)
    changes = [EditMemory("kiwi", text="gone")]
    origin, fork = Replay(workload, POLICY).run(), fork_replay(workload, POLICY, changes=changes).run()
    diff = ForkDiff(origin, fork)
    diff.look()
    assert diff.first_effect == 0
    assert [event_words(event) for event in diff.turn(0).new] == ["insert kiwi new → archive"]


def test_a_prompt_that_holds_other_words_differs_though_nothing_else_happens() -> None:
    diff = diff_of(EditMemory("plum", text="plum!"))
    assert diff.decided == [0]
    assert diff.turns == [0, 2, 3, 4]
    section = diff.turn(3).sections[0]
    assert (section.section, section.gone, section.new) == ("core", ("plum",), ("plum",))


def test_it_goes_on_where_it_stopped_as_the_replays_grow() -> None:
    workload = Workload(story())
    origin, fork = fork_replay(workload, POLICY), fork_replay(workload, POLICY, changes=[Pin("kiwi", 1)])
    diff = ForkDiff(origin, fork)
    assert (diff.look(), diff.is_done) == (1, False)
    origin.run()
    assert diff.look() == 1
    fork.advance(3)
    assert (diff.look(2), diff.look(2), diff.turns) == (3, 4, [1, 3])
    fork.run()
    assert (diff.look(), diff.is_done, diff.turns) == (6, True, [1, 3, 4, 5])


@settings(max_examples=15, deadline=None)
@given(sessions(), st.data())
def test_a_fork_never_differs_before_its_turn(recorded: Session, data: st.DataObject) -> None:
    names = [arrival.memory.memory_id for arrival in recorded.arrivals]
    names += [each.memory_id for turn in recorded.turns for each in turn.remember]
    if not names:
        return
    changes: list[Change] = [DropMemory(data.draw(st.sampled_from(names)))]
    workload = Workload(recorded)
    origin, fork = Replay(workload, POLICY).run(), fork_replay(workload, POLICY, changes=changes).run()
    diff = ForkDiff(origin, fork)
    diff.look()
    assert all(turn >= (fork_turn(recorded, POLICY, changes) or 0) for turn in diff.turns)


@pytest.mark.parametrize(
    "changes",
    [
        [Pin("kiwi", 1)],
        [DropMemory("fig"), SetParameter("top_k", 2), SetBudgets(core=30, retrieval=40)],
        [EditTurn(2, "a fig"), SetParameter("promote_if", "rank <= 1"), SetBudgets(window=900)],
    ],
)
def test_what_is_kept_of_a_fork_replays_to_its_digest(changes: list[Change], tmp_path: Path) -> None:
    recorded = story()
    fork = fork_replay(Workload(recorded), POLICY, changes=changes).run()
    kept = with_changes(recorded, POLICY, changes=changes)
    write_session(kept.session, tmp_path / "s.jsonl")
    write_policy(kept.policy, tmp_path / "p.yaml")
    again = Replay(Workload(read_session(tmp_path / "s.jsonl").session), load_policy(str(tmp_path / "p.yaml"))).run()
    assert again.digest == fork.digest
    assert again.metrics == fork.metrics


@pytest.mark.parametrize("spec", policy_catalogue(), ids=lambda spec: spec.label)
def test_every_policy_can_be_kept_as_a_file(spec, tmp_path: Path) -> None:
    write_policy(spec, tmp_path / "p.yaml")
    assert says_the_same(load_policy(str(tmp_path / "p.yaml")), spec)
    assert policy_yaml(spec).startswith("policy:\n  name: ")


def test_a_policy_file_is_never_written_over_another(tmp_path: Path) -> None:
    target = tmp_path / "p.yaml"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(PolicyError, match="exists already"):
        write_policy(POLICY, target)
    with pytest.raises(PolicyError, match="cannot be written"):
        write_policy(POLICY, tmp_path / "nowhere" / "p.yaml")
    assert target.read_text(encoding="utf-8") == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["p.yaml"]


def test_a_policy_that_no_file_can_say_is_told(tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        write_policy(replace(POLICY, eviction="plugin@1"), tmp_path / "p.yaml")
    assert list(tmp_path.iterdir()) == []
