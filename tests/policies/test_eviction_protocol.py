"""What every eviction algorithm in the registry promises, whatever it decides."""

from __future__ import annotations

import copy
import math

import pytest
from core_harness import Core, eviction
from hypothesis import given
from hypothesis import strategies as st

from memview.kernel.protocols import Page
from memview.model.errors import PolicyError
from memview.policies.eviction.importance_recency import ImportanceRecency
from memview.policies.registry import EVICTION

every_algorithm = pytest.mark.parametrize("name", sorted(EVICTION))
requests = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6)), max_size=60)


def page(item: int, importance: float = 0.5, last_used: int = 1) -> Page:
    return Page(item, f"m{item}", 1, importance, "fact", False, 1, last_used)


@every_algorithm
@given(trace=requests, kept=st.sets(st.integers(0, 12)))
def test_asking_for_a_forecast_changes_nothing(name: str, trace: list[tuple[int, int]], kept: set[int]) -> None:
    asked, silent = Core(eviction(name), 12), Core(eviction(name), 12)
    sizes = dict(trace)
    for item, _ in trace:
        for _ in range(2):
            asked.policy.victim(lambda page: page.item not in kept, asked.turn + 1)
        assert asked.request(item, sizes[item]) == silent.request(item, sizes[item])
    assert asked.evicted == silent.evicted


@every_algorithm
@given(trace=requests, kept=st.sets(st.integers(0, 12)))
def test_the_victim_is_one_that_may_leave(name: str, trace: list[tuple[int, int]], kept: set[int]) -> None:
    core = Core(eviction(name), 12)
    sizes = dict(trace)
    for item, _ in trace:
        core.request(item, sizes[item])
    victim = core.policy.victim(lambda page: page.item not in kept, core.turn + 1)
    allowed = core.pages.keys() - kept
    assert (victim is None) == (not allowed)
    if victim is not None:
        assert victim.page is core.pages[victim.page.item]
        assert victim.page.item in allowed
        assert victim.compared == len(allowed)
        assert math.isfinite(victim.value)
        value, threshold = victim.value, victim.threshold
        words = {"turns": "2 turns", "times": "2 times", "other": "x", "count": victim.compared}
        assert victim.reason.format(value=value, threshold=threshold, **words)


@every_algorithm
@given(trace=requests)
def test_a_copy_goes_its_own_way(name: str, trace: list[tuple[int, int]]) -> None:
    core, sizes = Core(eviction(name), 12), dict(trace)
    for item, _ in trace:
        core.request(item, sizes[item])
    twin = copy.deepcopy(core)
    for item in range(20, 30):
        twin.request(item, 6)
    core_order, fresh = [], copy.deepcopy(core)
    for target in (core, fresh):
        victims = []
        while (victim := target.policy.victim(lambda page: True, 99)) is not None:
            victims.append(victim.page.item)
            target.drop(victim.page)
        core_order.append(victims)
    assert core_order[0] == core_order[1]


def test_random_repeats_with_its_seed_and_only_with_it() -> None:
    trace = [(item * 7 % 23, 1) for item in range(300)]
    evicted = []
    for seed in (1, 1, 2):
        core = Core(eviction("random", seed), 8)
        core.run(trace)
        evicted.append(core.evicted)
    assert evicted[0] == evicted[1] != evicted[2]


def test_random_spares_no_place_in_the_queue() -> None:
    core = Core(eviction("random", 5), 4)
    places = set()
    for item in range(80):
        if core.used == 4:
            victim = core.policy.victim(lambda page: True, core.turn)
            places.add(list(core.pages).index(victim.page.item))
        core.request(item, 1)
    assert places == {0, 1, 2, 3}


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 50)), min_size=1, max_size=8), st.integers(50, 60))
def test_importance_recency_is_its_formula(pages: list[tuple[float, int]], turn: int) -> None:
    policy = ImportanceRecency(importance_weight=2.0, recency_weight=0.5, half_life=4.0)
    resident = [page(item, importance, last_used) for item, (importance, last_used) in enumerate(pages)]
    for each in resident:
        policy.admit(each, turn)
    worth = {each.item: 2.0 * each.importance + 0.5 * 0.5 ** ((turn - each.last_used) / 4.0) for each in resident}
    victim = policy.victim(lambda page: True, turn)
    assert math.isclose(victim.value, min(worth.values()), rel_tol=1e-12)
    assert math.isclose(worth[victim.page.item], victim.value, rel_tol=1e-12)
    if len(pages) > 1:
        assert math.isclose(victim.threshold, sorted(worth.values())[1], rel_tol=1e-12)


def test_importance_recency_lets_the_smaller_id_go_among_equals() -> None:
    policy = ImportanceRecency()
    for item in (2, 1, 3):
        policy.admit(page(item), 1)
    assert policy.victim(lambda page: True, 5).page.memory_id == "m1"


@pytest.mark.parametrize("half_life", [0, -1])
def test_a_half_life_has_to_be_positive(half_life: float) -> None:
    with pytest.raises(PolicyError, match="half_life"):
        ImportanceRecency(half_life=half_life)
