"""The table of conflicts, case by case, and what each ledger makes of it."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.kernel.window import FactChange
from memview.policies.standins.conflicts import (
    CONFLICT,
    LEDGERS,
    OTHER,
    RICHER,
    SAME,
    AddOnlyLedger,
    InvalidatingLedger,
    ReplacingLedger,
    verdict,
)
from memview.policies.standins.fact_index import FactIndex, HeldFact
from memview.policies.standins.facts import Fact


def fact(slot: str, told: str, negated: bool = False, source: int = 0, subject: str = "ann") -> Fact:
    return Fact(subject, slot, told, negated, f"{subject}: {slot} {'not ' if negated else ''}{told} ({source})", source)


@pytest.mark.parametrize(
    ("known", "new", "expected"),
    [
        (fact("lives in", "oslo"), fact("lives in", "oslo"), SAME),
        (fact("like", "red wine"), fact("like", "wine red"), SAME),
        (fact("lives in", "oslo norway"), fact("lives in", "oslo"), SAME),
        (fact("lives in", "oslo"), fact("lives in", "oslo norway"), RICHER),
        (fact("like", "wine"), fact("like", "red wine"), RICHER),
        (fact("like", "fish", True), fact("like", "raw fish", True), RICHER),
        (fact("like", "red wine"), fact("like", "wine"), OTHER),
        (fact("like", "wine"), fact("like", "beer"), OTHER),
        (fact("lives in", "oslo"), fact("lives in", "rome"), CONFLICT),
        (fact("favourite colour", "red"), fact("favourite colour", "blue"), CONFLICT),
        (fact("favourite colour", "red"), fact("favourite food", "rice"), OTHER),
        (fact("lives in", "oslo"), fact("lives in", "rome", subject="bob"), OTHER),
        (fact("like", "wine"), fact("like", "wine", True), CONFLICT),
        (fact("like", "wine", True), fact("like", "wine"), CONFLICT),
        (fact("like", "wine", True), fact("like", "red wine"), CONFLICT),
        (fact("like", "red wine"), fact("like", "wine", True), CONFLICT),
        (fact("like", "wine"), fact("like", "red wine", True), OTHER),
        (fact("plans", "quit", True), fact("plans", "run and never quit"), OTHER),
        (fact("plans", "quit", True), fact("plans", "quit"), CONFLICT),
        (fact("lives in", "oslo"), fact("lives in", "oslo norway", True), CONFLICT),
        (fact("lives in", "oslo", True), fact("lives in", "rome"), OTHER),
        (fact("lives in", "oslo", True), fact("lives in", "rome", True), OTHER),
    ],
)
def test_verdicts(known: Fact, new: Fact, expected: str) -> None:
    assert verdict(known, new) == expected


OSLO, ROME = fact("lives in", "oslo", source=1), fact("lives in", "rome", source=5)
NORWAY = fact("lives in", "oslo norway", source=3)


def test_the_replacing_ledger() -> None:
    ledger = ReplacingLedger()
    assert ledger.learn(OSLO) == (FactChange("add", OSLO.text, (1,)),)
    assert ledger.learn(fact("lives in", "oslo", source=2)) == ()
    assert ledger.learn(NORWAY) == (FactChange("update", NORWAY.text, (1, 3), OSLO.text),)
    assert ledger.learn(OSLO) == ()
    assert ledger.learn(ROME) == (FactChange("delete", ROME.text, (5,), NORWAY.text),)
    away = fact("lives in", "rome", negated=True, source=6)
    assert ledger.learn(away) == (FactChange("delete", away.text, (6,), ROME.text),)
    assert ledger.learn(OSLO) == (FactChange("add", OSLO.text, (1,)),)


def test_one_fact_may_end_several() -> None:
    ledger = ReplacingLedger()
    red, white = fact("like", "red wine", source=1), fact("like", "white wine", source=2)
    none = fact("like", "wine", negated=True, source=3)
    ledger.learn(red)
    ledger.learn(white)
    assert ledger.learn(none) == (
        FactChange("delete", none.text, (3,), red.text),
        FactChange("delete", white.text, (3,), white.text),
    )


def test_a_text_is_known_once_whoever_is_its_subject() -> None:
    for ledger in (ReplacingLedger(), InvalidatingLedger(), AddOnlyLedger()):
        assert ledger.learn(OSLO)
        assert ledger.learn(OSLO._replace(subject="bob")) == ()


def test_the_add_only_ledger() -> None:
    ledger = AddOnlyLedger()
    assert ledger.learn(OSLO) == (FactChange("add", OSLO.text, (1,)),)
    assert ledger.learn(OSLO._replace(source=9)) == ()
    assert ledger.learn(ROME) == (FactChange("add", ROME.text, (5,)),)
    assert ledger.learn(ROME._replace(text="\ud800")) == (FactChange("add", "\ud800", (5,)),)


def test_the_later_fact_ends_the_earlier() -> None:
    ledger = InvalidatingLedger()
    assert ledger.learn(OSLO, 10.0) == (FactChange("add", OSLO.text, (1,)),)
    assert ledger.learn(ROME, 20.0) == (FactChange("invalidate", ROME.text, (5,), OSLO.text),)
    # Oslo ended at 20, so what is said to be true of Oslo from 30 on ends Rome, and not Oslo once more.
    again = fact("lives in", "oslo", source=8)
    assert ledger.learn(again, 30.0) == (FactChange("invalidate", again.text, (8,), ROME.text),)


@pytest.mark.parametrize("valid_at", [10.0, 5.0])
def test_a_fact_that_is_not_later_has_ended_already(valid_at: float) -> None:
    ledger = InvalidatingLedger()
    ledger.learn(OSLO, 10.0)
    assert ledger.learn(ROME, valid_at) == (
        FactChange("add", ROME.text, (5,)),
        FactChange("invalidate", ROME.text, (5,), ROME.text),
    )
    assert ledger.learn(OSLO) == ()


def test_times_that_do_not_meet_are_left_alone() -> None:
    ledger = InvalidatingLedger()
    ledger.learn(OSLO, 10.0)
    past = ledger.learn(ROME, 1.0, invalid_at=10.0)
    assert past == (FactChange("add", ROME.text, (5,)), FactChange("invalidate", ROME.text, (5,), ROME.text))
    between = fact("lives in", "paris", source=7)
    assert ledger.learn(between, 15.0) == (FactChange("invalidate", between.text, (7,), OSLO.text),)


def test_the_item_is_the_clock_where_none_is_given() -> None:
    ledger = InvalidatingLedger()
    ledger.learn(OSLO)
    assert ledger.learn(ROME) == (FactChange("invalidate", ROME.text, (5,), OSLO.text),)


FACTS = st.lists(
    st.builds(
        fact,
        st.sampled_from(["lives in", "like", "name"]),
        st.sampled_from(["oslo", "oslo norway", "rome", "rome norway"]),
        st.booleans(),
        st.integers(0, 9),
        st.sampled_from(["ann", "bob"]),
    ),
    max_size=20,
)


@pytest.mark.parametrize("name", LEDGERS)
@given(facts=FACTS, times=st.lists(st.none() | st.integers(0, 9), min_size=20, max_size=20))
def test_changes_make_an_archive_without_contradictions(name: str, facts: list[Fact], times: list[int | None]) -> None:
    """Applied as the kernel does, every `replaces` is known, no text is added twice, and no two facts conflict."""
    ledger = LEDGERS[name]()
    archive: dict[str, Fact] = {}
    for new, time in zip(facts, times, strict=False):
        twin = copy.deepcopy(ledger)
        changes = ledger.learn(new, time)
        assert twin.learn(new, time) == changes
        for change in changes:
            if change.replaces is not None:
                del archive[change.replaces]
            if change.text != change.replaces:
                assert change.text not in archive
                assert change.text == new.text
                archive[new.text] = new
        assert name == "add-only@1" or ledger.learn(new, time) == () or new.text not in archive
    held = list(archive.values())
    if name == "replace@1":
        assert all(verdict(one, other) not in (SAME, CONFLICT) for one in held for other in held if one is not other)


def test_a_copy_is_independent() -> None:
    for name in LEDGERS:
        ledger = LEDGERS[name]()
        ledger.learn(OSLO)
        twin = copy.deepcopy(ledger)
        assert twin.learn(ROME)
        assert ledger.learn(ROME)


@given(FACTS, FACTS)
def test_the_index_overlooks_no_fact_that_has_to_do_with_another(known: list[Fact], asked: list[Fact]) -> None:
    index = FactIndex()
    for place, one in enumerate(known):
        index.add(HeldFact(one, (), float(place)))
    for number in range(0, len(known), 3):
        index.remove(number)
    left = {place: one for place, one in enumerate(known) if place % 3}
    for one in asked:
        related = dict(index.copy().related(one))
        assert list(related) == sorted(related)
        assert all(related[number].fact is left[number] for number in related)
        assert {number for number in left if verdict(left[number], one) != OTHER} <= related.keys()
