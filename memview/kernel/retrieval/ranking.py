"""A ranking of everything that exists at a moment: the retriever's own, or one in stages on top of BM25.

Stages (after `retrieval.md`'s measurements): each term of the question scores in a record itself and, lent, in its
neighbours and in what cites it. What a term scores in several of these places is their root of squares, not their sum:
a word that is said twice in one exchange is one match, two words of the question in one exchange are two. Then whole
scores are weighed by what is recorded about a record: who said it, when.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple, Protocol

from memview.kernel.retrieval.analysis import Analyser
from memview.kernel.retrieval.bm25 import Bm25Index, TermScore, best_of_array
from memview.kernel.retrieval.cited import Cited
from memview.kernel.retrieval.dates import Dates
from memview.kernel.retrieval.lender import Lender
from memview.kernel.retrieval.neighbours import Neighbours
from memview.kernel.retrieval.settings import RetrievalSettings
from memview.kernel.retrieval.speakers import Speakers
from memview.kernel.retrieval.weight import Weight

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LONGEST_QUERY = 512
_CELLS = 1 << 18
"""Scores that are held at a time: a long question to a large archive is taken some terms after the other."""


class Document(NamedTuple):
    """An item as a ranking learns of it; `sources` are the items that it derives from, `at` is when it was said.

    What waits for an approval `lends` nothing to its sources: nobody may be led by it.
    """

    text: str
    is_message: bool
    sources: tuple[int, ...]
    at: str | None
    lends: bool = True


class Ranking(Protocol):
    """Items 0, 1, 2, ... in order of arrival, and what a question finds among those that were added."""

    def __len__(self) -> int: ...
    def add(self, document: Document) -> None: ...
    def rank(self, text: str, ids: Sequence[str]) -> list[tuple[int, float]]: ...
    def breakdown(self, text: str, item: int, corpus_size: int, ids: Sequence[str]) -> list[TermScore]: ...


class Index(Protocol):
    """What a retriever has to offer."""

    name: str

    def __len__(self) -> int: ...
    def add(self, terms: Sequence[str]) -> int: ...
    def top(self, terms: Sequence[str], limit: int, ids: Sequence[str]) -> list[tuple[int, float]]: ...
    def breakdown(self, terms: Sequence[str], document: int, corpus_size: int) -> list[TermScore]: ...


class PlainRanking:
    """The retriever's scores as they are."""

    def __init__(self, index: Index, analyse: Analyser, pool: int) -> None:
        self._index = index
        self._analyse = analyse
        self._pool = pool

    def __len__(self) -> int:
        return len(self._index)

    def add(self, document: Document) -> None:
        self._index.add(self._analyse(document.text))

    def rank(self, text: str, ids: Sequence[str]) -> list[tuple[int, float]]:
        """Candidates for `text` over everything that is indexed now, best first, ties by id."""
        terms = self._terms(text)
        return self._index.top(terms, self._pool, ids) if terms else []

    def breakdown(self, text: str, item: int, corpus_size: int, ids: Sequence[str]) -> list[TermScore]:  # noqa: ARG002
        """What each term added to the score of `item` when the first `corpus_size` items were all there was."""
        return self._index.breakdown(self._terms(text), item, corpus_size)

    def _terms(self, text: str) -> list[str]:
        return self._analyse(text)[:_LONGEST_QUERY]


class StagedRanking:
    """BM25 with lenders between records, weights on whole scores, and derived memories that only serve as index."""

    def __init__(self, settings: RetrievalSettings, analyse: Analyser) -> None:
        self._index = Bm25Index()
        self._analyse = analyse
        self._pool = settings.pool
        self._lenders = tuple(_lenders(settings))
        self._weights = tuple(_weights(settings))
        self._fetches_derived = settings.derived == "fetch"
        self._is_fetched = array("B")

    def __len__(self) -> int:
        return len(self._index)

    def add(self, document: Document) -> None:
        """Index the next item."""
        item = self._index.add(self._analyse(document.text))
        self._is_fetched.append(self._fetches_derived or not document.sources)
        for lender in self._lenders:
            lender.add(item, document.is_message, document.sources if document.lends else ())
        for weight in self._weights:
            weight.add(item, document.text, document.at)

    def rank(self, text: str, ids: Sequence[str]) -> list[tuple[int, float]]:
        """Candidates for `text` over everything that is indexed now, best first, ties by id."""
        terms = self._terms(text)
        if not terms:
            return []
        import numpy as np

        totals, touched = self._pooled(terms)
        for weight in self._weights:
            favoured = weight.favoured(text)
            if favoured is not None:
                # Where every document holds the word, BM25 is below zero: a favour must not push such a score down.
                favoured = favoured[totals[favoured] > 0]
                totals[favoured] *= weight.value
        touched &= np.array(self._is_fetched, dtype=bool)
        return best_of_array(totals, touched, self._pool, ids)

    def _pooled(self, terms: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Scores with what is lent, and which items have any."""
        import numpy as np

        size = len(self._index)
        totals, touched = np.zeros(size), np.zeros(size, dtype=bool)
        scored = list(self._index.term_scores(terms))
        step = max(1, _CELLS // max(1, size))
        for start in range(0, len(scored), step):
            block = scored[start : start + step]
            own = np.zeros((len(block), size))
            for row, (_, documents, scores) in zip(own, block, strict=True):
                touched[documents] = True
                # A term that scores below zero, because nearly all records hold it, tells nothing about what is beside.
                if scores[0] > 0:
                    row[documents] = scores
            squares = own * own
            for lender in self._lenders:
                lender.lend(own, squares)
            for row, (_, documents, scores) in zip(np.sqrt(squares), block, strict=True):
                touched |= row > 0
                totals += row
                if scores[0] < 0:
                    totals[documents] += scores
        return totals, touched

    def breakdown(self, text: str, item: int, corpus_size: int, ids: Sequence[str]) -> list[TermScore]:
        """What each term and each stage added to the score of `item` when the first `corpus_size` items existed.

        A root of squares is no sum; each part is told as its share of the squares, so that the parts add up.
        """
        terms = self._terms(text)
        own = self._index.breakdown(terms, item, corpus_size)
        loans = [loan for lender in self._lenders for loan in lender.loans(item, corpus_size)]
        lent = [
            {part.term: loan.share * part.score for part in self._index.breakdown(terms, loan.item, corpus_size)}
            for loan in loans
        ]
        squares: dict[str, float] = {}
        for amounts in ({part.term: part.score for part in own}, *lent):
            for term, amount in amounts.items():
                if amount > 0:
                    squares[term] = squares.get(term, 0.0) + amount * amount
        parts = [part._replace(score=_share(part.score, squares.get(part.term))) for part in own]
        for loan, amounts in zip(loans, lent, strict=True):
            score = sum(_share(amount, squares[term]) for term, amount in amounts.items() if amount > 0)
            if score > 0:
                parts.append(TermScore(f"{loan.stage} {ids[loan.item]}", 0.0, 0, score))
        return parts + self._favours(text, item, corpus_size, sum(part.score for part in parts))

    def _favours(self, text: str, item: int, corpus_size: int, total: float) -> list[TermScore]:
        parts = []
        for weight in self._weights:
            factor = weight.factor(item, text, corpus_size)
            if factor is not None and total > 0:
                parts.append(TermScore(f"{factor.why}, times {factor.value:g}:", 0.0, 0, total * (factor.value - 1)))
                total *= factor.value
        return parts

    def _terms(self, text: str) -> list[str]:
        return self._analyse(text)[:_LONGEST_QUERY]


def _share(amount: float, squares: float | None) -> float:
    return amount if amount <= 0 or squares is None else amount * amount / sqrt(squares)


def _lenders(settings: RetrievalSettings) -> Iterator[Lender]:
    if settings.neighbours > 0:
        yield Neighbours(settings.neighbours, settings.neighbour_reach)
    if settings.cited > 0:
        yield Cited(settings.cited)


def _weights(settings: RetrievalSettings) -> Iterator[Weight]:
    if settings.speaker_weight != 1.0:
        yield Speakers(settings.speaker_weight)
    if settings.date_weight != 1.0:
        yield Dates(settings.date_weight)
