"""What the web page of a replay or comparison holds: plain JSON, every text as it may be shown.

Items are numbers into `items`; two policies may make different summaries under one id, which are different items. Texts
are cut to `TEXT_LIMIT` characters: the page is for stepping through decisions, the session file for reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from memview.model.display import printable, printable_lines
from memview.model.event import PagingEvent
from memview.replay import Replay
from memview.replay.governance_masks import Masks

TEXT_LIMIT = 600
_Json = dict[str, object]


def page_data(labelled: Sequence[tuple[str, Replay]], masks: Masks) -> _Json:
    """Session, turns, items and one entry per labelled replay, all of one session and complete."""
    session = labelled[0][1].session
    items = _Items(masks)
    replays = [_replay(label, replay, items) for label, replay in labelled]
    return {
        "session": printable(session.session_id),
        "title": printable(session.title),
        "turns": [
            {
                "role": turn.role,
                "agent": printable(turn.agent or ""),
                "text": _cut(masks.of_text(turn.text)),
                "response": _cut(masks.of_text(turn.response or "")),
            }
            for turn in session.turns
        ],
        "items": items.rows,
        "replays": replays,
        "diverging": _diverging(labelled),
    }


class _Items:
    """Items by number, in the order in which the page first speaks of them."""

    def __init__(self, masks: Masks) -> None:
        self.rows: list[_Json] = []
        self._masks = masks
        self._numbers: dict[tuple[str, str], int] = {}

    def number(self, replay: Replay, item_id: str) -> int:
        memory = replay.memory(item_id)
        key = (item_id, memory.text)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.rows)
            self.rows.append(
                {
                    "id": printable(item_id),
                    "kind": printable(memory.kind),
                    "section": printable(memory.section or ""),
                    "tokens": replay.tokens_of(item_id),
                    "trust": memory.trust,
                    "text": _cut(self._masks.of_memory(memory)),
                }
            )
        return number

    def numbers(self, replay: Replay, item_ids: Iterable[str]) -> list[int]:
        return [self.number(replay, item_id) for item_id in item_ids]


def _replay(label: str, replay: Replay, items: _Items) -> _Json:
    budgets = replay.budgets
    return {
        "label": printable(label),
        "digest": replay.digest,
        "budgets": {name: getattr(budgets, name) for name in ("window", "core", "retrieval", "reserve")},
        "tokenizer": replay.workload.tokenizer.name,
        "metrics": replay.metrics,
        "frames": [_frame(replay, turn, items) for turn in range(replay.turn_count + 1)],
        "events": [_events(replay, turn, items) for turn in range(replay.turn_count + 1)],
    }


def _frame(replay: Replay, turn: int, items: _Items) -> list[object]:
    """Core, summary, retrieved, window; tokens by section with reserve and limit; custody; the next victim."""
    frame = replay.frame(turn)
    tokens, custody = frame.tokens, frame.custody
    victim = next((slot.memory_id for slot in replay.core_slots(turn) if slot.is_next_victim), None)
    return [
        items.numbers(replay, frame.core),
        items.numbers(replay, frame.summary),
        items.numbers(replay, frame.retrieved),
        items.numbers(replay, frame.window),
        [tokens.system, tokens.core, tokens.summary, tokens.retrieved, tokens.window, tokens.query, tokens.reserve,
         tokens.limit],
        [custody.visible, custody.covered, custody.recoverable, custody.lost],
        -1 if victim is None else items.number(replay, victim),
    ]  # fmt: skip


def _events(replay: Replay, turn: int, items: _Items) -> list[list[object]]:
    span = replay.event_span(turn)
    return [_event(replay, event, items) for event in replay.events[span.start : span.stop]]


def _event(replay: Replay, event: PagingEvent, items: _Items) -> list[object]:
    """Action, item (-1: none), from, to, tokens, reason, signal as words."""
    signal = event.signal
    against = "" if signal is None or signal.threshold is None else f" against {signal.threshold:g}"
    return [
        event.action,
        -1 if event.memory_id is None else items.number(replay, event.memory_id),
        event.origin or "",
        event.destination or "",
        event.tokens,
        printable(event.reason),
        "" if signal is None else f"{printable(signal.name)} {signal.value:g}{against}",
    ]


def _diverging(labelled: Sequence[tuple[str, Replay]]) -> list[int]:
    if len(labelled) < 2:
        return []
    from memview.replay.compare import Comparison

    replays = [replay for _, replay in labelled]
    return list(Comparison(replays[0].session, replays).diverging_turns)


def _cut(text: str) -> str:
    shown = "\n".join(printable_lines(text[:TEXT_LIMIT]))
    return shown + (f" … and {len(text) - TEXT_LIMIT} more characters" if len(text) > TEXT_LIMIT else "")
