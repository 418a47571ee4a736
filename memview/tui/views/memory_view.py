"""The memory screen's lines: who it is, where it was at every turn, what was done to it and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import CUSTODY_MARKS, Mark, action_mark
from memview.tui.governance_marks import trust_mark, validity_mark
from memview.tui.life import Life
from memview.tui.lines import (
    Line,
    Span,
    cells,
    clip,
    fitted,
    grouped_number,
    left,
    line_width,
    number,
    right,
    score,
    spread,
    wrap,
)
from memview.tui.views.events_view import event_place
from memview.tui.views.turn_view import signal_words, why

if TYPE_CHECKING:
    from memview.kernel.retrieval.bm25 import TermScore
    from memview.model import Memory, PagingEvent
    from memview.replay import Replay
    from memview.replay.governance_citations import Source

_LABEL = 13
_SOURCES_SHOWN = 12
_UNSEEN = Mark("·", "not yet seen", "faint")
_NOT_COMPUTED = Mark(" ", "not computed", "faint")


def title_line(replay: Replay, memory: Memory, turn: int, width: int) -> Line:
    """The header: id, kind and session at the left; policy, turn and custody at the right."""
    custody = replay.custody_of(memory.memory_id, turn)
    mark = CUSTODY_MARKS.get(custody, _UNSEEN)
    start: Line = (
        (f" {printable(memory.memory_id)} ", "bold text"),
        (f" {printable(memory.kind)}  ", "muted"),
        (f" {printable(replay.session.session_id)} ", "text"),
    )
    end: Line = (
        (f"{printable(replay.spec.label)}   turn {turn}/{replay.turn_count}   ", "muted"),
        (f"{mark.glyph} {mark.word} ", f"bold {mark.style}"),
    )
    return spread(start, end, width)


def facts(replay: Replay, memory: Memory, turn: int) -> list[tuple[str, str]]:
    """Label and value of what is known about the memory, at `turn`; what is unknown is left out."""
    from memview.replay.governance_citations import provenance

    tokens = replay.tokens_of(memory.memory_id)
    tokenizer = replay.workload.tokenizer
    approximate = "" if tokenizer.exact else "≈"
    recorded = f" (recorded {grouped_number(memory.tokens)})" if memory.tokens not in (None, tokens) else ""
    cited = " · ".join(
        part for part in (memory.citation.session_id, memory.citation.turn_id, memory.citation.source_url) if part
    )
    item = replay.workload.items.find(memory.memory_id)
    is_held = memory.quarantined or (item is not None and replay.workload.items.is_held(item))
    is_pinned = replay.is_pinned(memory.memory_id, turn)
    marks = (
        ("■ pinned", is_pinned),
        ("□ recorded as pinned, unpinned since", memory.pinned and not is_pinned),
        ("⊗ quarantined", is_held),
    )
    flags = [word for word, holds in marks if holds]
    known = (
        ("place", replay.place_of(memory.memory_id, turn) or "not yet seen"),
        ("section", memory.section),
        ("importance", number(memory.importance)),
        ("tokens", f"{approximate}{grouped_number(tokens)}{recorded}"),
        ("trust", _trust_words(replay, memory)),
        ("sensitive", f"▒ {memory.sensitivity}" if memory.is_sensitive else ""),
        ("marked", ", ".join(flags)),
        ("tags", ", ".join(memory.tags)),
        ("created", memory.created_at),
        ("last used", memory.last_used),
        ("cited from", cited),
        ("valid", _validity_words(replay, memory, turn)),
        ("derived from", provenance_words(provenance(replay, memory.memory_id))),
        ("supersedes", memory.supersedes),
        ("owner", memory.agent),
        ("readers", ", ".join(memory.readers)),
    )
    return [(label, printable(value)) for label, value in known if value]


def _trust_words(replay: Replay, memory: Memory) -> str:
    """The class of a memory, and where its lineage has a less trusted one: which, and by which way it came in."""
    from memview.replay.governance_trust import lineage_of

    own, lineage = trust_mark(memory.trust), lineage_of(replay, memory.memory_id)
    if not lineage.path:
        return f"{own.glyph} {memory.trust}"
    way = " ← ".join((memory.memory_id, *lineage.path))
    return f"{trust_mark(lineage.trust).glyph} {lineage.trust} by lineage ({way}), itself {memory.trust}"


def _validity_words(replay: Replay, memory: Memory, turn: int) -> str:
    """From when to when the record says that it holds, what that means at `turn`, and which event ended it."""
    from memview.replay.governance_trust import ended_by, time_of_turn, validity_at

    known = f"{memory.valid_from or '…'} to {memory.valid_until or '…'}"
    words = [known] if memory.valid_from or memory.valid_until else []
    mark = validity_mark(validity_at(memory, time_of_turn(replay, turn)))
    if mark is not None and words:
        words.append(f"{mark.glyph} {mark.word}")
    ended = ended_by(replay, memory.memory_id, turn)
    if ended is not None:
        words.append(f"∅ ended at turn {grouped_number(ended[0])}: {ended[1]}")
    return " · ".join(words)


def provenance_words(sources: Sequence[Source]) -> str:
    """What a memory derives from, what that derives from in brackets, each with the place where it was learned."""
    words = ""
    depth = 1
    for source in sources[:_SOURCES_SHOWN]:
        if words:
            words += "; " if source.depth == depth else " (from " if source.depth > depth else ""
        words += ")" * max(0, depth - source.depth) + ("; " if words and source.depth < depth else "")
        place = source.place if source.is_known else "unknown here"
        words += source.memory_id + (f" [{place}]" if place else "") + (" untrusted" if source.is_untrusted else "")
        depth = source.depth
    more = len(sources) - _SOURCES_SHOWN
    return words + ")" * (depth - 1) + (f"; and {more} more" if more > 0 else "")


def fact_table(pairs: Iterable[tuple[str, str]], width: int) -> list[Line]:
    """One fact a line, its value wrapped under itself."""
    lines: list[Line] = []
    for label, value in pairs:
        for index, piece in enumerate(wrap(value, max(4, width - _LABEL)) or [""]):
            lines.append(fitted(((left(label if index == 0 else "", _LABEL), "muted"), (piece, "text")), width))
    return lines


def fact_flow(pairs: Iterable[tuple[str, str]], width: int) -> list[Line]:
    """The facts one after the other, as many a line as fit."""
    lines: list[Line] = []
    spans: list[Span] = []
    for label, value in pairs:
        gap = "   " if spans else ""
        if spans and line_width(spans) + cells(f"{gap}{label} {value}") > width:
            lines.append(fitted(tuple(spans), width))
            spans, gap = [], ""
        spans += [(f"{gap}{label} ", "muted"), (value, "text")]
    if spans:
        lines.append(fitted(tuple(spans), width))
    return lines


def bar_lines(life: Life, turn: int, width: int) -> list[Line]:
    """The residency bar over the whole width, and the mark of the turn under it."""
    count = min(width, life.turns) or 1
    edges = [stretch * width // count for stretch in range(count + 1)]
    marks = [_state_mark(state) for state in life.cells(count)]
    bar = tuple(
        (mark.glyph * (stop - start), mark.style)
        for mark, start, stop in zip(marks, edges[:-1], edges[1:], strict=True)
    )
    at = edges[life.cell_of(turn, count)]
    label = f"turn {turn}" if turn else "before turn 1"
    pointer = f"▲ {label}"
    if at + cells(pointer) > width:
        at, pointer = max(0, at - cells(label) - 1), f"{label} ▲"
    return [fitted(bar, width), fitted(((" " * at, "text"), (pointer, "bold text")), width)]


def bar_legend(life: Life, width: int) -> str:
    """What the glyphs of the bar mean, as Textual markup of our own words."""
    count = min(width, life.turns) or 1
    words: list[str] = []
    for name in dict.fromkeys(state for state in life.cells(count) if state):
        mark = _state_mark(name)
        shown = f"[${mark.style}]{mark.glyph}[/]" if name in CUSTODY_MARKS else mark.glyph
        words.append(f"{shown} {mark.word}")
    if life.turns > count:
        words.append(f"1 cell = {-(-life.turns // count)} turns, best state")
    if life.computed < life.turns:
        words.append(f"computed to turn {life.computed}")
    return "  ".join(words)


def _state_mark(state: str) -> Mark:
    if not state:
        return _NOT_COMPUTED
    return CUSTODY_MARKS.get(state, _UNSEEN)


def number_lines(life: Life, width: int) -> list[Line]:
    """What the memory's life comes to."""
    counts = life.counts
    used = "never" if life.first_used is None else f"turn {life.first_used} to {life.last_used}"
    pairs = [
        ("in the prompt", f"{life.visible_turns} of {life.computed} turns"),
        ("hit", f"{counts.get('hit', 0)}×"),
        ("faulted", f"{counts.get('fault', 0)}×"),
        ("promoted", f"{counts.get('promote', 0)}×"),
        ("evicted", f"{counts.get('evict', 0)}×"),
        ("needed", used),
    ]
    return fact_flow(pairs, width)


def score_lines(terms: Sequence[TermScore], turn: int, width: int) -> list[Line]:
    """How the retriever scored the memory at `turn`, the terms that gave most first; two lines at most."""
    if not turn:
        return [fitted((("score  ", "muted"), ("nothing was asked before turn 1", "muted")), width)]
    if not terms:
        return [fitted((("score  ", "muted"), (f"no word of turn {turn} occurs in it", "muted")), width)]
    total = sum(term.score for term in terms)
    ordered = sorted(terms, key=lambda term: (-term.score, term.term))
    parts = " + ".join(f"{printable(term.term)} {score(term.score)}{_times(term.frequency)}" for term in ordered)
    lines = wrap(f"{score(total)} = {parts}", max(8, width - 7))
    labels = ("score  ", " " * 7)
    return [
        fitted(((label, "muted"), (line, "text")), width)
        for label, line in zip(labels, _at_most_two(lines, width - 7), strict=False)
    ]


def _at_most_two(lines: list[str], width: int) -> list[str]:
    return lines if len(lines) <= 2 else [lines[0], clip(f"{lines[1]} {lines[2]}", width)]


def _times(frequency: int) -> str:
    return f" (×{frequency})" if frequency > 1 else ""


def life_event_line(event: PagingEvent, k: int, is_now: bool, width: int) -> Line:
    """One event of the memory: `turn.k`, action, places, tokens, and why."""
    mark = action_mark(event.action)
    turn = left(f"{event.turn}.{k}", 9)
    tokens = right(f"{grouped_number(event.tokens)} tok" if event.tokens else "", 10)
    head: Line = (
        (turn, "bold text" if is_now else "muted"),
        (left(f"{mark.glyph} {mark.word}", 13), mark.style),
        (left(event_place(event), 21), "text"),
        (tokens + "  ", "muted"),
    )
    return (*head, (left(_why_in_full(event), max(0, width - line_width(head))), "text"))


def _why_in_full(event: PagingEvent) -> str:
    """The reason, and after it the number with its threshold unless the sentence gives both."""
    signal = event.signal
    if signal is None or signal.threshold is None or number(signal.threshold) in event.reason:
        return why(event)
    words = signal_words(signal)
    return f"{printable(event.reason)} ({words})" if event.reason else words


def life_event_detail(event: PagingEvent, width: int) -> list[Line]:
    """All of one event, in at most two lines: for screens on which the list has no room for the reason."""
    tokens = f"{grouped_number(event.tokens)} tok" if event.tokens else ""
    covered = f"covered by {printable(event.covered_by)}" if event.covered_by else ""
    parts = (event_place(event), tokens, _why_in_full(event), covered)
    lines = wrap(" · ".join(part for part in parts if part), max(8, width))
    return [fitted(((line, "text"),), width) for line in _at_most_two(lines, width)]


def memory_record(memory: Memory, text: str, tokens: int) -> dict[str, object]:
    """All that is known of a memory, with the field names of the formats; `text` is as it may be shown."""
    citation = memory.citation
    return {
        "memory_id": memory.memory_id, "text": text, "kind": memory.kind, "tier": memory.tier,
        "section": memory.section, "importance": memory.importance, "tokens": tokens, "trust": memory.trust,
        "sensitivity": memory.sensitivity, "tags": list(memory.tags), "pinned": memory.pinned,
        "quarantined": memory.quarantined, "created_at": memory.created_at, "last_used": memory.last_used,
        "citation": {
            "session_id": citation.session_id, "turn_id": citation.turn_id, "source_url": citation.source_url,
        },
        "valid_from": memory.valid_from, "valid_until": memory.valid_until,
        "derived_from": list(memory.derived_from), "supersedes": memory.supersedes,
        "agent": memory.agent, "readers": list(memory.readers),
    }  # fmt: skip


def memory_json(replay: Replay, life: Life, text: str, turn: int) -> str:
    """The memory with what is known at `turn` and its events, as indented JSON; `text` is as it may be shown."""
    memory = life.memory
    record = memory_record(memory, text, life.tokens)
    at_turn = {
        "turn": turn,
        "policy": replay.spec.label,
        "place": replay.place_of(memory.memory_id, turn),
        "custody": replay.custody_of(memory.memory_id, turn),
        "pinned": replay.is_pinned(memory.memory_id, turn),
    }
    events = [replay.events[seq].as_dict() for seq in life.seqs]
    return json.dumps({"memory": record, "at": at_turn, "events": events}, indent=2, ensure_ascii=False)
