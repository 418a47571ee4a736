"""The page table's rows: present bit, slot, last use, uses, importance, tokens, and who is evicted next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.lines import Line, Span, clip, grouped_number, left, right, short_number
from memview.tui.views.pane_rows import PaneRows, RowsBuilder, empty_state

if TYPE_CHECKING:
    from memview.replay.page_table import PageRow

_FIXED = 35
_WIDEST_PAGE = 26

SORTS = ("slot", "last use", "uses", "importance", "tokens")
"""What rows can be sorted by. Pages that are out come behind those that are in, whatever the order."""
_KEYS: dict[str, Callable[[PageRow], float]] = {
    "last use": lambda row: row.last_used,
    "uses": lambda row: row.uses,
    "importance": lambda row: row.importance,
    "tokens": lambda row: -row.tokens,
}
_WORDS = {
    "slot": "by slot",
    "last use": "longest unused first",
    "uses": "least used first",
    "importance": "least important first",
    "tokens": "largest first",
}


def sorted_rows(rows: Sequence[PageRow], order: str) -> list[PageRow]:
    """`rows` in one of the orders of SORTS, those that are present first."""
    key = _KEYS.get(order)
    if key is None:
        return list(rows)
    return sorted(rows, key=lambda row: (not row.is_present, key(row)))


def page_table_rows(rows: Sequence[PageRow], order: str, budget: int, width: int) -> PaneRows:
    """The table `width` cells wide. `budget` is the core's, in tokens."""
    present = [row for row in rows if row.is_present]
    used = sum(row.tokens for row in present)
    info = f"{grouped_number(used)}/{grouped_number(budget)} tok · {_WORDS[order]}"
    if not rows:
        return empty_state("Page table", info, "No page is in the core, and none was.", "", width)
    page = max(6, min(_WIDEST_PAGE, width - _FIXED))
    built = RowsBuilder()
    built.add(_heading(page, order))
    for row in sorted_rows(rows, order):
        if not row.is_present and len(built) == len(present) + 1:
            words = clip(f" out of the core, {'the last first' if order == 'slot' else _WORDS[order]} ", width - 2)
            built.add((("──", "frame"), (words, "muted"), ("─" * (width - 2 - len(words)), "frame")))
        built.add(_row(row, page), row.memory_id)
    return built.build("Page table", info)


def _heading(page: int, order: str) -> Line:
    def style(name: str) -> str:
        return "bold accent" if name == order else "muted"

    return (
        ("slot", style("slot")),
        (" P ", "muted"),
        (left("page", page), "muted"),
        (right("used", 6), style("last use")),
        (right("uses", 5), style("uses")),
        (right("imp", 5), style("importance")),
        (right("tok", 5), style("tokens")),
    )


def _row(row: PageRow, page: int) -> Line:
    out = not row.is_present
    plain = "muted" if out else "text"
    return (
        (right("–" if row.slot is None else short_number(row.slot), 4), "faint" if out else "muted"),
        (" 0 " if out else " 1 ", "faint" if out else "bold tier-core"),
        (left(printable(row.memory_id), page), "muted" if out else "bold text"),
        (right(f"t{row.last_used}" if row.last_used else "load", 6), plain),
        (right(short_number(row.uses), 5), plain),
        (right(f"{row.importance:.2f}", 5), plain),
        (right(short_number(row.tokens), 5), plain),
        _mark(row),
    )


def _mark(row: PageRow) -> Span:
    if row.is_next_victim:
        return " ▽ next", "bold action-evict"
    if row.pinned:
        return " ■ pin", "text"
    if row.is_new:
        return " ▲ new", "bold action-promote"
    if row.faulted is not None:
        return f" ○ t{row.faulted}", "action-fault"
    return (f" ▼ t{row.left}", "action-evict") if row.left is not None else ("", "text")
