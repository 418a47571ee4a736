"""Speakers and dates: what a question favours for what is recorded beside a text."""

from __future__ import annotations

import pytest
from stages_building import bare, ids_of, said, scores, staged, written

from memview.kernel.retrieval.dates import Period, periods_in
from memview.kernel.retrieval.speakers import speaker_of


def test_what_the_named_person_said_weighs_more() -> None:
    found = scores(staged(said("Ann: a violin"), said("Bob: a violin"), speaker_weight=1.5), "What violin has Bob?")
    plain = scores(staged(said("Ann: a violin"), said("Bob: a violin")), "violin")
    assert list(found) == [1, 0]
    assert found[1] == pytest.approx(
        1.5 * scores(staged(said("Ann: a violin"), said("Bob: a violin")), "violin Bob")[1]
    )
    assert plain[0] == plain[1]


@pytest.mark.parametrize("question", ["a violin", "a violin, bob?", "Bobby's violin"])
def test_nobody_is_favoured_by_a_question_that_names_nobody(question: str) -> None:
    story = (said("Ann: a violin"), said("Bob: a violin"))
    assert scores(staged(*story, speaker_weight=3.0), question) == scores(staged(*story), question)


def test_any_word_of_a_name_names_its_bearer() -> None:
    story = (said("Mary Ann Lee: a violin"), said("Bob: a violin"))
    assert list(scores(staged(*story, speaker_weight=1.5), "the violin of Ann's")) == [0, 1]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ann: hello", "Ann"), ("Mary Ann O'Hara: hello", "Mary Ann O'Hara"), ("Zoë: hé", "Zoë"),
        ("花子: はい", "花子"),
        ("ann: hello", None), ("Ann:hello", None), ("I said this: hello", "I said this"), ("", None), (": x", None),
        ("What a very long sentence: with a colon", None), ("http://x.y: z", None),
    ],
)  # fmt: skip
def test_a_speaker_is_the_name_before_the_first_colon(text: str, name: str | None) -> None:
    assert speaker_of(text) == name


@pytest.mark.parametrize(
    ("question", "periods"),
    [
        ("in May 2023?", [Period(2023, 5, None)]), ("last May", [Period(None, 5, None)]),
        ("in 2022 or 2023", [Period(2022, None, None), Period(2023, None, None)]),
        ("on 3 July, 2023", [Period(2023, 7, 3)]), ("July 3rd", [Period(None, 7, 3)]),
        ("the 21st of August 2021", [Period(2021, 8, 21)]), ("June 2023", [Period(2023, 6, None)]),
        ("may I march?", []), ("Maybe", []), ("room 20231", []), ("", []),
    ],
)  # fmt: skip
def test_years_months_and_days_are_read_from_a_question(question: str, periods: list[Period]) -> None:
    assert list(periods_in(question)) == periods


STORY = (
    said("violin", "2022-05-03T10:00:00"),
    said("violin", "2023-05-28T10:00:00Z"),
    written("violin", "2023-06-04T10:00:00"),
    written("violin", "2024-01-03"),
    written("violin"),
    written("violin", "not a date"),
)


@pytest.mark.parametrize(
    ("question", "favoured"),
    [
        ("violin in May 2023", {1}), ("violin last May", {0, 1}), ("violin in 2023", {1, 2}),
        ("violin, 28 May", {1, 2}),
        ("violin on 28 May 2023", {1, 2}), ("violin on 29 May 2023", {2}), ("violin on December 30", {3}),
        ("violin on 31 June", set()), ("violin in 1999", set()), ("violin", set()),
    ],
)  # fmt: skip
def test_what_is_dated_in_the_period_of_the_question_weighs_more(question: str, favoured: set[int]) -> None:
    ranking = staged(*STORY, date_weight=2.0)
    found = scores(ranking, question)
    least = min(found.values())
    assert {item for item, score in found.items() if score > least} == favoured
    assert all(found[item] == 2 * least for item in favoured)
    for item in range(len(STORY)):
        parts = ranking.breakdown(question, item, len(ranking), ids_of(ranking))
        assert any(part.term.startswith("dated ") for part in parts) == (item in favoured)
        assert sum(part.score for part in parts) == pytest.approx(found[item], abs=1e-9)


def test_weights_multiply_and_a_breakdown_tells_both() -> None:
    story = (said("Ann: a violin", "2023-05-01"), said("Bob: a violin", "2023-05-01"))
    ranking = staged(*story, speaker_weight=1.5, date_weight=2.0)
    parts = ranking.breakdown("the violin of Ann in May", 0, len(ranking), ids_of(ranking))
    assert [part.term for part in parts[-2:]] == ["said by Ann, times 1.5:", "dated May, times 2:"]
    assert sum(part.score for part in parts) == pytest.approx(scores(ranking, "the violin of Ann in May")[0], abs=1e-9)


def test_a_favour_never_pushes_a_score_down() -> None:
    # Where all documents hold nearly all words, scores are below zero: multiplied they would be worse than before.
    story = (said("Ann: common usual normal"), *(said("common usual normal") for _ in range(10)))
    favoured = scores(bare(*story, speaker_weight=3.0), "What is common, Ann, usual?")
    question = "What is common, usual?"
    assert scores(bare(*story, speaker_weight=3.0), question) == scores(bare(*story), question)
    assert max(scores(bare(*story), question).values()) < 0
    assert favoured[0] > 0
    dated = tuple(said("common usual normal", "2023-05-01") for _ in range(10))
    assert scores(bare(*dated, date_weight=2.0), "common in 2023") == scores(bare(*dated), "common in 2023")
