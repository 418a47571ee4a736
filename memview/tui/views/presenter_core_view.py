"""The core in presenter mode: slots as lines or as tall boxes with their ids in large type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.lines import Line, cells, clip, fitted, grouped_number, left
from memview.tui.scene import Scene
from memview.tui.views.core_view import slots_at
from memview.tui.views.large_type_view import Type, can_be_large, large, large_width

if TYPE_CHECKING:
    from memview.replay.views import CoreSlot

_BOX_GAP = 2
_NARROWEST_BOX = 34


def core_sizes(scene: Scene, width: int, hides_next: bool) -> tuple[tuple[Line, ...], ...]:
    """Slots in columns: a line each, then boxes with the id in large type, then the same with air between them."""
    slots = slots_at(scene)
    if not slots:
        return (((("nothing is in the core", "bold muted"),),),)
    sizes: list[tuple[Line, ...]] = []
    columns = max(1, min(len(slots), (width + _BOX_GAP) // (_NARROWEST_BOX + _BOX_GAP)))
    sizes.append(_columned([[_slot_line(slot, hides_next, _share(width, columns))] for slot in slots], columns, width))
    for wanted in range(min(4, len(slots)), 0, -1):
        box = _share(width, wanted)
        if all(_fits(slot, hides_next, box) for slot in slots):
            boxes = [_slot_box(slot, hides_next, box) for slot in slots]
            sizes.append(_columned(boxes, wanted, width))
            sizes.append(_columned([[*each, _blank(box)] for each in boxes], wanted, width)[:-1])
            break
    return tuple(sizes)


def _share(width: int, columns: int) -> int:
    return (width - (columns - 1) * _BOX_GAP) // columns


def _blank(width: int) -> Line:
    return ((" " * width, "text"),)


def _columned(boxes: Sequence[Sequence[Line]], columns: int, width: int) -> tuple[Line, ...]:
    """Boxes of one height side by side, row by row."""
    lines: list[Line] = []
    for first in range(0, len(boxes), columns):
        row = boxes[first : first + columns]
        for y in range(len(row[0])):
            spans: list[tuple[str, str]] = []
            for index, box in enumerate(row):
                spans += [(" " * _BOX_GAP, "text")] if index else []
                spans += box[y]
            lines.append(fitted(tuple(spans), width))
    return tuple(lines)


def _state(slot: CoreSlot, hides_next: bool) -> tuple[str, str]:
    """Word and colour of a slot's state."""
    if slot.is_new:
        return "▲ new", "action-promote"
    if slot.is_next_victim and not hides_next:
        return "▽ next out", "action-evict"
    return ("■ pinned", "muted") if slot.pinned else ("", "tier-core")


def _slot_line(slot: CoreSlot, hides_next: bool, width: int) -> Line:
    word, style = _state(slot, hides_next)
    name = clip(printable(slot.memory_id), width - 20)
    facts = f"{grouped_number(slot.tokens)} tok"
    line: Line = (("▌ ", style), (name + "  ", "bold text"), (left(word, 11), f"bold {style}"), (facts, "muted"))
    return fitted(line, width)


def _facts(slot: CoreSlot, hides_next: bool) -> tuple[str, str, str]:
    word, _ = _state(slot, hides_next)
    used = f"used: turn {slot.last_used_turn}" if slot.last_used_turn else "not used yet"
    return word, f"{grouped_number(slot.tokens)} tok", used


def _fits(slot: CoreSlot, hides_next: bool, width: int) -> bool:
    name = printable(slot.memory_id)
    needed = 3 + large_width(name, Type.TALL) + 2 + max(map(cells, _facts(slot, hides_next))) + 1
    return can_be_large(name) and needed <= width


def _slot_box(slot: CoreSlot, hides_next: bool, width: int) -> list[Line]:
    """A box of three rows: a stripe in the colour of the state, the id in large type, facts at the right."""
    _, style = _state(slot, hides_next)
    rows = large(printable(slot.memory_id), Type.TALL, "text")
    facts = _facts(slot, hides_next)
    lines: list[Line] = []
    # The last row of a stripe is half as high, as the letters beside it are: boxes without air between stand apart.
    looks = (("██", f"bold {style}"), ("██", "text"), ("▀▀", "muted"))
    for ((text, _),), fact, (stripe, fact_style) in zip(rows, facts, looks, strict=True):
        pad = width - 3 - cells(text) - cells(fact) - 1
        lines.append(
            (
                (stripe, f"{style} on bar"),
                (f" {text}{' ' * pad}", "text on bar"),
                (fact, f"{fact_style} on bar"),
                (" ", "text on bar"),
            )
        )
    return lines
