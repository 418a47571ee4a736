"""The map: every item a tile in order of arrival, as large as finds room; what a tile says, and the legend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.replay.tier_map import IN_PROMPT, LOSS, LOST, MOVES, TIERS, UNSEEN
from memview.tui.glyphs import Mark, action_mark
from memview.tui.lines import Line, Span, cells, clip, grouped_number, left, line_width, number, short_number, spread
from memview.tui.views.events_view import event_place
from memview.tui.views.pane_rows import excerpt, start_of_text

if TYPE_CHECKING:
    from memview.model import Memory, PagingEvent

TIER_MARKS: tuple[Mark, ...] = (
    Mark("·", "not yet", "faint"),
    Mark("C", "core", "tier-core"),
    Mark("W", "window", "tier-window"),
    Mark("R", "retrieved", "tier-retrieved"),
    Mark("M", "summary", "tier-summary"),
    Mark("•", "archive", "tier-archive"),
    Mark("◦", "recall", "tier-recall"),
    Mark("◫", "shared", "tier-shared"),
    Mark("▁", "cold", "tier-reserve"),
    Mark("✗", "lost", "custody-lost"),
    Mark("⊗", "quarantined", "tier-quarantine"),
)
"""By code of `TIERS`: letters on a ground for what is in the prompt, drawn signs for what is outside."""

MOVE_MARKS: tuple[Mark, ...] = (
    Mark(" ", "", "text"),
    Mark("●", "used", "action-hit"),
    Mark("+", "new", "action-insert"),
    Mark("○", "fault", "action-fault"),
    Mark("▼", "out", "action-evict"),
    Mark("▲", "in", "action-promote"),
    Mark("✗", "lost", "custody-lost"),
)
"""By code of `MOVES`."""

_PLACES = tuple("not yet seen" if name == "unseen" else "lost" if name == "nowhere" else name for name in TIERS)
_MOVED = {
    "hit": "used this turn",
    "new": "new this turn",
    "fault": "a fault this turn",
    "out": "out this turn",
    "in": "in this turn",
    "loss": "lost this turn",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """Tiles of `width` x `height` cells, one every `across` columns and every `down` lines."""

    width: int
    height: int
    across: int
    down: int

    def columns(self, room: int) -> int:
        """Tiles in a line of `room` cells; where tiles stand apart, the first one has a gap before it, too."""
        return max(1, (room - self.gap) // self.across)

    @property
    def gap(self) -> int:
        """Blank cells between tiles."""
        return self.across - self.width


CARDS, PAGES = Scale(23, 4, 24, 5), Scale(11, 2, 12, 3)
WIDE_TILES, TILES, BLOCKS = Scale(5, 1, 6, 2), Scale(3, 1, 4, 2), Scale(3, 1, 4, 1)
SPACED, DENSE = Scale(1, 1, 2, 1), Scale(1, 1, 1, 1)
_SCALES = (CARDS, PAGES, WIDE_TILES, TILES, BLOCKS, SPACED, DENSE)


def scale_for(count: int, width: int, height: int) -> Scale:
    """The largest tiles with which `count` items find room at once; the smallest where none has."""
    for scale in _SCALES:
        if -(-count // scale.columns(width)) * scale.down <= height + scale.down - scale.height:
            return scale
    return DENSE


@dataclass(frozen=True, slots=True)
class MapShown:
    """What the map draws: a tier for each tile, the moves of this turn by tile, the ids; `text` is asked for by id."""

    tiers: Sequence[int]
    moves: Mapping[int, int]
    ids: Sequence[str]
    text: Callable[[str], str]


def _look(tier: int, move: int) -> Span:
    """The glyph and the style of a tile: what moved in this turn is lit, what is in the prompt stands on its colour."""
    if move > 1:
        return MOVE_MARKS[move].glyph, f"bold ink on {MOVE_MARKS[move].style}"
    mark = TIER_MARKS[tier]
    glyph = MOVE_MARKS[move].glyph if move else mark.glyph
    if tier in IN_PROMPT:
        return glyph, f"bold ink on {mark.style}"
    if tier == UNSEEN:
        return glyph, mark.style
    return glyph, f"bold {mark.style} on bar" if tier == LOST else f"{mark.style} on bar"


_LOOKS = tuple(tuple(_look(tier, move) for move in range(len(MOVES))) for tier in range(len(TIERS)))
_CHOSEN = "bold text on primary"


def map_line(shown: MapShown, scale: Scale, width: int, index: int, chosen: int | None) -> Line:
    """Line `index` of the whole map, `width` cells wide; the `chosen` tile stands between brackets."""
    row, part = divmod(index, scale.down)
    columns = scale.columns(width)
    first = row * columns
    if part >= scale.height or first >= len(shown.tiers):
        return ()
    tiles = range(first, min(first + columns, len(shown.tiers)))
    if scale is DENSE:
        return _dense_line(shown, tiles, chosen)
    spans: list[Span] = [(" ", "text")]
    for tile in tiles:
        glyph, style = _LOOKS[shown.tiers[tile]][shown.moves.get(tile, 0)]
        if tile == chosen:
            spans[-1] = ("[", "bold focus")
        spans.append((_tile_text(shown, scale, tile, part, glyph), style))
        spans.append(("]", "bold focus") if tile == chosen else (" ", "text"))
    return tuple(spans)


def _dense_line(shown: MapShown, tiles: range, chosen: int | None) -> Line:
    spans: list[Span] = []
    text, last = "", ""
    tiers, moves = shown.tiers, shown.moves
    for tile in tiles:
        glyph, style = _LOOKS[tiers[tile]][moves.get(tile, 0)]
        if tile == chosen:
            style = _CHOSEN
        if style != last:
            if text:
                spans.append((text, last))
            text, last = "", style
        text += glyph
    return (*spans, (text, last))


def _tile_text(shown: MapShown, scale: Scale, tile: int, part: int, glyph: str) -> str:
    if scale is SPACED:
        return glyph
    tier, move = shown.tiers[tile], shown.moves.get(tile, 0)
    if scale.width < PAGES.width:
        gap = " " if scale is WIDE_TILES else ""
        side = glyph if move else " "
        return f"{side}{gap}{TIER_MARKS[tier].glyph}{gap}{side}"
    room = scale.width - 2
    if part > 1:
        # What is yet to come is not told beforehand.
        told = start_of_text(shown.text(shown.ids[tile]), room, scale.height - 2) if tier != UNSEEN else []
        return f" {left(told[part - 2] if part - 2 < len(told) else '', room)} "
    if part:
        return f" {left(_short_id(shown.ids[tile], room), room)} "
    word = TIER_MARKS[tier].word
    if move:
        word = f"{MOVE_MARKS[move].word} {TIER_MARKS[tier].glyph}"
    return f" {left(f'{glyph} {word}', room)} "


def _short_id(memory_id: str, width: int) -> str:
    """The end of an id tells one from the next."""
    shown = printable(memory_id[-4 * width :])
    if cells(shown) <= width and len(shown) >= len(memory_id):
        return shown
    while cells(shown) > width - 1:
        shown = shown[1:]
    return f"…{shown}"


_GAP = "   "


def legend_lines(shown: MapShown, width: int, height: int) -> list[Line]:
    """Every sign of the map with its count, in `height` lines: tiers first, then what moved in this turn."""
    data = bytes(shown.tiers)
    moved = bytes(shown.moves.values())
    tiers = [(_LOOKS[code][0], mark.word, data.count(code)) for code, mark in enumerate(TIER_MARKS)]
    tiers = [*tiers[1:], tiers[0]]
    moves = [(_LOOKS[UNSEEN][code], mark.word, moved.count(code)) for code, mark in enumerate(MOVE_MARKS)]
    moves = [moves[code] for code in (LOSS - 1, LOSS - 2, LOSS - 3, LOSS, 2, 1)]
    rows = _flow(tiers, width)
    if len(rows) > height - 1:
        rows = _flow([each for each in tiers if each[2]], width)
    last = _flow(moves, width - 13, (("this turn   ", "muted"),))
    return [*rows[: max(1, height - 1)], *last[:1]]


def _flow(entries: Sequence[tuple[Span, str, int]], width: int, head: Line = ()) -> list[Line]:
    """Entries in rows of at most `width` cells; what stands at the `head` of the first one is not counted."""
    rows: list[Line] = []
    row: Line = ()
    for (glyph, style), word, count in entries:
        entry: Line = (
            (f" {glyph} ", style),
            (f" {word} ", "text" if count else "faint"),
            (short_number(count), "bold text" if count else "faint"),
        )
        if row and line_width(row) + len(_GAP) + line_width(entry) > width:
            rows.append(row)
            row = ()
        row = (*row, (_GAP, "text"), *entry) if row else entry
    rows.append(row)
    return [(*head, *rows[0]), *rows[1:]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The item under the cursor: its record, where it is, what moved it in this turn, and its text as may be shown."""

    memory: Memory
    tier: int
    move: int
    tokens: int
    first_turn: int
    text: str


def detail_lines(chosen: Chosen | None, count: int, width: int) -> list[Line]:
    """Two lines about the item under the cursor."""
    if chosen is None:
        words = "No item has arrived yet." if not count else "No item is chosen: ↑ ↓ and shift+← → choose one."
        return [((words, "muted"),), ()]
    mark, memory = TIER_MARKS[chosen.tier], chosen.memory
    since = "known from the start" if not chosen.first_turn else f"known since turn {chosen.first_turn}"
    facts = f"{memory.kind} · {grouped_number(chosen.tokens)} tok · importance {number(memory.importance)} · {since}"
    first: Line = (
        (f" {mark.glyph} ", _LOOKS[chosen.tier][0][1]),
        (f" {clip(printable(memory.memory_id), max(8, width // 3))} ", "bold text"),
        (f" {_PLACES[chosen.tier]}  ", f"bold {mark.style}"),
        (printable(facts), "muted"),
    )
    end: Line = ()
    if chosen.move:
        moved = MOVE_MARKS[chosen.move]
        end = ((f" {moved.glyph} {_MOVED[MOVES[chosen.move]]} ", f"bold {moved.style}"),)
    return [spread(first, end, width), ((clip(f"    {excerpt(chosen.text, width)}", width - 2), "text"),)]


def event_words(event: PagingEvent, number_in_turn: int, width: int) -> Line:
    """The event that happened last: `7.3 ▲ promote PRF-12  archive → core  relevance 7.3 > 4.5`."""
    mark = action_mark(event.action)
    place = event_place(event).strip()
    subject = clip(printable(event.memory_id or ""), 30)
    line: Line = (
        (f" {event.turn}.{number_in_turn} ", "muted"),
        (f" {mark.glyph} {mark.word} ", f"bold {mark.style}"),
        (f" {subject} ", "bold text"),
        (f" {place} " if place else "", "muted"),
        (f" {printable(event.reason)}", "text"),
    )
    return ((clip("".join(text for text, _ in line), width), "text"),) if line_width(line) > width else line


def map_title(left_words: tuple[str, str], right_words: tuple[str, str], width: int) -> Line:
    """The bar on top: (session, policy) at the left, (what goes on, where) at the right."""
    session, policy = (printable(word) for word in left_words)
    busy, where = right_words
    start: Line = ((" Map ", "bold text"), (f" {session} ", "text"), (f" {policy} ", "muted"))
    return spread(start, ((f" {busy}   " if busy else " ", "action-warn"), (f"{where} ", "bold text")), width)


def turn_words(role: str, text: str, width: int) -> Line:
    """What the turn began with: `user  Book the same hotel as last time`."""
    if not role:
        return ((" After loading, before the first turn.", "muted"),)
    return ((f" {printable(role)} ", "muted"), (f" {excerpt(text, width)}"[: 4 * width], "text"))
