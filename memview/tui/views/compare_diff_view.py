"""The prompts of one turn against each other: per section what only one of two holds, with its text, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.compared import ColumnScene
from memview.tui.glyphs import SECTION_MARKS, action_mark
from memview.tui.lines import Line, cells, clip, grouped_number, left, line_width, right, signed
from memview.tui.views.pane_rows import PaneRows, RowsBuilder, start_of_text
from memview.tui.views.turn_view import why

if TYPE_CHECKING:
    from memview.model import PagingEvent
    from memview.replay.divergence import SectionDifference

_TEXT_LINES = 3
_SIDES = (("◀", "accent"), ("▶", "action-hit"))
"""The first column's own, and the other one's."""


def diff_target(number: int, memory_id: str) -> str:
    """What a row is known by: the column that holds the item, and the item."""
    return f"item {number} {memory_id}"


def diff_rows(scenes: Sequence[ColumnScene | None], turn: int, width: int) -> PaneRows:
    """The first column's prompt beside that of every other one, section by section."""
    first, *others = scenes
    rows = RowsBuilder()
    apart = 0
    if turn == 0:
        rows.paragraph("Turn 0 sends no prompt: the memories are loaded, nothing is asked yet.", width, "muted")
        return rows.build("Prompts", "turn 0")
    for other in others:
        if first is None or other is None:
            waiting = next((each.column.label for each in scenes if each is not None), "")
            words = f"Not all prompts of turn {grouped_number(turn)} are computed yet"
            rows.paragraph(f"{words}{f'; {printable(waiting)} is.' if waiting else '.'}", width, "muted")
            continue
        rows.gap()
        apart += _pair(rows, first, other, turn, width)
    title = f"Prompts of turn {grouped_number(turn)}"
    return rows.build(
        title, f"{grouped_number(apart)} {'item' if apart == 1 else 'items'} apart" if apart else "the same"
    )


def _pair(rows: RowsBuilder, first: ColumnScene, other: ColumnScene, turn: int, width: int) -> int:
    """The two prompts; returns how many items only one of them holds."""
    from memview.replay.divergence import decisions_on, divergence_at

    replays = (first.column.replay, other.column.replay)
    divergence = divergence_at(replays, turn)
    differing = {section.section: section for section in divergence.sections}
    ids = decisions_on(replays, divergence)
    decided = tuple({event.memory_id: event for event in events} for events in ids)
    frames = [replay.frame(turn) for replay in replays]
    totals = [frame.tokens.total for frame in frames]
    _add_labels(rows, (first, other), totals, width)
    apart = 0
    for name, mark in SECTION_MARKS.items():
        amounts = [getattr(frame.tokens, name) for frame in frames]
        section = differing.get(name)
        held = [len(getattr(frame, name, ())) for frame in frames]
        head: Line = ((f"{mark.glyph} ", f"bold {mark.style}"), (left(name, 11), "bold text"))
        if section is None:
            alike = _alike(name, held[0], amounts)
            if alike:
                rows.add((*head, (alike, "faint")))
            continue
        common = held[0] - len(section.own[0])
        size = f"{grouped_number(amounts[0])} tok ≠ {grouped_number(amounts[1])} tok"
        rows.add((*head, (size, "text"), (f"   {grouped_number(common)} in both", "faint")))
        apart += sum(len(own) for own in section.own)
        _own_items(rows, (first, other), section, decided, width)
    return apart


def _add_labels(rows: RowsBuilder, pair: tuple[ColumnScene, ColumnScene], totals: Sequence[int], width: int) -> None:
    """Which sign stands for which column, and how large its prompt is; on two lines where one is too short."""
    parts: list[Line] = []
    for (glyph, style), scene, total in zip(_SIDES, pair, totals, strict=True):
        size = f" {grouped_number(total)} tok"
        label = clip(f"{glyph} {scene.column.number} {printable(scene.column.label)}", max(8, width - cells(size)))
        parts.append(((label, f"bold {style}"), (size, "text")))
    change: Line = ((f"  {signed(totals[1] - totals[0]) or 'the same size'}", "muted"),)
    one_line: Line = (*parts[0], ("   ", "text"), *parts[1], *change)
    for line in (one_line,) if line_width(one_line) <= width else parts:
        rows.add(line)


def _alike(name: str, held: int, amounts: Sequence[int]) -> str:
    if name in ("system", "query"):
        same = amounts[0] == amounts[1]
        tokens = grouped_number(amounts[0])
        return f"the same, {tokens} tok" if same else f"{tokens} tok ≠ {grouped_number(amounts[1])} tok"
    return f"the same {grouped_number(held)} {'item' if held == 1 else 'items'}" if held else "empty in both"


def _own_items(
    rows: RowsBuilder,
    pair: tuple[ColumnScene, ColumnScene],
    section: SectionDifference,
    decided: Sequence[Mapping[str | None, PagingEvent]],
    width: int,
) -> None:
    for side, (scene, own) in enumerate(zip(pair, section.own, strict=True)):
        glyph, style = _SIDES[side]
        for memory_id in own:
            target = diff_target(scene.column.number, memory_id)
            rows.add(_item_line(scene, memory_id, f"  {glyph} only {scene.column.number} ", style, width), target)
            text = scene.scene.text_of(memory_id)
            for piece in start_of_text(text, max(8, width - 6), _TEXT_LINES):
                rows.add(((" " * 6, "text"), (piece, "muted")), target)
            for place, events in enumerate(decided):
                event = events.get(memory_id)
                if event is not None:
                    rows.add(_why_line(pair[place].column.number, event, width), target)


def _item_line(scene: ColumnScene, memory_id: str, lead: str, style: str, width: int) -> Line:
    name = printable(memory_id)
    tokens = f"{grouped_number(scene.column.replay.tokens_of(memory_id))} tok"
    room = max(0, width - cells(lead) - cells(tokens) - 1)
    return (lead, f"bold {style}"), (left(name, room), "bold text"), (right(tokens, cells(tokens) + 1), "text")


def _why_line(number: int, event: PagingEvent, width: int) -> Line:
    """What one policy did about the item in this turn."""
    mark = action_mark(event.action)
    lead = f"{' ' * 6}{number} {mark.glyph} {mark.word} "
    return (lead, mark.style), (left(why(event), max(0, width - cells(lead))), "faint")
