"""A column of the Compare screen: its figures, residents and events, on the same lines as in the columns beside it."""

from __future__ import annotations

from collections.abc import Sequence

from memview.model.display import printable
from memview.tui.compared import Column, ColumnScene
from memview.tui.lines import BLANK, Line, cells, grouped_number, wrap
from memview.tui.views.compare_gauges_view import MARKS_FROM, Measures, head_lines, metric_lines
from memview.tui.views.compare_rows_view import Blocks, Folding, Rows, add_events, add_slots, core_heading
from memview.tui.views.pane_rows import PaneRows

_METRICS_ABOVE_FROM = 28
"""Lines from which the metrics stand above the core; else they are the last."""
_FIGURES_ABOVE_FROM = 12
"""Lines from which the other figures stand above the core."""
_FOLD_FROM = 6
_OTHER_LINES = 16
"""Lines of a column besides its residents and events."""


def folding_for(scenes: Sequence[ColumnScene | None], width: int, height: int) -> Folding:
    """Fold what is long against the `height` of a column; nothing where there is nothing to compare with."""
    known = [scene for scene in scenes if scene is not None]
    slots = max((len(scene.slots) for scene in known), default=0)
    events = max((len(scene.scene.span) for scene in known), default=0) * (1 if width >= MARKS_FROM else 2)
    if len(known) < 2:
        return Folding(slots=False, events=False, texts=False)
    rest = height - _OTHER_LINES
    folds_slots = slots > max(_FOLD_FROM, height // (3 if width >= MARKS_FROM else 4))
    folds_events = slots + events > rest
    texts = not folds_slots and 2 * slots + (_FOLD_FROM if folds_events else events) <= rest
    return Folding(folds_slots, folds_events, texts)


def column_blocks(at: ColumnScene, measures: Measures, place: int, width: int, folding: Folding) -> Blocks:
    """The column in `width` cells."""
    replay = at.column.replay
    title = f"{at.column.number} {printable(at.column.label)}"
    facts = [at.column.progress, f"budget {grouped_number(replay.budgets.core)}"]
    facts = [fact for fact in facts if fact]
    while facts and cells(title) + cells(" · ".join(facts)) + 8 > width:
        facts.pop()
    blocks = Blocks(
        title=title,
        info=" · ".join(facts),
        head=head_lines(at, width),
        core=[(core_heading(at, width), None)],
        events=[],
        metrics=metric_lines(at, measures, place, width),
    )
    add_slots(blocks, at, width, folding)
    add_events(blocks, at, width, folded=folding.events and at.scene.is_end_of_turn)
    return blocks


def waiting_blocks(column: Column, turn: int, width: int) -> Blocks:
    """A column whose replay has not come as far as the turn."""
    replay = column.replay
    told = f"Turn {grouped_number(turn)} is not computed yet."
    if column.is_stopped:
        told = "Its policy failed on the way: there are no more turns."
    elif turn > replay.turn_count:
        told = f"There is no turn {turn} here."
    ready = f"{grouped_number(max(0, replay.computed))} of {grouped_number(replay.turn_count)} turns are ready."
    head: list[Line] = [((piece, "muted"),) for words in (told, ready) for piece in wrap(words, width)]
    return Blocks(f"{column.number} {printable(column.label)}", column.progress, head, [], [], [])


def aligned(columns: Sequence[Blocks], height: int) -> list[tuple[PaneRows, int | None]]:
    """Each column as the rows of its pane, the same part on the same line in all of them.

    Beside the rows: the line that has to be in sight.
    """
    parts: list[list[Rows]] = []
    for each in columns:
        head: Rows = [(line, None) for line in each.head]
        metrics: Rows = [(line, None) for line in each.metrics]
        if height >= _METRICS_ABOVE_FROM:
            parts.append([head, metrics, each.core, each.events])
        elif height >= _FIGURES_ABOVE_FROM:
            parts.append([head, each.core, each.events, metrics])
        else:
            parts.append([each.core, each.events, head, metrics])
    sizes = [max(len(part) for part in same) for same in zip(*parts, strict=True)]
    gap = int(sum(sizes) + len(sizes) - 1 <= height)
    result = []
    for each, own in zip(columns, parts, strict=True):
        rows: Rows = []
        seen = None
        for part, size in zip(own, sizes, strict=True):
            if part is each.events and each.event_row is not None:
                seen = len(rows) + each.event_row
            rows += part
            if part is not own[-1]:
                rows += [(BLANK, None)] * (size - len(part) + gap)
        lines, targets = tuple(line for line, _ in rows), tuple(target for _, target in rows)
        result.append((PaneRows(each.title, each.info, lines, targets, each.captions), seen))
    return result
