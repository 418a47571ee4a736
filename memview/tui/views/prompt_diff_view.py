"""What entered and what left the prompt against the turn before, section by section: the extra pane of wide screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import SECTION_MARKS
from memview.tui.lines import Line, cells, grouped_number, left, right, signed
from memview.tui.scene import Scene
from memview.tui.views.pane_rows import PaneRows, RowsBuilder, excerpt

if TYPE_CHECKING:
    from memview.model import Frame

_LISTED = ("core", "summary", "retrieved", "window")


def prompt_diff_rows(scene: Scene, width: int) -> PaneRows:
    """Under each section its tokens and their change, `+` for items that entered and `−` for those that left."""
    rows = RowsBuilder()
    came = went = 0
    for name, mark in SECTION_MARKS.items():
        now = getattr(scene.frame.tokens, name)
        before = getattr(scene.before.tokens, name) if scene.before else 0
        entered, gone = _changes(scene.frame, scene.before, name)
        came, went = came + len(entered), went + len(gone)
        if rows:
            rows.gap()
        change = signed(now - before)
        head: Line = ((f"{mark.glyph} ", f"bold {mark.style}"), (left(name, max(1, width - 16)), "bold text"))
        rows.add((*head, (right(change, 6), "muted"), (right(grouped_number(now), 8), "text")))
        for item in entered:
            rows.add(_item_line(scene, item, ("+", "action-promote"), width), item)
        for item in gone:
            rows.add(_item_line(scene, item, ("−", "action-evict"), width), item)
        if name in _LISTED and not entered and not gone:
            kept = len(getattr(scene.frame, name))
            rows.add(((f"  {grouped_number(kept)} unchanged" if kept else "  empty", "faint"),))
    return rows.build("Prompt", f"{came} in · {went} out")


def _changes(frame: Frame, before: Frame | None, section: str) -> tuple[list[str], list[str]]:
    if section not in _LISTED:
        return [], []
    now: tuple[str, ...] = getattr(frame, section)
    then: tuple[str, ...] = getattr(before, section) if before else ()
    known, kept = frozenset(then), frozenset(now)
    return [item for item in now if item not in known], [item for item in then if item not in kept]


def _item_line(scene: Scene, item: str, sign: tuple[str, str], width: int) -> Line:
    name = printable(item)
    id_width = max(12, min(cells(name), 18))
    room = max(0, width - 2 - id_width - 1 - 6)
    return (
        (f"{sign[0]} ", f"bold {sign[1]}"),
        (left(name, id_width) + " ", "text"),
        (left(excerpt(scene.text_of(item), room), room), "muted"),
        (right(grouped_number(scene.replay.tokens_of(item)), 6), "faint"),
    )
