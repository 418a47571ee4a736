"""Presenter mode: one turn as few things, as large as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import action_mark
from memview.tui.lines import BLANK, Line, cells, clip, fitted, grouped_number, left, line_width
from memview.tui.scene import Scene
from memview.tui.views.core_view import slots_at
from memview.tui.views.gauge_view import bar_line
from memview.tui.views.large_type_view import Type, can_be_large, large, large_paragraph, large_width
from memview.tui.views.lesson_view import Told, lesson_rows
from memview.tui.views.pane_rows import start_of_text
from memview.tui.views.turn_view import why

if TYPE_CHECKING:
    from memview.model import PagingEvent
    from memview.replay.views import CoreSlot
    from memview.tui.widgets.line_widget import Row

_DECISIVE = ("evict", "fault", "promote", "quarantine", "drop", "summarize", "approve", "invalidate", "reject")
"""What is told of a turn, what is told first coming first when there is room for some only."""
_MOST_EVENTS = 4
_SAID_LIMIT, _SAID_LINES = 600, 3
_BOX_GAP = 2
_NARROWEST_BOX = 34
_WORDS = {"evict": "out", "fault": "fault", "promote": "in", "quarantine": "held back", "drop": "dropped",
          "summarize": "summed up", "approve": "approved", "invalidate": "ended", "reject": "rejected"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the page in several sizes, the smallest first; all are made for one width."""

    name: str
    sizes: tuple[tuple[Line, ...], ...]


def presenter_rows(scene: Scene, told: Told | None, pane: str, width: int, height: int) -> list[Row]:
    """The page in `height` rows of `width` cells. What stands in `pane` grows before the rest."""
    hides_next = told is not None and told.is_open
    caption = _Section("caption", _said(scene, width) if told is None else _caption(told, width))
    sections = [
        _Section("head", _head(scene, told, width)),
        _Section("gauge", _gauge(scene, width)),
        _Section("core", _core(scene, width, hides_next)),
        _Section("events", _events(scene, width)),
        caption,
    ]
    sections = [section for section in sections if section.sizes]
    chosen = dict.fromkeys((section.name for section in sections), 0)
    for name in _growth(pane):
        section = next((each for each in sections if each.name == name), None)
        if section is not None and chosen[name] + 1 < len(section.sizes):
            grown = {**chosen, name: chosen[name] + 1}
            if _height(sections, grown) <= height:
                chosen = grown
    lines = _laid_out(sections, chosen, height)
    return [(fitted(line, width), "ground") for line in lines[:height]]


def _growth(pane: str) -> tuple[str, ...]:
    """In what order sections get their next size."""
    first, second = ("core", "events") if pane == "core" else ("events", "core")
    return ("head", first, "gauge", second, "head", first, second, "caption")


def _height(sections: Sequence[_Section], chosen: dict[str, int]) -> int:
    return sum(len(section.sizes[chosen[section.name]]) for section in sections) + len(sections) - 1


def _laid_out(sections: Sequence[_Section], chosen: dict[str, int], height: int) -> list[Line]:
    """All sections with a blank line between two; where that is too much, core and events give way, then the gauge."""
    parts = {section.name: list(section.sizes[chosen[section.name]]) for section in sections}
    for name in ("events", "core", "gauge"):
        over = sum(map(len, parts.values())) + len(parts) - 1 - height
        if over <= 0 or name not in parts:
            continue
        kept = len(parts[name]) - over
        if kept > 0:
            parts[name] = parts[name][:kept]
        else:
            del parts[name]
    lines: list[Line] = []
    spare = height - sum(map(len, parts.values())) - (len(parts) - 1)
    for name, part in parts.items():
        if lines:
            lines.append(BLANK)
        if name == "caption":
            # What is said stands at the bottom, where subtitles are.
            lines += [BLANK] * max(0, spare)
        lines += part
    return lines


def _head(scene: Scene, told: Told | None, width: int) -> tuple[tuple[Line, ...], ...]:
    """The turn at the left; policy, core and how full it is at the right."""
    replay = scene.replay
    turn = f"turn {scene.position.turn}/{replay.turn_count}"
    policy = printable(replay.spec.name)
    used = f"core {grouped_number(scene.frame.tokens.core)}/{grouped_number(replay.budgets.core)} tok"
    event = "" if scene.is_end_of_turn else f"event {scene.event_number} of {len(scene.span)}"
    place = " · ".join(part for part in (event, told.place if told is not None else "") if part)
    facts = " · ".join(part for part in (policy, used, place) if part)
    plain: Line = ((turn, "bold text"), (f"   {clip(facts, width - cells(turn) - 3)}", "bold muted"))
    sizes: list[tuple[Line, ...]] = [(plain,)]
    for size, beside in ((Type.TALL, Type.TALL), (Type.HUGE, Type.TALL)):
        taken = large_width(turn, size)
        if taken > width:
            continue
        room = width - taken - 4
        end = _beside(policy, used, place, room, size.value, beside)
        rows = []
        for row, line in enumerate(large(turn, size, "text")):
            rows.append((*line, (" " * (width - taken - line_width(end[row])), "text"), *end[row]))
        sizes.append(tuple(rows))
    return tuple(sizes)


def _beside(policy: str, used: str, place: str, room: int, height: int, size: Type) -> list[Line]:
    """The policy's name in large type if it fits, with the facts under it where there are rows for them."""
    lines: list[Line] = []
    if can_be_large(policy) and large_width(policy, size) <= room:
        lines += large(policy, size, "tier-core")
    elif room > 3:
        lines.append(((clip(policy, room), "bold tier-core"),))
    if room > 3:
        lines += [((clip(fact, room), "bold muted"),) for fact in (used, place) if fact]
    return (lines + [BLANK] * height)[:height]


def _gauge(scene: Scene, width: int) -> tuple[tuple[Line, ...], ...]:
    """The prompt as one bar, three rows thick where there is room, its names in the middle row."""
    bar = bar_line(scene, width)
    tokens = scene.frame.tokens
    words: Line = (
        ("prompt ", "muted"),
        (grouped_number(tokens.total), "bold text"),
        (f" of {grouped_number(tokens.limit)} tokens", "muted"),
    )
    edge = tuple((_unnamed(text), style) for text, style in bar)
    return (bar,), (words, edge, bar, edge)


def _unnamed(text: str) -> str:
    """A block of the bar without its name: dots and hatching stay."""
    fill = next((mark for mark in "·╱" if mark in text), " ")
    return fill * cells(text)


def _core(scene: Scene, width: int, hides_next: bool) -> tuple[tuple[Line, ...], ...]:
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


def _events(scene: Scene, width: int) -> tuple[tuple[Line, ...], ...]:
    """What the turn decided: one bold line each, then in large type with the reason under it."""
    events = _decisive(scene)
    if not events:
        return (((("nothing moved in this turn", "bold muted"),),),)
    plain = tuple(_event_line(event, event.seq == scene.cursor and not scene.is_end_of_turn, width) for event in events)
    tall: list[Line] = []
    for event in events:
        block = _event_block(event, width)
        if block is None:
            return (plain,)
        tall += block
    return plain, tuple(tall)


def _decisive(scene: Scene) -> list[PagingEvent]:
    """At most four events in their order; the one under the cursor is among them."""
    found = [event for event in scene.happened if event.action in _DECISIVE]
    at_cursor = [event for event in found if event.seq == scene.cursor and not scene.is_end_of_turn]
    by_weight = sorted(found, key=lambda event: (event not in at_cursor, _DECISIVE.index(event.action), event.seq))
    return sorted(by_weight[:_MOST_EVENTS], key=lambda event: event.seq)


def _event_line(event: PagingEvent, is_here: bool, width: int) -> Line:
    mark = action_mark(event.action)
    head = f"{'›' if is_here else ' '} {mark.glyph} {_WORDS[event.action]:<9} "
    name = printable(event.memory_id or "")
    reason = clip(why(event), max(0, width - cells(head) - cells(name) - 2))
    return (head, f"bold {mark.style}"), (f"{name}  ", "bold text"), (reason, "text")


def _event_block(event: PagingEvent, width: int) -> list[Line] | None:
    """Three rows of large type and a line for the reason; None where that does not fit."""
    mark = action_mark(event.action)
    words, name = f"{mark.glyph} {_WORDS[event.action]}", printable(event.memory_id or "")
    start = large_width(words, Type.TALL)
    if not can_be_large(words + name) or start + 4 + large_width(name, Type.TALL) > width:
        return None
    heads, names = large(words, Type.TALL, mark.style), large(name, Type.TALL, "text")
    lines: list[Line] = [(*head, ("    ", "text"), *rest) for head, rest in zip(heads, names, strict=True)]
    return [*lines, ((clip(why(event), width), "bold muted"),)]


def _caption(told: Told, width: int) -> tuple[tuple[Line, ...], ...]:
    """Caption, question, options, as in the lesson's box but bold; in large type where all of it has room."""
    rows = lesson_rows(told, width).lines
    plain = tuple(tuple((text, style if "bold" in style else f"bold {style}") for text, style in line) for line in rows)
    hint: Line = ((clip(told.hint, width), "bold action-warn" if told.nudged else "muted"),)
    tall = _tall_caption(told, width)
    sizes = [(*plain, hint)]
    if tall is not None:
        sizes.append((*tall, hint))
    return tuple(sizes)


def _said(scene: Scene, width: int) -> tuple[tuple[Line, ...], ...]:
    """Without a lesson, what was said in the turn: its beginning in bold, or all of it in large type."""
    if scene.turn is None:
        return ()
    text = printable(scene.masks.of_text(scene.turn.text)[:_SAID_LIMIT])
    pieces = start_of_text(text, width, _SAID_LINES)
    tall = large_paragraph(text, width, Type.TALL, "text")
    plain = tuple(((piece, "bold text"),) for piece in pieces)
    return (plain,) if tall is None else (plain, tall)


def _tall_caption(told: Told, width: int) -> list[Line] | None:
    """What is said in large type; None where a word does not fit."""
    question = told.question
    lines: list[Line] = []
    parts: list[tuple[str, str]] = [(told.caption, "text")] if not told.is_told else []
    if question is not None:
        parts.append((question.text, "action-fault"))
        for place, option in enumerate(question.options):
            mark, style = f"{place + 1}", "text"
            if told.is_told:
                is_right = place in question.right
                mark = "✓" if is_right else "✗" if place == told.chosen else f"{place + 1}"
                style = "action-hit" if is_right else "custody-lost" if place == told.chosen else "muted"
            parts.append((f"{mark} {option}", style))
    if told.is_told:
        parts.append((told.after, "text"))
    for text, style in parts:
        for paragraph in text.split("\n"):
            block = large_paragraph(printable(paragraph), width, Type.TALL, style)
            if block is None:
                return None
            lines += block
    return lines


def blank_rows(width: int, height: int) -> list[Row]:
    """The screen while it is blanked: nothing but a faint word, so that nobody thinks it is broken."""
    words: Line = ((clip("any key brings it back", width), "faint"),)
    return [*(((), "ground") for _ in range(height - 1)), (words, "ground")]
