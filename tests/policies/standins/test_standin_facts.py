"""Facts: what a sentence says of whom, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.policies.standins.facts import Fact, extract_facts
from memview.policies.standins.texts import SourceText, split_speaker


def told(text: str, role: str = "user") -> list[tuple[str, str, str, bool]]:
    return [fact[:4] for fact in extract_facts([SourceText(7, role, text)])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My name is Ann Lee.", ("user", "name", "ann lee", False)),
        ("My name's Ann, by the way.", ("user", "name", "ann", False)),
        ("I live in Oslo, Norway, with my cat.", ("user", "lives in", "oslo norway", False)),
        ("I moved to Paris last year.", ("user", "lives in", "paris", False)),
        ("I moved to Paris in May.", ("user", "lives in", "paris", False)),
        ("We are based in a flat in Oslo", ("user", "lives in", "flat in oslo", False)),
        ("I no longer live in Oslo.", ("user", "lives in", "oslo", True)),
        ("I used to live in Rome.", ("user", "formerly lives in", "rome", False)),
        ("I have been working for Google since 2019.", ("user", "employer", "google", False)),
        ("I work as a nurse now.", ("user", "occupation", "nurse", False)),
        ("My profession is school nurse now.", ("user", "occupation", "school nurse", False)),
        ("My company uses Postgres now.", ("user's company", "use", "postgres", False)),
        ("I'm 34 years old", ("user", "age", "34", False)),
        ("I just turned 35 today!", ("user", "age", "35", False)),
        ("I am married to Bob", ("user", "status", "married", False)),
        ("I'm allergic to peanuts.", ("user", "allergic", "peanuts", False)),
        ("I'm a nurse.", ("user", "is", "nurse", False)),
        ("My favorite colour is dark blue.", ("user", "favourite colour", "dark blue", False)),
        ("I don't like raw fish.", ("user", "like", "raw fish", True)),
        ("I hate raw fish.", ("user", "like", "raw fish", True)),
        ("I really do love raw fish.", ("user", "like", "raw fish", False)),
        ("I'd rather have green tea.", ("user", "prefer", "have green tea", False)),
        ("I'd love to learn Greek.", ("user", "want", "learn greek", False)),
        ("I'm going to visit my mum.", ("user", "plans", "visit my mum", False)),
        ("I'm not going to give up.", ("user", "plans", "give up", True)),
        ("I won't let it slow me down.", ("user", "plans", "let it slow me down", True)),
        ("We'll meet Bob on Friday.", ("user", "plans", "meet bob on friday", False)),
        ("I'm planning to run a marathon", ("user", "plans", "run marathon", False)),
        ("I switched from Vim to Emacs.", ("user", "use", "emacs", False)),
        ("I think I prefer tea over coffee.", ("user", "prefer", "tea over coffee", False)),
        ("My sister lives in Rome with her dog.", ("user's sister", "lives in", "rome", False)),
        ("My dog is called Rex.", ("user's dog", "name", "rex", False)),
        ("Ann's dog is called Rex.", ("ann's dog", "name", "rex", False)),
        ("Bob Smith is the new manager.", ("bob smith", "is", "new manager", False)),
        ("Caroline attended a support group.", ("caroline", "attend", "support group", False)),
        ("If I move to Rome, I'll buy a car.", ("user", "plans", "buy car", False)),
        ("Wow, so yesterday I painted a lake.", ("user", "paint", "lake", False)),
        ("Melanie: I painted that lake sunrise!", ("melanie", "paint", "that lake sunrise", False)),
    ],
)  # fmt: skip
def test_one_fact_by_hand(text: str, expected: tuple[str, str, str, bool]) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Do you live in Oslo?", "I live in Oslo, right?", "Where I live in Oslo?", "I might move to Lyon soon.",
        "I could live in Rome.", "If I move to Rome tomorrow", "She lives in Rome with him.", "It is a big house.",
        "Thanks a lot for that!", "I love it so much.", "I like tea", "Really makes you think.", "Fix the bug in a.py.",
        "", "…", "I", "My", "Ann's", "my my my my", "I am not", "I have been",
    ],
)  # fmt: skip
def test_no_fact_by_hand(text: str) -> None:
    assert told(text) == []


def test_two_facts_of_one_sentence_have_texts_of_their_own() -> None:
    assert extract_facts(
        [SourceText(3, "user", "Ann: Well, I live in Oslo and work at Acme, but my son loves Rome.")]
    ) == (
        Fact("ann", "lives in", "oslo", False, "Ann: I live in Oslo", 3),
        Fact("ann", "employer", "acme", False, "Ann: I work at Acme", 3),
        Fact("ann's son", "like", "rome", False, "Ann: my son loves Rome", 3),
    )


def test_a_relative_clause_does_not_take_the_subject_of_the_main_one() -> None:
    assert told("I have a small dog which eats green apples.") == [("user", "have", "small dog", False)]


def test_the_first_person_is_the_role_where_no_speaker_is_named() -> None:
    assert told("I live in Oslo.", "assistant") == [("assistant", "lives in", "oslo", False)]
    assert told("Note: I live in Oslo.") == [("user", "lives in", "oslo", False)]


WORDS = st.sampled_from(
    "I my we Ann Ann's sister is am not will live in Oslo have been like and , . but if which would going to used "
    "don't name was working 34 at the \ud800 \x1b[0m".split(" ")
)


@given(st.lists(WORDS | st.text(st.characters(exclude_categories=()), max_size=6), max_size=25).map(" ".join))
def test_any_words_give_whole_facts_from_their_text(text: str) -> None:
    _, said = split_speaker(text)
    plain = " ".join(said.split())
    for fact in extract_facts([SourceText(1, "user", text)]):
        assert all((fact.subject, fact.slot, fact.object, fact.text))
        assert fact.source == 1
        assert fact.text.split()[-1] in plain
