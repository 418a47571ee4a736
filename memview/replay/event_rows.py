"""The events of a replay as columns for `expressions.vectors`: gathered part by part, each item looked up once."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from memview.expressions import Signals
from memview.expressions.vectors import NO_TEXT, Column, Numbers, Texts
from memview.model.event import ACTIONS, PLACES
from memview.model.frame import SECTIONS
from memview.replay.event_signals import ITEM_NUMBERS, ITEM_TEXTS, TURN_NUMBERS, EventSignals
from memview.replay.so_far import COUNTED, THRASH, SoFar

if TYPE_CHECKING:
    from memview.replay.replay import Replay

Number = TypeVar("Number", np.int64, np.float64)
_UNKNOWN = -2


class _TextsOf:
    """A text for every number there is (items, turns), found out when it is first wanted, as codes into one table."""

    def __init__(self, text_of: Callable[[int], str | None]) -> None:
        self._text_of = text_of
        self._codes = np.full(0, _UNKNOWN, np.int64)
        self._code: dict[str, int] = {}
        self.table: list[str] = []

    def at(self, numbers: NDArray[np.int64]) -> Texts:
        """The texts of `numbers`; below 0 there is none."""
        self._codes = _grown(self._codes, numbers, _UNKNOWN)
        codes = np.where(numbers < 0, NO_TEXT, self._codes[numbers])
        if (codes == _UNKNOWN).any():
            for number in np.unique(numbers[codes == _UNKNOWN]).tolist():
                self._codes[number] = self._code_of(number)
            codes = np.where(numbers < 0, NO_TEXT, self._codes[numbers])
        return Texts(codes, self.table)

    def _code_of(self, number: int) -> int:
        text = self._text_of(number)
        if text is None:
            return NO_TEXT
        code = self._code.get(text)
        if code is None:
            code = self._code[text] = len(self.table)
            self.table.append(text)
        return code


class _NumbersOf:
    """A number for every item, found out when it is first wanted."""

    def __init__(self, number_of: Callable[[int], float]) -> None:
        self._number_of = number_of
        self._values = np.full(0, np.nan)

    def at(self, items: NDArray[np.int64]) -> Numbers:
        """The numbers of `items`; below 0 there is none."""
        self._values = _grown(self._values, items, np.nan)
        missing = items < 0
        values = np.where(missing, 0.0, self._values[items])
        unknown = np.isnan(values)
        if unknown.any():
            for item in np.unique(items[unknown]).tolist():
                self._values[item] = float(self._number_of(item))
            values = np.where(missing, 0.0, self._values[items])
        return Numbers(values, missing)


class EventTable:
    """What is known of a replay's items and turns, whatever part of the log is looked at. For one thread."""

    def __init__(self, replay: Replay, so_far: SoFar) -> None:
        self.replay = replay
        self.so_far = so_far
        items, turns = replay.workload.items, replay.session.turns
        self.texts = {name: _TextsOf(partial(read, items)) for name, read in ITEM_TEXTS.items()}
        self.pinned = _NumbersOf(partial(ITEM_NUMBERS["pinned"], items))
        self.roles = _TextsOf(lambda turn: turns[turn - 1].role if turn else None)
        self.agents = _TextsOf(lambda turn: turns[turn - 1].agent if turn else None)
        self._columns: dict[str, tuple[tuple[int, int], NDArray[np.float64]]] = {}
        self.signals = _TextsOf(lambda code: replay.events.signals[code])

    def item_column(self, name: str) -> NDArray[np.float64]:
        """`importance` or `size` of all items: a whole column, copied again when there are more of them."""
        items = self.replay.workload.items
        extent = (len(items), items.size)
        known = self._columns.get(name)
        if known is None or known[0] != extent:
            column = items.importances[:] if name == "importance" else items.tokens[:]
            known = self._columns[name] = (extent, np.append(np.array(column, np.float64), 0.0))
        return known[1]

    def rows(self, start: int, stop: int) -> EventRows:
        """The events from `start` on and before `stop`, which have to be computed."""
        return EventRows(self, start, stop)


class EventRows:
    """A part of the log. Columns are made when an expression wants them."""

    def __init__(self, table: EventTable, start: int, stop: int, chosen: NDArray[np.int64] | None = None) -> None:
        self._table = table
        self._chosen = chosen
        self._log = table.replay.events
        self._start, self._stop = start, stop
        self._made: dict[str, Column] = {}

    def __len__(self) -> int:
        return self._stop - self._start if self._chosen is None else len(self._chosen)

    def chosen(self, places: NDArray[np.int64]) -> EventRows:
        """The rows at `places` alone."""
        return EventRows(self._table, self._start, self._stop, places if self._chosen is None else self._chosen[places])

    def row(self, index: int) -> Signals:
        """The signals of one event."""
        place = index if self._chosen is None else int(self._chosen[index])
        return EventSignals(self._table.replay, self._start + place, self._table.so_far)

    def column(self, name: str) -> Column:
        """The column called `name`."""
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._make("destination" if name == "to" else name)
        return made

    def _make(self, name: str) -> Column:  # noqa: PLR0911 - one way for each kind of column
        log, table = self._log, self._table
        match name:
            case "action":
                return Texts(self._part(log.actions), ACTIONS)
            case "origin" | "destination":
                return Texts(self._part(log.origins if name == "origin" else log.destinations), PLACES)
            case "signal":
                return table.signals.at(self._part(log.signal_codes))
            case "value" | "threshold":
                return self._of_signal(name)
            case "tokens" | "turn":
                return self._numbers(self._part(log.sizes if name == "tokens" else log.turns))
            case "covered_by":
                return table.texts["memory_id"].at(self._part(log.covers))
            case "role" | "agent":
                return (table.roles if name == "role" else table.agents).at(self._part(log.turns))
            case _ if name in ITEM_TEXTS:
                return table.texts[name].at(self._part(log.items))
            case "importance" | "size" | "pinned":
                return self._of_items(name)
            case _ if name in COUNTED or name == THRASH:
                return self._counted(name)
            case _:
                return self._of_turn(name)

    def _part(self, column: array[int]) -> NDArray[np.int64]:
        # A slice is a copy: numpy must not hold on to an array that another thread makes longer.
        return self._of_chosen(np.array(column[self._start : self._stop], np.int64))

    def _of_chosen(self, values: NDArray[Number]) -> NDArray[Number]:
        return values if self._chosen is None else values[self._chosen]

    def _numbers(self, values: NDArray[np.int64] | NDArray[np.float64]) -> Numbers:
        return Numbers(values.astype(np.float64), np.zeros(len(self), bool))

    def _of_signal(self, name: str) -> Numbers:
        log = self._log
        column = log.values if name == "value" else log.thresholds
        values = self._of_chosen(np.array(column[self._start : self._stop], np.float64))
        missing = (self._part(log.signal_codes) < 0) | np.isnan(values)
        return Numbers(np.where(missing, 0.0, values), missing)

    def _of_items(self, name: str) -> Numbers:
        numbers = self._part(self._log.items)
        if name == "pinned":
            return self._table.pinned.at(numbers)
        values = self._table.item_column(name)
        return Numbers(np.where(numbers < 0, 0.0, values[numbers]), numbers < 0)

    def _counted(self, name: str) -> Numbers:
        so_far = self._table.so_far
        so_far.extend(self._stop)
        flags = np.zeros(self._stop - self._start, np.int64)
        flags[np.array(so_far.between(name, self._start, self._stop), np.int64) - self._start] = 1
        before = so_far.count(name, self._start - 1) if self._start else 0
        return self._numbers(self._of_chosen(np.cumsum(flags)) + (before or 0))

    def _of_turn(self, name: str) -> Numbers:
        replay, turns = self._table.replay, self._part(self._log.turns)
        if name == "budget":
            return self._numbers(np.full(len(self), replay.budgets.core))
        names = SECTIONS if name == "prompt_tokens" else (TURN_NUMBERS[name],)
        if not len(turns):
            return self._numbers(turns)
        first, last = int(turns[0]), int(turns[-1])
        per_turn = sum(_turns(replay.turn_numbers(each), first, last) for each in names)
        return self._numbers(np.asarray(per_turn)[turns - first])


def _turns(column: Sequence[int], first: int, last: int) -> NDArray[np.int64]:
    return np.array(column[first : last + 1], np.int64)


def _grown(known: NDArray[Number], numbers: NDArray[np.int64], blank: float) -> NDArray[Number]:
    """`known`, long enough to have a place for all `numbers`."""
    needed = int(numbers.max(initial=0)) + 1
    if needed <= len(known):
        return known
    wider = np.full(max(needed, 2 * len(known)), blank, known.dtype)
    wider[: len(known)] = known
    return wider
