"""What a turn decided, in presenter mode: a bold line each, or large type with the reason beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import action_mark
from memview.tui.lines import Line, cells, clip, line_width, wrap
from memview.tui.scene import Scene
from memview.tui.views.large_type_view import Type, can_be_large, large, large_width
from memview.tui.views.turn_view import why

if TYPE_CHECKING:
    from memview.model import PagingEvent

_DECISIVE = (
    "evict",
    "promote",
    "quarantine",
    "drop",
    "summarize",
    "compact",
    "approve",
    "invalidate",
    "fault",
    "reject",
)
"""What is told of a turn, what is told first coming first when there is room for some only."""
_MOST_EVENTS = 4
_LEAST_REASON = 20
_WORDS = {
    "evict": "out",
    "promote": "in",
    "quarantine": "held back",
    "drop": "dropped",
    "summarize": "summed up",
    "compact": "compacted",
    "approve": "approved",
    "invalidate": "ended",
    "fault": "fault",
    "reject": "rejected",
}


def event_sizes(scene: Scene, width: int) -> tuple[tuple[Line, ...], ...]:
    """What the turn decided: the most decisive in a line, all in a line each, then in large type."""
    events = _decisive(scene)
    if not events:
        return (((("nothing moved in this turn", "bold muted"),),),)
    plain = tuple(
        _event_line(scene, event, event.seq == scene.cursor and not scene.is_end_of_turn, width) for event in events
    )
    sizes = [tuple(line for event, line in zip(events, plain, strict=True) if [event] == _decisive(scene, 1)), plain]
    for count in range(min(len(events), _MOST_EVENTS - 1), _MOST_EVENTS + 1):
        chosen = _decisive(scene, count)
        blocks = [_event_block(scene, event, width) for event in chosen]
        if len(chosen) == count and any(blocks):
            lines = [
                block or [_event_line(scene, event, False, width)] for event, block in zip(chosen, blocks, strict=True)
            ]
            sizes.append(tuple(line for block in lines for line in block))
    return tuple(sizes)


def _decisive(scene: Scene, most: int = _MOST_EVENTS) -> list[PagingEvent]:
    """At most so many events in their order; the one under the cursor is among them."""
    found = [event for event in scene.happened if event.action in _DECISIVE]
    compacted = [event for event in found if event.action == "compact"]
    at_cursor = [event for event in found if event.seq == scene.cursor and not scene.is_end_of_turn]
    # A flush of the window is one thing, told by the message under the cursor or else by the first one.
    told = next((event for event in at_cursor if event.action == "compact"), compacted[0] if compacted else None)
    found = [event for event in found if event.action != "compact" or event is told]
    by_weight = sorted(found, key=lambda event: (event not in at_cursor, _DECISIVE.index(event.action), event.seq))
    return sorted(by_weight[:most], key=lambda event: event.seq)


def _event_line(scene: Scene, event: PagingEvent, is_here: bool, width: int) -> Line:
    mark = action_mark(event.action)
    head = f"{'›' if is_here else ' '} {mark.glyph} {_WORDS[event.action]:<9} "
    name = _name(scene, event, " and {} more")
    reason = clip(why(event), max(0, width - cells(head) - cells(name) - 2))
    return (head, f"bold {mark.style}"), (f"{name}  ", "bold text"), (reason, "text")


def _event_block(scene: Scene, event: PagingEvent, width: int) -> list[Line] | None:
    """Three rows of large type with the reason beside or under them; None where that does not fit."""
    mark = action_mark(event.action)
    words, name = f"{mark.glyph} {_WORDS[event.action]}", _name(scene, event, " +{}")
    start = large_width(words, Type.TALL)
    if not can_be_large(words + name) or start + 4 + large_width(name, Type.TALL) > width:
        return None
    heads, names = large(words, Type.TALL, mark.style), large(name, Type.TALL, "text")
    lines: list[Line] = [(*head, ("    ", "text"), *rest) for head, rest in zip(heads, names, strict=True)]
    reason = why(event)
    room = width - line_width(lines[0]) - 4
    beside = wrap(reason, room) if room >= _LEAST_REASON else []
    if not beside or len(beside) > len(lines):
        return [*lines, ((clip(reason, width), "bold muted"),)]
    told = [*beside, *[""] * (len(lines) - len(beside))]
    return [(*line, ("    ", "text"), (piece, "bold muted")) for line, piece in zip(lines, told, strict=True)]


def _name(scene: Scene, event: PagingEvent, others_words: str) -> str:
    """The id of what moved, and of a flush in `others_words` how many others went with it."""
    others = sum(each.action == "compact" for each in scene.happened) - 1 if event.action == "compact" else 0
    return printable(event.memory_id or "") + (others_words.format(others) if others > 0 else "")
