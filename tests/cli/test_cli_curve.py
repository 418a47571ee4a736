"""`memview curve`: the numbers of the chart, for people and for programs."""

from __future__ import annotations

from cli_harness import Memview

from memview.evaluate.curve import curve_of
from memview.sessions.catalogue import find_session
from memview.sessions.importers import open_session


def test_json_has_points_band_histogram_and_working_set(memview: Memview) -> None:
    told = memview("curve", "session_05", "--policies", "lru,arc", "--budgets", "200,300,400", "--json").json
    assert told["budgets"] == [200, 300, 400]
    assert [policy["label"] for policy in told["policies"]] == ["lru@1", "arc@1"]
    session = open_session(find_session("session_05")).session
    curve, profile = curve_of(session, ["lru", "arc"], [200, 300, 400])
    for policy, line in zip(told["policies"], curve.lines, strict=True):
        assert [point and point["hit_ratio"] for point in policy["points"]] == [
            point and point.ratio for point in line.points
        ]
    for band in filter(None, told["optimum"]):
        assert 0 <= band["achieved"] <= band["certified"] <= 1
    accesses = told["accesses"]
    assert accesses["cold"] + accesses["within"] + accesses["beyond"] == accesses["requests"] == profile.requests
    assert sum(bucket["requests"] for bucket in accesses["histogram"]) == accesses["requests"] - accesses["cold"]
    assert len(accesses["working_set"]["tokens"]) == len(session.turns)


def test_text_says_where_the_core_is_and_what_a_policy_saves(memview: Memview) -> None:
    done = memview("curve", "session_01", "--policies", "lru,arc")
    assert (done.status, done.err) == (0, b"")
    assert any(line.startswith("600 now") for line in done.lines)
    assert any("lru@1 would hit with" in line for line in done.lines)
    assert any(line.startswith("Working set of 8 turns") for line in done.lines)
    assert all(len(line) <= 120 for line in done.lines)


def test_bad_input_is_one_line(memview: Memview) -> None:
    assert b"unknown policy" in memview("curve", "session_01", "--policies", "lrruu").err
    assert memview("curve", "session_01", "--policies", "lru", "--budgets", "x").status == 2
    refused = memview("curve", "session_01", "--policies", "lru", "--budgets", "99999999")
    assert refused.status == 1
    assert refused.err.startswith(b"[ERROR] window budget")
    assert len(refused.err.splitlines()) == 1
