"""Budgets in force: whose word counts, and which cannot work."""

from __future__ import annotations

from dataclasses import replace

import pytest
from building import ROOMY, memory, session, turn

from memview.kernel.workload import Workload
from memview.model.errors import PolicyError
from memview.model.session import Budgets, Session
from memview.policies import load_policy
from memview.replay import Replay

LRU = load_policy("lru")


def replay(story: Session, **budgets: int) -> Replay:
    return Replay(Workload(story), LRU, **budgets)


def test_the_caller_goes_before_the_policy_before_the_session() -> None:
    story = session(turn(1), budgets=Budgets(window=1000, core=10, retrieval=20, reserve=30))
    spec = replace(LRU, core_budget_tokens=11, window_budget_tokens=1001)
    assert replay(story).budgets == Budgets(1000, 10, 20, 30)
    assert Replay(Workload(story), spec).budgets == Budgets(1001, 11, 20, 30)
    overridden = Replay(Workload(story), spec, core_budget=0, window_budget=1002, retrieval_budget=21)
    assert overridden.budgets == Budgets(1002, 0, 21, 30)


@pytest.mark.parametrize("name", ["core", "window", "retrieval"])
def test_no_budget_is_negative(name: str) -> None:
    with pytest.raises(PolicyError, match=rf"{name} budget -1: .*cannot be negative"):
        replay(session(turn(1)), **{f"{name}_budget": -1})


def test_nor_is_the_reserve() -> None:
    with pytest.raises(PolicyError, match="reserve budget -5"):
        replay(session(turn(1), budgets=Budgets(reserve=-5)))


def test_the_core_holds_what_is_pinned() -> None:
    story = session(loaded=tuple(memory(f"r{number}", tier="core", pinned=True) for number in range(5)))
    message = (
        r"core budget 49: below the pinned core, which takes 50 tokens \(r0, r1, r2, \.\.\.\); use --budget 50 or more"
    )
    with pytest.raises(PolicyError, match=message):
        replay(story, core_budget=49)
    assert len(replay(story, core_budget=50).frame(0).core) == 5


@pytest.mark.parametrize("changes", [{"quarantined": True}, {"sensitivity": "health"}, {"trust": "document"}])
def test_what_is_pinned_but_not_loaded_needs_no_room(changes: dict[str, object]) -> None:
    story = session(loaded=(memory("r", tier="core", pinned=True, **changes),))
    assert replay(story, core_budget=0).frame(0).core == ()


def test_the_window_holds_its_fixed_parts_and_a_token_of_the_query() -> None:
    story = session(turn(1), budgets=Budgets(window=200, core=50, retrieval=10, reserve=20), system="a b c")
    system = Workload(story).system_tokens
    least = system + 50 + 20 + 1
    with pytest.raises(PolicyError, match=rf"window budget {least - 1}: its fixed parts alone take {least} tokens"):
        replay(story, window_budget=least - 1)
    frame = replay(story, window_budget=least).run().frame(1)
    assert frame.tokens.total + 20 <= least


def test_summaries_take_at_most_a_quarter_of_it() -> None:
    loaded = tuple(memory(f"s{number}", tier="summary") for number in range(4))
    story = session(turn(1), loaded=loaded, budgets=replace(ROOMY, core=0))
    assert replay(story, window_budget=160).frame(0).tokens.summary == 40
    assert replay(story, window_budget=159).frame(0).tokens.summary == 30
    with pytest.raises(PolicyError, match="window budget 0"):
        replay(story, window_budget=0)


def test_a_frame_that_is_not_computed_is_an_index_error() -> None:
    begun = replay(session(turn(1), turn(2)))
    begun.advance(1)
    assert begun.frame(1).turn == 1
    for turn_number in (2, 3, -1):
        for ask in (begun.frame, begun.hits, begun.core_slots, begun.prompt, begun.event_span):
            with pytest.raises(IndexError):
                ask(turn_number)
    with pytest.raises(KeyError):
        begun.memory("nobody")
