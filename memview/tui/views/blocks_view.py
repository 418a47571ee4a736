"""The blocks of core memory at a turn: how full each is, what it says, and what the turn changed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.model.display import printable, printable_lines
from memview.tui.governance_marks import EDITABLE, READ_ONLY
from memview.tui.lines import Line, cells, fitted, grouped_number, left, line_width, meter, signed, spread, wrap
from memview.tui.views.pane_rows import TEXT_LIMIT, PaneRows, RowsBuilder
from memview.tui.views.tool_words import clipped_text, more_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memview.replay import Replay
    from memview.replay.governance_masks import Masks
    from memview.replay.memory_surface import BlockAccount

_GONE_LIMIT = 240
"""Characters of a part that a turn took away."""
_LONGEST_BAR = 30
_SHORTEST_BAR = 6


def blocks_rows(replay: Replay, blocks: Sequence[BlockAccount], masks: Masks, width: int) -> PaneRows:
    """Each block with its parts, one record a paragraph; what the turn added and took away is marked."""
    rows = RowsBuilder()
    for block in blocks:
        rows.gap()
        _add_block(rows, replay, block, masks, width)
    if not blocks:
        rows.gap()
        rows.paragraph("This session has no blocks of core memory.", width, "muted")
    return rows.build("Blocks", _tally(blocks))


def _tally(blocks: Sequence[BlockAccount]) -> str:
    changed, over = sum(block.changed for block in blocks), sum(block.is_over_its_limit for block in blocks)
    parts = [f"{grouped_number(len(blocks))} {'block' if len(blocks) == 1 else 'blocks'}"]
    parts += [f"± {changed} changed"] if changed else []
    parts += [f"! {over} over"] if over else []
    return " · ".join(parts)


def _add_block(rows: RowsBuilder, replay: Replay, block: BlockAccount, masks: Masks, width: int) -> None:
    state = block.state
    lock = READ_ONLY if state.read_only else EDITABLE
    owners = f" · of {', '.join(printable(name) for name in block.owners)}" if block.owners else ""
    change = _change(block)
    start: Line = ((printable(state.label), "bold text"), (owners, "muted"))
    end: Line = ((change, "action-insert"), (f"  {lock.glyph} {lock.word}", lock.style))
    rows.add(spread(start, end, width))
    rows.add(_fill_line(block, width))
    if block.is_over_its_limit:
        over = grouped_number(state.chars - state.limit)
        rows.paragraph(
            f"! {over} characters over its limit: an edit that leaves it so is refused", width, "action-warn"
        )
    if state.description:
        shown, more = clipped_text(state.description, masks)
        rows.paragraph(printable(shown) + more_words(more), width, "faint")
    for name in state.memory_ids:
        mark = ("+ ", "action-insert") if name in block.added else ("  ", "text")
        _part(rows, replay, name, mark, "text", TEXT_LIMIT, masks, width)
    for name in block.removed:
        _part(rows, replay, name, ("− ", "action-evict"), "faint", _GONE_LIMIT, masks, width)
    if not state.memory_ids:
        rows.add((("  nothing in it", "faint"),))


def _change(block: BlockAccount) -> str:
    if not block.changed:
        return ""
    before = block.chars_before
    return "± new" if before is None else f"± changed {signed(block.state.chars - before)}".rstrip()


def _fill_line(block: BlockAccount, width: int) -> Line:
    """A bar of how full the block is, with the characters in figures."""
    state = block.state
    figures = f" {grouped_number(state.chars)}/{grouped_number(state.limit)} characters"
    share = f" · {100 * state.chars // state.limit} %" if state.limit else ""
    room = width - cells(figures)
    told = figures + share if room - cells(share) >= _SHORTEST_BAR else figures
    bar_width = max(0, min(_LONGEST_BAR, width - cells(told)))
    filled, track = meter(min(state.chars, state.limit), state.limit, bar_width)
    style = "action-warn" if block.is_over_its_limit else "tier-core"
    return fitted(((filled, style), (track, "track"), (told, style if block.is_over_its_limit else "muted")), width)


def _part(
    rows: RowsBuilder,
    replay: Replay,
    name: str,
    mark: tuple[str, str],
    style: str,
    limit: int,
    masks: Masks,
    width: int,
) -> None:
    """One record of a block: its mark and id, then its text wrapped under itself."""
    shown, more = clipped_text(masks.of_memory(replay.memory(name)), masks, limit)
    head: Line = (mark, (f"{printable(name)}  ", "bold text" if style == "text" else "muted"))
    indent = cells(mark[0])
    first_room = width - line_width(head)
    for number, paragraph in enumerate([*printable_lines(shown + more_words(more))]):
        pieces = _after_head(paragraph, first_room, width - indent) if number == 0 else wrap(paragraph, width - indent)
        for index, piece in enumerate(pieces or [""]):
            line = (*head, (piece, style)) if number == index == 0 else ((left("", indent), "text"), (piece, style))
            rows.add(fitted(line, width), name)


def _after_head(text: str, first: int, rest: int) -> list[str]:
    """`text` wrapped, its first line to `first` cells and the others to `rest`."""
    text = " ".join(text.split())
    pieces = wrap(text, max(4, first)) or [""]
    return [pieces[0], *wrap(text[len(pieces[0]) :].lstrip(), rest)] if len(pieces) > 1 else pieces
