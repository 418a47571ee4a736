"""`retriever: rank-bm25`: the rank-bm25 package itself, rebuilt for every query. The reference, and the slow way."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from memview.kernel.retrieval.bm25 import Bm25Index, TermScore


class RankBm25Index:
    """Documents 0, 1, 2, ... scored by `rank_bm25.BM25Okapi` over all of them."""

    name = "rank-bm25"

    def __init__(self) -> None:
        self._corpus: list[list[str]] = []

    def __len__(self) -> int:
        return len(self._corpus)

    def add(self, terms: Sequence[str]) -> int:
        """Keep a document; returns its number."""
        self._corpus.append(list(terms))
        return len(self._corpus) - 1

    def top(self, terms: Sequence[str], limit: int, ids: Sequence[str]) -> list[tuple[int, float]]:
        """The `limit` best documents that hold one of `terms`, as (document, score); ties by `ids[document]`."""
        from rank_bm25 import BM25Okapi  # brings numpy; few policies name it

        if not any(self._corpus):
            return []
        wanted = set(terms)
        scores = BM25Okapi(self._corpus).get_scores(list(terms))
        found = [
            (document, float(score))
            for document, score in enumerate(scores)
            if not wanted.isdisjoint(self._corpus[document])
        ]
        return heapq.nsmallest(limit, found, key=lambda pair: (-pair[1], ids[pair[0]]))

    def breakdown(self, terms: Sequence[str], document: int, corpus_size: int) -> list[TermScore]:
        """As `Bm25Index.breakdown`, whose scores are the same."""
        index = Bm25Index()
        for text in self._corpus[:corpus_size]:
            index.add(text)
        return index.breakdown(terms, document, corpus_size)
