"""The incremental index against rank-bm25, which is built from scratch for every question."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from memview.kernel.retrieval.bm25 import Bm25Index
from memview.kernel.retrieval.overlap import OverlapIndex
from memview.kernel.retrieval.rank_bm25_reference import RankBm25Index

Document = list[str]
Top = Callable[[Bm25Index, Document, int, list[str]], list[tuple[int, float]]]
both_ways = pytest.mark.parametrize("top", [Bm25Index.top, Bm25Index._top_vectorised], ids=["loop", "vectorised"])
"""A corpus of these sizes is never worth numpy, so `top` itself goes by the loop."""
words = st.sampled_from("a b c d e f g h".split())
# Few words in many documents: idf below zero, its floor, and ties are the rule here, not the exception.
corpora = st.lists(st.lists(words, max_size=9), min_size=1, max_size=14).filter(any)
questions = st.lists(st.sampled_from("a b c d e f g h z".split()), min_size=1, max_size=6)


def index_of(corpus: Sequence[Document]) -> Bm25Index:
    index = Bm25Index()
    for number, document in enumerate(corpus):
        assert index.add(document) == number
    return index


def reference(corpus: list[Document], question: Document) -> dict[int, float]:
    scores = BM25Okapi(corpus).get_scores(question)
    return {n: float(score) for n, score in enumerate(scores) if not set(question).isdisjoint(corpus[n])}


def assert_same(found: dict[int, float], wanted: dict[int, float]) -> None:
    assert found.keys() == wanted.keys()
    for document, score in wanted.items():
        assert math.isclose(found[document], score, rel_tol=0, abs_tol=1e-9), document


def ids(corpus: Sequence[Document]) -> list[str]:
    return [f"m{number:04d}" for number in range(len(corpus))]


@both_ways
@given(corpus=corpora, question=questions)
def test_scores_are_those_of_rank_bm25(top: Top, corpus: list[Document], question: Document) -> None:
    assert_same(dict(top(index_of(corpus), question, 100, ids(corpus))), reference(corpus, question))


@given(corpus=corpora, question=questions)
def test_growing_is_building_from_scratch_at_every_prefix(corpus: list[Document], question: Document) -> None:
    index = Bm25Index()
    for size, document in enumerate(corpus, start=1):
        index.add(document)
        if any(corpus[:size]):
            assert_same(index.scores(question), reference(corpus[:size], question))


def test_a_larger_corpus_takes_the_vectorised_way_and_agrees() -> None:
    dice = random.Random(3)
    vocabulary = [f"w{number}" for number in range(60)]
    corpus = [dice.choices(vocabulary, weights=range(60, 0, -1), k=dice.randint(3, 25)) for _ in range(2500)]
    question = ["w0", "w1", "w2", "w30", "w0", "none"]
    with mock.patch.object(Bm25Index, "_top_vectorised", autospec=True, side_effect=Bm25Index._top_vectorised) as way:
        found = index_of(corpus).top(question, 5000, ids(corpus))
    assert way.call_count == 1
    assert_same(dict(found), reference(corpus, question))


@both_ways
@given(corpus=corpora, question=questions, limit=st.integers(1, 5), seed=st.integers(0, 9))
def test_the_best_come_first_and_ids_break_ties(
    top: Top, corpus: list[Document], question: Document, limit: int, seed: int
) -> None:
    names = ids(corpus)
    random.Random(seed).shuffle(names)
    index = index_of(corpus)
    wanted = sorted(index.scores(question).items(), key=lambda pair: (-pair[1], names[pair[0]]))
    assert top(index, question, limit, names) == wanted[:limit]


@given(corpus=corpora, question=questions)
def test_a_breakdown_adds_up_now_and_as_of_then(corpus: list[Document], question: Document) -> None:
    index = index_of(corpus)
    for size in range(1, len(corpus) + 1):
        if not any(corpus[:size]):
            continue
        for document, score in reference(corpus[:size], question).items():
            parts = index.breakdown(question, document, size)
            assert math.isclose(sum(part.score for part in parts), score, rel_tol=0, abs_tol=1e-9)
            assert {part.term for part in parts} == set(question) & set(corpus[document])
            assert all(part.frequency == corpus[document].count(part.term) for part in parts)


def test_a_word_of_most_documents_gets_a_quarter_of_the_mean_idf() -> None:
    corpus = [["a", "b"], ["a", "c"], ["a", "d"]]
    (part,) = index_of(corpus).breakdown(["a"], 0, 3)
    rare = math.log(2.5) - math.log(1.5)
    common = math.log(0.5) - math.log(3.5)
    assert common < 0
    assert math.isclose(part.idf, 0.25 * (3 * rare + common) / 4, rel_tol=1e-12)


@pytest.mark.parametrize("corpus", [[], [[]], [[], []]])
def test_nothing_indexed_finds_nothing(corpus: list[Document]) -> None:
    for index in (Bm25Index(), OverlapIndex(), RankBm25Index()):
        for document in corpus:
            index.add(document)
        assert len(index) == len(corpus)
        assert index.top(["a"], 5, ids(corpus)) == []


@given(corpus=corpora, question=questions)
def test_the_reference_retriever_ranks_as_the_incremental_one(corpus: list[Document], question: Document) -> None:
    slow, quick = RankBm25Index(), index_of(corpus)
    for document in corpus:
        slow.add(document)
    assert_same(dict(slow.top(question, 100, ids(corpus))), dict(quick.top(question, 100, ids(corpus))))
    for document in range(len(corpus)):
        assert slow.breakdown(question, document, len(corpus)) == quick.breakdown(question, document, len(corpus))


@given(corpus=corpora, question=questions, limit=st.integers(1, 5))
def test_overlap_is_the_share_of_the_words_present(corpus: list[Document], question: Document, limit: int) -> None:
    index = OverlapIndex()
    for document in corpus:
        index.add(document)
    wanted = set(question)
    shares = {n: len(wanted & set(document)) / len(wanted) for n, document in enumerate(corpus)}
    best = sorted(((n, share) for n, share in shares.items() if share), key=lambda pair: (-pair[1], pair[0]))
    assert index.top(question, limit, ids(corpus)) == best[:limit]
    for document, share in best:
        parts = index.breakdown(question, document, len(corpus))
        assert math.isclose(sum(part.score for part in parts), share)
