"""Sentences are stretches of their text; words are counted no more generously than by white space."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.policies.standins.texts import LONGEST_SENTENCE, count_words, cut_words, sentences, split_speaker

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=400)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("I met Dr. Smith at 5.30 p.m. in St. Louis. He left.",
         ["I met Dr. Smith at 5.30 p.m. in St. Louis.", "He left."]),
        ("See fig. 3, e.g. the U.S. one. No. That is no. 5.",
         ["See fig. 3, e.g. the U.S. one.", "No.", "That is no. 5."]),
        ("J. R. Smith came by. We ate.", ["J. R. Smith came by.", "We ate."]),
        ("It is v3.11.4 of https://a.b/c.html?x=1. Good.", ["It is v3.11.4 of https://a.b/c.html?x=1.", "Good."]),
        ("Edit src/app.py. Then run ./x.sh!", ["Edit src/app.py.", "Then run ./x.sh!"]),
        ('He asked "Really?" and left. "Yes." Well... maybe.',
         ['He asked "Really?" and left.', '"Yes."', "Well... maybe."]),
        ("i live in paris. i like it", ["i live in paris.", "i like it"]),
        ("- milk\n* bread. Butter.\n2. eggs\n## Head", ["milk", "bread.", "Butter.", "2. eggs", "Head"]),
        ("Run:\n```py\nx = a.b. c\n\n  y()\n```\nDone.", ["Run:", "x = a.b. c", "y()", "Done."]),
        ("今日は雨。明日は？「はい。」", ["今日は雨。", "明日は？", "「はい。」"]),
        ("  a \t b\u00a0c  ", ["a b c"]),
        ("", []),
        (" \n\t\r\n ", []),
    ],
)  # fmt: skip
def test_sentences_by_hand(text: str, expected: list[str]) -> None:
    assert list(sentences(text)) == expected


def test_wrapped_prose_is_joined_and_a_list_is_not() -> None:
    prose = "This paragraph is wrapped by hand at some sixty characters or\nso, and goes on. Then it ends.\n"
    assert sentences(prose)[0].endswith("characters or so, and goes on.")
    rows = "this is a row of a list that is longer than fifty characters\n- another row, which begins small\n"
    assert len(sentences(rows)) == 2


def test_a_line_without_end_is_broken_at_spaces() -> None:
    line = "word " * 1000
    pieces = sentences(line)
    assert all(len(piece) <= LONGEST_SENTENCE for piece in pieces)
    assert " ".join(pieces).split() == line.split()
    assert "".join(sentences("x" * 5000)) == "x" * 5000


@given(ANY_TEXT)
def test_every_sentence_is_found_in_its_text_in_order(text: str) -> None:
    plain = " ".join(text.split())
    place = 0
    for sentence in sentences(text):
        assert sentence
        assert len(sentence) <= LONGEST_SENTENCE
        place = plain.index(sentence, place) + len(sentence)


@given(ANY_TEXT, st.integers(-2, 30))
def test_a_cut_keeps_the_beginning_and_the_limit(text: str, limit: int) -> None:
    cut = cut_words(text, limit)
    assert text.startswith(cut)
    assert count_words(cut) <= max(0, limit)
    assert len(cut.split()) <= count_words(cut)
    assert bool(cut.strip()) == (limit > 0 and bool(text.strip()))
    if count_words(text) <= limit and text.strip():
        assert cut == text


def test_words_are_cut_between_and_endless_ones_within() -> None:
    assert cut_words("keep these four words here", 4) == "keep these four words"
    assert cut_words("short " + "x" * 200, 3) == "short"
    assert cut_words("x" * 200, 2) == "x" * 80
    assert cut_words("東京へ行く", 3) == "東京へ"
    assert count_words("東京へ行く today") == 6


def test_speakers() -> None:
    assert split_speaker("Melanie: I paint.") == ("Melanie", "I paint.")
    assert split_speaker("Ann van Dam: Hi") == ("Ann van Dam", "Hi")
    for text in ("Note: this is none", "that: small", "12:30 is late", "https://x.y", "No speaker here."):
        assert split_speaker(text) == (None, text)
