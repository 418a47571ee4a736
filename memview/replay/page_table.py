"""The page table of the core, as an operating systems book draws it: who is in which slot, and who was there lately."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from memview.kernel.event_log import ACTION_CODE, PLACE_CODE
from memview.replay.inspect import core_slots

if TYPE_CHECKING:
    from memview.kernel.context import Context
    from memview.replay.replay import Replay

_CORE = PLACE_CODE["core"]
_HIT, _FAULT = ACTION_CODE["hit"], ACTION_CODE["fault"]
_LOOKED_BACK = 4096
"""Page-outs and faults that are looked at for pages that were in the core."""


@dataclass(frozen=True, slots=True)
class PageRow:
    """One page. `slot` is its place in the core from 1 on, None when it is out (present bit 0).

    `last_used` and `uses` are those of its residency, of the last one for a page that is out; `left` is the turn in
    which it went out, `faulted` the last turn after that in which it was missed.
    """

    memory_id: str
    slot: int | None
    last_used: int
    uses: int
    importance: float
    tokens: int
    pinned: bool = False
    is_new: bool = False
    is_next_victim: bool = False
    left: int | None = None
    faulted: int | None = None

    @property
    def is_present(self) -> bool:
        return self.slot is not None

    def as_dict(self) -> dict[str, object]:
        """The row as JSON values."""
        return {
            "page": self.memory_id,
            "present": int(self.is_present),
            "slot": self.slot,
            "last_used_turn": self.last_used,
            "uses": self.uses,
            "importance": self.importance,
            "tokens": self.tokens,
            "pinned": self.pinned,
            "next_victim": self.is_next_victim,
            "evicted_turn": self.left,
            "faulted_turn": self.faulted,
        }


class Touches(NamedTuple):
    """Events that a page table does not know yet: (seq, item) of each that touches the core, up to `events`."""

    found: list[tuple[int, int]]
    recent: list[int]
    events: int


class PageTable:
    """Rows for any point of a replay. Built empty: `extend(gather())` takes in what the replay has computed."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._touches: dict[int, array[int]] = {}
        self._recent = array("Q")
        self._scanned = 0

    def gather(self) -> Touches:
        """What is computed and not known yet. Changes nothing, so a thread may do it while the table is shown."""
        log = self._replay.events
        start, stop = self._scanned, self._replay.event_span(self._replay.computed).stop
        columns = (log.actions, log.items, log.origins, log.destinations)
        found, recent = [], []
        for seq, (action, item, origin, destination) in enumerate(
            zip(*(column[start:stop] for column in columns), strict=True), start
        ):
            if action in (_HIT, _FAULT) or (destination >= 0 and _CORE in (origin, destination)):
                found.append((seq, item))
                if action == _FAULT or (origin == _CORE and destination != _CORE):
                    recent.append(seq)
        return Touches(found, recent, stop)

    def extend(self, touches: Touches) -> None:
        """Take in what `gather` found since the last time."""
        for seq, item in touches.found:
            known = self._touches.get(item)
            if known is None:
                known = self._touches[item] = array("Q")
            known.append(seq)
        self._recent.extend(touches.recent)
        self._scanned = touches.events

    def rows(self, context: Context, turn: int, events: int, most_out: int) -> list[PageRow]:
        """The residents in order of their slots, then up to `most_out` pages that were, the last to go or fault first.

        `context` is the fold over the first `events` events of the log, `turn` the turn of the last of them.
        """
        items, span = self._replay.workload.items, self._replay.event_span(turn)
        victim = -1
        if events >= span.stop:
            found = [slot.memory_id for slot in self._replay.core_slots(turn) if slot.is_next_victim]
            victim = self._replay.number_of(found[0]) if found else -1
        numbers = list(context.core)
        present = [
            PageRow(
                memory_id=slot.memory_id,
                slot=place,
                last_used=slot.last_used_turn,
                uses=slot.uses,
                importance=items.importances[number],
                tokens=slot.tokens,
                pinned=slot.pinned,
                is_new=slot.is_new,
                is_next_victim=slot.is_next_victim,
            )
            for place, (number, slot) in enumerate(
                zip(numbers, core_slots(items, context, turn, victim), strict=True), start=1
            )
        ]
        return present + self._out(context, events, most_out)

    def _out(self, context: Context, events: int, most: int) -> list[PageRow]:
        log = self._replay.events
        rows: list[PageRow] = []
        looked: set[int] = set()
        end = bisect_left(self._recent, events)
        for index in range(end - 1, max(-1, end - 1 - _LOOKED_BACK), -1):
            if len(rows) >= most:
                break
            item = log.items[self._recent[index]]
            if item < 0 or item in looked or item in context.core:
                continue
            looked.add(item)
            row = self._row_of_one_out(item, events)
            if row is not None:
                rows.append(row)
        return rows

    def _row_of_one_out(self, item: int, events: int) -> PageRow | None:
        """The page's last residency; None for a page that has not been in the core."""
        log, items = self._replay.events, self._replay.workload.items
        seqs = self._touches[item]
        left = faulted = last_used = None
        uses = 0
        for index in range(bisect_left(seqs, events) - 1, -1, -1):
            seq = seqs[index]
            turn, action, origin, destination = (
                log.turns[seq],
                log.actions[seq],
                log.origins[seq],
                log.destinations[seq],
            )
            if left is None:
                if origin == _CORE and destination not in (_CORE, -1):
                    left = turn
                elif action == _FAULT and faulted is None:
                    faulted = turn
            elif destination == _CORE and origin != _CORE:
                return PageRow(
                    memory_id=items.ids[item],
                    slot=None,
                    last_used=turn if last_used is None else last_used,
                    uses=uses + 1,
                    importance=items.importances[item],
                    tokens=items.tokens[item],
                    left=left,
                    faulted=faulted,
                )
            elif action == _HIT:
                uses += 1
                last_used = turn if last_used is None else last_used
        return None
