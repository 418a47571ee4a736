"""A column of the Compare screen: what one policy or fork has in the prompt, and what of it the others lack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.replay.ranking import best_of
from memview.tui.compared import ONLY, SOME, ColumnScene
from memview.tui.glyphs import CUSTODY_MARKS, SECTION_MARKS, Mark, action_mark
from memview.tui.lines import BLANK, Line, cells, grouped_number, left, meter, right, short_number, spread
from memview.tui.scene import Scene
from memview.tui.views.events_view import event_place
from memview.tui.views.gauge_view import FREE, RESERVE, bar_line
from memview.tui.views.metrics_view import BEST, MetricValues, figure
from memview.tui.views.pane_rows import PaneRows, excerpt
from memview.tui.views.turn_view import why

if TYPE_CHECKING:
    from memview.model import PagingEvent
    from memview.replay.views import CoreSlot

UNIQUE_MARKS: Mapping[str, Mark] = {
    ONLY: Mark("◆", "only", "accent"),
    SOME: Mark("◇", "some", "text"),
}
"""What the core of one column holds and not every other: `◆ only` this one, `◇ some` of them."""
_SHARED = Mark(" ", "all", "text")

METRICS: Mapping[str, tuple[str, str]] = {
    "probe_recall": ("recall", "recall"),
    "resident_hit_ratio": ("hit ratio", "hits"),
    "faults": ("faults", "faults"),
    "evictions": ("evictions", "evicts"),
    "thrash": ("thrash", "thrash"),
    "regret": ("regret", "regret"),
    "prefix_reuse": ("prefix", "prefix"),
    "prompt_tokens_mean": ("prompt", "prompt"),
    "lost": ("lost", "lost"),
}
"""What of the metrics a column shows, and what it calls them where there is room and where there is little."""

_SHORT_CUSTODY = {"visible": "vis", "covered": "cov", "recoverable": "rec", "lost": "lost"}
_ROOM_FROM = 36
"""Cells from which figures have a gap between them."""
_MARKS_FROM = 48
"""Cells from which slots have their states in words, and events stand on one line."""
_WORDS_FROM = 74
"""Cells from which custody is told in whole words, and sections by their names."""
_METRICS_ABOVE_FROM = 28
"""Lines from which the metrics stand above the core; else they are the last."""
_MOST_EVENTS = 60
_FOLD_FROM = 6
_OTHER_LINES = 16
"""Lines of a column besides its residents and events."""
_TOKENS = 6
_STATES, _GLYPHS = (7, 8), (2, 2)
"""Cells for what is unique about a resident and what happens to it: in words, and as glyphs."""

Rows = list[tuple[Line, str | None]]


@dataclass(slots=True)
class Blocks:
    """The parts of a column, each as lines with what they are about (`slot ID`, `event SEQ`)."""

    title: str
    info: str
    head: list[Line]
    core: Rows
    events: Rows
    metrics: list[Line]
    captions: dict[str, str] = field(default_factory=dict)
    event_row: int | None = None
    """The line of `events` that the position is at, inside a turn."""


@dataclass(frozen=True, slots=True)
class Measures:
    """The metrics of all columns at the end, by place; None for one that is not measured yet."""

    values: Sequence[MetricValues | None]

    def best(self, name: str) -> frozenset[int]:
        """The places of the best, once all are measured."""
        if any(each is None for each in self.values):
            return frozenset()
        return best_of([each.get(name) if each else None for each in self.values], name)


@dataclass(frozen=True, slots=True)
class Folding:
    """What every column has alike is counted in one line: residents that nothing happens to, events of the turn.

    `texts`: there is room for the beginning of its text under each resident.
    """

    slots: bool
    events: bool
    texts: bool


def folding_for(scenes: Sequence[ColumnScene | None], width: int, height: int) -> Folding:
    """Fold what is long against the `height` of a column; nothing where there is nothing to compare with."""
    known = [scene for scene in scenes if scene is not None]
    slots = max((len(scene.slots) for scene in known), default=0)
    events = max((len(scene.scene.span) for scene in known), default=0) * (1 if width >= _MARKS_FROM else 2)
    if len(known) < 2:
        return Folding(slots=False, events=False, texts=False)
    rest = height - _OTHER_LINES
    folds_slots = slots > max(_FOLD_FROM, height // (3 if width >= _MARKS_FROM else 4))
    folds_events = slots + events > rest
    texts = not folds_slots and 2 * slots + (_FOLD_FROM if folds_events else events) <= rest
    return Folding(folds_slots, folds_events, texts)


def slot_target(memory_id: str) -> str:
    """What a row about a resident is known by."""
    return f"slot {memory_id}"


def event_target(seq: int) -> str:
    """What a row about an event is known by."""
    return f"event {seq}"


def column_blocks(at: ColumnScene, measures: Measures, place: int, width: int, folding: Folding) -> Blocks:
    """The column in `width` cells."""
    replay = at.column.replay
    title = f"{at.column.number} {printable(at.column.label)}"
    facts = [] if replay.is_complete else [f"computing {_percent(replay.computed, replay.turn_count)}"]
    facts.append(f"budget {grouped_number(replay.budgets.core)}")
    while facts and cells(title) + cells(" · ".join(facts)) + 8 > width:
        facts.pop()
    blocks = Blocks(
        title=title,
        info=" · ".join(facts),
        head=_head(at, width),
        core=[(_core_heading(at, width), None)],
        events=[],
        metrics=_metric_lines(at, measures, place, width),
    )
    _add_slots(blocks, at, width, folding)
    _add_events(blocks, at, width, folded=folding.events and at.scene.is_end_of_turn)
    return blocks


def waiting_blocks(number: int, label: str, computed: int, turns: int, turn: int, width: int) -> Blocks:
    """A column whose replay has not come as far as the turn."""
    told = f"Turn {grouped_number(turn)} is not computed yet." if turn <= turns else f"There is no turn {turn} here."
    so_far = f"{grouped_number(max(0, computed))} of {grouped_number(turns)} turns are ready."
    head: list[Line] = [((left(piece, width), "muted"),) for piece in (told, so_far)]
    info = f"computing {_percent(computed, turns)}" if computed < turns else ""
    return Blocks(f"{number} {printable(label)}", info, head, [], [], [])


def aligned(columns: Sequence[Blocks], height: int) -> list[tuple[PaneRows, int | None]]:
    """Each column as the rows of its pane, the same part on the same line in all of them.

    Beside the rows: the line that has to be in sight.
    """
    above = height >= _METRICS_ABOVE_FROM
    parts: list[list[Rows]] = []
    for each in columns:
        head: Rows = [(line, None) for line in each.head]
        metrics: Rows = [(line, None) for line in each.metrics]
        parts.append([head, metrics, each.core, each.events] if above else [head, each.core, each.events, metrics])
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


def grid(parts: Sequence[Line], cell: int, width: int, gap: int = 2) -> list[Line]:
    """`parts` in columns of `cell` cells with a gap between, on as few lines as can be, those alike long."""
    count = -(-len(parts) // max(1, (width + gap) // (cell + gap)))
    each = -(-len(parts) // max(1, count))
    lines: list[Line] = []
    for start in range(0, len(parts), each):
        spans: list[tuple[str, str]] = []
        for part in parts[start : start + each]:
            used = sum(cells(text) for text, _ in part)
            spans += [*part, (" " * (max(0, cell - used) + gap), "text")]
        lines.append(tuple(spans[:-1]))
    return lines


def _percent(done: int, whole: int) -> str:
    return f"{100 * max(0, done) // max(1, whole)} %"


def _head(at: ColumnScene, width: int) -> list[Line]:
    lines = [_count_line(at.scene, width), bar_line(at.scene, width)]
    tokens = at.scene.frame.tokens
    amounts = [(mark.glyph, name, mark.style, getattr(tokens, name)) for name, mark in SECTION_MARKS.items()]
    amounts += [("·", FREE, "faint", tokens.free), ("╱", RESERVE, "tier-reserve", tokens.reserve)]
    named = width >= _WORDS_FROM
    parts: list[Line] = [
        ((glyph, f"bold {style}"), (f" {name}" if named else "", "muted"), (f" {short_number(amount)}", "text"))
        for glyph, name, style, amount in amounts
    ]
    lines += grid(parts, 17 if named else 7, width)
    lines += _custody(at.scene, width)
    return lines + _so_far(at, width)


def _count_line(scene: Scene, width: int) -> Line:
    tokens = scene.frame.tokens
    about = "" if scene.replay.workload.tokenizer.exact else "≈"
    start: Line = (
        ("Prompt " if width >= _ROOM_FROM else "", "muted"),
        (f"{about}{grouped_number(tokens.total)}", "bold text"),
        (f" / {grouped_number(tokens.limit)} tok", "text"),
    )
    return spread(start, ((f" {_percent(tokens.total, tokens.limit)}", "muted"),), width)


def _custody(scene: Scene, width: int) -> list[Line]:
    parts: list[Line] = []
    for name, mark in CUSTODY_MARKS.items():
        count = getattr(scene.frame.custody, name)
        quiet = name == "lost" and not count
        word = mark.word if width >= _WORDS_FROM else _SHORT_CUSTODY[name]
        parts.append(
            (
                (f"{mark.glyph} {word} ", "muted" if quiet else mark.style),
                (short_number(count), "muted" if quiet else f"bold {mark.style}"),
            )
        )
    return grid(parts, 19 if width >= _WORDS_FROM else 12, width)


def _so_far(at: ColumnScene, width: int) -> list[Line]:
    total = at.column.replay.frame(at.scene.position.turn).tokens.total
    share = f" · {_percent(at.reused, total)}" if at.reused else ""
    fault, evict = action_mark("fault"), action_mark("evict")
    wide = width >= _MARKS_FROM
    parts: list[Line] = [
        ((f"{fault.glyph} faults ", fault.style), (short_number(at.faults), "text")),
        ((f"{evict.glyph} {'evictions' if wide else 'evicts'} ", evict.style), (short_number(at.evictions), "text")),
    ]
    reused: Line = (("prefix reused " if width >= _WORDS_FROM or not wide else "prefix ", "muted"),
                    (f"{short_number(at.reused)} tok{share}", "text"))  # fmt: skip
    if not wide:
        return [*grid(parts, 14 if width >= _ROOM_FROM else 12, width), reused]
    cell = 17 if width >= _WORDS_FROM else 13
    return [(*grid(parts, cell, width)[0], ("  ", "text"), *reused)]


def _core_heading(at: ColumnScene, width: int) -> Line:
    slots, tokens = len(at.slots), at.scene.frame.tokens.core
    wide = width >= _MARKS_FROM
    count = f" {slots} {'slot' if slots == 1 else 'slots'}" if wide else f" {slots}"
    start: Line = (
        ("Core", "bold tier-core"),
        (count, "text"),
        (f" · {grouped_number(tokens)}/{grouped_number(at.column.replay.budgets.core)}", "muted"),
    )
    return spread(start, _unique_counts(at.marks.values(), width), width)


def _unique_counts(marks: Iterable[str], width: int) -> Line:
    """How many only this column has, and how many not all have: `◆ 2 only here  ◇ 1 not in all`."""
    kinds = list(marks)
    end: list[tuple[str, str]] = []
    for kind, words in ((ONLY, "only here"), (SOME, "not in all")):
        mark, many = UNIQUE_MARKS[kind], kinds.count(kind)
        if many:
            told = f"  {mark.glyph} {many} {words}" if width >= _MARKS_FROM else f" {mark.glyph}{many}"
            end.append((told, f"bold {mark.style}"))
    return tuple(end)


def _add_slots(blocks: Blocks, at: ColumnScene, width: int, folding: Folding) -> None:
    shown = [
        slot
        for slot in at.slots
        if not folding.slots or slot.memory_id in at.marks or slot.is_new or slot.is_next_victim
    ]  # fmt: skip
    if not at.slots:
        blocks.core.append(((("nothing is resident", "faint"),), None))
    widest = max((cells(printable(slot.memory_id)) for slot in at.slots), default=0)
    largest = max((slot.tokens for slot in at.slots), default=0)
    for slot in shown:
        text = at.scene.text_of(slot.memory_id)
        target = slot_target(slot.memory_id)
        beside = "" if folding.texts else text
        blocks.core.append((_slot_line(slot, at.marks.get(slot.memory_id, ""), beside, widest, largest, width), target))
        if folding.texts:
            indent = sum(_STATES if width >= _MARKS_FROM else _GLYPHS)
            blocks.core.append(
                (((" " * indent, "text"), (left(excerpt(text, width), width - indent), "muted")), target)
            )
        else:
            blocks.captions[target] = excerpt(text, width)
    if len(shown) < len(at.slots):
        more = len(at.slots) - len(shown)
        words = f"= {grouped_number(more)} {'more ' if shown else ''}in every column"
        blocks.core.append((((words, "muted"), ("   c lists them" if width >= _ROOM_FROM else "", "faint")), None))


def _slot_line(slot: CoreSlot, marked: str, text: str, widest: int, largest: int, width: int) -> Line:
    """What is unique about it, what happens to it, its id, its section with `text` where there is room, its tokens."""
    mark = UNIQUE_MARKS.get(marked)
    words = width >= _MARKS_FROM
    mark_width, state_width = _STATES if words else _GLYPHS
    unique = "" if mark is None else f"{mark.glyph} {mark.word}" if words else mark.glyph
    state, style = _state(slot.is_new, slot.is_next_victim, slot.pinned, words=words)
    id_width = max(8, min(widest, 16, width // 2))
    room = width - mark_width - state_width - id_width - _TOKENS
    bar = 10 if room >= 36 else 0
    label_width = max(0, room - bar - 1)
    label = printable(slot.section or slot.kind)
    if text and label_width >= 40:
        label = left(label, 12) + " " + excerpt(text, label_width)
    filled, track = meter(slot.tokens, largest, bar)
    return (
        (left(unique, mark_width), f"bold {mark.style}" if mark else "text"),
        (left(state, state_width), style),
        (left(printable(slot.memory_id), id_width), "bold text" if mark else "text"),
        (" " + left(label, label_width - 1) + " " if label_width >= 4 else " " * (label_width + 1), "muted"),
        (filled, "tier-core"),
        (" " * len(track), "text"),
        (right(grouped_number(slot.tokens), _TOKENS), "text"),
    )


def _state(is_new: bool, is_next: bool, is_pinned: bool, *, words: bool) -> tuple[str, str]:
    if is_new:
        return ("▲ new" if words else "▲", "action-promote")
    if is_next:
        return ("▽ next" if words else "▽", "action-evict")
    if is_pinned:
        return ("■ pin" if words else "■", "muted")
    return ("", "muted")


def _add_events(blocks: Blocks, at: ColumnScene, width: int, *, folded: bool) -> None:
    scene = at.scene
    span = scene.span
    inside = "" if scene.is_end_of_turn else f"event {scene.position.turn}.{scene.event_number}"
    end: Line = ((inside, "bold focus"),) if inside else _unique_counts(at.event_marks.values(), width)
    count = f" · {len(span)} {'event' if len(span) == 1 else 'events'}"
    turn = f"Turn {grouped_number(scene.position.turn)}"
    blocks.events.append((spread(((turn, "bold text"), (count, "muted")), end, width), None))
    first = span.start
    if len(span) > _MOST_EVENTS and not scene.is_end_of_turn:
        first = max(span.start, min(scene.cursor - _MOST_EVENTS // 2, span.stop - _MOST_EVENTS))
    last = min(first + _MOST_EVENTS, span.stop)
    if first > span.start:
        blocks.events.append((((f"… {grouped_number(first - span.start)} before", "faint"),), None))
    shown = sorted(at.event_marks)[:_MOST_EVENTS] if folded else range(first, last)
    for seq in shown:
        event = scene.replay.events[seq]
        target = event_target(seq) if event.memory_id is not None else None
        if not scene.is_end_of_turn and seq == scene.cursor:
            blocks.event_row = len(blocks.events)
        blocks.events += [(line, target) for line in _event_lines(at, event, width)]
        if target is not None:
            blocks.captions[target] = excerpt(scene.text_of(event.memory_id or ""), width)
    if folded:
        words = f"= {grouped_number(len(span) - len(at.event_marks))} in every column"
        blocks.events.append((((words, "muted"), ("   c lists them" if width >= _ROOM_FROM else "", "faint")), None))
    elif last < span.stop:
        words = f"… {grouped_number(span.stop - last)} more; the inspector lists them"
        blocks.events.append((((left(words, width), "faint"),), None))


def _event_lines(at: ColumnScene, event: PagingEvent, width: int) -> list[Line]:
    """What happened to which memory, why, and where it went; on two lines where one is too short."""
    scene = at.scene
    mark = action_mark(event.action)
    happened = event.seq <= scene.cursor
    style, quiet = (mark.style, "muted") if happened else ("faint", "faint")
    told = " · ".join(
        part for part in (why(event), event_place(event), grouped_number(event.tokens) if event.tokens else "") if part
    )
    name = printable(event.memory_id or "")
    unique = UNIQUE_MARKS.get(at.event_marks.get(event.seq, ""), _SHARED)
    lead = (("▌" if happened else "╎", "focus" if happened else "faint"), (unique.glyph, f"bold {unique.style}"))
    if width < _MARKS_FROM:
        what = left(f"{mark.glyph} {mark.word}", 10 if width < _ROOM_FROM else 13)
        first: Line = (*lead, (what + " ", style), (left(name, max(0, width - 3 - len(what))), "text"))
        return [first, (("    " + left(told, max(0, width - 4)), quiet),)]
    number = right(str(event.seq - scene.span.start + 1), 3)
    id_width = 12 if width < _WORDS_FROM else 16
    room = max(0, width - 2 - 4 - 13 - id_width)
    return [
        (
            *lead,
            (number + " ", "faint"),
            (left(f"{mark.glyph} {mark.word}", 13), style),
            (left(name, id_width - 1) + " ", "text" if happened else "faint"),
            (left(told, room), quiet),
        )
    ]


def _metric_lines(at: ColumnScene, measures: Measures, place: int, width: int) -> list[Line]:
    """As many lines before the metrics are known as after, so that nothing jumps when they are."""
    replay = at.column.replay
    values = measures.values[place]
    narrow = width < _ROOM_FROM
    parts: list[Line] = []
    for name, words in METRICS.items():
        value, is_best = (values or {}).get(name), place in measures.best(name)
        style = "bold action-hit" if is_best else "faint" if value is None else "text"
        shown = "…" if values is None else figure(value)
        head = left(words[narrow], 6 if narrow else 9)
        parts.append(((head, "muted"), (right(shown, 6 if narrow else 7) + (BEST if is_best else " "), style)))
    state = "" if values is not None else " measuring…" if replay.is_complete else " when computed"
    heading: Line = ((f"After all {grouped_number(replay.turn_count)} turns", "bold text"), (state, "faint"))
    return [heading, *grid(parts, 13 if narrow else 17, width, 0 if narrow else 2)]
