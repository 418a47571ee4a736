"""Which candidates a turn gets: of what existed before it, computed once for all policies."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from building import memory, of_turn, run, session, turn

from memview.kernel.lookup import share_of_best
from memview.kernel.workload import Demand, Workload
from memview.model.errors import PolicyError
from memview.model.session import Budgets, Probe, Session
from memview.policies import load_policy
from memview.replay import Replay

NARROW = Budgets(window=40, core=0, retrieval=100, reserve=0)
"""Room for four messages of 10 tokens."""
FILLER = tuple(memory(f"f{number}", f"word{number}") for number in range(8))
"""What no test asks for, so that a word of a few memories is a rare one."""


@pytest.fixture
def ranked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts the questions that are ranked, by text."""
    calls: Counter[str] = Counter()
    real = Demand.rank

    def counting(self: Demand, text: str) -> list[tuple[int, float]]:
        calls[text] += 1
        return real(self, text)

    monkeypatch.setattr(Demand, "rank", counting)
    return calls


def story() -> Session:
    return session(
        turn(1, "kiwi"), turn(2, "violin"), loaded=(memory("a"),), probes=(Probe("p", 1, "kiwi violin", ("a",)),)
    )


def test_all_policies_share_one_ranking(ranked: Counter[str]) -> None:
    workload = Workload(story())
    for name in ("fifo", "lru", "lfu", "importance-recency", "random"):
        replay = Replay(workload, load_policy(name)).run()
        assert replay.hits(1)[0].memory_id == "a"
    assert ranked == {"kiwi": 1, "violin": 1, "kiwi violin": 1}


def test_another_retriever_or_analysis_ranks_for_itself(ranked: Counter[str]) -> None:
    workload = Workload(story())
    for changes in ({}, {"analysis": "plain"}, {"retriever": "overlap"}, {}):
        Replay(workload, replace(load_policy("lru"), **changes)).run()
    assert ranked["kiwi"] == 3


def test_an_unknown_retriever_is_refused() -> None:
    with pytest.raises(PolicyError, match="unknown retriever 'web'"):
        Replay(Workload(story()), replace(load_policy("lru"), retriever="web"))


def test_a_turn_finds_nothing_that_it_or_a_later_one_writes() -> None:
    replay = run(session(turn(1, remember=(memory("mine"),)), turn(2), turn(3, remember=(memory("later"),))))
    assert [hit.memory_id for hit in replay.hits(1)] == []
    assert [hit.memory_id for hit in replay.hits(2)] == ["mine"]
    assert [hit.memory_id for hit in replay.hits(3)] == ["mine"]
    assert [replay.archive_size(number) for number in (1, 2, 3)] == [0, 2, 3]


def fetched(replay: Replay, number: int) -> list[str | None]:
    return [event.memory_id for event in of_turn(replay, number, "fault")]


def old_messages(readahead: int, overflow: str = "recall") -> Replay:
    """By turn 6, turn 1 and its reply have left the window."""
    turns = [turn(1, "where is the violin", response="under the harbour"), *(turn(n, "x") for n in (2, 3, 4, 5))]
    story = session(*turns, turn(6, "where is the violin"), budgets=NARROW)
    return run(story, readahead=readahead, window_overflow=overflow, promote_if="importance > 1")


def test_without_read_ahead_only_the_match_is_fetched() -> None:
    assert fetched(old_messages(0), 6) == ["t1"]


def test_read_ahead_brings_the_next_message_along() -> None:
    replay = old_messages(1)
    assert fetched(replay, 6) == ["t1", "t1/reply"]
    assert replay.frame(6).retrieved == ("t1", "t1/reply")
    follower = of_turn(replay, 6, "fault")[1]
    assert follower.reason.startswith("read ahead of t1")


def test_read_ahead_does_not_read_the_future() -> None:
    turns = [turn(1, "kiwi", response="the kiwi is green"), turn(2, "kiwi", response="secret")]
    replay = run(session(*turns, turn(3, "secret plans")), readahead=4)
    assert replay.frame(2).retrieved == ()
    assert "t2/reply" not in [event.memory_id for event in of_turn(replay, 2)]


def test_a_probe_does_not_read_ahead_in_what_another_replay_has_loaded() -> None:
    turns = [turn(1, "kiwi", response="the kiwi is green"), turn(2, "the answer")]
    asked = session(*turns, probes=(Probe("p", 1, "kiwi", ("t2",)),))
    spec = replace(load_policy("lru"), readahead=2)
    shared = Workload(asked)
    Replay(shared, load_policy("fifo")).run()
    assert Replay(shared, spec).run().metrics["probe_recall"] == 0.0


@pytest.mark.parametrize("top_k", [1, 2, 5])
def test_a_turn_refers_to_at_most_top_k(top_k: int) -> None:
    loaded = tuple(memory(f"m{number}", "kiwi" + " x" * number) for number in range(4))
    replay = run(session(turn(1), loaded=loaded + FILLER), top_k=top_k)
    assert fetched(replay, 1) == ["m0", "m1", "m2", "m3"][:top_k]


def test_the_ranking_ends_below_the_share_of_its_best_score() -> None:
    loaded = (memory("best", "violin harbour"), memory("half", "violin ticket"), memory("none", "kiwi"))
    story = session(turn(1, "violin harbour"), loaded=loaded + FILLER)
    scores = {hit.memory_id: hit.score for hit in run(story).hits(1)}
    share = scores["half"] / scores["best"]
    assert 0.1 < share < 0.9
    assert fetched(run(story, min_score_ratio=share - 0.01), 1) == ["best", "half"]
    assert fetched(run(story, min_score_ratio=share + 0.01), 1) == ["best"]


def test_equals_of_a_best_below_zero_are_all_referred_to() -> None:
    replay = run(session(turn(1), loaded=(memory("a"), memory("b"))), min_score_ratio=0.4)
    hits = replay.hits(1)
    assert [hit.memory_id for hit in hits] == ["a", "b"]
    assert hits[0].score < 0


def test_below_zero_the_worse_score_is_the_smaller_share() -> None:
    assert share_of_best(-2.0, -1.0) == 0.5
    assert share_of_best(1.0, 4.0) == 0.25
    assert share_of_best(-1.0, 4.0) < 0
    assert share_of_best(0.0, 0.0) == 1.0


def test_what_fell_out_of_the_window_into_nowhere_is_not_found_again() -> None:
    assert fetched(old_messages(0), 6) == ["t1"]
    dropped = old_messages(0, overflow="drop")
    assert fetched(dropped, 6) == []
    assert dropped.custody_of("t1", 6) == "lost"
    assert dropped.place_of("t1", 6) == "nowhere"
    assert dropped.metrics["lost"] == 3
