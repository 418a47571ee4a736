"""The smallest core budget that keeps a memory: as a plain replay of every budget finds it."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Case, cases

from memview.kernel.workload import Workload
from memview.model import Session
from memview.model.errors import PolicyError
from memview.model.policy_spec import UNLIMITED
from memview.policies import load_policy
from memview.replay import Replay
from memview.replay.counterfactuals_budget import BudgetAnswer, BudgetSearch
from memview.replay.counterfactuals_run import CancelledError, Question
from memview.sessions.catalogue import find_session
from memview.sessions.reader import read_session

ENOUGH = 10_000_000

KINDS = ("lru", "lfu", "arc", "slru", "s3fifo", "gdsf", "importance-recency", "random", "belady", "lecar", "adaptive")
"""Queues, counts, ghosts, segments, shares of the capacity, scores, draws, the future, an adapting one."""


def answer_to(replay: Replay, memory_id: str, turn: int, most_turns: int = ENOUGH) -> BudgetAnswer:
    item = replay.workload.items.find(memory_id)
    assert item is not None
    search = BudgetSearch(Question(replay.workload, item, turn), replay.spec, replay.budgets, replay.seed)
    return deque(search.steps(most_turns), maxlen=1).pop()


def is_kept(replay: Replay, memory_id: str, turn: int, budget: int) -> bool:
    own = replay.budgets
    other = Replay(replay.workload, replay.spec, budget, own.window, own.retrieval, replay.seed)
    other.advance(turn)
    return other.custody_of(memory_id, turn) == "visible"


def assert_exact(replay: Replay, memory_id: str, turn: int) -> BudgetAnswer:
    found = answer_to(replay, memory_id, turn)
    assert found.is_exact
    end = found.highest if found.smallest is None else found.smallest
    # Of very many budgets a sample has to do, in which those next to the answer are.
    step = 1 if end - found.lowest < 100 else (end - found.lowest) // 20
    tried = {*range(found.lowest, end + 1, step), *range(max(found.lowest, end - 8), end + 1)}
    kept = [budget for budget in sorted(tried) if is_kept(replay, memory_id, turn, budget)]
    assert kept == ([] if found.smallest is None else [found.smallest])
    assert is_kept(replay, memory_id, turn, replay.budgets.core) == (
        found.smallest is not None and found.smallest <= replay.budgets.core
    )
    return found


@settings(max_examples=15)
@given(cases(), st.data())
def test_it_is_what_replaying_every_budget_finds(case: Case, data: st.DataObject) -> None:
    replay = case.replay().run()
    known = [name for name in replay.item_ids() if replay.workload.items.find(name) is not None]
    if not known or replay.turn_count == 0:
        return
    memory_id = data.draw(st.sampled_from(known))
    turn = data.draw(st.integers(min_value=1, max_value=replay.turn_count))
    if replay.custody_of(memory_id, turn) == "unseen":
        return
    if replay.budgets.core >= UNLIMITED:
        return
    assert_exact(replay, memory_id, turn)


def beginning(turns: int) -> Session:
    session = read_session(find_session("session_01")).session
    kept = {turn.turn_id for turn in session.turns[:turns]}
    return replace(
        session,
        turns=session.turns[:turns],
        probes=(),
        arrivals=tuple(each for each in session.arrivals if each.after_turn <= len(kept)),
        approvals=tuple(each for each in session.approvals if each.after_turn <= len(kept)),
    )


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_policy_has_its_exact_answer(name: str) -> None:
    replay = Replay(Workload(beginning(10)), load_policy(name), core_budget=180).run()
    # Some let nothing of this size in: what they reject is asked for as well.
    moved = [event.memory_id for event in replay.events if event.action in ("evict", "reject") and event.memory_id]
    for memory_id in moved[:1]:
        assert assert_exact(replay, memory_id, 10).now == 180


def test_a_search_that_may_not_go_on_says_what_it_has_replayed() -> None:
    replay = Replay(Workload(beginning(10)), load_policy("lru"), core_budget=180).run()
    evicted = (event.memory_id for event in replay.events if event.action == "evict" and event.memory_id)
    gone = next(name for name in evicted if replay.custody_of(name, 10) == "recoverable")
    whole, cut = answer_to(replay, gone, 10), answer_to(replay, gone, 10, most_turns=40)
    assert whole.is_exact
    assert not cut.is_exact
    settled = {budget for low, high in cut.lost for budget in range(low, high)}
    assert settled < {budget for low, high in whole.lost for budget in range(low, high)} | {180}
    assert all(not is_kept(replay, gone, 10, budget) for budget in settled)


def test_who_asked_may_go_away() -> None:
    replay = Replay(Workload(beginning(10)), load_policy("lru")).run()
    item = replay.workload.items.find("PRF-00012")
    assert item is not None

    def tick() -> None:
        raise CancelledError

    search = BudgetSearch(Question(replay.workload, item, 5), replay.spec, replay.budgets, 0, tick)
    with pytest.raises(CancelledError):
        list(search.steps())


def test_a_core_without_a_limit_has_no_smallest_budget() -> None:
    replay = Replay(Workload(beginning(4)), load_policy("everything")).run()
    with pytest.raises(PolicyError, match="no limit"):
        answer_to(replay, "PRF-00012", 3)
