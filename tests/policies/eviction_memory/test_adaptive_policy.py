"""Adaptive: what it believes, what it learns, what it says, and that it beats what it has to beat."""

from __future__ import annotations

import copy
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_conversations import conversation_trace

from memview.kernel.protocols import Page
from memview.model.errors import PolicyError
from memview.policies.eviction.adaptive import Adaptive
from memview.policies.eviction.fading import Fading
from memview.policies.eviction.paged_cache import PagedCache
from memview.policies.simulate import simulate
from memview.policies.trace import Trace, read_trace

RIVALS = ("lru", "gdsf", "act-r-per-token")
CAPACITIES = (250, 1000, 4000)
requests = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6)), max_size=80)


def page(item: int, *, tokens: int = 10, importance: float = 0.5) -> Page:
    return Page(item, f"m{item:03}", tokens, importance, "fact", False, 1, 1)


def anyone(_: Page) -> bool:
    return True


def said(policy: Adaptive) -> str:
    victim = policy.victim(anyone, 99)
    assert victim is not None
    other = None if victim.runner_up is None else victim.runner_up.memory_id
    return victim.reason.format(value=victim.value, threshold=victim.threshold, other=other, count=victim.compared)


def first_to_leave(policy: Adaptive) -> int:
    victim = policy.victim(anyone, 99)
    assert victim is not None
    return victim.page.item


@pytest.mark.parametrize("name", ["conv-26", "conv-30", "conv-42"])
def test_it_misses_less_on_recorded_conversations(name: str, shared_data: Path) -> None:
    assert_it_misses_less(read_trace(shared_data / "cache_traces" / f"locomo_{name}.txt"))


def test_it_misses_less_on_each_half_of_the_shortest(shared_data: Path) -> None:
    whole = read_trace(shared_data / "cache_traces" / "locomo_conv-30.txt")
    middle = len(whole) // 2
    assert_it_misses_less(Trace(whole.keys[:middle], whole.sizes[:middle]))
    assert_it_misses_less(Trace(whole.keys[middle:], whole.sizes[middle:]))


@pytest.mark.parametrize("seed", [1, 2])
def test_it_misses_less_on_conversations_of_our_own(seed: int) -> None:
    assert_it_misses_less(conversation_trace(seed, 400))


def assert_it_misses_less(trace: Trace) -> None:
    for capacity in CAPACITIES:
        ours = simulate(trace, "adaptive", capacity).misses
        for rival in RIVALS:
            assert ours < simulate(trace, rival, capacity).misses, (rival, capacity)


@given(requests, st.integers(0, 80))
def test_chances_of_all_that_is_known_add_up_to_one(trace: list[tuple[int, int]], near: int) -> None:
    policy = Adaptive()
    cache = PagedCache(policy, 12)
    for item, size in trace:
        policy.observe(0, [(item, 2.0), (near % 13, 1.0)])
        cache.request(item, size)
    met = {item for item, _ in trace}
    if met:
        everything = [part for item in range(13) for part in policy.parts(item).values()]
        assert min(everything) >= 0
        assert sum(everything) == pytest.approx(1.0)
        assert sum(policy.weights().values()) == pytest.approx(1.0)


def test_the_neighbour_of_what_was_just_asked_for_stays() -> None:
    policy = Adaptive()
    for item in (100, 10, 60):
        policy.admit(page(item), 1)
    for item in (300, 400, 500, 600):
        policy.admit(page(item), 2)
        policy.remove(page(item))
    policy.admit(page(61), 3)
    parts = {item: policy.parts(item)["neighbours"] for item in (10, 60, 100)}
    assert parts[60] > 0
    assert parts[10] == parts[100] == 0


def test_what_was_asked_for_together_is_expected_together() -> None:
    policy = Adaptive(lag=1)
    for item in (1000, 2000, 3000, 4000, 5000):
        policy.admit(page(item), 1)
    policy.touch(page(1000), 2)
    associated = {item: policy.parts(item)["association"] for item in (2000, 4000)}
    assert associated[2000] > associated[4000]


def test_what_retrieval_ranked_behind_the_best_is_expected() -> None:
    policy = Adaptive()
    for item in (100, 200, 300):
        policy.admit(page(item), 1)
    policy.observe(2, [(100, 8.0), (300, 4.0), (200, 2.0), (400, 0.0)])
    near = {item: policy.parts(item)["near miss"] for item in (100, 200, 300, 400)}
    assert near[300] == pytest.approx(2 * near[200])
    assert near[200] > 0
    assert near[100] == near[400] == 0


def test_a_ranking_without_a_positive_score_says_nothing() -> None:
    policy = Adaptive()
    policy.admit(page(100), 1)
    policy.observe(2, [(200, -1.0), (100, -2.0)])
    policy.observe(3, [])
    assert policy.parts(100)["near miss"] == 0


def test_importance_decides_among_equals() -> None:
    policy = Adaptive()
    for item, importance in ((100, 0.9), (200, 0.1), (300, 0.5)):
        policy.admit(page(item, importance=importance), 1)
    for _ in range(40):
        policy.touch(page(300), 2)
    assert first_to_leave(policy) == 200


def test_a_large_page_has_to_be_worth_its_room() -> None:
    policy = Adaptive()
    for item, tokens in ((100, 10), (200, 80), (300, 10)):
        policy.admit(page(item, tokens=tokens), 1)
    assert first_to_leave(policy) == 200


def test_it_says_in_which_signal_the_page_is_behind() -> None:
    policy = Adaptive()
    for item in (100, 200):
        policy.admit(page(item), 1)
    for _ in range(30):
        policy.touch(page(200), 2)
    rule = r"\d+\.\d{3} uses expected a token in 1,000 references, "
    assert re.fullmatch(rule + "lowest of 2; behind m200 most in habit", said(policy))
    policy.remove(page(200))
    assert re.fullmatch(rule + "the only page that may leave", said(policy))


def test_it_says_when_it_is_the_size_that_decides() -> None:
    policy = Adaptive()
    policy.admit(page(100, tokens=10), 1)
    policy.admit(page(200, tokens=90), 1)
    policy.touch(page(200), 2)
    assert said(policy).endswith("lowest of 2; larger than m100, not less likely")


def test_the_value_is_the_chance_over_the_size() -> None:
    policy = Adaptive()
    for item in (100, 200):
        policy.admit(page(item, tokens=25), 1)
    victim = policy.victim(anyone, 2)
    assert victim is not None
    assert victim.runner_up is not None
    assert victim.value == pytest.approx(sum(policy.parts(victim.page.item).values()) / 25 * 1000)
    assert victim.threshold == pytest.approx(sum(policy.parts(victim.runner_up.item).values()) / 25 * 1000)


def test_habit_is_believed_where_there_are_habits() -> None:
    draw = random.Random(3).random
    anything = [int(draw() * 60) * 50 for _ in range(1500)]
    favourites = [item if draw() < 0.2 else item % 250 for item in anything]
    beliefs = []
    for keys in (anything, favourites):
        policy = Adaptive(patience=50)
        PagedCache(policy, 200).run(keys, [10] * len(keys))
        weights = policy.weights()
        beliefs.append(weights["habit"] / weights["importance"])
    assert beliefs[1] > 2 * beliefs[0]


def test_a_signal_that_never_spoke_keeps_its_weight() -> None:
    policy = Adaptive()
    before = policy.weights()["near miss"]
    PagedCache(policy, 60).run([1, 2, 3, 1, 2, 3] * 50, [10] * 300)
    assert policy.weights()["near miss"] == pytest.approx(before)


@pytest.mark.parametrize("parameter", ["short", "long", "patience"])
def test_lengths_are_of_a_reference_at_least(parameter: str) -> None:
    with pytest.raises(PolicyError, match=parameter):
        Adaptive(**{parameter: 0.9})


def test_no_signal_is_written_off() -> None:
    policy = Adaptive(short=1, long=1, patience=1)
    PagedCache(policy, 50).run([n * 7919 % 101 * 1000 for n in range(3000)], [10] * 3000)
    assert min(policy.weights().values()) > 0.0005


@pytest.mark.parametrize(("parameter", "value"), [("lag", 0), ("reach", -1), ("reach", 2.5)])
def test_places_are_counted(parameter: str, value: float) -> None:
    with pytest.raises(PolicyError, match=parameter):
        Adaptive(**{parameter: value})


@given(requests)
def test_a_copy_decides_alike_and_goes_its_own_way(trace: list[tuple[int, int]]) -> None:
    cache = PagedCache(Adaptive(), 12)
    for item, size in trace:
        cache.request(item, size)
    twin, again = copy.deepcopy(cache), copy.deepcopy(cache)
    for item in range(20, 30):
        twin.request(item, 6)
    more = [(item * 5 % 13, 1 + item % 4) for item in range(40)]
    assert [cache.request(*each) for each in more] == [again.request(*each) for each in more]


def test_hash_seed_and_process_make_no_difference() -> None:
    program = (
        "from memory_conversations import conversation_trace as c\n"
        "from memview.policies.simulate import simulate\n"
        "print(simulate(c(5, 150), 'adaptive', 600).bitmap)"
    )
    here = simulate(conversation_trace(5, 150), "adaptive", 600).bitmap
    for seed in ("0", "77"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parent,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[3])},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == here


def test_shares_survive_the_growth_of_the_unit() -> None:
    fading = Fading(memory=2.0, lag=1)
    for _ in range(2000):
        fading.tick({1: 1.0})
        fading.tick({2: 1.0})
    now = fading.now
    assert now[2] / fading.total == pytest.approx(0.6)
    assert now[1] / fading.total == pytest.approx(0.4)
    assert fading.share_before(1) == pytest.approx(0.6)


def test_nothing_given_is_no_share() -> None:
    fading = Fading(memory=2.0, lag=1)
    assert fading.share_before(1) is None
    fading.tick({1: 1.0})
    assert fading.share_before(1) is None
    fading.tick({})
    assert fading.share_before(1) == 1.0
