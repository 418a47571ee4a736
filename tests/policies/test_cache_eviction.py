"""Caches as eviction policies of the core: the same decisions as on a trace, pages that may not leave, reasons."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence

import pytest
from cache_harness import CACHES, bitmap_of, cache, skewed_trace, trace_of
from core_harness import Core
from hypothesis import given
from hypothesis import strategies as st

from memview.kernel.protocols import EvictionPolicy, Page, Victim
from memview.policies.eviction.cache_eviction import CacheEviction
from memview.policies.eviction.paged_cache import PagedCache
from memview.policies.policy import Policy
from memview.policies.registry import create_eviction
from memview.policies.simulate import create_cache
from memview.policies.trace import Trace, TraceFuture

EXACT = (
    "arc", "arc-tokens", "belady", "clock", "fifo", "lecar", "lecar-tokens", "lfu", "lru", "lru-k", "mru", "random",
    "s3fifo-tokens", "sieve", "wtinylfu-tokens",
)  # fmt: skip
"""Who evicts one at a time and only for a newcomer that then comes in: in the core as on a trace."""

SIZES = {key: 1 + key * 5 % 9 for key in range(16)}
traces = st.lists(st.integers(0, 15), max_size=120).map(lambda keys: trace_of([(key, SIZES[key]) for key in keys]))


def policy(name: str, capacity: int, trace: Trace) -> EvictionPolicy:
    return create_eviction(Policy(name, eviction=name), 0, capacity, TraceFuture(trace))


def requests(trace: Trace) -> list[tuple[int, int]]:
    return list(zip(trace.keys, trace.sizes, strict=True))


@pytest.mark.parametrize("name", EXACT)
@given(trace=traces, capacity=st.integers(1, 70))
def test_the_core_decides_as_the_trace_does(name: str, trace: Trace, capacity: int) -> None:
    core, bare = Core(policy(name, capacity, trace), capacity), cache(name, capacity, trace)
    for key, size in requests(trace):
        assert core.request(key, size) == bare.request(key, size)
        assert set(core.pages) == set(bare.residents())
    assert core.evicted == [~change for change in bare.log if change < 0]


@pytest.mark.parametrize("name", EXACT)
def test_a_policy_with_pages_runs_a_trace_as_a_cache_does(name: str) -> None:
    trace = skewed_trace(7, 500, 30, 12)
    paged = PagedCache(policy(name, 100, trace), 100)
    bare = cache(name, 100, trace)
    assert bitmap_of(paged, trace) == bitmap_of(bare, trace)
    assert paged.log == bare.log
    assert paged.residents() == bare.residents()
    assert (paged.used, paged.now) == (bare.used, len(trace))


def test_a_trace_runs_through_a_policy_that_needs_pages() -> None:
    trace = skewed_trace(8, 200, 20, 9)
    spec = Policy("mine", eviction="importance-recency")
    paged = create_cache(spec, 50, TraceFuture(trace))
    assert isinstance(paged, PagedCache)
    # One importance for all: what is left is recency.
    assert bitmap_of(paged, trace) == bitmap_of(cache("lru", 50, trace), trace)


class Stubborn:
    """A policy that names nobody."""

    def observe(self, turn: int, asked: Sequence[tuple[int, float]]) -> None: ...
    def largest(self) -> int | None: ...
    def fault(self, item: int, tokens: int, turn: int) -> None: ...
    def admit(self, page: Page, turn: int) -> None: ...
    def touch(self, page: Page, turn: int) -> None: ...
    def victim(self, may_leave: object, turn: int) -> Victim | None: ...
    def evict(self, victim: Victim, turn: int) -> None: ...
    def remove(self, page: Page) -> None: ...


def test_a_policy_that_names_nobody_is_a_loud_fault() -> None:
    paged = PagedCache(Stubborn(), 5)
    paged.request(1, 5)
    with pytest.raises(RuntimeError, match="Stubborn names no victim"):
        paged.request(2, 1)


@pytest.mark.parametrize("name", CACHES)
@given(trace=traces, pinned=st.sets(st.integers(0, 15)))
def test_pinned_pages_are_passed_over_for_good(name: str, trace: Trace, pinned: set[int]) -> None:
    """As the pager does it: pinned pages come in whatever the policy lets in, and room is made among the others."""
    core = Core(policy(name, 60, trace), 60)
    for turn, (key, size) in enumerate(requests(trace), 1):
        page = core.pages.get(key)
        if page is not None:
            page.last_used = turn
            core.policy.touch(page, turn)
            continue
        if size > 60 - sum(SIZES[each] for each in pinned & core.pages.keys()):
            continue
        core.policy.fault(key, size, turn)
        while core.used + size > 60:
            victim = core.policy.victim(lambda page: page.item not in pinned, turn)
            assert victim is not None
            assert victim.page.item not in pinned
            del core.pages[victim.page.item]
            core.policy.evict(victim, turn)
        core.pages[key] = Page(key, f"m{key}", size, 0.5, "fact", key in pinned, turn, turn)
        core.policy.admit(core.pages[key], turn)
    assert isinstance(core.policy, CacheEviction)
    assert core.policy.cache.residents() == {key: SIZES[key] for key in core.pages}
    assert core.policy.cache.log == [] or core.policy.cache.log[-1] >= 0


@pytest.mark.parametrize("name", CACHES)
@given(trace=traces)
def test_a_copy_shares_nothing_but_what_is_to_come(name: str, trace: Trace) -> None:
    core = Core(policy(name, 40, trace), 40)
    core.run(requests(trace))
    twin = copy.deepcopy(core)
    before = copy.deepcopy(core)
    twin.run([(key + 50, size) for key, size in requests(trace)])
    probe = [(key, SIZES[key]) for key in range(16)]
    assert core.run(probe) == before.run(probe)
    assert core.evicted == before.evicted


@pytest.mark.parametrize("name", CACHES)
def test_what_is_let_in_is_told_only_when_it_is_less_than_the_core(name: str) -> None:
    largest = policy(name, 1000, trace_of([])).largest()
    limits = {"slru": 250, "2q": 250, "s3fifo": 99, "qdlp": 99, "wtinylfu": 10}
    assert largest == limits.get(name)


SHAPES = {
    "2q": r"2q: A1in holds \d+ > \d+ tok, its oldest leaves",
    "arc": r"arc: T1 holds \d+ [<=>] p \d+ tok, (its oldest|the least recently used of T2) leaves",
    "belady": r"belady: (next use in \d+ turns?, last|never referred to again,) of \d+",
    "belady-size": r"belady-size: (tokens times turns to the next use \d+, most|never referred to again,) of \d+",
    "clock": r"clock: not used since the hand passed, first such in the queue; resident \d+ turns?",
    "gdsf": r"gdsf: uses per size, aged: \d+, lowest of \d+",
    "lecar": r"lecar: (draw 0\.\d+ (<|>=) weight of LRU 0\.\d+, the least (recently|often) used leaves|idle long.*)",
    "lru-k": r"lru-k: (used \d times?, fewer than 2; first in .*|last use but 1 was \d+ turns? ago, longest of \d+)",
    "mru": r"mru: idle \d+ turns?, shortest of \d+",
    "qdlp": r"qdlp: (used \d+ times? in the small queue, not 1, and its oldest such|no round left in the main queue.*)",
    "s3fifo": r"s3fifo: (used \d+ times? in the small queue, not 2, and its oldest such|no round left.*)",
    "sieve": r"sieve: not used since the hand passed, next of those; resident \d+ turns?",
    "slru": r"slru: least recently used of segment \d of 4, the lowest that holds any",
    "wtinylfu-tokens": r"wtinylfu: (seen \d+ times, the SLRU's victim at least as often \(\d+\)|.*more often)",
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_reason_says_what_decided(name: str) -> None:
    trace = skewed_trace(11, 400, 25, 9)
    core = Core(policy(name, 90, trace), 90)
    told = []
    for key, size in requests(trace):
        victim = core.policy.victim(lambda page: True, core.turn + 1)
        if victim is not None and core.used + size > 90 and key not in core.pages:
            value = victim.value
            words = {"turns": _counted(value, "turn"), "times": _counted(value, "time"), "count": victim.compared}
            told.append(victim.reason.format(value=value, threshold=victim.threshold, other="", **words))
        core.request(key, size)
    assert len(told) > 40
    assert sum(re.fullmatch(SHAPES[name], each) is not None for each in told) > len(told) / 2, told[:5]
    assert all(each.startswith(name.removesuffix("-tokens")) for each in told)


def _counted(value: float, noun: str) -> str:
    return f"{value:.0f} {noun}" + ("" if value == 1 else "s")


def test_arc_compares_t1_with_p() -> None:
    core = Core(policy("arc", 4, trace_of([])), 4)
    core.run([(1, 1), (1, 1), (2, 1), (3, 1), (4, 1), (5, 1)])  # T2: 1; B1: 2; T1: 3 4 5
    victim = core.policy.victim(lambda page: True, 7)
    assert (victim.page.item, victim.signal, victim.value, victim.threshold) == (3, "t1_tokens", 3.0, 0.0)
    core.request(2, 1)  # B1 raises p to 1
    victim = core.policy.victim(lambda page: True, 8)
    assert (victim.page.item, victim.value, victim.threshold) == (4, 2.0, 1.0)
    assert "T1 has none that may leave" in core.policy.victim(lambda page: page.item < 3, 8).reason


def test_gdsf_names_who_comes_next_with_its_priority() -> None:
    core = Core(policy("gdsf", 10, trace_of([])), 10)
    core.run([(1, 5), (2, 4), (1, 5)])
    victim = core.policy.victim(lambda page: True, 4)
    assert (victim.page.item, victim.runner_up.item) == (2, 1)
    assert (victim.value, victim.threshold) == (250_000.0, 400_000.0)
