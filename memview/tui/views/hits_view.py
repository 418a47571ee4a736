"""The archive hits pane: what retrieval returned this turn, in rank order, and what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.model.memory import UNTRUSTED_CLASSES
from memview.tui.glyphs import Mark, outcome_mark
from memview.tui.governance_marks import trust_mark
from memview.tui.lines import Line, cells, grouped_number, left, meter, right, score
from memview.tui.scene import Scene
from memview.tui.views.pane_rows import PaneRows, RowsBuilder, empty_state, excerpt, start_of_text, text_lines_of

if TYPE_CHECKING:
    from memview.replay.views import Hit

_RANK = 3
_TRUST = 2
_SCORE = 5
_OUTCOME = 13
_LONGEST_BAR = 10
_LINES_TO_TELL = 2
"""Lines under a hit that hold its note and the start of its text."""


def hits_rows(scene: Scene, width: int, height: int) -> PaneRows:
    """One line a hit, and under it why it came to that and its text, as far as the height has room."""
    turn = scene.position.turn
    hits = scene.replay.hits(turn, scene.position.event)
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
    text_lines = text_lines_of(len(hits), 1, height)
    best = max((hit.score for hit in hits if hit.score is not None), default=0.0)
    for hit, count in zip(hits, text_lines, strict=True):
        text = scene.text_of(hit.memory_id)
        note = _note(hit, scene.owner_of(hit.memory_id), scene.validity_of(hit.memory_id))
        beside = "" if count else note
        rows.add(_hit_line(hit, beside, _id_width(hits, width), best, width), hit.memory_id)
        for line in _text_lines(note, text, width, count):
            rows.add(line, hit.memory_id)
        if count < _LINES_TO_TELL:
            told = "" if count else note
            rows.caption(hit.memory_id, " · ".join(part for part in (told, excerpt(text, width)) if part))
    return rows.build("Archive hits", info)


def _id_width(hits: list[Hit], width: int) -> int:
    wanted = max(cells(printable(hit.memory_id)) for hit in hits)
    return max(4, min(16, wanted, width - _RANK - _TRUST - 1 - _SCORE - 1 - 1 - _OUTCOME))


def _bar_width(width: int, id_width: int) -> int:
    return max(0, min(_LONGEST_BAR, width - _RANK - id_width - _TRUST - 1 - _SCORE - 1 - 1 - _OUTCOME))


def _heading(width: int, id_width: int) -> Line:
    bar = " " * (_bar_width(width, id_width) + 2)
    return (
        (
            right("#", _RANK - 1)
            + " "
            + left("memory", id_width + _TRUST)
            + right("score", _SCORE + 1)
            + bar
            + "outcome",
            "faint",
        ),
    )


def _hit_line(hit: Hit, beside: str, id_width: int, best: float, width: int) -> Line:
    mark, trust = outcome_mark(hit.outcome), trust_mark(hit.trust)
    bar_width = _bar_width(width, id_width)
    filled, track = meter(hit.score or 0.0, best, bar_width)
    rest = width - _RANK - id_width - _TRUST - 1 - _SCORE - 1 - bar_width - 1 - _OUTCOME
    return (
        (right(str(hit.rank), _RANK - 1) + " ", "faint"),
        (left(printable(hit.memory_id), id_width), "bold text"),
        (f" {trust.glyph}", trust.style),
        (right("–" if hit.score is None else score(hit.score), _SCORE + 1) + " ", "text"),
        (filled, "tier-archive"),
        (" " * len(track) + " " + left(f"{mark.glyph} {mark.word}", _OUTCOME), mark.style),
        (left(f" {beside}", rest), "muted"),
    )


def _text_lines(note: str, text: str, width: int, count: int) -> list[Line]:
    """Why the hit came to that, and with more than one line the start of its text."""
    room = width - _RANK
    lines = [(note, "muted")] if note and count else []
    lines += [(piece, "faint") for piece in start_of_text(text, room, count - len(lines))]
    return [((" " * _RANK, "text"), (left(piece, room), style)) for piece, style in lines]


def _note(hit: Hit, owner: str, validity: Mark | None) -> str:
    """Why it came to that, whose it is, whether it holds, and of what class it is where that keeps it data."""
    note = printable(hit.note) + (f" · of {owner}" if owner else "")
    if validity is not None:
        note = f"{note} · {validity.glyph} {validity.word}" if note else f"{validity.glyph} {validity.word}"
    return f"{note} ({hit.trust})" if hit.trust in UNTRUSTED_CLASSES else note
