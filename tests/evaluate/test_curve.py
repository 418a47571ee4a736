"""Hit ratio over core budget: every point a replay, the band around all of them, and what a better policy saves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evaluating import story
from hypothesis import given
from hypothesis import strategies as st

from memview.evaluate.contender import Contender
from memview.evaluate.curve import (
    Band,
    BandPoint,
    Curve,
    CurvePoint,
    PolicyLine,
    band_point,
    budget_ladder,
    can_work,
    curve_of,
    curve_point,
    hull,
)
from memview.evaluate.reuse import profile_of
from memview.kernel.workload import Workload
from memview.model.errors import PolicyError
from memview.model.memory import Memory
from memview.model.session import Arrival
from memview.policies import load_policy
from memview.replay import Replay

POLICIES = ("lru", "fifo", "arc", "gdsf", "2q", "lfu", "act-r", "belady", "memgpt@0.3.25")


@given(st.sampled_from(POLICIES), st.integers(10, 90), st.integers(1, 5), st.integers(6, 24))
def test_a_point_is_the_replay_at_that_budget_and_the_band_is_around_it(
    policy: str, budget: int, step: int, turns: int
) -> None:
    session, spec = story("s", turns=turns, step=step), load_policy(policy)
    contender = Contender(Workload(session), spec)
    point = curve_point(contender, budget)
    replay = Replay(Workload(session), spec, core_budget=budget).run()
    assert point.core == replay.budgets.core
    assert point.ratio == pytest.approx(replay.metrics["resident_hit_ratio"] or 0.0)
    band = band_point(contender, budget)
    assert band.requests == point.requests
    assert point.hits <= band.achieved <= band.certified <= band.requests


def test_the_hull_is_around_the_bands_of_all_policies() -> None:
    points = [BandPoint(40, 10, 3, 5), BandPoint(40, 20, 8, 9), None]
    assert hull(points) == Band(0.4, 0.5)
    assert hull([None]) is None
    assert hull([BandPoint(40, 0, 0, 0)]) is None


def test_the_curve_says_what_the_better_policy_saves() -> None:
    def line(label: str, *hits: int) -> PolicyLine:
        return PolicyLine(label, tuple(CurvePoint(100 * n, 100 * n, 10, hit) for n, hit in enumerate(hits, start=1)))

    curve = Curve((100, 200, 300), (line("a", 1, 3, 4), line("b", 2, 4, 5), line("c", 1, 1, 1)), (None,) * 3)
    saved = {saving.worse: saving for saving in curve.savings(1)}
    assert saved["a"].better == "b"
    assert saved["a"].needed == 300
    assert saved["a"].short == 200
    assert saved["c"].needed is None
    assert saved["c"].short == 300
    assert curve.savings(0)[0].needed == 200
    wide = Curve((100, 200, 300), (line("a", 1, 1, 4), line("b", 3, 4, 5)), (None,) * 3)
    assert (wide.savings(0)[0].needed, wide.savings(0)[0].short) == (300, 200)
    assert "b" not in saved


def test_the_ladder_goes_from_the_least_that_works_to_saturation_and_has_the_budget_in_force() -> None:
    pinned = Arrival(0, Memory("rule", "never book by telephone", tokens=22, tier="core", pinned=True, section="rules"))
    session = story("s", turns=18, step=5)
    session = replace(session, arrivals=(pinned, *session.arrivals))
    contender = Contender(Workload(session), load_policy("lru"))
    profile = profile_of(contender)
    ladder = budget_ladder(contender, profile)
    assert list(ladder) == sorted(set(ladder))
    assert profile.budget in ladder
    assert ladder[0] >= 22
    assert all(can_work(contender, budget) for budget in ladder)
    assert not can_work(contender, 21)
    assert ladder[-1] >= profile.largest


def test_a_budget_that_cannot_work_has_no_point_and_one_that_is_all_there_is_says_why() -> None:
    curve, _ = curve_of(story(), ["lru", "arc"], [20, 40, 5_000])
    assert curve.budgets == (20, 40, 5_000)
    assert [point is None for point in curve.lines[0].points] == [False, False, True]
    assert curve.bands[2] is None
    contender = Contender(Workload(story()), load_policy("lru"))
    assert curve.most is not None
    assert can_work(contender, curve.most)
    assert not can_work(contender, curve.most + 1)
    assert curve_of(story(), ["lru"], [20, 40])[0].most is None
    with pytest.raises(PolicyError, match="window budget"):
        curve_of(story(), ["lru"], [5_000])
    with pytest.raises(PolicyError, match="no policy is named"):
        curve_of(story(), [])


def test_a_policy_without_a_limit_is_told_apart() -> None:
    curve, _ = curve_of(story(), ["everything", "lru"], [30, 40])
    lines = {line.label: line for line in curve.lines}
    assert not lines["lru@1"].is_unlimited
    unlimited = lines["everything@1"]
    assert unlimited.is_unlimited == (unlimited.points[0] is not None and unlimited.points[0].core != 30)


def test_curves_are_the_same_every_time() -> None:
    assert curve_of(story(), ["lru", "random"], seed=3) == curve_of(story(), ["lru", "random"], seed=3)
