"""Which memories a text shows: by their ids, or by eight words of theirs in a row.

The results of memory tools repeat what memories say. A result is no better than the least of what it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+")
_IN_A_ROW = 8
_LEAST_WORDS = 3
"""A shorter memory is known by its id alone: its words say nothing."""
_LOOKED_AT = 200_000
"""Characters of a memory or a result that are looked at."""


class Shown:
    """Memories to look for. Both learning and looking take time in proportion to the text."""

    def __init__(self) -> None:
        self._by_id: dict[str, int] = {}
        self._by_words: dict[tuple[str, ...], list[int]] = {}
        self._lengths: list[int] = []

    def __len__(self) -> int:
        return len(self._by_id)

    def add(self, item: int, item_id: str, text: str) -> None:
        """Look for memory `item` from now on."""
        self._by_id[item_id] = item
        words = _words(text)
        for start in range(0, max(1, len(words) - _IN_A_ROW + 1), _IN_A_ROW):
            row = tuple(words[start : start + _IN_A_ROW])
            if len(row) >= _LEAST_WORDS:
                self._by_words.setdefault(row, []).append(item)
                if len(row) not in self._lengths:
                    self._lengths.append(len(row))

    def find(self, text: str, names: Iterable[str]) -> list[int]:
        """The memories that `text` shows or that `names`, the ids in it, mean: each once, in order of number."""
        found = {self._by_id[name] for name in names if name in self._by_id}
        words = _words(text)
        for length in self._lengths:
            for start in range(len(words) - length + 1):
                found.update(self._by_words.get(tuple(words[start : start + length]), ()))
        return sorted(found)


def _words(text: str) -> list[str]:
    return _WORD.findall(text[:_LOOKED_AT].casefold())
