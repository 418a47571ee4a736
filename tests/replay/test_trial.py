"""A trial measures what a replay shows: same events, same metrics."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import Case, cases

from memview.model.policy_spec import PolicySpec
from memview.policies import policy_catalogue
from memview.replay import Replay, Workload
from memview.replay.budgets import BudgetOverrides
from memview.replay.trial import Trial
from memview.sessions.catalogue import list_samples
from memview.sessions.reader import read_session


@given(cases())
def test_a_trial_is_a_replay_without_frames(case: Case) -> None:
    replay = case.replay()
    overrides = BudgetOverrides(replay.budgets.core, replay.budgets.window, replay.budgets.retrieval)
    trial = Trial(Workload(case.session), case.spec, overrides, replay.seed)
    assert trial.metrics == replay.metrics
    assert trial.probe_results == replay.probe_results
    assert [event.canonical() for event in trial.events] == [event.canonical() for event in replay.events]


@pytest.mark.parametrize("spec", policy_catalogue(), ids=lambda spec: spec.label)
def test_every_policy_gives_the_metrics_of_its_replay(spec: PolicySpec) -> None:
    workload = Workload(read_session(list_samples()[0].path).session)
    assert Trial(workload, spec).metrics == Replay(workload, spec).run().metrics
