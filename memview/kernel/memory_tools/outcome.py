"""What a memory-tool call came to in a replay, for screens and reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """Call number `place` of a turn, from 1. `result` is what our execution gave, `recorded` what the recording has.

    `agrees` is None when no result was recorded; `difference` says in what way they differ. `error` is the result
    again when the call was refused. `memory_ids` are the items that were written, or that a search showed; `withheld`
    those that a search of the archive would have found, and the guard left out of our result.
    """

    place: int
    tool: str
    arguments: Mapping[str, object]
    result: str
    recorded: object
    agrees: bool | None
    difference: str
    error: str | None
    memory_ids: tuple[str, ...]
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of a search: ids of what it shows, of `total` found; pages go from 0 to `last`. `text` is as printed."""

    memory_ids: tuple[str, ...]
    total: int
    page: int
    last: int
    text: str
