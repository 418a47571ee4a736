"""A run that only answers whether an item is in a prompt answers as the replay does that keeps everything."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import WORDS, Case, cases

from memview.kernel.workload import Workload
from memview.model import Session
from memview.model.errors import MemviewError
from memview.model.memory import Memory
from memview.model.policy_spec import PolicySpec
from memview.policies import load_policy, policy_catalogue
from memview.replay import Replay
from memview.replay.budgets import BudgetOverrides, budgets_in_force
from memview.replay.counterfactuals_run import (
    VISIBLE_PLACES,
    Question,
    bare_kernel,
    course_of,
    is_never_shown,
    last_chance,
    run_to,
)
from memview.sessions.catalogue import find_session
from memview.sessions.reader import read_session

RULES = (
    "importance > 2",
    "importance > 0.4",
    "rank <= 2",
    "uses > 1",
    "idle > 1 or score_ratio > 0.9",
    "importance >= 0",
)
LABELS = [spec.label for spec in policy_catalogue()]


def quiet(session: Session) -> Session:
    """`session` with nothing in it that the guard, a person or a tool would have a say in."""

    def plain(memory: Memory) -> Memory:
        words = [word for word in memory.text.split() if word in WORDS]
        return replace(
            memory, text=" ".join(words[:6]) or "kiwi", quarantined=False, sensitivity="normal", agent=None,
            trust="user", valid_from=None, valid_until=None,
        )  # fmt: skip

    turns = tuple(
        replace(turn, tool_calls=(), agent=None, remember=tuple(map(plain, turn.remember))) for turn in session.turns
    )
    arrivals = tuple(replace(each, memory=plain(each.memory)) for each in session.arrivals)
    return replace(session, turns=turns, arrivals=arrivals, approvals=(), blocks=(), agent=None)


@settings(max_examples=60)
@given(cases(), st.data())
def test_a_bare_run_ends_where_the_replay_does(case: Case, data: st.DataObject) -> None:
    replay = case.replay().run()
    ask(replay, data)


@settings(max_examples=120)
@given(cases(), st.data())
def test_where_nobody_has_a_say_it_does_too(case: Case, data: st.DataObject) -> None:
    try:
        replay = replace(case, session=quiet(case.session)).replay().run()
    except MemviewError:
        return
    ask(replay, data)


def ask(replay: Replay, data: st.DataObject) -> None:
    items = replay.workload.items
    known = [name for name in replay.item_ids() if items.find(name) is not None]
    if not known or replay.turn_count == 0:
        return
    name = data.draw(st.sampled_from(known))
    turn = data.draw(st.integers(min_value=1, max_value=replay.turn_count))
    item = items.find(name)
    assert item is not None
    question = Question(replay.workload, item, turn)
    fates: dict[str, set[str]] = {}
    for rule in data.draw(st.lists(st.sampled_from(RULES), min_size=1, max_size=3)):
        spec = replace(
            replay.spec, promote_if=rule, top_k=data.draw(st.integers(1, 4)),
            min_score_ratio=data.draw(st.sampled_from([0.0, 0.4, 1.0])),
        )  # fmt: skip
        fates.setdefault(course_of(question, spec), set()).add(assert_alike(replay, spec, question, name))
    assert all(len(those) == 1 for those in fates.values())
    assert_alike(replay, load_policy(data.draw(st.sampled_from(LABELS))), question, name)


def assert_alike(replay: Replay, spec: PolicySpec, question: Question, name: str) -> str:
    """The custody of the item called `name` under `spec`, which a bare run has to find as well."""
    own = replay.budgets
    try:
        budgets = budgets_in_force(replay.workload, spec, BudgetOverrides(own.core, own.window, None))
        other = Replay(replay.workload, spec, own.core, own.window, None, replay.seed)
    except MemviewError:
        return "impossible"
    other.advance(question.turn)
    custody = other.custody_of(name, question.turn)
    if custody == "unseen":
        return custody
    fate = run_to(bare_kernel(question, spec, budgets, replay.seed), question, last_chance(question, spec))
    assert ("visible" if fate in VISIBLE_PLACES else fate) == custody
    if is_never_shown(question, spec, budgets):
        assert custody == "recoverable"
    return custody


@pytest.mark.parametrize("label", LABELS)
def test_a_preset_does_what_its_replay_does(label: str) -> None:
    session = read_session(find_session("session_01")).session
    replay = Replay(Workload(session), load_policy("lru")).run()
    evicted = [event.memory_id for event in replay.events if event.action == "evict" and event.memory_id]
    for name in dict.fromkeys(evicted[:2]):
        item = replay.workload.items.find(name)
        assert item is not None
        assert_alike(replay, load_policy(label), Question(replay.workload, item, 20), name)


def test_what_nothing_brings_in_needs_no_replay() -> None:
    session = read_session(find_session("session_01")).session
    replay = Replay(Workload(session), load_policy("recent-only")).run()
    items = replay.workload.items
    records = [item for item in replay.workload.loaded if items.record(item).tier == "archive"]
    never = [
        item for item in records if is_never_shown(Question(replay.workload, item, 20), replay.spec, replay.budgets)
    ]
    assert never
    assert all(replay.custody_of(items.ids[item], 20) == "recoverable" for item in never)
    important = next(item for item in never if items.importances[item] > 0.7)
    assert not is_never_shown(Question(replay.workload, important, 20), load_policy("lru"), replay.budgets)


def test_rules_that_say_the_same_of_all_there_is_are_one_course() -> None:
    replay = Replay(Workload(read_session(find_session("session_01")).session), load_policy("lru"))
    question = Question(replay.workload, 0, 20)

    def course(rule: str) -> str:
        return course_of(question, replace(replay.spec, promote_if=rule))

    assert course("importance > 2") == course("importance > 11 and rank <= 3")
    assert course("rank <= 8") == course("importance >= 0")
    assert course("rank <= 7") != course("importance >= 0")
    assert course("uses > 1") != course("uses > 2")
