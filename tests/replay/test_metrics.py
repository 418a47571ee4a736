"""Metrics against sums done by hand. Memories take 10 tokens, messages too, unless a test says otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from building import ROOMY, memory, run, session, turn

from memview.model.memory import Citation
from memview.model.session import Probe, Session
from memview.replay import Replay

WORDS = ("kiwi", "violin", "harbour")


def story(*words: str, **fields: object) -> Session:
    """One memory for each of three words; each turn asks for one of them."""
    loaded = tuple(memory(word, word) for word in WORDS)
    turns = tuple(turn(number, word) for number, word in enumerate(words, start=1))
    return session(*turns, loaded=loaded, **{"budgets": replace(ROOMY, core=10), **fields})


def metrics(replay: Replay, *names: str) -> list[float | int | None]:
    return [replay.metrics[name] for name in names]


def test_paging() -> None:
    replay = run(story("kiwi", "kiwi", "violin", "kiwi", "nothing at all"))
    # fault kiwi, hit kiwi, fault violin (evicts kiwi), fault kiwi (evicts violin; it had left one turn before)
    assert metrics(replay, "faults", "promotions", "evictions", "thrash") == [3, 3, 2, 1]
    assert metrics(replay, "resident_hit_ratio", "token_hit_ratio") == [0.25, 0.25]


def test_token_hit_ratio_weighs_by_size() -> None:
    big = session(
        turn(1, "kiwi"), turn(2, "violin"), turn(3, "kiwi"),
        loaded=(memory("a", "kiwi", 30, tier="core"), memory("b", "violin", 60)),
    )  # fmt: skip
    assert metrics(run(big), "resident_hit_ratio", "token_hit_ratio") == [2 / 3, 60 / 120]


@pytest.mark.parametrize(("idle", "thrash"), [(7, 1), (8, 0)])
def test_thrash_is_a_fault_within_eight_turns_of_the_eviction(idle: int, thrash: int) -> None:
    # kiwi is evicted in turn 2 and asked for again in turn 3 + idle
    replay = run(story("kiwi", "violin", *["nothing"] * idle, "kiwi"))
    assert metrics(replay, "thrash") == [thrash]


def test_prefix_reuse() -> None:
    budgets = replace(ROOMY, core=10, retrieval=0)
    replay = run(story("nothing", "none", "kiwi", "none", budgets=budgets, system="x " * 5, tokenizer="words"))
    system = replay.workload.system_tokens
    assert system == 6
    # prompts: S t1 | S t1 t2 | S kiwi t1 t2 t3 | S kiwi t1 t2 t3 t4
    totals = [16, 26, 46, 56]
    shared = [None, 6 + 10, 6, 6 + 10 + 30]
    assert [replay.frame(number).tokens.total for number in (1, 2, 3, 4)] == totals
    assert metrics(replay, "prefix_reuse") == [sum(shared[1:]) / sum(totals[1:])]
    assert metrics(replay, "prompt_tokens_mean") == [sum(totals) / 4]


def test_prefix_ends_where_the_window_lost_its_oldest_message() -> None:
    budgets = replace(ROOMY, core=0, retrieval=0, window=35)
    replay = run(session(*(turn(number, "x") for number in range(1, 5)), budgets=budgets))
    # prompts: 1 | 1 2 | 1 2 3 | 2 3 4
    assert metrics(replay, "prefix_reuse") == [(10 + 20 + 0) / (20 + 30 + 30)]


def test_custody_at_the_end() -> None:
    loaded = (memory("sum", "summary of it", tier="core", derived_from=("a", "b")),)
    early = (memory("a", "word"), memory("b", "word"), memory("c", "word"))
    replay = run(session(turn(1, "x"), loaded=early + loaded))
    assert metrics(replay, "lost", "covered", "recoverable") == [0, 2, 1]
    assert [replay.custody_of(name, 1) for name in ("sum", "a", "c")] == ["visible", "covered", "recoverable"]


def test_probe_recall() -> None:
    loaded = (
        memory("a", "kiwi", tier="core"),
        memory("sum", "word", tier="core", derived_from=("a",)),
        memory("b", "violin"),
        memory("hidden", "harbour", quarantined=True),
    )
    cover = (*loaded, memory("x", "other"), memory("note", "word", tier="core", derived_from=("x",)))
    probes = (
        Probe("all", 1, "violin", ("a", "b")),
        Probe("half", 1, "harbour", ("a", "hidden")),
        Probe("stood-for", 1, "nothing", ("x",)),
        Probe("no evidence", 1, "nothing", ()),
    )
    replay = run(session(turn(1, "x"), loaded=cover, probes=probes))
    assert [(r.probe_id, r.evidence, r.visible, r.covered) for r in replay.probe_results] == [
        ("all", 2, 2, 0),
        ("half", 2, 1, 0),
        ("stood-for", 1, 0, 1),
    ]
    assert metrics(replay, "probe_recall", "probe_recall_covered") == [1.5 / 3, 2.5 / 3]


def test_a_probe_before_the_first_turn_is_asked_too() -> None:
    replay = run(story("nothing", probes=(Probe("p", 0, "kiwi", ("kiwi",)),)))
    assert metrics(replay, "probe_recall") == [1.0]


def test_governance() -> None:
    loaded = (
        memory("a", "kiwi", importance=0.1, citation=Citation(session_id="s0")),
        memory("b", "kiwi", importance=0.1, citation=Citation(source_url="https://x.test")),
        memory("c", "word"),
    )
    replay = run(session(turn(1, "kiwi", used=("a",)), turn(2, "thanks"), loaded=loaded))
    assert replay.frame(1).retrieved == ("a", "b")
    assert metrics(replay, "retrieved_unused_ratio", "metadata_missing_ratio", "fallback_ratio") == [1 / 2, 1 / 3, 0.0]


def test_what_does_not_apply_is_none() -> None:
    nothing = run(session())
    names = [
        "probe_recall", "probe_recall_covered", "resident_hit_ratio", "token_hit_ratio", "prefix_reuse",
        "prompt_tokens_mean", "retrieved_unused_ratio", "fallback_ratio", "metadata_missing_ratio",
    ]  # fmt: skip
    assert metrics(nothing, *names) == [None] * len(names)
    assert metrics(nothing, "faults", "lost") == [0, 0]
    assert nothing.timings == {"decision_ms": dict.fromkeys(("p50", "p95", "p99", "max"))}
    assert nothing.digest == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert nothing.frame(0).tokens.total == 0


def test_the_published_names() -> None:
    published = """probe_recall probe_recall_covered resident_hit_ratio token_hit_ratio faults promotions evictions
    thrash prefix_reuse prompt_tokens_mean lost covered recoverable retrieved_unused_ratio fallback_ratio
    metadata_missing_ratio""".split()
    assert set(published) <= run(story("kiwi")).metrics.keys()
