"""Comparisons: where the prompts of two policies part, against stories whose every step is done by hand."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from building import ROOMY, memory, session, turn
from hypothesis import given
from strategies import sessions

import memview
from memview.model.errors import PolicyError
from memview.model.policy_spec import PolicySpec
from memview.model.session import Session
from memview.policies import load_policy
from memview.replay.compare import COMPARED_SECTIONS, Comparison, SectionDifference, compare
from memview.replay.ranking import best_of

WORDS = ("kiwi", "violin", "harbour")


def story(*words: str, core: int = 20, **fields: object) -> Session:
    """One memory of 10 tokens for each of three words; each turn asks for one of them."""
    loaded = tuple(memory(word, word) for word in WORDS)
    turns = tuple(turn(number, word) for number, word in enumerate(words, start=1))
    return session(*turns, loaded=loaded, budgets=replace(ROOMY, core=core), **fields)


def eager(name: str, **changes: object) -> PolicySpec:
    """A policy that promotes whatever is asked for."""
    settings: dict[str, Any] = {"promote_if": "importance >= 0.5", "min_score_ratio": 0.0, **changes}
    return replace(load_policy(name), **settings)


def lru_and_fifo(*words: str, **fields: object) -> Comparison:
    return compare(story(*words, **fields), [eager("lru"), eager("fifo")])


def test_the_first_divergence_is_the_first_turn_whose_prompts_differ() -> None:
    # kiwi is used again in turn 3: it is the older one by arrival, the younger one by use. Turn 4 needs a place.
    comparison = lru_and_fifo("kiwi", "violin", "kiwi", "harbour", "nothing")
    assert comparison.labels == ("lru@1", "fifo@1")
    assert comparison.first_divergence == 4
    assert comparison.diverging_turns == (4, 5)
    apart = (SectionDifference("core", (("kiwi",), ("violin",))),)
    assert [(each.turn, each.sections) for each in comparison.divergences] == [(4, apart), (5, apart)]
    assert comparison.divergence(4) == comparison.divergences[0]


def test_what_comes_together_again_differs_no_more() -> None:
    comparison = lru_and_fifo("kiwi", "violin", "kiwi", "harbour", "violin")
    # Turn 5 evicts kiwi under LRU, and finds violin resident under FIFO: harbour and violin under both.
    assert comparison.diverging_turns == (4,)
    assert comparison.divergence(5).sections == ()
    # The order in a section is no difference.
    assert [frame.core for frame in comparison.frames(5)] == [("harbour", "violin"), ("violin", "harbour")]


def test_the_section_counts() -> None:
    resident, fetched = compare(story("kiwi"), [eager("lru"), eager("lru", promote_if="False")]).divergence(1).sections
    assert resident == SectionDifference("core", (("kiwi",), ()))
    assert fetched == SectionDifference("retrieved", ((), ("kiwi",)))


def test_the_decisions_are_the_events_that_moved_what_differs() -> None:
    comparison = lru_and_fifo("kiwi", "violin", "kiwi", "harbour")
    ours, theirs = comparison.decisions(comparison.divergence(4))
    assert [(event.action, event.memory_id) for event in ours] == [("evict", "violin")]
    assert [(event.action, event.memory_id) for event in theirs] == [("evict", "kiwi")]


def test_turns_are_aligned() -> None:
    comparison = lru_and_fifo("kiwi", "violin", "kiwi", "harbour")
    ours, theirs = comparison.frames(4)
    assert (ours.turn, theirs.turn) == (4, 4)
    assert set(ours.core) - set(theirs.core) == {"kiwi"}
    with pytest.raises(IndexError):
        comparison.frames(5)
    with pytest.raises(IndexError):
        comparison.divergence(5)


def test_of_three_policies_own_is_what_not_every_other_one_has() -> None:
    comparison = compare(story("kiwi", "violin", "kiwi", "harbour"), [eager("lru"), eager("fifo"), eager("lru")])
    assert comparison.divergence(4).sections[0].own == (("kiwi",), ("violin",), ("kiwi",))


def test_equal_policies_do_not_diverge_and_are_told_apart_by_name() -> None:
    comparison = compare(story("kiwi", "violin", "kiwi", "harbour"), ["lru", "LRU", "lru@1"])
    assert comparison.labels == ("lru@1", "lru@1#2", "lru@1#3")
    assert (comparison.first_divergence, comparison.divergences) == (None, [])
    assert len({replay.digest for replay in comparison.replays}) == 1
    assert len(comparison.metrics) == 3


def test_one_workload_serves_all() -> None:
    comparison = lru_and_fifo("kiwi")
    assert len({id(replay.workload) for replay in comparison.replays}) == 1


def test_budgets_and_seed_reach_every_replay() -> None:
    comparison = compare(
        story("kiwi"), ["lru", "random"], core_budget=11, window=5_000, retrieval_budget=7, seed=3
    )  # fmt: skip
    for each in comparison.replays:
        assert (each.budgets.core, each.budgets.window, each.budgets.retrieval, each.seed) == (11, 5_000, 7, 3)


@pytest.mark.parametrize(("policies", "told"), [([], "0 policies"), (["lru"], "1 policies"), (["lru", "lur"], "'lur'")])
def test_bad_policies_are_one_line(policies: list[str], told: str) -> None:
    with pytest.raises(PolicyError, match=told) as caught:
        compare(story("kiwi"), policies)
    assert str(caught.value).isprintable()


@given(sessions())
def test_divergences_are_those_of_the_frames(recorded: Session) -> None:
    comparison = compare(recorded, [eager("lru"), eager("random"), eager("lfu", top_k=2)], window=10**9, core_budget=60)
    found = {}
    for number in range(1, comparison.turn_count + 1):
        frames = comparison.frames(number)
        differing = {
            name for name in COMPARED_SECTIONS if len({frozenset(getattr(frame, name)) for frame in frames}) > 1
        }  # fmt: skip
        if differing:
            found[number] = differing
    assert {each.turn: {section.section for section in each.sections} for each in comparison.divergences} == found
    assert comparison.diverging_turns == tuple(found)


@pytest.mark.parametrize(
    ("metric", "values", "best"),
    [
        ("probe_recall", [0.5, None, 0.7, 0.7], {2, 3}),
        ("faults", [3, 2, 5], {1}),
        ("probe_recall", [0.5, 0.5, None], set()),
        ("probe_recall", [None, None], set()),
        ("promotions", [1, 2], set()),
        ("faults", [3], set()),
    ],
)
def test_the_best(metric: str, values: list[float | None], best: set[int]) -> None:
    assert best_of(values, metric) == best


def test_it_is_part_of_the_package() -> None:
    sample = memview.load("session_01")
    assert memview.compare(sample, ["lru", "lru"]).first_divergence is None


def test_importing_the_package_does_not_load_it() -> None:
    code = "import memview, sys\nassert 'memview.replay' not in sys.modules\nassert callable(memview.compare)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
