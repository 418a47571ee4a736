"""The event list: one line an event, cut out of a log of any length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import action_mark
from memview.tui.lines import Line, cells, grouped_number, left, right
from memview.tui.scene import Scene
from memview.tui.views.turn_view import why

if TYPE_CHECKING:
    from memview.model import PagingEvent

_GUTTER = 2
_ACTION = 12
_WIDE = 96


def event_lines(scene: Scene, seqs: Sequence[int], width: int) -> tuple[Line, ...]:
    """The events `seqs` as lines of `width` cells. Events of the scene's turn stand out; those still to come are faint."""
    replay = scene.replay
    spans: dict[int, range] = {}
    lines: list[Line] = []
    for seq in seqs:
        event = replay.events[seq]
        span = spans.get(event.turn)
        if span is None:
            span = spans[event.turn] = replay.event_span(event.turn)
        lines.append(_event_line(event, seq - span.start + 1, _state(scene, event), width))
    return tuple(lines)


def event_place(event: PagingEvent) -> str:
    """`archive → core`, or the one place that the event is about."""
    if event.origin and event.destination and event.origin != event.destination:
        return f"{event.origin} → {event.destination}"
    if event.origin and event.destination is None and event.action in ("evict", "drop"):
        return f"{event.origin} → nowhere"
    return event.destination or event.origin or ""


def _state(scene: Scene, event: PagingEvent) -> str:
    if event.turn != scene.position.turn:
        return "other"
    return "now" if event.seq <= scene.cursor else "ahead"


def _event_line(event: PagingEvent, number: int, state: str, width: int) -> Line:
    mark = action_mark(event.action)
    strong = state == "now"
    quiet = "muted" if strong else "faint"
    turn_width = max(7, len(str(event.turn)) + 5)
    id_width = 15 if width >= _WIDE else 14 if width >= 72 else 10
    place_width = 20 if width >= 72 else 18
    tokens = f"{grouped_number(event.tokens)} tok" if event.tokens else ""
    taken = _GUTTER + turn_width + _ACTION + id_width + place_width + 9 + 2
    return (
        ("▌ " if strong else "╎ " if state == "ahead" else "  ", "focus" if strong else "faint"),
        (right(f"{event.turn}.{number}", turn_width - 2) + "  ", quiet),
        (left(f"{mark.glyph} {mark.word}", _ACTION), mark.style if state != "ahead" else "faint"),
        (left(printable(event.memory_id or ""), id_width - 1) + " ", "text" if strong else "muted"),
        (left(event_place(event), place_width) + right(tokens, 9) + "  " + left(why(event), max(0, width - taken)), quiet),
    )


def event_detail(scene: Scene, width: int) -> Line:
    """The last event that has happened on one line, for screens without room for the list."""
    if scene.cursor < 0:
        return (left(" no events yet", width), "muted"),
    event = scene.replay.events[scene.cursor]
    mark = action_mark(event.action)
    number = f" {event.turn}.{scene.event_number} "
    name = printable(event.memory_id or "")
    what = f"{mark.glyph} {mark.word} "
    place = event_place(event)
    rest = " · ".join(part for part in (f" {place}" if place else "", why(event)) if part)
    room = max(0, width - cells(number) - cells(what) - cells(name))
    return (number, "faint"), (what, mark.style), (name, "bold text"), (left(rest, room), "muted")
