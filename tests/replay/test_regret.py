"""Regret: in no sample session does a policy hit more often than is certified possible."""

from __future__ import annotations

import pytest

from memview.kernel.workload import Workload
from memview.model.session import Budgets, Session, Turn
from memview.optimum.certified import certified_hits
from memview.optimum.packing import packing_of
from memview.optimum.trace import AccessTrace
from memview.policies import load_policy
from memview.replay import Replay
from memview.replay.accesses import accesses_of
from memview.replay.trial import Trial
from memview.sessions.catalogue import list_samples
from memview.sessions.reader import read_session

POLICIES = ("lru", "fifo", "lfu", "arc", "gdsf", "s3fifo-tokens", "importance-recency", "adaptive", "belady", "memgpt")


@pytest.mark.parametrize("sample", list_samples(), ids=lambda sample: sample.session_id)
def test_no_policy_beats_the_certified_edge_in_a_sample_session(sample) -> None:
    workload = Workload(read_session(sample.path).session)
    for name in POLICIES:
        trial = Trial(workload, load_policy(name))
        found = accesses_of(trial.events, workload.items)
        trace = AccessTrace(found.items, found.sizes, found.counts)
        assert found.hits <= certified_hits(packing_of(trace, trial.budgets.core, "bypass")), name
        regret = trial.metrics["regret"]
        assert regret is None or 0 <= regret <= 1, name


def test_accesses_are_references_and_placements() -> None:
    turns = tuple(Turn(f"t{number}", "user", text) for number, text in enumerate(["kiwi", "kiwi", "harbour"], 1))
    session = Session("s", budgets=Budgets(window=200, core=50, retrieval=50, reserve=0), turns=turns)
    replay = Replay(Workload(session), load_policy("lru")).run()
    found = accesses_of(replay.events, replay.workload.items)
    counted = [event for event in replay.events if event.action in ("hit", "fault")]
    assert sum(found.counts) == len(counted)
    assert found.hits == sum(event.action == "hit" for event in counted)
    assert len(found.items) == len(found.sizes) == len(found.counts)


def test_without_references_there_is_nothing_to_regret() -> None:
    session = Session("s", turns=(Turn("t1", "user", "hello"),))
    assert Replay(Workload(session), load_policy("lru")).run().metrics["regret"] is None
