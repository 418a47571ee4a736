"""What a column of the Compare screen lists: residents of its core and events of its turn, what is unique marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.compared import ONLY, SOME, ColumnScene
from memview.tui.glyphs import SECTION_MARKS, Mark, action_mark
from memview.tui.lines import Line, cells, grouped_number, left, meter, right, spread
from memview.tui.views.compare_gauges_view import MARKS_FROM, ROOM_FROM, WORDS_FROM
from memview.tui.views.events_view import event_place
from memview.tui.views.pane_rows import excerpt
from memview.tui.views.turn_view import why

if TYPE_CHECKING:
    from memview.model import PagingEvent
    from memview.replay.views import CoreSlot

UNIQUE_MARKS: Mapping[str, Mark] = {
    ONLY: Mark("◆", "only", "accent"),
    SOME: Mark("◇", "some", "text"),
}
"""What the core of one column holds and not every other: `◆ only` this one, `◇ some` of them."""
_SHARED = Mark(" ", "all", "text")

Rows = list[tuple[Line, str | None]]

_MOST_EVENTS = 60
_MOST_ELSEWHERE = 3
_TOKENS = 6
_STATES, _GLYPHS = (7, 8), (2, 2)
"""Cells for what is unique about a resident and what happens to it: in words, and as glyphs."""


@dataclass(slots=True)
class Blocks:
    """The parts of a column, each as lines with what they are about (`slot ID`, `event SEQ`)."""

    title: str
    info: str
    head: list[Line]
    core: Rows
    events: Rows
    metrics: list[Line]
    captions: dict[str, str] = field(default_factory=dict)
    event_row: int | None = None
    """The line of `events` that the position is at, inside a turn."""


@dataclass(frozen=True, slots=True)
class Folding:
    """What every column has alike is counted in one line: residents that nothing happens to, events of the turn.

    `texts`: there is room for the beginning of its text under each resident.
    """

    slots: bool
    events: bool
    texts: bool


def slot_target(memory_id: str) -> str:
    """What a row about a resident is known by."""
    return f"slot {memory_id}"


def event_target(seq: int) -> str:
    """What a row about an event is known by."""
    return f"event {seq}"


def core_heading(at: ColumnScene, width: int) -> Line:
    """Slots, tokens of the budget, and how many of the slots are not everywhere."""
    slots, tokens = len(at.slots), at.scene.frame.tokens.core
    wide = width >= MARKS_FROM
    count = f" {slots} {'slot' if slots == 1 else 'slots'}" if wide else f" {slots}"
    start: Line = (
        ("Core", "bold tier-core"),
        (count, "text"),
        (f" · {grouped_number(tokens)}/{grouped_number(at.column.replay.budgets.core)}", "muted"),
    )
    return spread(start, _unique_counts(at.marks.values(), width), width)


def _unique_counts(marks: Iterable[str], width: int) -> Line:
    """How many only this column has, and how many not all have: `◆ 2 only here  ◇ 1 not in all`."""
    kinds = list(marks)
    end: list[tuple[str, str]] = []
    for kind, words in ((ONLY, "only here"), (SOME, "not in all")):
        mark, many = UNIQUE_MARKS[kind], kinds.count(kind)
        if many:
            told = f"  {mark.glyph} {many} {words}" if width >= MARKS_FROM else f" {mark.glyph}{many}"
            end.append((told, f"bold {mark.style}"))
    return tuple(end)


def add_slots(blocks: Blocks, at: ColumnScene, width: int, folding: Folding) -> None:
    """One line a resident, the beginning of its text under it, beside it or in the frame."""
    shown = [
        slot
        for slot in at.slots
        if not folding.slots or slot.memory_id in at.marks or slot.is_new or slot.is_next_victim
    ]  # fmt: skip
    if not at.slots:
        blocks.core.append(((("nothing is resident", "faint"),), None))
    others = (memory_id for _, memory_id, _ in at.elsewhere[:_MOST_ELSEWHERE])
    names = [*(slot.memory_id for slot in at.slots), *others]
    widest = max((cells(printable(name)) for name in names), default=0)
    largest = max((slot.tokens for slot in at.slots), default=0)
    for slot in shown:
        text = at.scene.text_of(slot.memory_id)
        target = slot_target(slot.memory_id)
        beside = "" if folding.texts else text
        blocks.core.append((_slot_line(slot, at.marks.get(slot.memory_id, ""), beside, widest, largest, width), target))
        if folding.texts:
            indent = sum(_STATES if width >= MARKS_FROM else _GLYPHS)
            blocks.core.append(
                (((" " * indent, "text"), (left(excerpt(text, width), width - indent), "muted")), target)
            )
        else:
            blocks.captions[target] = excerpt(text, width)
    _add_elsewhere(blocks, at, widest, width)
    if len(shown) < len(at.slots):
        more = len(at.slots) - len(shown)
        words = f"= {grouped_number(more)} {'more ' if shown else ''}in every column"
        blocks.core.append((((words, "muted"), ("   c lists them" if width >= MARKS_FROM else "", "faint")), None))


def _add_elsewhere(blocks: Blocks, at: ColumnScene, widest: int, width: int) -> None:
    """What the other sections of the prompt hold and not those of every column, as far as there is room."""
    for section, memory_id, marked in at.elsewhere[:_MOST_ELSEWHERE]:
        mark, where = UNIQUE_MARKS[marked], SECTION_MARKS[section]
        words = width >= MARKS_FROM
        mark_width, state_width = _STATES if words else _GLYPHS
        id_width = max(8, min(widest, 16, width // 2))
        room = max(0, width - mark_width - state_width - id_width - _TOKENS)
        line: Line = (
            (left(f"{mark.glyph} {mark.word}" if words else mark.glyph, mark_width), f"bold {mark.style}"),
            (left(where.glyph, state_width), f"bold {where.style}"),
            (left(printable(memory_id), id_width), "bold text"),
            (left(f" {where.word}", room), "muted"),
            (right(grouped_number(at.column.replay.tokens_of(memory_id)), _TOKENS), "text"),
        )
        target = slot_target(memory_id)
        blocks.core.append((line, target))
        blocks.captions[target] = excerpt(at.scene.text_of(memory_id), width)
    more = len(at.elsewhere) - _MOST_ELSEWHERE
    if more > 0:
        blocks.core.append(
            (((left(f"… {grouped_number(more)} more in the prompt; d lists them", width), "faint"),), None)
        )


def _slot_line(slot: CoreSlot, marked: str, text: str, widest: int, largest: int, width: int) -> Line:
    """What is unique about it, what happens to it, its id, its section with `text` where there is room, its tokens."""
    mark = UNIQUE_MARKS.get(marked)
    words = width >= MARKS_FROM
    mark_width, state_width = _STATES if words else _GLYPHS
    unique = "" if mark is None else f"{mark.glyph} {mark.word}" if words else mark.glyph
    state, style = _state(slot.is_new, slot.is_next_victim, slot.pinned, words=words)
    id_width = max(8, min(widest, 16, width // 2))
    room = width - mark_width - state_width - id_width - _TOKENS
    bar = 10 if room >= 36 else 0
    label_width = max(0, room - bar - 1)
    label = printable(slot.section or slot.kind)
    if text and label_width >= 40:
        label = left(label, 12) + " " + excerpt(text, label_width)
    filled, track = meter(slot.tokens, largest, bar)
    return (
        (left(unique, mark_width), f"bold {mark.style}" if mark else "text"),
        (left(state, state_width), style),
        (left(printable(slot.memory_id), id_width), "bold text" if mark else "text"),
        (" " + left(label, label_width - 1) + " " if label_width >= 4 else " " * (label_width + 1), "muted"),
        (filled, "tier-core"),
        (" " * len(track), "text"),
        (right(grouped_number(slot.tokens), _TOKENS), "text"),
    )


def _state(is_new: bool, is_next: bool, is_pinned: bool, *, words: bool) -> tuple[str, str]:
    if is_new:
        return ("▲ new" if words else "▲", "action-promote")
    if is_next:
        return ("▽ next" if words else "▽", "action-evict")
    if is_pinned:
        return ("■ pin" if words else "■", "muted")
    return ("", "muted")


def add_events(blocks: Blocks, at: ColumnScene, width: int, *, folded: bool) -> None:
    """The events of the turn, those around the position where there are very many; `folded`: what is unique."""
    scene = at.scene
    span = scene.span
    inside = "" if scene.is_end_of_turn else f"event {scene.position.turn}.{scene.event_number}"
    end: Line = ((inside, "bold focus"),) if inside else _unique_counts(at.event_marks.values(), width)
    count = f" · {len(span)} {'event' if len(span) == 1 else 'events'}"
    turn = f"Turn {grouped_number(scene.position.turn)}"
    blocks.events.append((spread(((turn, "bold text"), (count, "muted")), end, width), None))
    first = span.start
    if len(span) > _MOST_EVENTS and not scene.is_end_of_turn:
        first = max(span.start, min(scene.cursor - _MOST_EVENTS // 2, span.stop - _MOST_EVENTS))
    last = min(first + _MOST_EVENTS, span.stop)
    if first > span.start:
        blocks.events.append((((f"… {grouped_number(first - span.start)} before", "faint"),), None))
    shown = sorted(at.event_marks)[:_MOST_EVENTS] if folded else range(first, last)
    for seq in shown:
        event = scene.replay.events[seq]
        target = event_target(seq) if event.memory_id is not None else None
        if not scene.is_end_of_turn and seq == scene.cursor:
            blocks.event_row = len(blocks.events)
        blocks.events += [(line, target) for line in _event_lines(at, event, width)]
        if target is not None:
            blocks.captions[target] = excerpt(scene.text_of(event.memory_id or ""), width)
    if folded:
        words = f"= {grouped_number(len(span) - len(at.event_marks))} in every column"
        blocks.events.append((((words, "muted"), ("   c lists them" if width >= MARKS_FROM else "", "faint")), None))
    elif last < span.stop:
        words = f"… {grouped_number(span.stop - last)} more; the inspector lists them"
        blocks.events.append((((left(words, width), "faint"),), None))


def _event_lines(at: ColumnScene, event: PagingEvent, width: int) -> list[Line]:
    """What happened to which memory, why, and where it went; on two lines where one is too short."""
    scene = at.scene
    mark = action_mark(event.action)
    happened = event.seq <= scene.cursor
    style, quiet = (mark.style, "muted") if happened else ("faint", "faint")
    told = " · ".join(
        part for part in (why(event), event_place(event), grouped_number(event.tokens) if event.tokens else "") if part
    )
    name = printable(event.memory_id or "")
    unique = UNIQUE_MARKS.get(at.event_marks.get(event.seq, ""), _SHARED)
    lead = (("▌" if happened else "╎", "focus" if happened else "faint"), (unique.glyph, f"bold {unique.style}"))
    if width < MARKS_FROM:
        what = left(f"{mark.glyph} {mark.word}", 10 if width < ROOM_FROM else 13)
        first: Line = (*lead, (what + " ", style), (left(name, max(0, width - 3 - len(what))), "text"))
        return [first, (("    " + left(told, max(0, width - 4)), quiet),)]
    number = right(str(event.seq - scene.span.start + 1), 3)
    id_width = 12 if width < WORDS_FROM else 16
    room = max(0, width - 2 - 4 - 13 - id_width)
    return [
        (
            *lead,
            (number + " ", "faint"),
            (left(f"{mark.glyph} {mark.word}", 13), style),
            (left(name, id_width - 1) + " ", "text" if happened else "faint"),
            (left(told, room), quiet),
        )
    ]
