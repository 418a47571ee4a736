"""Finding records by their words: SQLite's FTS5 where Python was built with it, else BM25 in memory.

Both rank by Okapi BM25 (k1 = 1.2, b = 0.75); FTS5 also takes words to their stem.
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections import Counter
from typing import Protocol

_WORDS = re.compile(r"\w+")
_STOP_WORDS = frozenset(
    "a about am an and any are as at be been but by can could did do does for from had has have he "
    "her his how i if in is it its me my no not of on or our she so that the their them then there "
    "they this to was we were what when where which who will with would you your".split()
)


def words_of(text: str) -> list[str]:
    """The words of a text that a search may look for, in order and in lower case."""
    return [word for word in _WORDS.findall(text.casefold()) if word not in _STOP_WORDS]


class Index(Protocol):
    """Records under their ids, found by words."""

    def add(self, record_id: str, text: str) -> None:
        """Make a record findable; one that is known already is left as it is."""

    def remove(self, record_id: str) -> None:
        """Make a record unfindable; an unknown one is no error."""

    def search(self, query: str, count: int) -> list[tuple[str, float]]:
        """Up to `count` ids with their scores, the best first, equals by id."""


def open_index(connection: sqlite3.Connection) -> Index:
    """An empty index: FTS5 in `connection`'s temporary database, or BM25 where that is missing."""
    try:
        return FullTextIndex(connection)
    except sqlite3.OperationalError:
        return Bm25Index()


class FullTextIndex:
    """SQLite's FTS5. Raises sqlite3.OperationalError when SQLite was built without it.

    The index is temporary and filled anew from the records whenever the archive is opened: it
    cannot disagree with them, and a file written here opens where FTS5 is missing.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(
            "CREATE VIRTUAL TABLE temp.words USING fts5(record_id UNINDEXED, text, tokenize = 'porter unicode61')"
        )
        self._rows: dict[str, int] = {}

    def add(self, record_id: str, text: str) -> None:
        """Make a record findable; one that is known already is left as it is."""
        if record_id in self._rows:
            return
        row = self._connection.execute(
            "INSERT INTO temp.words (record_id, text) VALUES (?, ?)", (record_id, text)
        ).lastrowid
        assert row is not None
        self._rows[record_id] = row

    def remove(self, record_id: str) -> None:
        """Make a record unfindable; an unknown one is no error."""
        row = self._rows.pop(record_id, None)
        if row is not None:
            self._connection.execute("DELETE FROM temp.words WHERE rowid = ?", (row,))

    def search(self, query: str, count: int) -> list[tuple[str, float]]:
        """Up to `count` ids with their scores, the best first, equals by id."""
        words = dict.fromkeys(words_of(query))
        if not words:
            return []
        found = self._connection.execute(
            "SELECT record_id, -bm25(words) AS score FROM temp.words WHERE words MATCH ? "
            "ORDER BY score DESC, record_id LIMIT ?",
            (" OR ".join(f'"{word}"' for word in words), count),
        )
        return [(str(record_id), float(score)) for record_id, score in found]


class Bm25Index:
    """BM25 over counters in memory: for thousands of records, without SQLite's help."""

    K1 = 1.2
    B = 0.75

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self._holders: Counter[str] = Counter()
        self._length = 0

    def add(self, record_id: str, text: str) -> None:
        """Make a record findable; one that is known already is left as it is."""
        if record_id in self._counts:
            return
        counts = Counter(words_of(text))
        self._counts[record_id] = counts
        self._holders.update(counts.keys())
        self._length += counts.total()

    def remove(self, record_id: str) -> None:
        """Make a record unfindable; an unknown one is no error."""
        counts = self._counts.pop(record_id, None)
        if counts is not None:
            self._holders.subtract(counts.keys())
            self._length -= counts.total()

    def search(self, query: str, count: int) -> list[tuple[str, float]]:
        """Up to `count` ids with their scores, the best first, equals by id."""
        words = dict.fromkeys(words_of(query))
        scored = ((name, self._score(words, counts)) for name, counts in self._counts.items())
        found = [(name, score) for name, score in scored if score > 0.0]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:count]

    def _score(self, words: dict[str, None], counts: Counter[str]) -> float:
        records = len(self._counts)
        mean = self._length / records or 1.0
        length = 1.0 - self.B + self.B * counts.total() / mean
        score = 0.0
        for word in words:
            uses = counts[word]
            if uses:
                holders = self._holders[word]
                rarity = math.log(1.0 + (records - holders + 0.5) / (holders + 0.5))
                score += rarity * uses * (self.K1 + 1.0) / (uses + self.K1 * length)
        return score
