"""The extractive summary: coverage is exact, the limit is kept, the order is that of the conversation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.kernel.window import Sentence, Summary
from memview.policies.standins.summary import extract_summary
from memview.policies.standins.texts import SourceText, count_words

DIALOGUE = [
    SourceText(1, "user", "Hi there! Please fix the crash in src/app.py by Friday. It is quite annoying to us."),
    SourceText(2, "assistant", "Sure, I'd be happy to help! Let me look at it and see what there is to be seen."),
    SourceText(3, "tool", "ValueError: bad port 8080 at src/app.py:42"),
    SourceText(4, "assistant", "The cause is the port 8080, which is read as text. I go on with it now."),
    SourceText(5, "user", "I prefer small commits. That would be nice for me and for the others who are here."),
]  # fmt: skip

FRAGMENTS = ("please fix src/app.py", "It cost 12 euros.", "Thanks!", "I prefer tea", "\n- ", "word " * 40,
             "今日は雨。", "…", "\x1b[31m", "\ud800", "Ann: ", "x" * 700, " because ", ". ", "? ")  # fmt: skip
TEXTS = st.lists(
    st.tuples(
        st.sampled_from(["user", "assistant", "tool", "system", ""]),
        st.lists(st.sampled_from(FRAGMENTS) | st.text(st.characters(exclude_categories=()), max_size=20), max_size=6),
    ),
    max_size=8,
).map(lambda rows: [SourceText(number, role, "".join(parts)) for number, (role, parts) in enumerate(rows)])
LIMITS = st.integers(0, 60)


def plain(text: str) -> str:
    return " ".join(text.split())


def test_by_hand() -> None:
    summary = extract_summary(DIALOGUE, 20)
    assert summary.sentences == (
        Sentence("Please fix the crash in src/app.py by Friday.", (1,)),
        Sentence("ValueError: bad port 8080 at src/app.py:42", (3,)),
        Sentence("I prefer small commits.", (5,)),
    )
    assert summary.sources == (1, 3, 5)


def test_the_second_round_ages_what_it_keeps() -> None:
    first = extract_summary(DIALOGUE, 20)
    later = [
        SourceText(6, "user", "I prefer small commits."),
        SourceText(7, "assistant", "Done: commit 3f2a91bc moves parse_port() to lib/ports.py."),
    ]
    second = extract_summary(later, 28, first)
    assert second.sentences[0] == Sentence("Please fix the crash in src/app.py by Friday.", (1,), 1)
    assert Sentence("I prefer small commits.", (5, 6), 0) in second.sentences  # said again: of today, with both sources
    assert 7 in second.sources
    assert extract_summary([], 24, first) == first


def test_an_old_sentence_gives_way_to_a_new_one_of_its_kind() -> None:
    old = Summary((Sentence("The request stays.", (0,), 3), Sentence("Alpha uses port 8001.", (1,), 9)))
    new = [SourceText(2, "user", "Omega uses port 8002.")]
    assert extract_summary(new, 7, old).sources == (0, 2)


def test_the_first_request_is_kept_before_all_else() -> None:
    chat = [
        SourceText(0, "assistant", "ValueError in a/b.py, c/d.py, e/f.py, see https://x.y/z."),
        SourceText(1, "user", "Hello! Could you plan our trip to Rome?"),
    ]
    assert extract_summary(chat, 6).sentences == (Sentence("Could you plan our trip to", (1,)),)
    assert extract_summary(chat, 9).sentences == (Sentence("Could you plan our trip to Rome?", (1,)),)


def test_a_request_longer_than_the_limit_leaves_room_for_others() -> None:
    chat = [
        SourceText(0, "user", "please " + "describe all of these many things " * 5),
        SourceText(1, "user", "Use port 8080."),
    ]
    summary = extract_summary(chat, 11)
    assert summary.sources == (0, 1)
    assert count_words(summary.text) == 11


@pytest.mark.parametrize("limit", [-1, 0, 10])
def test_nothing_comes_of_nothing(limit: int) -> None:
    assert extract_summary([], limit) == Summary(())
    assert extract_summary([SourceText(0, "user", " \n ")], limit, Summary(())) == Summary(())
    assert (extract_summary(DIALOGUE, limit) == Summary(())) == (limit < 1)


def test_without_need_nothing_is_left_out() -> None:
    summary = extract_summary(DIALOGUE, 1000)
    assert plain(summary.text) == plain(" ".join(text.text for text in DIALOGUE))


@given(TEXTS, TEXTS, LIMITS, LIMITS)
def test_every_sentence_is_in_the_text_of_each_of_its_sources(
    early: list[SourceText], late: list[SourceText], first: int, second: int
) -> None:
    late = [text._replace(item=text.item + 100) for text in late]
    spoken = {text.item: plain(text.text) for text in (*early, *late)}
    summary = extract_summary(late, second, extract_summary(early, first))
    for sentence in summary.sentences:
        assert sentence.text
        assert sentence.sources
        assert all(sentence.text in spoken[source] for source in sentence.sources)


@given(TEXTS, TEXTS, LIMITS)
def test_the_limit_and_the_order_are_kept(early: list[SourceText], late: list[SourceText], limit: int) -> None:
    late = [text._replace(item=text.item + 100) for text in late]
    once = extract_summary(early, limit)
    again = extract_summary(late, limit, once)
    for summary in (once, again):
        assert sum(count_words(sentence.text) for sentence in summary.sentences) <= limit
        assert len(summary.text.split()) <= limit
        places = [sentence.sources[0] for sentence in summary.sentences]
        assert places == sorted(places)
    if once.sentences:
        assert again.sentences[0].text == once.sentences[0].text
        assert again.sentences[0].age in (0, once.sentences[0].age + bool(late))


@given(TEXTS, LIMITS)
def test_summing_up_again_without_news_changes_nothing(texts: list[SourceText], limit: int) -> None:
    summary = extract_summary(texts, limit)
    assert extract_summary((), limit, summary) == summary
