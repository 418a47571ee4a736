"""Rules of forgetting, one by one, and what none of them may touch; how much of a memory is landfill."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from lifecycle_notes import archives, note, specs, states

from memview.model.lifecycle_spec import ForgetRule, LifecycleSpec
from memview.model.memory import Citation, Memory
from memview.policies.lifecycle.forgetting import Forgetting
from memview.policies.lifecycle.landfill import LandfillMetrics, landfill
from memview.policies.lifecycle.standing import COLD, NOWHERE, Standing, State, Usage

OLD = State(turn=100, at="2024-06-01", usage={"a": Usage(10)})


def decided(memory: Memory, rule: ForgetRule, state: State = OLD) -> tuple[str, float, float | None] | None:
    found = Forgetting(rule).decide([memory], state)
    return (found[0].to, found[0].signal.value, found[0].signal.threshold) if found else None


@pytest.mark.parametrize(
    ("rule", "fields", "usage", "expected"),
    [
        (ForgetRule("never-retrieved", turns=90, below=0.4), {"importance": 0.3}, Usage(10), ("cold", 90, 90)),
        (ForgetRule("never-retrieved", turns=91, below=0.4), {"importance": 0.3}, Usage(10), None),
        (ForgetRule("never-retrieved", turns=90, below=0.4), {"importance": 0.4}, Usage(10), None),
        (ForgetRule("never-retrieved", turns=90, below=0.4), {"importance": 0.3}, Usage(10, 11, 1), None),
        (
            ForgetRule("retention", below=0.5, turns_per_day=50, to="nowhere"),
            {},
            Usage(10, 50, 0),
            ("nowhere", round(math.exp(-1), 9), 0.5),
        ),
        (ForgetRule("retention", below=0.5, turns_per_day=50), {}, Usage(10, 50, 1), None),
        (
            ForgetRule("retention", below=0.8, turns_per_day=50),
            {},
            Usage(10, 50, 9),
            ("cold", round(math.exp(-1 / 3), 9), 0.8),
        ),
        (ForgetRule("expired"), {"valid_until": "2024-05-30"}, Usage(10), ("cold", 2.0, 0.0)),
        (ForgetRule("expired"), {"valid_until": "2024-06-01"}, Usage(10), ("cold", 0.0, 0.0)),
        (ForgetRule("expired"), {"valid_until": "2024-06-02"}, Usage(10), None),
        (ForgetRule("expired"), {"valid_until": "whenever"}, Usage(10), None),
        (ForgetRule("superseded", turns=0), {}, Usage(10), None),
    ],
)
def test_each_rule(rule: ForgetRule, fields: dict[str, object], usage: Usage, expected: object) -> None:
    state = State(turn=100, at="2024-06-01", usage={"a": usage})
    assert decided(note("a", "x", **fields), rule, state) == expected


@pytest.mark.parametrize(("ended", "expected"), [(49, ("cold", 51, 51)), (50, None)])
def test_what_was_superseded_waits_its_time(ended: int, expected: object) -> None:
    standing = Standing(ended_by="b", ended_turn=ended)
    state = State(turn=100, standings={"a": standing})
    assert decided(note("a", "x"), ForgetRule("superseded", turns=51), state) == expected
    still_true = State(
        turn=100, at="2024-06-01", standings={"a": Standing(ended_by="b", ended_turn=1, valid_until="2030-01-01")}
    )
    assert decided(note("a", "x"), ForgetRule("superseded"), still_true) is None


ANY = ForgetRule("never-retrieved", below=2.0)


@pytest.mark.parametrize(
    "fields", [{"pinned": True}, {"quarantined": True}, {"tier": "core"}, {"tier": "window"}, {"kind": "message"}]
)
def test_what_is_protected(fields: dict[str, object]) -> None:
    assert decided(note("a", "x"), ANY) is not None
    assert decided(note("a", "x", **fields), ANY) is None


def test_what_the_core_rests_on_is_protected_through_summaries_and_merges() -> None:
    page, excerpt = note("page", "x"), note("excerpt", "x", derived_from=("page",))
    resident, twin = note("resident", "x", derived_from=("excerpt",)), note("twin", "x")
    standings = {"page": Standing(COLD, merged_into="twin")}
    state = State(turn=9, core=frozenset({"resident"}), standings=standings, hands_off=frozenset({"mine"}))
    memories = [page, excerpt, resident, twin, note("mine", "x"), note("other", "x")]
    assert [decision.memory_id for decision in Forgetting(ANY).decide(memories, state)] == ["other"]
    cycle = [note("resident", "x", derived_from=("b",)), note("b", "x", derived_from=("resident",))]
    assert Forgetting(ANY).decide(cycle, state) == []


def test_the_first_rule_that_applies_decides() -> None:
    rules = (ForgetRule("expired"), ForgetRule("never-retrieved", below=2.0, to="nowhere"), ANY)
    (decision,) = Forgetting(*rules).decide([note("a", "x")], OLD)
    assert (decision.rule, decision.to) == ("never-retrieved", "nowhere")
    assert Forgetting().decide([note("a", "x")], OLD) == []


def test_what_has_left_is_not_forgotten_again() -> None:
    for place in (COLD, NOWHERE):
        state = State(turn=100, standings={"a": Standing(place)})
        assert decided(note("a", "x"), ANY, state) is None


def test_landfill_counts() -> None:
    memories = [
        note("a", "User likes tea", citation=Citation("s")),
        note("b", "User likes tea."),
        note("c", "User lives in Oslo", valid_until="2024-01-01"),
        note("d", "User works at Acme", created_at="2023-01-01"),
        note("e", "User works at Globex", created_at="2023-02-01"),
        note("f", "User is 30 years old"),
        note("g", "User is 31 years old", supersedes="f"),
        note("h", "said", kind="message"),
        note("i", "cold"),
    ]
    state = State(turn=9, at="2024-06-01", standings={"i": Standing(COLD)})
    found = landfill(memories, {"a": Usage(0, 3, 2)}, state)
    assert found == LandfillMetrics(7, duplicates=1, stale=2, never_retrieved=6, missing_metadata=6, conflicting=2)
    assert found.shares["stale_ratio"] == 2 / 7
    assert set(landfill([], {}).shares.values()) == {None}


def test_what_was_merged_counts_as_used_when_its_duplicate_was() -> None:
    state = State(standings={"b": Standing(COLD, merged_into="a")})
    found = landfill([note("a", "User likes tea"), note("b", "User likes tea")], {"b": Usage(0, 3, 2)}, state)
    assert (found.total, found.never_retrieved, found.duplicates) == (1, 0, 0)


@given(archives(), states(), specs())
def test_landfill_is_a_count_whatever_the_order(memories: list[Memory], state: State, spec: LifecycleSpec) -> None:
    found = landfill(memories, state.usage, state, spec)
    assert landfill(memories[::-1], state.usage, state, spec) == found
    assert all(share is None or 0 <= share <= 1 for share in found.shares.values())
