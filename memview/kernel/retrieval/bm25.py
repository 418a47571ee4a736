"""Incremental BM25 Okapi: adding a document costs its own length, a query the postings it touches.

Scores equal `rank_bm25.BM25Okapi` built from scratch over the same documents to 1e-9: k1 = 1.5, b = 0.75, and its floor
for negative idf (epsilon = 0.25 of the mean idf over the vocabulary), all of them as of the moment of the query.
"""

from __future__ import annotations

import heapq
import math
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

K1 = 1.5
B = 0.75
EPSILON = 0.25
_VECTOR_FROM = 1000
_VECTOR_SHARE = 400
"""Numpy beats a loop from so many postings on, and one more for every 400 documents, all of which it looks over."""


class TermScore(NamedTuple):
    """What one query term adds to a document's score."""

    term: str
    idf: float
    frequency: int
    score: float


class Bm25Index:
    """An index over documents 0, 1, 2, ... in the order in which they are added."""

    name = "bm25"

    def __init__(self) -> None:
        self._documents: dict[str, array[int]] = {}
        self._frequencies: dict[str, array[int]] = {}
        self._lengths = array("I")
        self._total_length = 0
        self._terms_with_df: Counter[int] = Counter()
        self._mean_idf: tuple[int, float] = (-1, 0.0)

    def __len__(self) -> int:
        return len(self._lengths)

    def add(self, terms: Sequence[str]) -> int:
        """Index a document; returns its number."""
        document = len(self._lengths)
        with_df = self._terms_with_df
        for term, frequency in Counter(terms).items():
            postings = self._documents.get(term)
            if postings is None:
                postings = self._documents[term] = array("I")
                self._frequencies[term] = array("I")
            else:
                # A frequent term passes through every document frequency: what it leaves empty must not pile up.
                df = len(postings)
                with_df[df] -= 1
                if not with_df[df]:
                    del with_df[df]
            postings.append(document)
            self._frequencies[term].append(frequency)
            with_df[len(postings)] += 1
        self._lengths.append(len(terms))
        self._total_length += len(terms)
        return document

    def _average_idf(self, corpus_size: int) -> float:
        """Mean idf over the vocabulary, from the number of terms per document frequency."""
        if self._mean_idf[0] != corpus_size:
            frequencies = self._terms_with_df.items()
            total = math.fsum(
                number * (math.log(corpus_size - df + 0.5) - math.log(df + 0.5)) for df, number in frequencies
            )
            self._mean_idf = (corpus_size, total / len(self._documents) if self._documents else 0.0)
        return self._mean_idf[1]

    def _idf(self, df: int, corpus_size: int) -> float:
        idf = math.log(corpus_size - df + 0.5) - math.log(df + 0.5)
        return EPSILON * self._average_idf(corpus_size) if idf < 0 else idf

    def scores(self, terms: Sequence[str]) -> dict[int, float]:
        """Score of every document that holds one of `terms`; a term that is repeated counts each time."""
        size = len(self._lengths)
        if not size or not self._total_length:
            return {}
        found: dict[int, float] = {}
        base = K1 * (1 - B)
        per_length = K1 * B * size / self._total_length
        lengths = self._lengths
        for term, times in Counter(terms).items():
            postings = self._documents.get(term)
            if postings is None:
                continue
            weight = times * self._idf(len(postings), size) * (K1 + 1)
            for document, frequency in zip(postings, self._frequencies[term], strict=True):
                score = weight * frequency / (frequency + base + per_length * lengths[document])
                found[document] = found.get(document, 0.0) + score
        return found

    def top(self, terms: Sequence[str], limit: int, ids: Sequence[str]) -> list[tuple[int, float]]:
        """The `limit` best documents as (document, score), best first; ties by `ids[document]`."""
        touched = sum(len(self._documents[term]) for term in set(terms) if term in self._documents)
        if touched >= _VECTOR_FROM + len(self._lengths) // _VECTOR_SHARE:
            return self._top_vectorised(terms, limit, ids)
        found = self.scores(terms)
        return _best(list(found), list(found.values()), limit, ids)

    def _top_vectorised(self, terms: Sequence[str], limit: int, ids: Sequence[str]) -> list[tuple[int, float]]:
        import numpy as np  # only long posting lists are worth its import

        totals = np.zeros(len(self._lengths))
        touched = np.zeros(len(self._lengths), dtype=bool)
        for _, postings, scores in self.term_scores(terms):
            totals[postings] += scores
            touched[postings] = True
        return best_of_array(totals, touched, limit, ids)

    def term_scores(self, terms: Sequence[str]) -> Iterator[tuple[str, NDArray[np.uint32], NDArray[np.float64]]]:
        """Each indexed term, the documents that hold it, and what it scores in them as often as it is asked for.

        The arrays look into the index: let go of them before the next `add`.
        """
        import numpy as np

        # The same operations in the same order as in `scores`: both ways give the same bits.
        size = len(self._lengths)
        if not size or not self._total_length:
            return
        base = K1 * (1 - B)
        per_length = K1 * B * size / self._total_length
        lengths = np.frombuffer(self._lengths, dtype=np.uint32)
        for term, times in Counter(terms).items():
            if term not in self._documents:
                continue
            postings = np.frombuffer(self._documents[term], dtype=np.uint32)
            frequencies = np.frombuffer(self._frequencies[term], dtype=np.uint32)
            weight = times * self._idf(len(postings), size) * (K1 + 1)
            yield term, postings, weight * frequencies / (frequencies + base + per_length * lengths[postings])

    def breakdown(self, terms: Sequence[str], document: int, corpus_size: int) -> list[TermScore]:
        """What each term added to `document`'s score when the first `corpus_size` documents were all there was."""
        average_length = sum(islice(self._lengths, corpus_size)) / max(1, corpus_size)
        norm = K1 * (1 - B + B * self._lengths[document] / average_length) if average_length else 0.0
        result = []
        for term, times in Counter(terms).items():
            postings = self._documents.get(term)
            if postings is None:
                continue
            place = bisect_left(postings, document)
            if place == len(postings) or postings[place] != document:
                continue
            df = bisect_left(postings, corpus_size)
            idf = math.log(corpus_size - df + 0.5) - math.log(df + 0.5)
            if idf < 0:
                idf = EPSILON * self._average_idf_of_prefix(corpus_size)
            frequency = self._frequencies[term][place]
            result.append(TermScore(term, idf, frequency, times * idf * frequency * (K1 + 1) / (frequency + norm)))
        return result

    def _average_idf_of_prefix(self, corpus_size: int) -> float:
        idfs = [
            math.log(corpus_size - df + 0.5) - math.log(df + 0.5)
            for df in (bisect_left(postings, corpus_size) for postings in self._documents.values())
            if df
        ]
        return math.fsum(idfs) / len(idfs) if idfs else 0.0


def best_of_array(
    totals: NDArray[np.float64], among: NDArray[np.bool_], limit: int, ids: Sequence[str]
) -> list[tuple[int, float]]:
    """The `limit` best documents of those `among`, with their totals, best first, ties by id."""
    import numpy as np

    documents = np.flatnonzero(among)
    found = totals[documents]
    if len(documents) > limit:
        # Everything that ties with the last place stays in, so that ids decide and not the partition's order.
        worst = np.partition(found, len(found) - limit)[len(found) - limit]
        keep = found >= worst
        documents, found = documents[keep], found[keep]
    return _best(documents.tolist(), found.tolist(), limit, ids)


def _best(documents: Sequence[int], scores: Sequence[float], limit: int, ids: Sequence[str]) -> list[tuple[int, float]]:
    """The `limit` best of documents with their scores, best first, ties by id.

    Only what beats the last place is sorted: a term that all messages share can tie thousands of them.
    """
    pairs = zip(documents, scores, strict=True)
    if len(documents) <= limit:
        return sorted(pairs, key=lambda pair: (-pair[1], ids[pair[0]]))
    worst = heapq.nlargest(limit, scores)[-1]
    better, tied = [], []
    for document, score in pairs:
        if score > worst:
            better.append((document, score))
        elif score == worst:
            tied.append(document)
    better.sort(key=lambda pair: (-pair[1], ids[pair[0]]))
    last = heapq.nsmallest(limit - len(better), tied, key=ids.__getitem__)
    return better + [(document, worst) for document in last]
