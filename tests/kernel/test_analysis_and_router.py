"""What a text is searched by, and where a turn looks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.kernel.retrieval.analysis import STOP_WORDS, load_analyser
from memview.kernel.router import route_turn
from memview.model.errors import PolicyError

FULL = {"archive": 3, "recall": 3, "shared": 0}


def test_plain_keeps_every_word_in_lower_case() -> None:
    assert load_analyser("plain")("The CATS’ cat's _x_ 3rd Zürich 票, don't!") == [
        "the", "cats", "cat's", "x", "3rd", "zürich", "票", "don't",
    ]  # fmt: skip


def test_english_drops_stop_words_and_stems_the_rest() -> None:
    assert load_analyser("english")("The hotels that we don't like were running") == ["hotel", "like", "run"]


@given(st.text(max_size=300))
def test_terms_are_bounded_and_never_empty(text: str) -> None:
    for name in ("plain", "english"):
        terms = load_analyser(name)(text)
        assert all(1 <= len(term) <= 64 for term in terms)
    assert len(load_analyser("plain")("x" * 1000)[0]) == 64


@given(st.text(max_size=100))
def test_english_terms_come_from_plain_words(text: str) -> None:
    kept = [word for word in load_analyser("plain")(text) if word not in STOP_WORDS]
    assert len(load_analyser("english")(text)) == len(kept)


def test_an_unknown_analysis_is_refused() -> None:
    with pytest.raises(PolicyError, match=r"unknown analysis 'french'.*english, plain"):
        load_analyser("french")


@pytest.mark.parametrize(
    ("text", "sizes", "label", "is_fallback"),
    [
        ("", FULL, "core only", False),
        ("  \n", FULL, "core only", False),
        ("Thanks, great!", FULL, "core only", False),
        ("Where is the violin?", FULL, "archive + recall", False),
        ("Where is the violin?", {**FULL, "shared": 1}, "archive + recall + shared", False),
        ("What did I say about it?", FULL, "recall", False),
        ("What did I say about it?", {**FULL, "recall": 0}, "archive", True),
        ("Where is the violin?", {**FULL, "archive": 0}, "recall", True),
        ("Where is the violin?", {"archive": 0, "recall": 0, "shared": 2}, "recall + shared", True),
        ("Where is the violin?", {"archive": 0, "recall": 0, "shared": 0}, "archive", True),
    ],
)
def test_routes(text: str, sizes: dict[str, int], label: str, is_fallback: bool) -> None:
    route = route_turn(text, sizes)
    assert (route.label, route.is_fallback) == (label, is_fallback)
    assert route.reason
