"""What would have kept a memory: each answer is what a replay with that change shows."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import pytest

from memview.kernel.workload import Workload
from memview.policies import load_policy
from memview.policies.registry import EVICTION
from memview.replay import Replay
from memview.replay.changes import SetParameter
from memview.replay.changes_policy import change_policy
from memview.replay.counterfactuals import Counterfactuals, Trials, can_be_tried
from memview.replay.counterfactuals_budget import BudgetAnswer
from memview.replay.counterfactuals_settings import SettingAnswer, setting_answers
from memview.replay.explain import explain
from memview.replay.explain_sentences import budget_sentence, counterfactual_sentences, setting_sentence
from memview.replay.fork import with_changes
from memview.sessions.catalogue import find_session
from memview.sessions.reader import read_session

TURN = 24


@pytest.fixture(scope="module")
def replay() -> Replay:
    session = read_session(find_session("session_01")).session
    return Replay(Workload(session), load_policy("lru")).run()


@pytest.fixture(scope="module")
def gone(replay: Replay) -> str:
    evicted = (event.memory_id for event in replay.events if event.action == "evict" and event.memory_id)
    return next(name for name in evicted if replay.custody_of(name, TURN) == "recoverable")


@pytest.fixture(scope="module")
def found(replay: Replay, gone: str) -> Counterfactuals:
    return deque(Trials(replay, gone, TURN, lambda: False).steps(), maxlen=1).pop()


def test_all_is_tried_and_nothing_is_left(found: Counterfactuals) -> None:
    assert found.stage == ""
    assert found.budget is not None
    assert {each.label for each in found.policies if not each.is_preset} == set(EVICTION)
    assert {each.label for each in found.policies if each.is_offline} >= {"belady", "belady-size"}
    assert any(each.is_preset for each in found.policies)
    assert {each.name for each in found.settings} >= {"top_k", "min_score_ratio", "promote_if importance >"}


def test_a_policy_does_what_its_replay_does(replay: Replay, gone: str, found: Counterfactuals) -> None:
    for answer in found.policies:
        if answer.is_preset:
            continue
        spec = replace(replay.spec, eviction=answer.label, parameters=load_policy(answer.label).parameters)
        custody = Replay(replay.workload, spec).run().custody_of(gone, TURN)
        assert custody == ("visible" if answer.keeps else answer.fate), answer.label


def test_a_pin_does_what_the_what_if_does(replay: Replay, gone: str, found: Counterfactuals) -> None:
    assert found.pins
    for answer in found.pins:
        fork = with_changes(replay.session, replay.spec, changes=(answer.change,))
        other = Replay(Workload(fork.session), fork.spec).run()
        assert (other.custody_of(gone, TURN) == "visible") == answer.keeps


def test_a_number_that_keeps_it_does(replay: Replay, gone: str, found: Counterfactuals) -> None:
    for answer in found.settings:
        if answer.change is not None:
            other = Replay(replay.workload, change_policy(replay.spec, answer.change)).run()
            assert other.custody_of(gone, TURN) == "visible", answer


def test_the_number_found_is_next_to_one_that_does_not() -> None:
    spec = load_policy("lru")

    def keeps(changed: object) -> bool:
        return getattr(changed, "top_k", 0) >= 13

    found = {answer.name: answer for answer in setting_answers(spec, keeps)}
    assert found["top_k"] == SettingAnswer("top_k", 8, 13, 12, SetParameter("top_k", 13))
    assert found["min_score_ratio"].change is None


def test_the_sentences_name_what_keeps_it(replay: Replay, gone: str, found: Counterfactuals) -> None:
    said = " ".join(counterfactual_sentences(explain(replay, gone, TURN), found))
    assert found.budget is not None
    assert f"{found.budget.smallest} tokens (now {replay.budgets.core})" in said
    assert f"Of {len(EVICTION)} eviction policies, all else as it is," in said
    keeping = [each.label for each in found.policies if each.keeps and not each.is_preset]
    assert not keeping or keeping[0] in said
    assert "Pinning it" in said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            BudgetAnswer(600, 600, 900, 812, "core", True, ((600, 812),)),
            "The smallest core budget above the present one that keeps it is 812 tokens (now 600).",
        ),
        (
            BudgetAnswer(600, 96, 900, 512, "core", True, ((96, 512),)),
            "The smallest core budget that keeps it is 512 tokens (now 600), in core.",
        ),
        (
            BudgetAnswer(600, 96, 900, 96, "retrieved", True, ()),
            "Even the smallest core that is possible, 96 tokens, keeps it (now 600), in what was retrieved.",
        ),
        (
            BudgetAnswer(600, 600, 900, None, None, True, ((600, 901),)),
            "No core of 600 tokens or more keeps it: each up to 900 was replayed. Smaller ones were not tried.",
        ),
        (
            BudgetAnswer(600, 600, 5000, 1812, "core", False, ((600, 700), (900, 1000))),
            "A core of 1812 tokens keeps it (now 600), in core. Whether a smaller one does is open: of the 1,212 from "
            "600 on, 200 were replayed, and none of these does.",
        ),
        (
            BudgetAnswer(600, 600, 900, None, None, False, ((600, 601),)),
            "No core budget that was replayed keeps it: 1 of the 301 from 600 to 900 tokens.",
        ),
    ],
)
def test_a_budget_is_told_with_what_was_replayed(answer: BudgetAnswer, said: str) -> None:
    assert budget_sentence(answer) == said


def test_a_number_is_told_beside_the_present_one() -> None:
    assert setting_sentence(SettingAnswer("top_k", 8, 13, 12)) == "top_k 13 instead of 8 keeps it."
    assert setting_sentence(SettingAnswer("top_k", 8)) == "No value tried of top_k keeps it."


def test_nothing_is_tried_for_what_comes_later_or_is_unknown(replay: Replay) -> None:
    unseen = next(name for name in replay.item_ids() if replay.custody_of(name, 1) == "unseen")
    assert not can_be_tried(replay, unseen, 1)
    assert not can_be_tried(replay, "PRF-99999", 3)
    with pytest.raises(KeyError):
        Trials(replay, "PRF-99999", 3, lambda: False)


def test_when_nobody_waits_the_trials_end_where_they_are(replay: Replay, gone: str) -> None:
    trials = Trials(replay, gone, TURN, lambda: True)
    assert [each.stage for each in trials.steps()] == ["pins"]
    assert trials.replayed == 1
