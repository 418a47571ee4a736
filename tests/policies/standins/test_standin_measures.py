"""Importance and similarity: fixed tables, known cosines."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.policies.standins.importance import importance
from memview.policies.standins.similarity import CharacterNgrams, KeywordJaccard, TfIdf, jaccard, keywords

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("the bed was made", 1),
        ("Ann: the bed was made", 1),
        ("There were 3 of them", 2),
        ("There were 3 of them, at 10:30, for $4.50", 3),
        ("We met Ann Lee in Oslo", 3),
        ("We met Ann, Bob and Carl in Oslo", 3),
        ("I prefer tea", 3),
        ("We decided it", 3),
        ("We decided it!", 4),
        ("the deadline is close", 2),
        ("THIS is it", 2),
        ("I love Oslo", 4),
        ("On 7 May 2024 I will marry Ann in Oslo, I promised: I love her so much!", 10),
    ],
)
def test_importance_by_hand(text: str, expected: int) -> None:
    assert importance(text) == expected


@given(ANY_TEXT)
def test_importance_is_within_its_scale(text: str) -> None:
    assert 1 <= importance(text) <= 10


def test_the_cosine_of_words_by_hand() -> None:
    measure = TfIdf(["green tea", "black tea", "loud music"])
    tea, rare = math.log(4 / 3) + 1, math.log(4 / 2) + 1
    assert measure.similarity("green tea", "black tea") == pytest.approx(tea**2 / (tea**2 + rare**2))
    assert measure.similarity("green tea", "loud music") == 0
    assert measure.similarity("the tea", "a TEA") == 1
    before = measure.similarity("green tea", "black tea")
    measure.add("tea")
    assert measure.similarity("green tea", "black tea") < before


def test_the_cosine_of_trigrams_by_hand() -> None:
    measure = CharacterNgrams()
    assert measure.similarity("ab", "ab") == 1
    assert measure.similarity("abc", "xyz") == 0
    assert measure.similarity("ab", "abc") == pytest.approx(1 / math.sqrt(2 * 3), abs=1e-6)  # " ab" of 2 and of 3
    assert measure.similarity("she paints", "painting") > 0.4 > measure.similarity("she paints", "the music")


def test_keywords_and_what_they_share() -> None:
    assert keywords("tea and tea and the cake, cake, tea, milk", 2) == ("tea", "cake")
    assert jaccard("abc", "bcd") == 0.5
    assert jaccard("", "") == 0
    assert KeywordJaccard().similarity("green tea", "tea time now") == pytest.approx(1 / 4)


@pytest.mark.parametrize("measure", [TfIdf(["a b tea"]), CharacterNgrams(), KeywordJaccard()])
@given(first=ANY_TEXT, second=ANY_TEXT)
def test_similarity_is_a_similarity(measure: TfIdf | CharacterNgrams | KeywordJaccard, first: str, second: str) -> None:
    found = measure.similarity(first, second)
    assert 0 <= found <= 1
    assert found == measure.similarity(second, first)
    assert measure.similarity(first, first) in (0, 1)
