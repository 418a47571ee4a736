"""Word overlap: the share of the query's words that a document holds. The baseline retriever of the MemGPT lesson."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence

from memview.kernel.retrieval.bm25 import TermScore


class OverlapIndex:
    """An index over documents 0, 1, 2, ... in the order in which they are added."""

    name = "overlap"

    def __init__(self) -> None:
        self._documents: dict[str, array[int]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, terms: Sequence[str]) -> int:
        """Index a document; returns its number."""
        for term in dict.fromkeys(terms):
            self._documents.setdefault(term, array("I")).append(self._size)
        self._size += 1
        return self._size - 1

    def top(self, terms: Sequence[str], limit: int, ids: Sequence[str]) -> list[tuple[int, float]]:
        """The `limit` best documents as (document, share of query words present, 0..1); ties by `ids[document]`."""
        words = list(dict.fromkeys(terms))
        found: Counter[int] = Counter()
        for term in words:
            found.update(self._documents.get(term, ()))
        pairs = list(found.items())
        if len(pairs) > limit:
            # Counts are few and small: what is below the last place's is left out before ids are compared.
            worst = sorted(found.values(), reverse=True)[limit - 1]
            pairs = [pair for pair in pairs if pair[1] >= worst]
        best = sorted(pairs, key=lambda pair: (-pair[1], ids[pair[0]]))[:limit]
        return [(document, number / len(words)) for document, number in best]

    def breakdown(self, terms: Sequence[str], document: int, corpus_size: int) -> list[TermScore]:  # noqa: ARG002
        """The query words that `document` holds, each worth its equal share."""
        words = list(dict.fromkeys(terms))
        return [TermScore(term, 1.0, 1, 1 / len(words)) for term in words if document in self._documents.get(term, ())]
