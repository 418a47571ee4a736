"""What a replay knows of one item at one turn, and how it is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Case, cases

from memview.kernel.workload import Workload
from memview.model import Budgets, Memory, Session, Turn
from memview.model.session import Arrival
from memview.policies import load_policy
from memview.replay import Replay
from memview.replay.explain import Explanation, explain
from memview.replay.explain_sentences import answer_sentences
from memview.sessions.catalogue import find_session
from memview.sessions.reader import read_session


def replay_of(name: str = "session_01", policy: str = "lru") -> Replay:
    return Replay(Workload(read_session(find_session(name)).session), load_policy(policy)).run()


def first_answer(known: Explanation) -> str:
    return answer_sentences(known)[0]


@settings(max_examples=25)
@given(cases(), st.data())
def test_every_item_can_be_explained_at_every_turn(case: Case, data: st.DataObject) -> None:
    replay = case.replay().run()
    ids = replay.item_ids()
    if not ids:
        return
    for memory_id in data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4)):
        turn = data.draw(st.integers(0, replay.turn_count))
        known = explain(replay, memory_id, turn)
        assert known.custody == replay.custody_of(memory_id, turn)
        assert known.place == replay.place_of(memory_id, turn)
        assert not known.covered_by or known.custody == "covered"
        assert known.memory.memory_id in answer_sentences(known)[0]
        if known.decisive is not None:
            assert known.decisive.event.turn <= turn
            assert known.decisive.event.memory_id == memory_id


def test_an_eviction_is_told_with_its_signal_and_with_who_came_in() -> None:
    replay = replay_of()
    event = next(each for each in replay.events if each.action == "evict")
    assert event.memory_id is not None
    known = explain(replay, event.memory_id, event.turn)
    assert known.decisive is not None
    assert known.decisive.event == event
    winner = known.decisive.winner
    span = replay.event_span(event.turn)
    came = [each.memory_id for each in replay.events[span.start : span.stop] if each.action == "promote"]
    assert winner in came
    assert first_answer(known) == (
        f"{event.memory_id} is not in the prompt at turn {event.turn}: evicted at turn {event.turn} "
        f"({event.reason}, the next one {event.signal.threshold:.4g}) to make room for {winner}."
        if event.signal is not None
        and event.signal.threshold is not None
        and f"{event.signal.threshold:.4g}" not in event.reason
        else f"{event.memory_id} is not in the prompt at turn {event.turn}: evicted at turn {event.turn} "
        f"({event.reason}) to make room for {winner}."
    )


def test_a_resident_is_told_with_its_promotion_and_its_numbers() -> None:
    replay = replay_of()
    slot = next(slot for slot in replay.core_slots(replay.turn_count) if slot.entered_turn > 0)
    known = explain(replay, slot.memory_id, replay.turn_count)
    said = answer_sentences(known)
    assert said[0].startswith(f"{slot.memory_id} is in the prompt at turn 24, in core: promoted at turn")
    assert any(f"In core since turn {slot.entered_turn}" in sentence for sentence in said)


def test_what_is_quarantined_is_kept_out_by_the_guard() -> None:
    replay = replay_of()
    said = first_answer(explain(replay, "EPI-00022", 5))
    assert "the guard keeps it out (quarantined" in said


def test_what_is_to_come_is_not_known_yet() -> None:
    replay = replay_of()
    unseen = next(name for name in replay.item_ids() if replay.custody_of(name, 1) == "unseen")
    said = answer_sentences(explain(replay, unseen, 1))
    assert len(said) == 1
    assert said[0].startswith(f"{unseen} is not known yet at turn 1: it arrives at turn")


def test_a_summary_that_stands_for_it_is_named() -> None:
    old = Memory("EPI-1", "We walked to the lake.", kind="episode", tier="archive")
    summary = Memory("SUM-1", "A walk.", kind="summary", tier="summary", derived_from=("EPI-1",))
    session = Session(
        session_id="covered",
        budgets=Budgets(window=2000, core=200, retrieval=0, reserve=100),
        arrivals=(Arrival(0, old), Arrival(0, summary)),
        turns=(Turn("t-1", "user", "Nothing of that."),),
    )
    replay = Replay(Workload(session), load_policy("lru")).run()
    known = explain(replay, "EPI-1", 1)
    assert known.covered_by == ("SUM-1",)
    assert first_answer(known).startswith("EPI-1 itself is not in the prompt at turn 1, but SUM-1 stands for it there")
    assert [source.memory_id for source in known.derivatives] == ["SUM-1"]
    assert [source.memory_id for source in explain(replay, "SUM-1", 1).sources] == ["EPI-1"]


def test_the_rank_and_the_score_of_a_hit_are_those_of_the_archive() -> None:
    replay = replay_of()
    hit = next(hit for hit in replay.hits(7) if hit.score is not None)
    standing = explain(replay, hit.memory_id, 7).standing
    assert standing.score == hit.score
    assert standing.outcome == hit.outcome
    assert sum(term.score for term in standing.terms) == pytest.approx(hit.score)


def test_an_unknown_id_and_a_turn_to_come_are_errors() -> None:
    replay = replay_of()
    with pytest.raises(KeyError):
        explain(replay, "PRF-99999", 3)
    with pytest.raises(IndexError):
        explain(replay, "PRF-00012", 99)
