"""The event list: one line an event, cut out of a log of any length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import action_mark
from memview.tui.lines import Line, cells, fitted, grouped_number, left, right, wrap
from memview.tui.scene import Scene
from memview.tui.views.turn_view import why

if TYPE_CHECKING:
    from memview.model import PagingEvent

_GUTTER = 2
_ACTION = 13
_PLACE = 20
_TOKENS = 9
_AGENT = 10
_WIDE = 96
_MEDIUM = 72
_NARROW = 50


def event_lines(scene: Scene, seqs: Sequence[int], width: int) -> tuple[Line, ...]:
    """The events `seqs` as lines of `width` cells. Those of the scene's turn stand out, later ones are faint."""
    replay = scene.replay
    spans: dict[int, range] = {}
    lines: list[Line] = []
    longest = max((cells(printable(agent)) for agent in scene.agents), default=-1)
    agent_width = min(_AGENT, 1 + longest) if width >= _NARROW else 0
    for seq in seqs:
        event = replay.events[seq]
        span = spans.get(event.turn)
        if span is None:
            span = spans[event.turn] = replay.event_span(event.turn)
        agent = left(scene.agent_of(event.turn), agent_width - 1) + " " if agent_width else ""
        lines.append(_event_line(event, seq - span.start + 1, agent, _state(scene, event), width))
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


def _event_line(event: PagingEvent, number: int, agent: str, state: str, width: int) -> Line:
    mark = action_mark(event.action)
    strong = state == "now"
    quiet, told = ("muted", "text") if strong else ("faint", "faint" if state == "ahead" else "muted")
    turn_width = max(7, len(str(event.turn)) + 5)
    id_width = 15 if width >= _WIDE else 14 if width >= _MEDIUM else 11
    room = max(0, width - _GUTTER - turn_width - cells(agent) - _ACTION - id_width)
    return (
        ("▌ " if strong else "╎ " if state == "ahead" else "  ", "focus" if strong else "faint"),
        (right(f"{event.turn}.{number}", turn_width - 2) + "  ", quiet),
        (agent, quiet),
        (left(f"{mark.glyph} {mark.word}", _ACTION), mark.style if state != "ahead" else "faint"),
        (left(printable(event.memory_id or ""), id_width - 1) + " ", told),
        (_told(event, room, width >= _WIDE), told),
    )


def _told(event: PagingEvent, width: int, in_columns: bool) -> str:
    """Place, tokens and reason; one after the other where there is no room for columns."""
    place = event_place(event)
    if in_columns:
        tokens = f"{grouped_number(event.tokens)} tok" if event.tokens else ""
        return left(left(place, _PLACE) + right(tokens, _TOKENS) + "  " + _why_and_cover(event), width)
    parts = [place, grouped_number(event.tokens) if event.tokens else "", _why_and_cover(event)]
    return left(" · ".join(part for part in parts if part), width)


def _why_and_cover(event: PagingEvent) -> str:
    """What stands for the item from here on, and why it moved."""
    if event.covered_by is None:
        return why(event)
    return f"covered by {printable(event.covered_by)} · {why(event)}"


def event_detail(scene: Scene, width: int, height: int) -> tuple[Line, ...]:
    """The last event that has happened in `height` lines, for screens without room for the list."""
    if scene.cursor < 0:
        return (((left("no events yet", width), "muted"),),)
    event = scene.replay.events[scene.cursor]
    mark = action_mark(event.action)
    agent = scene.agent_of(event.turn)
    number, what, name = (
        f"{event.turn}.{scene.event_number}{f' {agent}' if agent else ''}",
        f"{mark.glyph} {mark.word}",
        printable(event.memory_id or ""),
    )
    tokens = f"{grouped_number(event.tokens)} tok" if event.tokens else ""
    told = " · ".join(part for part in (event_place(event), tokens, _why_and_cover(event)) if part)
    head = " ".join(part for part in (number, what, name) if part) + "  "
    first, *rest = _after(cells(head), told, width)
    styled: Line = ((number + " ", "faint"), (what + " ", mark.style), (name + " " if name else "", "bold text"))
    lines: list[Line] = [(*styled, (" ", "text"), (first, "muted"))]
    lines += [((piece, "muted"),) for piece in rest[: height - 1]]
    return tuple(fitted(line, width) for line in lines[:height])


def _after(used: int, text: str, width: int) -> list[str]:
    """`text` wrapped, its first line `used` cells shorter."""
    first = (wrap(text, width - used) or [""])[0]
    return [first, *wrap(text[len(first) :].lstrip(), width)]
