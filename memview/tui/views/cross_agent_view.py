"""What one agent's writes do to another's prompt, as far as it shows in one turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import Mark
from memview.tui.lines import grouped_number, wrap
from memview.tui.views.pane_rows import PaneRows, RowsBuilder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memview.replay.cross_agent import CrossAgentEffect

_WRITTEN = Mark("+", "written here", "action-insert")
_ENTERS = Mark("▲", "enters here", "action-promote")
_LEAVES = Mark("▼", "leaves here", "action-evict")
_MOST = 200


def cross_agent_rows(effects: Sequence[CrossAgentEffect], turn: int, width: int) -> PaneRows:
    """The effects that begin, show for the first time or end in `turn`; without any, how many there are in all."""
    rows = RowsBuilder()
    told = [(mark, effect) for effect in effects for mark in _marks(effect, turn)]
    for mark, effect in told[:_MOST]:
        head = f"{mark.glyph} {printable(effect.memory_id)} {mark.word}: "
        for index, piece in enumerate(wrap(head + _words(effect, mark), max(8, width - 2))):
            if index:
                rows.add((("  ", "text"), (piece, "muted")), effect.memory_id)
            else:
                rest = piece[len(head) :]
                rows.add(((piece[: len(head)], mark.style), (rest, "muted")), effect.memory_id)
    if len(told) > _MOST:
        rows.add(((f"and {len(told) - _MOST} more", "faint"),))
    if not told:
        rows.paragraph("No agent's write entered or left another's prompt in this turn.", width, "muted")
    count = grouped_number(len(effects))
    return rows.build("Across agents", f"{len(told)} here · {count} in all")


def _marks(effect: CrossAgentEffect, turn: int) -> list[Mark]:
    """In what way the turn is one of the effect."""
    places = ((effect.written_turn, _WRITTEN), (effect.held_turn, _ENTERS), (effect.lost_turn, _LEAVES))
    # What was there at loading was written by nobody in a turn.
    return [mark for at, mark in places if at == turn and (turn > 0 or mark is not _WRITTEN)]


def _words(effect: CrossAgentEffect, mark: Mark) -> str:
    writer, reader = printable(effect.writer), printable(effect.reader)
    written = f"at turn {grouped_number(effect.written_turn)}" if effect.written_turn else "before turn 1"
    held = f"{grouped_number(effect.turns_held)} {'turn' if effect.turns_held == 1 else 'turns'}"
    taken = ", ".join(printable(name) for name in effect.took)
    took = f"; it took {taken} from {reader}" if taken else ""
    if mark is _ENTERS:
        return f"{writer} wrote it {written}, {reader}'s prompt holds it from here on, {held} in all{took}"
    if mark is _LEAVES:
        return f"{writer} wrote it {written}, {reader}'s prompt had held it and does no longer{took}"
    if effect.held_turn is None:
        return f"by {writer}, and it has not come into {reader}'s prompt{took}"
    return f"by {writer}, in {reader}'s prompt from turn {grouped_number(effect.held_turn)} on, {held} in all{took}"
