"""The archive hits pane: what retrieval returned this turn, in rank order, and what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import outcome_mark
from memview.tui.lines import Line, cells, grouped_number, left, meter, number, right
from memview.tui.scene import Scene
from memview.tui.views.pane_rows import PaneRows, RowsBuilder, empty_state, excerpt

if TYPE_CHECKING:
    from memview.replay import Hit

_RANK = 3
_SCORE = 5
_OUTCOME = 14


def hits_rows(scene: Scene, width: int, height: int) -> PaneRows:
    """One line a hit, and a second with its text where there is room for all of them."""
    turn = scene.position.turn
    hits = scene.replay.hits(turn)
    size = scene.replay.archive_size(turn)
    info = f"{len(hits)} of {grouped_number(size)}"
    if not hits:
        if turn == 0:
            reason = "Nothing is searched before the first turn."
        else:
            reason = f"No hits. The route of this turn is {scene.replay.route(turn) or 'none'}."
        return empty_state("Archive hits", info, reason, f"{grouped_number(size)} memories can be searched.", width)
    rows = RowsBuilder()
    rows.add(_heading(width, _id_width(hits, width)))
    roomy = 2 * len(hits) + 1 <= height
    best = max((hit.score for hit in hits if hit.score is not None), default=0.0)
    for hit in hits:
        rows.add(_hit_line(hit, _id_width(hits, width), best, width), hit.memory_id)
        if roomy:
            rows.add(_note_line(scene, hit, width), hit.memory_id)
    return rows.build("Archive hits", info)


def _id_width(hits: list[Hit], width: int) -> int:
    return max(8, min(16, max(cells(printable(hit.memory_id)) for hit in hits), width // 3))


def _bar_width(width: int, id_width: int) -> int:
    return max(0, width - _RANK - id_width - 1 - _SCORE - 1 - 1 - _OUTCOME)


def _heading(width: int, id_width: int) -> Line:
    bar = " " * (_bar_width(width, id_width) + 2)
    return (
        (
            right("#", _RANK - 1) + " " + left("memory", id_width) + right("score", _SCORE + 1) + bar + "outcome",
            "faint",
        ),
    )


def _hit_line(hit: Hit, id_width: int, best: float, width: int) -> Line:
    mark = outcome_mark(hit.outcome)
    filled, track = meter(hit.score or 0.0, best, _bar_width(width, id_width))
    return (
        (right(str(hit.rank), _RANK - 1) + " ", "faint"),
        (left(printable(hit.memory_id), id_width), "bold text"),
        (right("–" if hit.score is None else number(hit.score), _SCORE + 1) + " ", "text"),
        (filled, "tier-archive"),
        (track, "track"),
        (" " + left(f"{mark.glyph} {mark.word}", _OUTCOME), mark.style),
    )


def _note_line(scene: Scene, hit: Hit, width: int) -> Line:
    note = printable(hit.note)
    room = width - _RANK
    if note and cells(note) + 12 > room:
        return (" " * _RANK, "text"), (left(note, room), "muted")
    text_room = room - (cells(note) + 2 if note else 0)
    text = excerpt(scene.replay.memory(hit.memory_id).text, text_room)
    shown = (left(text, text_room), "faint")
    return (" " * _RANK, "text"), (note + "  " if note else "", "muted"), shown
