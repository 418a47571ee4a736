"""What watches come to at a scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.replay.so_far import COUNTED, THRASH
from memview.tui.notebook import BrokenSource, Notebook
from memview.tui.views.watch_view import NO_VALUE, PENDING, WatchValue, may_be_seen, value_words

if TYPE_CHECKING:
    from memview.replay.breakpoints import BreakpointSearch
    from memview.tui.scene import Scene

_COUNTS = frozenset((*COUNTED, THRASH))


def watch_values(notebook: Notebook, scene: Scene, search: BreakpointSearch) -> list[WatchValue]:
    """Each watch with its value at the last event that has happened; `…` while something it needs is counted."""
    signals = search.signals(scene.cursor) if scene.cursor >= 0 else None
    memory_id = scene.replay.events[scene.cursor].memory_id if scene.cursor >= 0 else None
    values = []
    for source in notebook.watches:
        formula = notebook.formula(source)
        if isinstance(formula, BrokenSource):
            values.append(WatchValue(source, "cannot be read", broken=True))
        elif signals is None:
            values.append(WatchValue(source, NO_VALUE))
        elif not _COUNTS.isdisjoint(formula.names) and search.so_far.done <= scene.cursor:
            values.append(WatchValue(source, PENDING))
        else:
            value = may_be_seen(formula.value(signals), formula.names, memory_id, scene)
            values.append(WatchValue(source, value_words(value)))
    return values
