"""The tool calls of a turn, each in full: outcome, arguments, what it gave, what the recording has instead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import action_mark
from memview.tui.governance_marks import DIFFERS
from memview.tui.lines import Line, Span, cells, fitted, grouped_number, left, line_width, wrap
from memview.tui.views.pane_rows import PaneRows, RowsBuilder
from memview.tui.views.tool_words import PAGE, call_mark, clipped_text, first_line, more_words, value_words
from memview.tui.views.turn_view import why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memview.replay import Replay
    from memview.replay.governance_masks import Masks
    from memview.replay.memory_surface import CallAccount

_INDENT = 4
_LONGEST_LABEL = 12
_LONGEST_ID = 16
_WITHHELD = "⊗ withheld by the guard"


def call_target(call: CallAccount) -> str:
    """What the lines of a call stand for: no memory is called like that, as ids have no line break on screen."""
    return f"call\n{call.seq}"


def calls_rows(replay: Replay, calls: Sequence[CallAccount], turn: int, masks: Masks, width: int) -> PaneRows:
    """All calls of `turn`, one after the other; without any, where the next ones are."""
    rows = RowsBuilder()
    for call in calls:
        rows.gap()
        _add_call(rows, call, replay, masks, width)
    if not calls:
        rows.gap()
        rows.paragraph(
            "No tool was called in this turn." if turn else "Nothing is called before turn 1.", width, "muted"
        )
        rows.paragraph(_next_calls(replay, turn), width, "faint")
    return rows.build("Tool calls", _tally(calls))


def _tally(calls: Sequence[CallAccount]) -> str:
    """`4 calls · 1 error · 2 differ`."""
    errors, differ = sum(call.state == "error" for call in calls), sum(call.differs for call in calls)
    parts = [f"{grouped_number(len(calls))} {'call' if len(calls) == 1 else 'calls'}"]
    parts += [f"{errors} {'error' if errors == 1 else 'errors'}"] if errors else []
    parts += [f"≠ {differ} {'differs' if differ == 1 else 'differ'}"] if differ else []
    return " · ".join(parts)


def _next_calls(replay: Replay, turn: int) -> str:
    turns = replay.session.turns
    following = next((number for number in range(turn + 1, len(turns) + 1) if turns[number - 1].tool_calls), None)
    if following is not None:
        return f"→ steps on; the next turn with tool calls is {grouped_number(following)}."
    return "No later turn has tool calls." if turn else "No turn of this session has tool calls."


def _add_call(rows: RowsBuilder, call: CallAccount, replay: Replay, masks: Masks, width: int) -> None:
    """All of one call. Its lines stand for the call, those of memories that a search showed for the memory."""
    target = call_target(call)
    rows.add(_head(call, replay, width), target)
    labels = [printable(str(name)) for name in call.arguments]
    label_width = min(_LONGEST_LABEL, max((cells(label) for label in labels), default=0)) + 2
    for label, value in zip(labels, call.arguments.values(), strict=True):
        _labelled(rows, label, label_width, value_words(value, masks), ("muted", "text"), target, width)
    _result(rows, call, replay, masks, target, width)
    if call.outcome is not None and call.outcome.withheld:
        ids = ", ".join(printable(name) for name in call.outcome.withheld)
        _labelled(rows, _WITHHELD, cells(_WITHHELD) + 2, ids, ("action-quarantine", "muted"), target, width)
    if call.differs and call.outcome is not None:
        _difference(rows, call, masks, target, width)
    for seq in call.made:
        _made(rows, replay, seq, width)


def event_number(replay: Replay, seq: int) -> str:
    """`7.3`: the third event of turn 7."""
    turn = replay.turn_of(seq)
    return f"{turn}.{seq - replay.event_span(turn).start + 1}"


def _head(call: CallAccount, replay: Replay, width: int) -> Line:
    mark = call_mark(call)
    end: list[Span] = [(f"{mark.glyph} {mark.word}", f"bold {mark.style}" if call.state == "error" else mark.style)]
    if call.differs:
        end.append((f"  {DIFFERS.glyph} {DIFFERS.word}", DIFFERS.style))
    end.append((f"  event {event_number(replay, call.seq)}", "muted"))
    while len(end) > 1 and line_width(end) > width - _INDENT - 16:
        end.pop()
    room = width - line_width(end) - 1
    name = left(f"{call.place:>2}  {printable(call.tool)}", room)
    return fitted(((name, "bold text"), (" ", "text"), *end), width)


def _labelled(
    rows: RowsBuilder, label: str, label_width: int, text: str, styles: tuple[str, str], target: str | None, width: int
) -> None:
    """`text` wrapped beside its label, which stands on the first line."""
    quiet, told = styles
    for index, piece in enumerate(wrap(text, max(8, width - _INDENT - label_width)) or [""]):
        head = left(label if index == 0 else "", label_width)
        rows.add(fitted(((" " * _INDENT, "text"), (head, quiet), (piece, told)), width), target)


def _result(rows: RowsBuilder, call: CallAccount, replay: Replay, masks: Masks, target: str, width: int) -> None:
    outcome = call.outcome
    page = None if outcome is None else PAGE.fullmatch(outcome.result)
    if outcome is None or page is None:
        style = "action-error" if call.state == "error" else "text"
        _labelled(rows, "→", 2, first_line(call, masks), ("faint", style), target, width)
        return
    _labelled(rows, "→", 2, page[1], ("faint", "text"), target, width)
    told = _rows_of(page[2])
    id_width = min(_LONGEST_ID, max((cells(printable(name)) for name in outcome.memory_ids), default=0)) + 2
    for place, name in enumerate(outcome.memory_ids):
        # The agent read the row; a memory that is masked is masked here too.
        text = masks.of_memory(replay.memory(name))
        if place < len(told) and text == replay.memory(name).text:
            text = told[place]
        shown, more = clipped_text(text, masks)
        _labelled(
            rows, printable(name), id_width, printable(shown) + more_words(more), ("bold text", "muted"), name, width
        )


def _rows_of(listed: str) -> list[str]:
    """The rows of a page of results; none when it was cut to the limit."""
    try:
        rows = json.loads(listed)
    except ValueError:
        return []
    return [row for row in rows if isinstance(row, str)]


def _difference(rows: RowsBuilder, call: CallAccount, masks: Masks, target: str, width: int) -> None:
    """The recorded result where it is not ours, and in what way; nobody has to look for it."""
    if call.outcome is None:
        return
    label = "≠ recorded"
    recorded = value_words(call.recorded, masks)
    _labelled(rows, label, cells(label) + 2, recorded, (DIFFERS.style, "text"), target, width)
    words = value_words(call.outcome.difference, masks)
    _labelled(rows, "  differs", cells(label) + 2, words, (DIFFERS.style, "muted"), target, width)


def _made(rows: RowsBuilder, replay: Replay, seq: int, width: int) -> None:
    """An event that followed from the call."""
    event = replay.events[seq]
    mark = action_mark(event.action)
    name = printable(event.memory_id or "")
    head = f"{event_number(replay, seq)} {mark.glyph} {mark.word}"
    # The words of a refusal are the call's result, which stands above.
    reason = "refused, as an event" if event.action == "error" else why(event)
    told = " ".join(part for part in (name, reason) if part)
    for index, piece in enumerate(wrap(told, max(8, width - _INDENT - cells(head) - 1)) or [""]):
        start = head if index == 0 else " " * cells(head)
        line = ((" " * _INDENT, "text"), (f"{start} ", mark.style), (piece, "muted"))
        rows.add(fitted(line, width), event.memory_id)
