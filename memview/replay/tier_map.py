"""Where every item is at any point of a replay, one byte an item: the map of a memory of a hundred thousand pages."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from memview.kernel.event_log import ACTION_CODE, PLACE_CODE
from memview.kernel.guard import REFUSED_BY_A_PERSON

if TYPE_CHECKING:
    from memview.replay.replay import Replay

TIERS = (
    "unseen", "core", "window", "retrieved", "summary", "archive", "recall", "shared", "cold", "nowhere", "quarantined",
)  # fmt: skip
"""What a byte of the map stands for. Quarantined: at its home, and kept out of the prompt until a person approves."""
TIER_CODE = {name: code for code, name in enumerate(TIERS)}
UNSEEN, CORE, WINDOW, RETRIEVED, SUMMARY = range(5)
COLD, LOST, QUARANTINED = TIER_CODE["cold"], TIER_CODE["nowhere"], TIER_CODE["quarantined"]
IN_PROMPT = frozenset((CORE, WINDOW, RETRIEVED, SUMMARY))

HIT, NEW, FAULT, OUT, IN, LOSS = range(1, 7)
MOVES = ("", "hit", "new", "fault", "out", "in", "loss")
"""What a turn did to an item: used where it was, arrived, missed, left the prompt, came into it, gone for good."""

_HIT, _FAULT, _INSERT = ACTION_CODE["hit"], ACTION_CODE["fault"], ACTION_CODE["insert"]
_QUARANTINE, _APPROVE, _REJECT = ACTION_CODE["quarantine"], ACTION_CODE["approve"], ACTION_CODE["reject"]
_NOWHERE = PLACE_CODE["nowhere"]
_PROMPT_PLACES = frozenset(PLACE_CODE[name] for name in ("core", "window", "retrieved", "summary"))
_WAITS, _RELEASED, _REFUSED = range(3)
"""What the guard or a person decided about an item."""
_FAR = 4096
"""Events between two positions from which on all tiers are worked out anew."""


class Arrivals(NamedTuple):
    """Items that a map does not have yet, in the order of their cells, and what the guard did to items meanwhile."""

    turn: int
    numbers: list[int]
    firsts: list[int]
    homes: list[int]
    memories: list[bool]
    waiting: list[int]
    next_number: int
    made: int
    guarded: list[tuple[int, int, int]]
    events: int


class TierMap:
    """Cells in the order in which the agent came to know their items, each with the code of a tier.

    Stands at one point of the replay and is moved. A step costs what it changes; a jump, one pass over the cells.
    Built empty: `extend(gather())` takes in what the replay has computed, now and again while it goes on.
    """

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.numbers = array("i")
        self.memories = bytearray()
        self.tiers = bytearray()
        self.computed = -1
        self.turn = -1
        self.context = replay.context_after(0)
        self._firsts = array("I")
        self._homes = bytearray()
        self._cells: dict[int, int] = {}
        self._waiting: list[int] = []
        self._next_number = self._made = self._scanned = self._events = self._seen = 0
        self._guarded: dict[int, list[tuple[int, int]]] = {}
        self._decided: list[int] = []

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def is_complete(self) -> bool:
        """Whether everything that the replay will ever hold has its cell."""
        return self.computed >= self.replay.turn_count

    def id_of(self, cell: int) -> str:
        """The id of the item in `cell`."""
        return self.replay.workload.items.ids[self.numbers[cell]]

    def cell_of(self, memory_id: str) -> int | None:
        """The cell of an item; None for one that is unknown or has none yet."""
        try:
            return self._cells.get(self.replay.number_of(memory_id))
        except KeyError:
            return None

    def first_turn(self, cell: int) -> int:
        """The turn at which the agent knows the item first; 0: from the start."""
        return self._firsts[cell]

    def gather(self) -> Arrivals:
        """What is computed and not in the map yet. Changes nothing, so a thread may do it while the map is shown."""
        replay, items = self.replay, self.replay.workload.items
        computed = replay.computed
        number, arrived = self._next_number, len(items)
        fresh = list(self._waiting)
        while number < arrived and items.arrivals[number] <= computed:
            fresh.append(number)
            number += 1
        made = replay.made_numbers()[self._made :]
        made = [each for each in made if items.arrivals[each] <= computed]
        known, waiting = [], []
        for each in (*fresh, *made):
            first = items.arrivals[each] + items.is_echo(each)
            if first <= computed or computed >= replay.turn_count:
                known.append((first, each))
            else:
                waiting.append(each)
        known.sort(key=lambda pair: pair[0])
        numbers = [each for _, each in known]
        events = replay.event_span(computed).stop
        return Arrivals(
            turn=computed,
            numbers=numbers,
            firsts=[first for first, _ in known],
            homes=[TIER_CODE[items.home(each)] for each in numbers],
            memories=[not items.is_message(each) for each in numbers],
            waiting=waiting,
            next_number=number,
            made=self._made + len(made),
            guarded=self._decisions(self._scanned, events),
            events=events,
        )

    def _decisions(self, start: int, stop: int) -> list[tuple[int, int, int]]:
        """(seq, item, decision) of what the guard or a person decided in these events."""
        log = self.replay.events
        refused = {code for code, reason in enumerate(log.reasons) if reason == REFUSED_BY_A_PERSON}
        found = []
        for seq, action in enumerate(log.actions[start:stop], start):
            if action in (_QUARANTINE, _APPROVE):
                found.append((seq, log.items[seq], _WAITS if action == _QUARANTINE else _RELEASED))
            elif action == _REJECT and log.reason_codes[seq] in refused:
                found.append((seq, log.items[seq], _REFUSED))
        return found

    def extend(self, arrivals: Arrivals) -> None:
        """Take in what `gather` found since the last time. The map stays where it stands."""
        start = len(self.numbers)
        self.numbers.extend(arrivals.numbers)
        self._firsts.extend(arrivals.firsts)
        self._homes.extend(arrivals.homes)
        self.memories.extend(arrivals.memories)
        self.tiers.extend(bytes(len(arrivals.numbers)))
        self._cells.update((number, start + cell) for cell, number in enumerate(arrivals.numbers))
        self._waiting = arrivals.waiting
        self._next_number, self._made, self._scanned = arrivals.next_number, arrivals.made, arrivals.events
        for seq, item, decision in arrivals.guarded:
            self._guarded.setdefault(item, []).append((seq, decision))
            if decision != _WAITS:
                self._decided.append(seq)
        self.computed = arrivals.turn

    def move_to(self, turn: int, events: int) -> list[int]:
        """Stand in `turn`, after the first `events` events of the log; returns the cells that have another tier now.

        Raises IndexError for a turn that the map does not know.
        """
        if not 0 <= turn <= self.computed:
            raise IndexError(f"turn {turn} of {self.computed} in the map")
        before, seen_before, retrieved = self._events, self._seen, list(self.context.retrieved)
        self._fold_to(events)
        span = self.replay.event_span(turn)
        self._seen = bisect_right(self._firsts, turn if events >= span.stop else turn - 1)
        inserted = self._inserted(span, events)
        is_far = self.turn < 0 or abs(events - before) > _FAR
        self.turn, self._events = turn, events
        if is_far:
            return self._recompute(inserted)
        low, high = sorted((before, events))
        touched = {*self.replay.events.items[low:high], *retrieved, *self.context.retrieved, *inserted}
        if bisect_left(self._decided, low) < bisect_left(self._decided, high):
            # What a person decides about a source frees or holds what derives from it.
            touched.update(self._guarded)
        cells = {self._cells[number] for number in touched if number in self._cells}
        cells.update(range(min(seen_before, self._seen), max(seen_before, self._seen)))
        return self._settle(sorted(cells), inserted)

    def _fold_to(self, events: int) -> None:
        if 0 <= events - self._events <= _FAR and self.turn >= 0:
            self.context.apply_log(self.replay.events, range(self._events, events))
        else:
            self.context = self.replay.context_after(events)

    def _inserted(self, span: range, events: int) -> frozenset[int]:
        """The items that have arrived in a turn of which not everything has happened yet."""
        if events >= span.stop:
            return frozenset()
        log = self.replay.events
        return frozenset(log.items[seq] for seq in range(span.start, events) if log.actions[seq] == _INSERT)

    def _settle(self, cells: Iterable[int], inserted: frozenset[int]) -> list[int]:
        changed = []
        for cell in cells:
            number = self.numbers[cell]
            tier = self._tier(cell, number, cell < self._seen or number in inserted)
            if tier != self.tiers[cell]:
                self.tiers[cell] = tier
                changed.append(cell)
        return changed

    def _recompute(self, inserted: frozenset[int]) -> list[int]:
        """All tiers anew: everything that is known is at home, except what the context knows to be elsewhere."""
        old, seen = self.tiers, self._seen
        self.tiers = self._homes[:seen] + bytes(len(self.numbers) - seen)
        context = self.context
        elsewhere = {
            *context.core, *context.window, *context.retrieved, *context.summary, *context.lost, *context.cold,
            *self._guarded, *inserted,
        }  # fmt: skip
        self._settle([self._cells[number] for number in elsewhere if number in self._cells], inserted)
        return [cell for cell, (was, now) in enumerate(zip(old, self.tiers, strict=True)) if was != now]

    def _tier(self, cell: int, number: int, seen: bool) -> int:
        context = self.context
        if number in context.core:
            return CORE
        if number in context.summary:
            return SUMMARY
        if number in context.retrieved:
            return RETRIEVED
        if number in context.window:
            return WINDOW
        if not seen:
            return UNSEEN
        if number in context.lost:
            return LOST
        if number in context.cold:
            return COLD
        return QUARANTINED if self._is_held(number) else self._homes[cell]

    def _is_held(self, number: int) -> bool:
        """Whether the item waits for an approval or was refused: as `governance.withheld_at` has it."""
        decision = self._decision(number, (_WAITS, _RELEASED, _REFUSED))
        return decision == _REFUSED or (decision == _WAITS and not self._waits_no_more(number))

    def _waits_no_more(self, number: int) -> bool:
        """Whether the item waited only for what it derives from, and all of that is released."""
        items = self.replay.workload.items
        held = items.held_sources.get(number)
        if not held or items.is_quarantined(number) or items.memory(number).is_sensitive:
            return False
        return all(self._decision(source, (_RELEASED, _REFUSED)) == _RELEASED for source in held)

    def _decision(self, number: int, kinds: tuple[int, ...]) -> int | None:
        """The last decision of one of these kinds about the item, up to where the map stands."""
        last = None
        for seq, decision in self._guarded.get(number, ()):
            if seq >= self._events:
                break
            if decision in kinds:
                last = decision
        return last

    def moves(self) -> dict[int, int]:
        """What the turn has done to items up to here: the last move (a code of MOVES) by cell; none for loading.

        A fault that was paged in counts as paged in; a use counts only where nothing moved.
        """
        found: dict[int, int] = {}
        if self.turn < 1:
            return found
        log = self.replay.events
        for seq in range(self.replay.event_span(self.turn).start, self._events):
            cell = self._cells.get(log.items[seq])
            move = 0 if cell is None else _move(log.actions[seq], log.origins[seq], log.destinations[seq])
            if cell is not None and move and not (move <= FAULT and found.get(cell, 0) > move):
                found[cell] = move
        return found


def _move(action: int, origin: int, destination: int) -> int:
    """What one event does to its item, as a code of MOVES; 0: nothing that a map shows."""
    if destination == _NOWHERE:
        return LOSS
    if action in (_HIT, _FAULT, _INSERT):
        return HIT if action == _HIT else FAULT if action == _FAULT else NEW
    if destination < 0 or (origin in _PROMPT_PLACES) == (destination in _PROMPT_PLACES):
        return 0
    return IN if destination in _PROMPT_PLACES else OUT
