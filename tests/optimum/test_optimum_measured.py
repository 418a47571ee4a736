"""Policies of our own, and hits measured with an implementation that is not ours, beside the certified edge."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict

import pytest
from optimum_reference import CONVERSATIONS, SHARED_TRACES, conversation_trace, shared_trace

from memview.optimum.achieved import achieved_hits
from memview.optimum.band import optimum_band
from memview.optimum.belady import belady
from memview.optimum.packing import packing_of
from memview.optimum.trace import AccessTrace
from memview.policies.registry import EVICTION
from memview.policies.simulate import simulate
from memview.policies.trace import Trace

DECLINING = {"2q", "gdsf", "qdlp", "s3fifo", "slru", "wtinylfu"}
"""Policies that may leave a page outside that would fit: only the bypass edges bind them."""


def bare(trace: AccessTrace) -> Trace:
    return Trace(array("q", list(trace.keys)), array("q", trace.sizes))


@pytest.mark.parametrize("policy", sorted(EVICTION))
def test_no_policy_of_ours_beats_the_certified_edge(policy: str) -> None:
    trace = conversation_trace(21, 90)
    for capacity in (60, 250, 1000):
        band = optimum_band(trace, capacity)
        hits = simulate(bare(trace), policy, capacity).hits
        assert hits <= (band.certified_bypass if policy in DECLINING else band.certified_forced)


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_no_policy_of_ours_beats_the_certified_edge_on_recorded_conversations(conversation: str) -> None:
    trace = shared_trace(conversation)
    if trace is None:
        pytest.skip("the shared cache traces are not on this machine")
    band = optimum_band(trace, 1000)
    for policy in ("lru", "gdsf", "arc", "2q", "sieve", "wtinylfu-tokens", "belady", "belady-size"):
        hits = simulate(bare(trace), policy, 1000).hits
        assert hits <= (band.certified_bypass if policy in DECLINING else band.certified_forced)


@pytest.fixture(scope="module")
def golden() -> dict[str, object]:
    path = SHARED_TRACES / "golden.json"
    if not path.exists():
        pytest.skip("the shared cache traces are not on this machine")
    loaded: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def test_no_policy_measured_elsewhere_beats_the_certified_edge(golden: dict[str, list[dict[str, dict]]]) -> None:
    for case in golden["traces"]:
        trace = AccessTrace(case["ids"], [case["sizes"][str(key)] for key in case["ids"]])
        for capacity, bitmaps in case["cap"].items():
            band = optimum_band(trace, int(capacity))
            for policy, bitmap in bitmaps.items():
                assert bitmap.count("1") <= band.certified_bypass, (case["name"], capacity, policy)
            for policy in {"FIFO", "LRU", "LFU", "Clock", "Sieve", "Belady"} & set(bitmaps):
                assert bitmaps[policy].count("1") <= band.certified_forced, (case["name"], capacity, policy)


def test_belady_here_is_belady_elsewhere(golden: dict[str, list[dict[str, dict]]]) -> None:
    compared = 0
    for case in golden["traces"]:
        trace = AccessTrace(case["ids"], [case["sizes"][str(key)] for key in case["ids"]])
        for capacity, bitmaps in case["cap"].items():
            if "Belady" in bitmaps:
                kept = belady(packing_of(trace, int(capacity), "forced"))
                assert kept.sum() == bitmaps["Belady"].count("1")
                compared += 1
    assert compared


def test_misses_measured_elsewhere_on_conversations_are_more_than_the_offline_schedule_has(
    golden: dict[str, dict[str, list]],
) -> None:
    least: dict[tuple[str, int], int] = defaultdict(lambda: 10**9)
    for case, (misses, _) in golden["locomo"].items():
        name, capacity, _policy = case.removeprefix("locomo_").split("/")
        least[name, int(capacity)] = min(least[name, int(capacity)], misses)
    assert least
    for (name, capacity), misses in least.items():
        trace = shared_trace(name)
        assert trace is not None
        assert trace.requests - achieved_hits(trace, capacity, "forced") < misses
