"""Breakpoints: expressions over events, searched in a log of any length, onwards as the replay is computed."""

from __future__ import annotations

import re
import time
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.expressions import Expression, Formula, Signal, parse_expression, parse_formula
from memview.expressions.vectors import VectorTest
from memview.model.errors import ExpressionError
from memview.replay.breakpoint_names import BY_NAME, VOCABULARY
from memview.replay.event_signals import EventSignals
from memview.replay.so_far import COUNTED, THRASH, SoFar

if TYPE_CHECKING:
    from memview.replay.event_rows import EventTable
    from memview.replay.replay import Replay

_PART = 65_536
_BREATH_SECONDS = 0.0005
_COUNTS = frozenset((*COUNTED, THRASH))
_FROM = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?<![\w.])from(?!\w)""")


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """Stops at every event of which `source` holds, from the `from_hit`-th (1: the first) of the session on."""

    source: str
    enabled: bool = True
    from_hit: int = 1


@dataclass(frozen=True, slots=True)
class Stop:
    """The event `seq` hit a breakpoint: for the `number`-th time of the session."""

    seq: int
    breakpoint: Breakpoint
    number: int


def read_breakpoint(source: str) -> Expression:
    """The expression of a breakpoint. Raises ExpressionError with the column and the nearest name."""
    _check_words(source)
    return parse_expression(source, VOCABULARY)


def read_watch(source: str) -> Formula:
    """The expression of a watch. Raises as `read_breakpoint`."""
    _check_words(source)
    return parse_formula(source, VOCABULARY)


def _check_words(source: str) -> None:
    """Event files say `from`, which Python's grammar keeps for itself."""
    for found in _FROM.finditer(source[:1000]):
        if found[1] is None:
            raise ExpressionError("`from` cannot be a name, write `origin`", source, found.start())


def values_at(names: Iterable[str], signals: EventSignals) -> list[tuple[str, Signal]]:
    """The names of an expression with their values, in the order of the documented table."""
    wanted = set(names)
    return [(name, signals[name]) for name in BY_NAME if name in wanted]


class Hits:
    """Where one expression holds, in the events before `searched`; `turns` are those with a hit, each once."""

    def __init__(self, source: str) -> None:
        self.expression = read_breakpoint(source)
        self._test = VectorTest(self.expression)
        self.seqs = array("Q")
        self.turns = array("I")
        self.searched = 0

    def extend(self, table: EventTable, stop: int) -> None:
        """Look at the events up to `stop`, which have to be computed."""
        import numpy as np

        start = self.searched
        found = np.flatnonzero(self._test.hits(table.rows(start, stop))) + start
        if len(found):
            turns = np.unique(np.array(table.replay.events.turns[start:stop])[found - start])
            fresh = turns[turns > self.turns[-1]] if self.turns else turns
            self.turns.frombytes(fresh.astype(np.uint32).tobytes())
            self.seqs.frombytes(found.astype(np.uint64).tobytes())
        # Last, so that the screen's thread never goes by more than there is.
        self.searched = stop

    def after(self, seq: int, from_hit: int) -> int | None:
        """The place in `seqs` of the first hit behind event `seq`, counting from the `from_hit`-th of all."""
        place = max(bisect_right(self.seqs, seq), from_hit - 1)
        return place if place < len(self.seqs) else None

    def before(self, seq: int, from_hit: int) -> int | None:
        """The place in `seqs` of the last hit before event `seq`, as above."""
        place = bisect_left(self.seqs, max(0, seq)) - 1
        return place if place >= from_hit - 1 else None


class BreakpointSearch:
    """The hits of any number of breakpoints in one replay. One thread searches, any thread may ask."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.so_far = SoFar(replay)
        self._hits: dict[str, Hits] = {}
        self._wanted: tuple[Hits, ...] = ()
        self._counts_wanted = False
        self._table: EventTable | None = None

    def want(self, sources: Iterable[str], watched: Iterable[str] = ()) -> None:
        """Search for these breakpoints, all of which can be read; `watched` are the names that watches look at."""
        chosen = list(dict.fromkeys(sources))
        self._hits = {source: self._hits.get(source) or Hits(source) for source in chosen}
        self._wanted = tuple(self._hits.values())
        self._counts_wanted = not _COUNTS.isdisjoint(watched)

    def hits(self, source: str) -> Hits | None:
        """The hits of a breakpoint that is wanted."""
        return self._hits.get(source)

    @property
    def available(self) -> int:
        """Events of the turns that are computed."""
        return self.replay.event_span(self.replay.computed).stop

    @property
    def is_done(self) -> bool:
        """Nothing is left to look at for now."""
        available = self.available
        counted = not self._counts_wanted or self.so_far.done >= available
        return counted and all(hits.searched >= available for hits in self._wanted)

    def run(self, is_cancelled: Callable[[], bool] = lambda: False) -> None:
        """Look at everything that is computed."""
        from memview.replay.event_rows import EventTable

        if self._table is None:
            self._table = EventTable(self.replay, self.so_far)
        while not self.is_done and not is_cancelled():
            available = self.available
            for hits in self._wanted:
                if hits.searched < available:
                    hits.extend(self._table, min(hits.searched + _PART, available))
            if self._counts_wanted and self.so_far.done < available:
                self.so_far.extend(min(self.so_far.done + _PART, available))
            time.sleep(_BREATH_SECONDS)

    def next_stop(self, breakpoints: Sequence[Breakpoint], seq: int, direction: int) -> Stop | None:
        """The nearest hit of an enabled breakpoint after event `seq` (direction 1) or before it (-1)."""
        stops = [stop for each in breakpoints if each.enabled and (stop := self._stop(each, seq, direction))]
        if not stops:
            return None
        return min(stops, key=lambda stop: stop.seq * direction)

    def _stop(self, each: Breakpoint, seq: int, direction: int) -> Stop | None:
        hits = self._hits.get(each.source)
        if hits is None:
            return None
        place = hits.after(seq, each.from_hit) if direction > 0 else hits.before(seq, each.from_hit)
        return None if place is None else Stop(hits.seqs[place], each, place + 1)

    def knows(self, breakpoints: Sequence[Breakpoint], seq: int, stop: Stop | None, direction: int) -> bool:
        """Whether `stop` is the nearest for sure: everything between it and `seq` has been looked at."""
        bound = seq if direction < 0 else self.available if stop is None else stop.seq
        enabled = [hits for each in breakpoints if each.enabled and (hits := self._hits.get(each.source))]
        return all(hits.searched >= min(bound, self.available) for hits in enabled)

    def has_searched(self, breakpoints: Sequence[Breakpoint], seq: int) -> bool:
        """Whether every event up to `seq` has been looked at for the enabled breakpoints that can be read."""
        hits = (self._hits.get(each.source) for each in breakpoints if each.enabled)
        return all(found.searched > seq for found in hits if found is not None)

    def signals(self, seq: int) -> EventSignals:
        """Every name's value at an event; counts are None until they are known so far."""
        return EventSignals(self.replay, seq, self.so_far)
