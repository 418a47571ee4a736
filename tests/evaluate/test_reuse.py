"""Reuse distances and the working set, against a stack and against counting from scratch."""

from __future__ import annotations

from evaluating import story
from hypothesis import given
from hypothesis import strategies as st

from memview.evaluate.contender import Contender
from memview.evaluate.reuse import AccessProfile, profile_of, trace_of
from memview.evaluate.working_set import working_set_of
from memview.kernel.workload import Workload
from memview.optimum.miss_ratio_curve import Bucket, lru_curve
from memview.policies import load_policy
from memview.replay import Replay
from memview.replay.accesses import Accesses, accesses_of

SIZES = (10, 25, 40, 7, 60, 33)
ITEMS = st.lists(st.integers(0, len(SIZES) - 1), max_size=40)


def stack_distances(items: list[int]) -> list[int]:
    """Tokens of the distinct items since the last use of each, itself included, by looking at all of them."""
    found = []
    for place, item in enumerate(items):
        before = [other for other in range(place) if items[other] == item]
        if before:
            found.append(sum(SIZES[other] for other in set(items[before[-1] : place])))
    return found


@given(ITEMS)
def test_reuse_distances_are_those_of_a_stack(items: list[int]) -> None:
    trace = trace_of(Accesses(items, [SIZES[item] for item in items], [True] * len(items), 0))
    curve = lru_curve(trace)
    assert list(curve.distances) == sorted(stack_distances(items))
    assert sum(bucket.requests for bucket in curve.histogram()) == len(curve.distances)
    for bucket in curve.histogram():
        assert bucket.requests == sum(bucket.above < distance <= bucket.upto for distance in stack_distances(items))


@given(st.lists(st.lists(st.integers(0, len(SIZES) - 1), max_size=6), max_size=20), st.integers(1, 9))
def test_the_working_set_is_what_the_last_turns_asked_for(asked: list[list[int]], window: int) -> None:
    naive = [
        sum(SIZES[item] for item in {item for items in asked[max(0, turn + 1 - window) : turn + 1] for item in items})
        for turn in range(len(asked))
    ]
    assert working_set_of(asked, SIZES, window) == naive


def test_the_profile_is_read_off_the_replay() -> None:
    session = story("s", turns=20, step=5)
    profile = profile_of(Contender(Workload(session), load_policy("lru")))
    replay = Replay(Workload(session), load_policy("lru")).run()
    accesses = accesses_of(replay.events, replay.workload.items)
    assert profile.requests == sum(accesses.counts)
    assert profile.budget == 40
    assert profile.cold + profile.within + profile.beyond == profile.requests
    assert len(profile.working_set) == 20
    assert profile.turns_over == sum(size > 40 for size in profile.working_set)
    turn = 12
    asked = {
        event.memory_id
        for event in replay.events
        if event.action in ("hit", "fault") and turn - profile.working_turns < event.turn <= turn
    }
    items = replay.workload.items
    assert profile.working_set[turn - 1] == sum(items.tokens[items.find(name)] for name in asked)


def test_a_bigger_core_helps_when_twice_the_tokens_reach_a_good_deal_more() -> None:
    def profile(within: int, within_double: int) -> AccessProfile:
        return AccessProfile("p", 100, 100, 20, within, within_double, 400, (Bucket(-1, 1, 0),), 8, (50, 150))

    assert profile(30, 36).helps
    assert not profile(30, 33).helps
    assert profile(30, 36).beyond == 50
    assert profile(30, 36).turns_over == 1
