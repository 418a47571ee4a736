"""Pages of search results, as MemGPT prints them: five at a time behind a header that says how many there are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from memview.kernel.memory_tools.calls import Refusal

NOTHING = "No results found."


class Page(NamedTuple):
    """Items of one page of a search that found `total`; pages are numbered from 0 to `last`."""

    items: tuple[int, ...]
    total: int
    page: int
    last: int

    def text(self, rows: Sequence[str]) -> str:
        """The page as the agent reads it; `rows` tell its items."""
        if not self.total:
            return NOTHING
        listed = json.dumps(list(rows), ensure_ascii=False)
        return f"Showing {len(self.items)} of {self.total} results (page {self.page}/{self.last}): {listed}"


def page_of(found: Sequence[int], page: int, size: int) -> Page:
    """Page `page` of what was found. Raises Refusal for one behind the last."""
    if not found:
        return Page((), 0, 0, 0)
    last = (len(found) + size - 1) // size - 1
    if page > last:
        raise Refusal(f"page {page} is out of range: the last one is {last}")
    return Page(tuple(found[page * size : (page + 1) * size]), len(found), page, last)


def cut(text: str, limit: int) -> str:
    """A result within `limit` characters, with the note of both systems behind it when something was cut off."""
    if len(text) <= limit:
        return text
    note = "NOTE: function output was truncated since it exceeded the character limit"
    return f"{text[:limit]}... [{note} ({len(text)} > {limit})]"
