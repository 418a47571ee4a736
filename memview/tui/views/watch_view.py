"""The line of watches: what each comes to at the position, as far as there is room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.lines import Line, Span, cells, clip, fitted, line_width, number

if TYPE_CHECKING:
    from memview.expressions import Signal
    from memview.tui.scene import Scene

_LABEL = "Watch    "
_GAP = "   "
_LEAST, _MOST_SOURCE, _MOST_TEXT = 8, 44, 40
PENDING = "…"
NO_VALUE = "none"


@dataclass(frozen=True, slots=True)
class WatchValue:
    """A watch and what it comes to, in words; `changed` since the position before."""

    source: str
    value: str
    changed: bool = False
    broken: bool = False

    def marked(self, changed: bool) -> WatchValue:
        """The same, told whether it has changed."""
        return replace(self, changed=changed and not self.broken)


def value_words(value: Signal) -> str:
    """A value as a person reads it, safe to show."""
    if value is None:
        return NO_VALUE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"“{clip(printable(value), _MOST_TEXT)}”"
    return number(value)


def may_be_seen(value: Signal, names: Iterable[str], memory_id: str | None, scene: Scene) -> Signal:
    """`value` of an expression over `names`, with what a memory says masked as on every other screen."""
    if not isinstance(value, str) or "text" not in names or memory_id is None:
        return value
    memory = scene.replay.memory(memory_id)
    if memory.is_sensitive and not scene.masks.revealed:
        return scene.masks.of_memory(memory)
    return scene.masks.of_text(value)


def values_line(values: Iterable[tuple[str, Signal]]) -> str:
    """`action “evict” · importance 0.9`."""
    return " · ".join(f"{name} {value_words(value)}" for name, value in values)


def watch_line(watches: Sequence[WatchValue], width: int) -> Line:
    """All watches in `width` cells; how many had no room is said at the end."""
    spans: list[Span] = [(_LABEL, "muted")]
    for place, watch in enumerate(watches):
        last = place == len(watches) - 1
        left_out = 0 if last else cells(_GAP) + cells(f"+{len(watches) - place - 1}")
        room = width - line_width(spans) - left_out
        source = clip(printable(watch.source), min(_MOST_SOURCE, max(_LEAST, room - cells(watch.value) - 1)))
        if place and cells(source) + 1 + min(cells(watch.value), _LEAST) > room:
            spans.append((f"+{len(watches) - place}", "muted"))
            break
        style = "action-error" if watch.broken else "bold accent" if watch.changed else "bold text"
        value = clip(watch.value, max(1, room - cells(source) - 1))
        spans += [(f"{source} ", "muted"), (value, style), ("" if last else _GAP, "text")]
    return fitted(tuple(spans), width)
