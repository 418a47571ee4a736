"""What archival searches find: a ranking of the archive alone, as it stood before the turn that asks."""

from __future__ import annotations

from collections.abc import Sequence

from memview.kernel.items import ItemTable
from memview.kernel.memory_tools.calls import ArchivalSearch
from memview.kernel.memory_tools.writes import Effect
from memview.kernel.retrieval.ranking import Document, Ranking

_LONGEST_QUERY = 10_000
"""Characters of a query that are looked at: more than the words that a ranking takes of it."""


class ArchiveSearches:
    """The searches of a session under one retriever. Nothing is indexed for a session that never asks."""

    def __init__(self, items: ItemTable, ranking: Ranking) -> None:
        self._items = items
        self._ranking = ranking
        self._documents: list[int] = []
        self._ids: list[str] = []
        self._looked_at = 0
        self._found: dict[tuple[int, int], tuple[tuple[int, float], ...]] = {}

    def take(self, turn: int, effect: Effect, upto: int) -> None:
        """Answer a call of `turn`, if it is an archival search, out of the items before number `upto`."""
        if isinstance(effect.call, ArchivalSearch):
            self._index(upto)
            ranked = self._ranking.rank(effect.call.query[:_LONGEST_QUERY], self._ids)
            self._found[turn, effect.place] = tuple([(self._documents[place], score) for place, score in ranked])

    def found(self, turn: int, place: int) -> Sequence[tuple[int, float]]:
        """Items with their scores, best first, of a search that was taken."""
        return self._found[turn, place]

    def _index(self, upto: int) -> None:
        for item in range(self._looked_at, upto):
            if self._is_archived(item):
                self._documents.append(item)
                self._ids.append(self._items.ids[item])
                self._ranking.add(Document(self._items.texts[item], is_message=False, sources=(), at=None))
        self._looked_at = upto

    def _is_archived(self, item: int) -> bool:
        """Whether the archive, or shared memory, ever holds the item: messages, and what is pinned, are elsewhere."""
        record = self._items.records[item]
        if record is None or (record.tier == "core" and record.pinned):
            return False
        return self._items.home(item) != "recall"
