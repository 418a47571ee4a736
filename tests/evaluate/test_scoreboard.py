"""A row of the scoreboard is what a replay measures; probes get verdicts; work can be stopped at any turn."""

from __future__ import annotations

import pytest
from evaluating import story

from memview.evaluate.contender import Contender
from memview.evaluate.scoreboard import Score, disputed, group_of, score_of, verdict_of
from memview.kernel.workload import Workload
from memview.policies import load_policy
from memview.replay import Replay
from memview.replay.budgets import BudgetOverrides
from memview.replay.probes import ProbeResult
from memview.replay.ranking import best_of, direction_of, worst_of


@pytest.mark.parametrize("policy", ["lru", "arc", "consolidating", "memgpt@0.3.25", "belady"])
def test_a_score_is_what_a_replay_measures_landfill_included(policy: str) -> None:
    session, spec = story(), load_policy(policy)
    score = score_of(Contender(Workload(session), spec, BudgetOverrides(core=30)))
    replay = Replay(Workload(session), spec, core_budget=30).run()
    assert score.metrics == {**replay.metrics, **replay.landfill}
    assert score.label == spec.label
    assert [probe.probe_id for probe in score.probes] == ["q0", "q1", "q2"]


def test_a_trial_tells_its_turns_and_what_is_raised_then_ends_it() -> None:
    told: list[int] = []
    score_of(Contender(Workload(story()), load_policy("lru")), told.append)
    assert [turn for turn in told if turn] == list(range(1, 13))

    class Enough(Exception):  # noqa: N818
        pass

    def stop(turn: int) -> None:
        if turn == 5:
            raise Enough

    with pytest.raises(Enough):
        score_of(Contender(Workload(story()), load_policy("lru")), stop)


def test_verdicts() -> None:
    assert verdict_of(ProbeResult("q", 2, 2, 0)) == "pass"
    assert verdict_of(ProbeResult("q", 2, 1, 1)) == "covered"
    assert verdict_of(ProbeResult("q", 2, 1, 0)) == "fail"
    assert verdict_of(ProbeResult("q", 2, 0, 1)) == "fail"


def test_disputed_probes_are_those_that_policies_answer_differently() -> None:
    def score(*verdicts: ProbeResult) -> Score:
        return Score("p", 1, {}, verdicts)

    alike, other = ProbeResult("a", 1, 1, 0), ProbeResult("b", 1, 1, 0)
    assert disputed([score(alike, other), score(alike, ProbeResult("b", 1, 0, 1))]) == {"b"}
    assert disputed([score(alike)]) == frozenset()


def test_groups_of_policies() -> None:
    assert group_of(load_policy("lru")) == "shipped"
    assert group_of(load_policy("act-r")) == "shipped"
    assert group_of(load_policy("belady")) == "offline"
    assert group_of(load_policy("memgpt@0.3.25")) == "preset"


def test_the_worst_is_the_other_end_of_the_best() -> None:
    values = [3, None, 1, 1]
    assert best_of(values, "faults") == worst_of(values, "probe_recall") == {2, 3}
    assert worst_of(values, "faults") == best_of(values, "probe_recall") == {0}
    assert worst_of(values, "promotions") == frozenset()
    assert worst_of([2, 2], "faults") == frozenset()
    assert (direction_of("faults"), direction_of("probe_recall"), direction_of("covered")) == (-1, 1, 0)
