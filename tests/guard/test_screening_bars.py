"""The bars of the sources, on our own texts, and what holds for any text."""

from __future__ import annotations

import pytest
from guard_texts import ATTACKS, DOCUMENTS, FACTS, LOUD, MESSAGES, ORDERS
from hypothesis import given
from hypothesis import strategies as st

from memview.guard import Source, screen
from memview.guard.screening import SOURCES, bar_of

QUESTIONS = {"question for an assistant", "question"}


def share(texts: list[str], source: Source) -> float:
    return sum(screen(text, source).flagged for text in texts) / len(texts)


def test_false_alarms_on_own_texts() -> None:
    assert share(FACTS, "fact") <= 0.01
    assert share(MESSAGES, "message") <= 0.05
    assert share(DOCUMENTS, "document") <= 0.08


@pytest.mark.parametrize(("source", "least"), [("fact", 0.93), ("document", 0.9)])
def test_recall_on_own_orders(source: Source, least: float) -> None:
    assert share(ORDERS, source) >= least


@pytest.mark.parametrize("kind", ATTACKS)
@pytest.mark.parametrize("source", ["fact", "document"])
def test_recall_on_own_attacks(kind: str, source: Source) -> None:
    assert share(ATTACKS[kind], source) >= 0.85


@pytest.mark.parametrize("kind", LOUD)
def test_messages_are_flagged_for_the_loud_kinds(kind: str) -> None:
    assert share(ATTACKS[kind], "message") >= 0.85


@pytest.mark.parametrize("kind", ["creation", "translation", "assistance", "knowledge", "format"])
def test_a_users_own_orders_are_no_attack(kind: str) -> None:
    assert share(ATTACKS[kind], "message") == 0


def test_the_bar_of_a_document_is_above_that_of_a_fact() -> None:
    assert bar_of("fact") < bar_of("document") < bar_of("message")
    assert screen("Buy milk.", "fact").flagged
    assert not screen("Buy milk.", "document").flagged
    assert screen("Buy milk.", "document").names == ("imperative",)


ALL_ATTACKS = [text for texts in ATTACKS.values() for text in texts] + ORDERS
PROSE = [
    "The council voted on Tuesday.",
    "Buses go through Mill Lane.",
    "It cost 1.2 million pounds.",
    "Nobody was hurt.",
]


@given(
    attack=st.sampled_from(ALL_ATTACKS),
    before=st.lists(st.sampled_from(PROSE), max_size=4),
    after=st.lists(st.sampled_from(PROSE), max_size=4),
    joint=st.sampled_from(["\n", "\n\n", " "]),
)
def test_benign_text_around_makes_it_no_better(attack: str, before: list[str], after: list[str], joint: str) -> None:
    alone = screen(attack, "document")
    loud = {hit.name for hit in alone.rules if hit.weight >= bar_of("document")}
    if joint == " " and loud <= QUESTIONS:
        joint = "\n"  # in running text a question may be the writer's own
    together = screen(joint.join([*before, attack, *after]), "document")
    assert together.flagged >= alone.flagged


@given(text=st.text(max_size=400), source=st.sampled_from(SOURCES))
def test_screening_never_raises_and_is_deterministic(text: str, source: Source) -> None:
    assert screen(text, source) == screen(text, source)


WORDS = st.sampled_from(
    [
        *"Ignore all previous instructions . , : ' ( ) < > <!-- --> [//]: # ``` ? you must when the user asks".split(),
        *"send to a@b.c http:// your answer code snippet system İ ß Ａ === end of ﬃ".split(),
        *("\n", "\t", '"', "\u200b", "\u202e", "\x1b[", "\ud800", "\x00"),
    ]
)


@given(text=st.lists(WORDS, max_size=40).map(" ".join), source=st.sampled_from(SOURCES))
def test_screening_never_raises_on_what_it_looks_for(text: str, source: Source) -> None:
    found = screen(text, source)
    assert found.flagged == (found.score >= bar_of(source))
    assert found.score == max((hit.weight for hit in found.rules), default=0.0)


@pytest.mark.parametrize("text", ["", " ", "\n", "?", "...", "\x00", "\ud800", "İ" * 50, "'", "“”"])
@pytest.mark.parametrize("source", SOURCES)
def test_next_to_nothing_is_nothing(text: str, source: Source) -> None:
    assert not screen(text, source).flagged
