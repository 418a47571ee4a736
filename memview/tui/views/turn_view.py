"""The turn pane: what was said, where memory was asked, what moved and why, which tools ran, what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from memview.model.display import printable, printable_lines
from memview.tui.glyphs import action_mark
from memview.tui.governance_marks import DIFFERS
from memview.tui.lines import Line, cells, clip, grouped_number, left, number, wrap
from memview.tui.scene import Scene
from memview.tui.views.pane_rows import TEXT_LIMIT, PaneRows, RowsBuilder
from memview.tui.views.tool_words import call_mark, first_line, value_words

if TYPE_CHECKING:
    from memview.model import Memory, PagingEvent, Turn
    from memview.model.event import Signal
    from memview.replay.governance_masks import Masks
    from memview.replay.memory_surface import CallAccount

_LABEL = 10
_MOVES = {"fault": "faulted", "promote": "paged in", "evict": "paged out", "quarantine": "held back", "drop": "dropped",
          "trim": "trimmed", "warn": "warning", "error": "error", "reject": "rejected",
          "compact": "compacted", "summarize": "summarised", "invalidate": "invalidated", "merge": "merged",
          "update": "updated", "approve": "approved", "pin": "pinned", "unpin": "unpinned"}  # fmt: skip
_ALWAYS_TOLD = frozenset({"warn", "error", "quarantine", "reject", "approve"})
"""Moves that are told however many others there are: warnings, errors, decisions of the guard and of people."""
_MOVES_SHOWN = 16
_LEAST_RUN = 3
_CALLS_SHOWN = 12
_RESULT_LINES = 2
_ARGUMENT_LIMIT = 200
"""Characters of one argument; the screen of blocks and tools shows more."""


def turn_rows(scene: Scene, width: int, warnings: tuple[str, ...] = ()) -> PaneRows:
    """The turn at the scene's position. Inside a turn only what has happened so far is told."""
    turn = scene.turn
    if turn is None:
        return _loading_rows(scene, width, warnings)
    rows = RowsBuilder()
    masks = scene.masks
    for line in printable_lines(masks.of_text(turn.text)[:TEXT_LIMIT]):
        rows.paragraph(line, width, "text")
    rows.gap()
    if scene.agents:
        acting = scene.agent_of(scene.position.turn) or "unnamed"
        _labelled(rows, "agent", f"{acting}, one of {len(scene.agents)}", width, "text")
    _route(rows, scene, width)
    calls = scene.calls
    # What a refused call says stands with the call.
    told = {seq for call in calls for seq in call.made if call.state == "error"}
    _moves(rows, (event for event in scene.happened if event.seq not in told), width)
    _tools(rows, calls, masks, width)
    for memory in turn.remember:
        _remembered(rows, memory, masks, width)
    if turn.used:
        _labelled(rows, "used", ", ".join(printable(item) for item in turn.used), width, "text")
    if turn.response:
        rows.gap()
        _response(rows, masks.of_text(turn.response), width)
    return rows.build(f"Turn {grouped_number(scene.position.turn)} · {printable(turn.role)}", _facts(scene, turn))


def signal_words(signal: Signal | None) -> str:
    """`importance 0.95 > 0.7`: the number a decision looked at against its threshold."""
    if signal is None:
        return ""
    value = f"{printable(signal.name).replace('_', ' ')} {number(signal.value)}"
    if signal.threshold is None:
        return value
    shown, bound = number(signal.value), number(signal.threshold)
    sign = "=" if shown == bound else ">" if signal.value > signal.threshold else "<"
    return f"{value} {sign} {bound}"


def why(event: PagingEvent) -> str:
    """The reason of an event, with the signal after it where the sentence does not give the number itself."""
    reason, words = printable(event.reason), signal_words(event.signal)
    if not words or (event.signal is not None and _gives(reason, event.signal.value)):
        return reason
    return f"{reason} ({words})" if reason else words


def _gives(reason: str, value: float) -> bool:
    shown = number(value)
    return shown in reason or shown.replace(" ", "") in reason


def _facts(scene: Scene, turn: Turn) -> str:
    parts = [printable(turn.agent)] if turn.agent else []
    if not scene.is_end_of_turn:
        parts.append(f"event {scene.event_number} of {len(scene.span)}")
    elif turn.turn_id:
        parts.append(printable(turn.turn_id))
    return " · ".join(parts)


def _loading_rows(scene: Scene, width: int, warnings: tuple[str, ...]) -> PaneRows:
    session = scene.replay.session
    rows = RowsBuilder()
    rows.paragraph(printable(session.title or session.session_id), width, "bold text")
    if session.lesson:
        rows.paragraph(printable(session.lesson), width, "muted")
    rows.gap()
    _labelled(
        rows, "loaded", f"{grouped_number(scene.frame.custody.total)} memories before the first turn", width, "text"
    )
    _labelled(rows, "turns", grouped_number(scene.replay.turn_count), width, "text")
    for warning in warnings:
        _labelled(rows, "! warning", printable(warning), width, "action-warn")
    rows.gap()
    hint = "Press → to step to turn 1." if scene.replay.turn_count else "This session has no turns to step through."
    rows.paragraph(hint, width, "faint")
    return rows.build("Turn 0 · loading", "")


def _route(rows: RowsBuilder, scene: Scene, width: int) -> None:
    """Which stores were asked and why; where that was for want of the right one, how often it has come to that."""
    turn = scene.position.turn
    words = scene.replay.route(turn) or "none"
    fell_back = scene.fallbacks is not None and scene.fallbacks.at(turn)
    _labelled(rows, "! route" if fell_back else "route", words, width, "action-warn" if fell_back else "muted")
    count = None if scene.fallbacks is None else scene.fallbacks.upto(turn)
    if count:
        turns = f"{grouped_number(turn)} {'turn' if turn == 1 else 'turns'}"
        _labelled(rows, "fallbacks", f"{grouped_number(count)} in {turns} so far", width, "muted")


def _labelled(rows: RowsBuilder, label: str, text: str, width: int, style: str, target: str | None = None) -> None:
    for index, piece in enumerate(wrap(text, width - _LABEL)):
        head = (left(label if index == 0 else "", _LABEL), "faint")
        rows.add((head, (piece, style)), target)


def _moves(rows: RowsBuilder, events: Iterable[PagingEvent], width: int) -> None:
    """What moved, in the order in which it did."""
    moved = _runs(event for event in events if event.action in _MOVES)
    shown = _told_moves(moved)
    for run in shown:
        event = run[0]
        mark = action_mark(event.action)
        name = printable(event.memory_id or "") + (f" and {len(run) - 1} more" if len(run) > 1 else "")
        to = f" to {event.destination}" if event.action == "evict" and event.destination else ""
        verb = f"{_MOVES[event.action]}{to}"
        reason = why(event)
        told = " ".join(part for part in (name, f"{verb}:" if reason else verb, reason) if part)
        for index, piece in enumerate(wrap(told, width - 2)):
            head = (f"{mark.glyph} " if index == 0 else "  ", mark.style)
            rest = _told_line(piece, name, verb, mark.style) if index == 0 else ((piece, "muted"),)
            rows.add((head, *rest), event.memory_id)
    if len(moved) > len(shown):
        rows.add(((f"  and {sum(map(len, moved)) - sum(map(len, shown))} more in the timeline", "faint"),))


def _runs(events: Iterable[PagingEvent]) -> list[list[PagingEvent]]:
    """Messages that leave the window one behind the other as one move: a flush is told in a line."""
    runs: list[list[PagingEvent]] = []
    for action, run in groupby(events, key=lambda event: event.action):
        members = list(run)
        together = action == "compact" and len(members) >= _LEAST_RUN
        runs += [members] if together else [[event] for event in members]
    return runs


def _told_moves(moved: Sequence[list[PagingEvent]]) -> list[list[PagingEvent]]:
    """As many as there is room for, in their order; what a person has to know is never among those left out."""
    room = _MOVES_SHOWN - sum(run[0].action in _ALWAYS_TOLD for run in moved)
    shown = []
    for run in moved:
        if run[0].action in _ALWAYS_TOLD:
            shown.append(run)
        elif room > 0:
            room -= 1
            shown.append(run)
    return shown[: 2 * _MOVES_SHOWN]


def _told_line(piece: str, name: str, verb: str, style: str) -> Line:
    """The first line of a move: the id stands out, the verb has the colour of the action."""
    start = len(name) + 1 if name and piece.startswith(name) else 0
    end = start + len(verb) if piece[start:].startswith(verb) else start
    return (piece[:start], "bold text"), (piece[start:end], style), (piece[end:], "muted")


def _tools(rows: RowsBuilder, calls: Sequence[CallAccount], masks: Masks, width: int) -> None:
    """The calls made so far: outcome, arguments, the beginning of the result, and whether the recording differs."""
    for call in calls[:_CALLS_SHOWN]:
        _tool(rows, call, masks, width)
    if len(calls) > _CALLS_SHOWN:
        rows.add(((f"  and {len(calls) - _CALLS_SHOWN} more calls: 5 shows all", "faint"),))


def _tool(rows: RowsBuilder, call: CallAccount, masks: Masks, width: int) -> None:
    mark = call_mark(call)
    # A call belongs to the memory that it wrote or found: enter opens it.
    target = call.outcome.memory_ids[0] if call.outcome is not None and call.outcome.memory_ids else None
    word = "" if call.outcome is None else f"  {mark.word}"
    name = clip(printable(call.tool), width - _LABEL - cells(word))
    rows.add(((left(f"{mark.glyph} tool", _LABEL), mark.style), (name, "bold text"), (word, mark.style)), target)
    arguments = ", ".join(
        f"{printable(str(key))}={value_words(value, masks, _ARGUMENT_LIMIT)}" for key, value in call.arguments.items()
    )
    for piece in wrap(f"({arguments})" if arguments else "", width - _LABEL):
        if piece:
            rows.add(((" " * _LABEL, "text"), (piece, "muted")), target)
    style = mark.style if call.state == "error" else "muted"
    for index, piece in enumerate(_beginning(first_line(call, masks), width - _LABEL - 2)):
        rows.add((("→ ".rjust(_LABEL + 2) if index == 0 else " " * (_LABEL + 2), "faint"), (piece, style)), target)
    if call.differs and call.outcome is not None:
        words = f"recording {DIFFERS.word}: {value_words(call.outcome.difference, masks, _ARGUMENT_LIMIT)}"
        for index, piece in enumerate(wrap(words, width - _LABEL - 2)):
            mark_cell = f"{DIFFERS.glyph} ".rjust(_LABEL + 2) if index == 0 else " " * (_LABEL + 2)
            rows.add(((mark_cell, DIFFERS.style), (piece, DIFFERS.style)), target)


def _beginning(text: str, width: int) -> list[str]:
    """`text` in so many lines as a result may have, an ellipsis where it goes on."""
    pieces = wrap(text, width)
    if len(pieces) <= _RESULT_LINES:
        return pieces
    return [*pieces[: _RESULT_LINES - 1], clip(f"{pieces[_RESULT_LINES - 1]} …", width)]


def _remembered(rows: RowsBuilder, memory: Memory, masks: Masks, width: int) -> None:
    identifier = printable(memory.memory_id)
    room = width - _LABEL - cells(identifier) - 2
    text = printable(masks.of_memory(memory)[:TEXT_LIMIT])
    rows.add(
        (
            (left("+ learned", _LABEL), "faint"),
            (identifier, "bold text"),
            ("  " + " ".join(wrap(text, room)[:1]), "muted"),
        ),
        memory.memory_id,
    )


def _response(rows: RowsBuilder, response: str, width: int) -> None:
    rows.add((("response", "faint"),))
    for line in printable_lines(response[:TEXT_LIMIT]):
        rows.paragraph(line, width, "text")
