"""The policies of memory systems by hand on tiny cases, and what tells them apart."""

from __future__ import annotations

import copy
import math

import pytest

from memview.kernel.protocols import Page, Victim
from memview.model.errors import PolicyError
from memview.policies.eviction.act_r import ActR
from memview.policies.eviction.act_r_per_token import ActRPerToken
from memview.policies.eviction.generative_agents import GenerativeAgentsAsCoded, GenerativeAgentsPaper
from memview.policies.eviction.memorybank import MemoryBank
from memview.policies.eviction.memoryos_heat import MemoryOsHeat


def page(item: int, *, tokens: int = 10, importance: float = 0.5, last_used: int = 1, uses: int = 1) -> Page:
    return Page(item, f"m{item}", tokens, importance, "fact", False, 1, last_used, uses)


def anyone(_: Page) -> bool:
    return True


def told(victim: Victim | None) -> str:
    assert victim is not None
    other = None if victim.runner_up is None else victim.runner_up.memory_id
    return victim.reason.format(value=victim.value, threshold=victim.threshold, other=other, count=victim.compared)


def test_activation_is_the_logarithm_of_decayed_uses() -> None:
    policy, memory = ActR(decay=0.5), page(1)
    policy.admit(memory, 1)
    policy.touch(memory, 6)
    assert policy.score(memory, 10) == pytest.approx(math.log(9**-0.5 + 4**-0.5))
    assert told(policy.victim(anyone, 10)) == "activation -0.18 from all past uses, lowest of 1"


def test_a_use_in_the_running_turn_is_half_a_turn_old() -> None:
    policy, memory = ActR(decay=1.0), page(1)
    policy.admit(memory, 7)
    assert policy.strength(memory, 7) == 2.0


def test_activation_remembers_what_was_before_an_eviction() -> None:
    policy, old = ActR(decay=0.5), page(1)
    policy.admit(old, 1)
    policy.touch(old, 2)
    victim = policy.victim(anyone, 3)
    assert victim is not None
    policy.evict(victim, 3)
    policy.admit(page(2), 10)
    policy.admit(back := page(1), 10)
    assert policy.score(back, 11) == pytest.approx(math.log(10**-0.5 + 9**-0.5 + 1))
    left = policy.victim(anyone, 11)
    assert left is not None
    assert left.page.item == 2


@pytest.mark.parametrize("decay", [0.3, 0.8, 1.0, 1.7])
def test_many_uses_are_summed_to_a_hundredth(decay: float) -> None:
    policy, memory = ActR(decay), page(1)
    policy.admit(memory, 1)
    for turn in range(2, 400):
        policy.touch(memory, turn)
    exact = math.fsum((450 - turn) ** -decay for turn in range(1, 400))
    assert policy.strength(memory, 450) == pytest.approx(exact, rel=0.01)


def test_many_uses_in_one_turn_are_summed() -> None:
    policy, memory = ActR(0.5), page(1)
    policy.admit(memory, 3)
    for _ in range(99):
        policy.touch(memory, 3)
    assert policy.strength(memory, 12) == pytest.approx(100 * 9**-0.5)


def test_activation_per_token_divides_by_the_size() -> None:
    policy = ActRPerToken()
    large, small = page(1, tokens=40), page(2, tokens=8)
    policy.admit(large, 1)
    policy.admit(small, 1)
    policy.touch(large, 3)
    assert policy.score(large, 5) == pytest.approx((4**-0.8 + 2**-0.8) / 40)
    assert policy.score(small, 5) == pytest.approx(4**-0.8 / 8)
    victim = policy.victim(anyone, 5)
    assert victim is not None
    assert (victim.page, victim.runner_up, victim.signal) == (large, small, "activation_per_token")
    assert victim.threshold == pytest.approx(4**-0.8 / 8)


@pytest.mark.parametrize("decay", [0.0, -1.0, 5.0])
def test_decay_has_bounds(decay: float) -> None:
    with pytest.raises(PolicyError, match="decay"):
        ActR(decay)
    with pytest.raises(PolicyError, match="decay"):
        ActRPerToken(decay)


def test_retention_falls_with_days_and_more_slowly_after_recalls() -> None:
    policy = MemoryBank(levels=3, turns_per_day=10)
    for uses, level in ((1, 1), (2, 2), (3, 3), (9, 3)):
        assert policy.score(page(1, last_used=5, uses=uses), 25) == pytest.approx(math.exp(-2 / level))


def test_memorybank_keeps_a_memory_recalled_often_over_a_fresher_one() -> None:
    policy = MemoryBank()
    policy.admit(often := page(1, last_used=10, uses=3), 10)
    policy.admit(page(2, last_used=16, uses=1), 16)
    victim = policy.victim(anyone, 20)
    assert victim is not None
    assert (victim.page.item, victim.runner_up) == (2, often)
    assert told(victim) == "retention 0.923 (exp(-days/level)), lowest of 2"


@pytest.mark.parametrize("levels", [0, 1.5, 101])
def test_levels_are_a_whole_number(levels: float) -> None:
    with pytest.raises(PolicyError, match="levels"):
        MemoryBank(levels=levels)


def test_heat_is_visits_and_length_and_freshness() -> None:
    policy = MemoryOsHeat()
    memory = page(1, tokens=250, last_used=4, uses=3)
    assert policy.score(memory, 28) == pytest.approx(2 + 2.5 + math.exp(-1))
    weighted = MemoryOsHeat(visit_weight=0.8, length_weight=0.8, recency_weight=0.0001)
    assert weighted.score(memory, 28) == pytest.approx(1.6 + 2.0 + 0.0001 * math.exp(-1))


def test_the_coldest_leaves() -> None:
    policy = MemoryOsHeat()
    policy.admit(page(1, tokens=200, last_used=1), 1)
    policy.admit(page(2, tokens=10, last_used=9), 9)
    victim = policy.victim(anyone, 10)
    assert victim is not None
    assert victim.page.item == 2
    assert told(victim) == "heat 1.06 (visits + length + recency), coldest of 2"


def three_pages(policy: GenerativeAgentsAsCoded, importances: tuple[float, float, float]) -> None:
    for item, importance in enumerate(importances, 1):
        policy.admit(page(item, importance=importance, last_used=item), item)


def test_recency_as_coded_is_that_of_the_paper_reversed() -> None:
    paper, coded = GenerativeAgentsPaper(), GenerativeAgentsAsCoded()
    three_pages(paper, (0.5, 0.5, 0.5))
    three_pages(coded, (0.5, 0.5, 0.5))
    flat, middle = 0.5 * 3 + 0.5 * 2, (0.99**2 - 0.99**3) / (0.99 - 0.99**3)
    assert coded.scores() == pytest.approx({1: flat + 0.5, 2: flat + 0.5 * middle, 3: flat})
    assert paper.scores() == pytest.approx({1: flat, 2: flat + 0.5 * middle, 3: flat + 0.5})
    oldest, newest = paper.victim(anyone, 4), coded.victim(anyone, 4)
    assert oldest is not None
    assert newest is not None
    assert (oldest.page.item, newest.page.item) == (1, 3)


def test_a_hit_makes_a_page_the_most_recent() -> None:
    paper = GenerativeAgentsPaper()
    three_pages(paper, (0.5, 0.5, 0.5))
    paper.touch(page(1), 4)
    assert [each.item for each in paper.by_recency()] == [1, 3, 2]


def test_relevance_is_that_of_this_turn_and_importance_is_spread() -> None:
    paper = GenerativeAgentsPaper()
    three_pages(paper, (0.2, 0.6, 1.0))
    paper.observe(4, [(1, 8.0), (9, 6.0), (2, 2.0)])
    middle = (0.99**2 - 0.99**3) / (0.99 - 0.99**3)
    assert paper.scores() == pytest.approx({1: 3.0, 2: 0.5 * middle + 3 * 0.25 + 2 * 0.5, 3: 0.5 + 2.0})
    paper.observe(5, [])
    assert paper.scores()[1] == pytest.approx(1.5)


@pytest.mark.parametrize("decay", [0.0, 1.01])
def test_decay_by_rank_has_bounds(decay: float) -> None:
    with pytest.raises(PolicyError, match="decay"):
        GenerativeAgentsPaper(decay=decay)


@pytest.mark.parametrize("policy", [ActR(), GenerativeAgentsPaper()])
def test_a_copy_has_pages_and_a_past_of_its_own(policy: ActR | GenerativeAgentsPaper) -> None:
    for item in (1, 2):
        policy.admit(page(item, last_used=item), item)
    before = policy.victim(anyone, 9)
    twin = copy.deepcopy(policy)
    resident = next(iter(twin))
    resident.last_used = 8
    twin.touch(resident, 8)
    assert policy.victim(anyone, 9) == before
    assert before is not None
    assert twin.victim(anyone, 9) != before
