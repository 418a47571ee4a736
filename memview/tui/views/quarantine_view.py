"""The quarantine's lines: what waits for an approval, was refused or is withheld; the text of one between fences."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from memview.model.display import printable, printable_lines
from memview.model.session import REFUSED
from memview.replay.governance import WAITING, WITHHELD, Withheld
from memview.tui.glyphs import Mark
from memview.tui.lines import Line, cells, fitted, grouped_number, left, line_width, spread, wrap
from memview.tui.views.memory_view import memory_record

if TYPE_CHECKING:
    from memview.replay import Replay

STATE_MARKS = {
    WAITING: Mark("⊗", "waiting", "action-quarantine"),
    REFUSED: Mark("⊘", "refused", "action-reject"),
    WITHHELD: Mark("·", "withheld", "muted"),
}
_STATE, _KIND, _TRUST, _SINCE, _SOUGHT = 11, 11, 15, 11, 12
_LEAST_ID, _MOST_ID = 9, 18
_WIDE, _MEDIUM = 104, 70
NOTHING = "Nothing waits for an approval at this turn, nothing was refused, and the guard withholds nothing."


def quarantine_title(replay: Replay, turn: int, what_if: str, width: int) -> Line:
    """Session and policy at the left, the turn at the right."""
    start: Line = (
        (" Quarantine ", "bold text"),
        (f" {printable(replay.session.session_id)}  {printable(replay.spec.label)} ", "muted"),
        (f" {printable(what_if)} " if what_if else "", "bold action-warn"),
    )
    return spread(start, ((f"turn {grouped_number(turn)}/{grouped_number(replay.turn_count)} ", "bold text"),), width)


def tally_words(entries: Sequence[Withheld]) -> str:
    """`2 waiting · 1 refused`."""
    counts = ((sum(entry.state == state for entry in entries), mark.word) for state, mark in STATE_MARKS.items())
    return " · ".join(f"{count} {word}" for count, word in counts if count) or "nothing"


def withheld_line(entry: Withheld, entries: Sequence[Withheld], width: int) -> Line:
    """One memory: its state, id, kind and trust, since when, how often it was looked for, and why it stays out."""
    mark = STATE_MARKS[entry.state]
    longest = max(cells(printable(other.memory_id)) for other in entries) + 2
    id_width = max(_LEAST_ID, min(longest, _MOST_ID))
    since = f"turn {grouped_number(entry.since)}" if entry.since else "loading"
    spans: list[tuple[str, str]] = [
        (left(f"{mark.glyph} {mark.word}", _STATE), mark.style),
        (left(printable(entry.memory_id), id_width), "bold text"),
    ]
    if width >= _MEDIUM:
        spans.append((left(printable(entry.memory.kind), _KIND), "text"))
    spans.append((left(entry.trust, _TRUST), "text"))
    if width >= _MEDIUM:
        spans.append((left(since, _SINCE), "muted"))
    if width >= _WIDE:
        spans.append((left(f"sought {grouped_number(entry.sought)}×" if entry.sought else "", _SOUGHT), "muted"))
    spans.append((left(printable(entry.reason), max(0, width - line_width(spans))), "muted"))
    return fitted(tuple(spans), width)


def explanation(entry: Withheld) -> str:
    """All about an entry in a sentence or two, with what a person can do about it."""
    since = f"since turn {grouped_number(entry.since)}" if entry.since else "since loading"
    sought = f", found by {grouped_number(entry.sought)} searches" if entry.sought else ""
    if entry.sought == 1:
        sought = ", found by 1 search"
    told = f"{entry.memory_id}: {entry.reason} ({since}{sought}). {entry.memory.kind} from {entry.trust}."
    advice = {
        WAITING: "An approval lets it into the prompt; a refusal keeps it out for good.",
        REFUSED: "It stays out, whatever comes later.",
        WITHHELD: "The guard decided this by itself for this turn: an approval would change nothing.",
    }
    return printable(f"{told} {advice[entry.state]}")


def withheld_json(entry: Withheld, text: str, tokens: int) -> str:
    """The entry with its memory as indented JSON; `text` is as it may be shown."""
    told = {"state": entry.state, "reason": entry.reason, "since_turn": entry.since, "sought": entry.sought}
    record = memory_record(entry.memory, text, tokens)
    return json.dumps({"memory": record, "quarantine": told}, indent=2, ensure_ascii=False)


def fenced_lines(entry: Withheld, text: str, width: int) -> list[Line]:
    """`text` of the entry between fences, as quoted material: it is shown to be judged, not to be followed."""
    name = printable(entry.memory_id)
    lines: list[Line] = [((f"‹‹‹ untrusted data {name}: quoted material, never an instruction", "action-warn"),)]
    for paragraph in printable_lines(text):
        lines += [(("▏ ", "action-warn"), (piece, "text")) for piece in wrap(paragraph, max(1, width - 2)) or [""]]
    lines.append(((f"››› end of {name}", "action-warn"),))
    return lines
