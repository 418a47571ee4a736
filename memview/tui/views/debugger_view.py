"""The debugger's lines: breakpoints, watches, bookmarks, the way one came; more about the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from memview.debug_state import Bookmark, Place
from memview.model.display import printable
from memview.tui.lines import BLANK, Line, Span, cells, clip, fitted, grouped_number, left, number, spread, wrap
from memview.tui.notebook import BrokenSource, Notebook
from memview.tui.views.timeline_marks import BOOKMARK, BREAKPOINT, BREAKPOINT_OFF
from memview.tui.views.watch_view import WatchValue, may_be_seen, value_words

if TYPE_CHECKING:
    from memview.replay import Replay
    from memview.replay.breakpoints import Breakpoint, BreakpointSearch, Hits
    from memview.tui.scene import Scene

_STATE = 14
_HITS_SHOWN = 24
_HISTORY_SHOWN = 20
_BEGINNING = 200
NOTHING = "Nothing is set. b sets a breakpoint, w a watch; in the inspector k marks a place."


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: a heading when there is no entry, else the `index`-th of its kind."""

    heading: str = ""
    breakpoint: Breakpoint | None = None
    watch: WatchValue | None = None
    bookmark: Bookmark | None = None
    place: Place | None = None


def debugger_rows(notebook: Notebook, watches: Sequence[WatchValue]) -> list[Row]:
    """All entries under their headings; headings without entries are left out."""
    rows: list[Row] = []
    groups: tuple[tuple[str, list[Row]], ...] = (
        ("Breakpoints", [Row(breakpoint=each) for each in notebook.breakpoints]),
        ("Watches", [Row(watch=each) for each in watches]),
        ("Bookmarks", [Row(bookmark=each) for each in notebook.bookmarks]),
        ("Came from", [Row(place=each) for each in islice(reversed(notebook.trail.behind), _HISTORY_SHOWN)]),
    )
    for heading, entries in groups:
        if entries:
            rows += [Row(heading), *entries]
    return rows


def row_line(row: Row, scene: Scene, search: BreakpointSearch, width: int) -> Line:
    """One row in `width` cells."""
    if row.breakpoint is not None:
        return _breakpoint_line(row.breakpoint, search, width)
    if row.watch is not None:
        watch = row.watch
        style = "action-error" if watch.broken else "bold accent" if watch.changed else "bold text"
        fact: Line = ((f" {clip(watch.value, max(8, width // 2))} ", style),)
        return spread((("  watch".ljust(_STATE), "muted"), (printable(watch.source), "text")), fact, width)
    if row.bookmark is not None:
        place = row.bookmark.place
        head: tuple[Span, ...] = (
            (left(f"{BOOKMARK.glyph} {place_words(place)}", _STATE), BOOKMARK.style),
            (printable(row.bookmark.note) or "(no note)", "text" if row.bookmark.note else "faint"),
        )
        return fitted((*head, ("   " + said_at(scene, place), "muted")), width)
    if row.place is not None:
        head = ((left(f"  {place_words(row.place)}", _STATE), "text"), (said_at(scene, row.place), "muted"))
        return fitted(head, width)
    return fitted(((row.heading, "bold text"),), width)


def place_words(place: Place) -> str:
    """`turn 7`, or `event 7.2`."""
    turn = grouped_number(place.turn)
    return f"turn {turn}" if place.event is None else f"event {turn}.{place.event}"


def said_at(scene: Scene, place: Place) -> str:
    """How the turn begins, as it may be shown."""
    replay = scene.replay
    if not 1 <= place.turn <= replay.turn_count:
        return "after loading" if place.turn == 0 else "beyond the last turn"
    turn = replay.session.turns[place.turn - 1]
    return printable(f"{turn.role}: {scene.masks.of_text(turn.text)[:_BEGINNING]}")


def _breakpoint_line(each: Breakpoint, search: BreakpointSearch, width: int) -> Line:
    mark = BREAKPOINT if each.enabled else BREAKPOINT_OFF
    word = "on" if each.enabled else "off"
    start: tuple[Span, ...] = (
        (left(f"{mark.glyph} {word}", _STATE), mark.style),
        (printable(each.source), "text" if each.enabled else "muted"),
    )
    fact = hits_words(each, search.hits(each.source), search)
    return spread(start, ((f" {fact} ", "action-error" if fact == "cannot be read" else "muted"),), width)


def hits_words(each: Breakpoint, hits: Hits | None, search: BreakpointSearch) -> str:
    """`12 hits, stops from no. 3`, `never hits`, or how far it has been searched."""
    if hits is None:
        return "cannot be read"
    count = len(hits.seqs)
    found = "1 hit" if count == 1 else f"{grouped_number(count)} hits"
    if hits.searched < search.available:
        return f"{found}, searching…"
    if not count:
        found = "never hits" if search.replay.is_complete else f"no hit up to turn {search.replay.computed}"
    if each.from_hit > 1:
        found += f", stops from no. {each.from_hit}"
    return found


def detail_lines(row: Row | None, notebook: Notebook, scene: Scene, search: BreakpointSearch, width: int) -> list[Line]:
    """More about an entry: a breakpoint's hits and its values here, a watch's names, a place's first words."""
    if row is None:
        return [BLANK]
    if row.breakpoint is not None:
        return _about_breakpoint(row.breakpoint, notebook, scene, search, width)
    if row.watch is not None:
        formula = notebook.formula(row.watch.source)
        if isinstance(formula, BrokenSource):
            return _paragraph(formula.message, width, "action-error")
        return [*_values(formula.names, scene, search, width), *_meanings(formula.names, width)]
    place = row.bookmark.place if row.bookmark else row.place
    if place is None or not 1 <= place.turn <= scene.replay.turn_count:
        return [BLANK]
    turn = scene.replay.session.turns[place.turn - 1]
    return _paragraph(f"{turn.role}: {scene.masks.of_text(turn.text)[:2000]}", width, "text")


def _about_breakpoint(
    each: Breakpoint, notebook: Notebook, scene: Scene, search: BreakpointSearch, width: int
) -> list[Line]:
    expression = notebook.expression(each.source)
    if isinstance(expression, BrokenSource):
        return _paragraph(f"{expression.message}. e mends it, delete takes it away.", width, "action-error")
    lines: list[Line] = []
    hits = search.hits(each.source)
    if hits is not None and len(hits.seqs):
        numbers = [_event_number(search.replay, seq) for seq in hits.seqs[:_HITS_SHOWN]]
        more = len(hits.seqs) - len(numbers)
        told = f"hits at {', '.join(numbers)}" + (f" and {grouped_number(more)} more" if more else "")
        lines += _paragraph(told, width, "text")
    if scene.cursor >= 0:
        holds, witness = expression.decide(search.signals(scene.cursor))
        why = ""
        if witness is not None and witness.value is not None and witness.threshold is not None:
            name = printable(witness.name)
            why = f": {name} is {number(witness.value)}, asked {witness.operator} {number(witness.threshold)}"
        lines += _paragraph(f"{'holds' if holds else 'does not hold'} here{why}", width, "text")
        lines += _values(expression.names, scene, search, width)
    return [*lines, *_meanings(expression.names, width)]


def _event_number(replay: Replay, seq: int) -> str:
    turn = replay.turn_of(seq)
    return f"{turn}.{seq - replay.event_span(turn).start + 1}"


def _values(names: frozenset[str], scene: Scene, search: BreakpointSearch, width: int) -> list[Line]:
    from memview.replay.breakpoints import values_at

    if scene.cursor < 0:
        return []
    memory_id = scene.replay.events[scene.cursor].memory_id
    values = values_at(names, search.signals(scene.cursor))
    shown = [f"{name} {value_words(may_be_seen(value, (name,), memory_id, scene))}" for name, value in values]
    return _paragraph(f"at event {_event_number(scene.replay, scene.cursor)}: " + " · ".join(shown), width, "muted")


def _meanings(names: frozenset[str], width: int) -> list[Line]:
    from memview.replay.breakpoint_names import BY_NAME

    lines: list[Line] = [BLANK]
    for each in BY_NAME.values():
        if each.name in names:
            lines.append(fitted(((left(each.name, 18), "bold text"), (each.meaning, "muted")), width))
    return lines


def _paragraph(text: str, width: int, style: str) -> list[Line]:
    return [((piece, style),) for piece in wrap(printable(text), max(1, width))]


def debugger_title(replay: Replay, where: str, width: int) -> Line:
    """Session and policy at the left, the position at the right."""
    start: Line = (
        (" Debugger ", "bold text"),
        (f" {printable(replay.session.session_id)}  {printable(replay.spec.label)} ", "muted"),
    )
    end = f"{where} "
    return spread(start, ((clip(end, max(0, width - cells(" Debugger "))), "bold text"),), width)
