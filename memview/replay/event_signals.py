"""What the names of `breakpoint_names` stand for at one event: the truth that a search has to agree with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from memview.expressions import Signal
from memview.kernel.event_log import ACTION_CODE
from memview.kernel.items import ItemTable
from memview.model.event import PagingEvent
from memview.model.memory import SENSITIVITY_NORMAL, TRUST_CLASSES
from memview.replay.breakpoint_names import BY_NAME
from memview.replay.metrics import THRASH_TURNS
from memview.replay.so_far import COUNTED, THRASH, SoFar

if TYPE_CHECKING:
    from memview.replay.replay import Replay


def _kind(items: ItemTable, item: int) -> str:
    record = items.records[item]
    return "message" if record is None else record.kind


def _section(items: ItemTable, item: int) -> str | None:
    record = items.records[item]
    return items.roles[item] if record is None else record.section


def _tags(items: ItemTable, item: int) -> str:
    record = items.records[item]
    return "" if record is None else " ".join(record.tags)


def _sensitivity(items: ItemTable, item: int) -> str:
    record = items.records[item]
    return SENSITIVITY_NORMAL if record is None else record.sensitivity


def _pinned(items: ItemTable, item: int) -> bool:
    record = items.records[item]
    return record is not None and record.pinned


ITEM_TEXTS: Mapping[str, Callable[[ItemTable, int], str | None]] = {
    "memory_id": lambda items, item: items.ids[item],
    "kind": _kind,
    "section": _section,
    "trust": lambda items, item: TRUST_CLASSES[items.trusts[item]],
    "tags": _tags,
    "text": lambda items, item: items.texts[item],
    "sensitivity": _sensitivity,
}
ITEM_NUMBERS: Mapping[str, Callable[[ItemTable, int], float]] = {
    "importance": lambda items, item: items.importances[item],
    "pinned": _pinned,
    "size": lambda items, item: items.tokens[item],
}
TURN_NUMBERS: Mapping[str, str] = {
    "core_tokens": "core",
    "summary_tokens": "summary",
    "retrieved_tokens": "retrieved",
    "window_tokens": "window",
    "core_slots": "core_slots",
    "visible": "visible",
    "covered": "covered",
    "recoverable": "recoverable",
    "lost": "lost",
}
"""Names by the column of `Replay.turn_numbers` that they are."""

_EVENTS: Mapping[str, Callable[[PagingEvent], Signal]] = {
    "action": lambda event: event.action,
    "origin": lambda event: event.origin,
    "destination": lambda event: event.destination,
    "to": lambda event: event.destination,
    "tokens": lambda event: event.tokens,
    "signal": lambda event: event.signal.name if event.signal else None,
    "value": lambda event: event.signal.value if event.signal else None,
    "threshold": lambda event: event.signal.threshold if event.signal else None,
    "covered_by": lambda event: event.covered_by,
    "turn": lambda event: event.turn,
}


class EventSignals(Mapping[str, Signal]):
    """Every name's value at event `seq`, looked up when it is asked for.

    Counts are taken from `so_far` and None as long as that has not come so far; without one they are counted here,
    in a time that grows with `seq`.
    """

    def __init__(self, replay: Replay, seq: int, so_far: SoFar | None = None) -> None:
        self._replay = replay
        self._seq = seq
        self._so_far = so_far
        self._event = replay.events[seq]

    def __getitem__(self, name: str) -> Signal:
        if name in _EVENTS:
            return _EVENTS[name](self._event)
        if name in ("role", "agent"):
            turn = self._event.turn
            said = self._replay.session.turns[turn - 1] if turn else None
            return None if said is None else said.role if name == "role" else said.agent
        if name in ITEM_TEXTS or name in ITEM_NUMBERS:
            return self._of_item(name)
        if name in COUNTED or name == THRASH:
            return self._counted(name)
        if name in BY_NAME:
            return self._of_frame(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(BY_NAME)

    def __len__(self) -> int:
        return len(BY_NAME)

    def _of_item(self, name: str) -> Signal:
        item, items = self._replay.events.items[self._seq], self._replay.workload.items
        if item < 0:
            return None
        return ITEM_TEXTS[name](items, item) if name in ITEM_TEXTS else ITEM_NUMBERS[name](items, item)

    def _of_frame(self, name: str) -> Signal:
        if name == "budget":
            return self._replay.budgets.core
        frame = self._replay.frame(self._event.turn)
        if name == "prompt_tokens":
            return frame.tokens.total
        if name == "core_slots":
            return len(frame.core)
        source = frame.custody if name in frame.custody.as_dict() else frame.tokens
        return int(getattr(source, TURN_NUMBERS[name]))

    def _counted(self, name: str) -> int | None:
        if self._so_far is not None:
            return self._so_far.count(name, self._seq)
        log = self._replay.events
        if name in COUNTED:
            return log.actions[: self._seq + 1].count(ACTION_CODE[COUNTED[name]])
        evicted_at: dict[int, int] = {}
        thrash = 0
        for seq in range(self._seq + 1):
            action, item, turn = log.actions[seq], log.items[seq], log.turns[seq]
            if action == ACTION_CODE["evict"]:
                evicted_at[item] = turn
            elif action == ACTION_CODE["fault"]:
                thrash += item in evicted_at and turn - evicted_at[item] <= THRASH_TURNS
        return thrash
