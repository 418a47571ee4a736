"""What a person set while debugging: breakpoints, watches, bookmarks, and the positions they came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.debug_state import MOST, Bookmark, DebugState, Place, SavedBreakpoint
from memview.model.errors import ExpressionError
from memview.tui.position import Position, at_event, at_turn

if TYPE_CHECKING:
    from memview.expressions import Expression, Formula
    from memview.replay import Replay
    from memview.replay.breakpoints import Breakpoint

_MOST_HISTORY = 100


def place_of(replay: Replay, position: Position) -> Place:
    """A position as a place that holds under any policy."""
    if position.event is None:
        return Place(position.turn)
    return Place(position.turn, position.event - replay.event_span(position.turn).start + 1)


def position_of(replay: Replay, place: Place) -> Position:
    """Where a place is in this replay, as far as that is computed; a turn with fewer events ends sooner."""
    turn = at_turn(replay, place.turn)
    span = replay.event_span(turn.turn)
    if place.event is None or turn.turn != place.turn or not span:
        return turn
    return at_event(replay, span.start + min(place.event, len(span)) - 1)


@dataclass(frozen=True, slots=True)
class BrokenSource:
    """A saved expression that this memview cannot read, and why not: it is shown and kept, and does nothing."""

    source: str
    message: str


class Trail:
    """The places jumped from: back and forward through them, as in a browser."""

    def __init__(self, behind: Iterable[Place] = ()) -> None:
        self.behind = list(behind)[-_MOST_HISTORY:]
        self.ahead: list[Place] = []

    def jumped(self, origin: Place) -> None:
        """A jump away from `origin`; where one had gone back from is forgotten."""
        self.ahead.clear()
        if not self.behind or self.behind[-1] != origin:
            self.behind.append(origin)
            del self.behind[:-_MOST_HISTORY]

    def back(self, here: Place) -> Place | None:
        """The place before, or None."""
        return self._go(self.behind, self.ahead, here)

    def forward(self, here: Place) -> Place | None:
        """The place that one went back from, or None."""
        return self._go(self.ahead, self.behind, here)

    @staticmethod
    def _go(source: list[Place], other: list[Place], here: Place) -> Place | None:
        while source:
            place = source.pop()
            if place != here:
                other.append(here)
                return place
        return None


class Notebook:
    """Breakpoints (in the order in which they were set), watches, bookmarks (in order of place) and the trail."""

    def __init__(self, state: DebugState | None = None) -> None:
        from memview.replay.breakpoints import Breakpoint

        saved = state or DebugState()
        self.breakpoints = [Breakpoint(each.source, each.enabled, each.from_hit) for each in saved.breakpoints]
        self.watches = list(saved.watches)
        self.bookmarks = sorted(saved.bookmarks, key=_order)
        self.trail = Trail(saved.history)
        self._read: dict[str, Expression | BrokenSource] = {}
        self._formulas: dict[str, Formula | BrokenSource] = {}

    @property
    def state(self) -> DebugState:
        """All of it, to be saved."""
        return DebugState(
            tuple(SavedBreakpoint(each.source, each.enabled, each.from_hit) for each in self.breakpoints[:MOST]),
            tuple(self.watches[:MOST]),
            tuple(self.bookmarks[:MOST]),
            tuple(self.trail.behind),
        )

    def expression(self, source: str) -> Expression | BrokenSource:
        """A breakpoint's expression, read once."""
        from memview.replay.breakpoints import read_breakpoint

        if source not in self._read:
            try:
                self._read[source] = read_breakpoint(source)
            except ExpressionError as error:
                self._read[source] = BrokenSource(source, error.message)
        return self._read[source]

    def formula(self, source: str) -> Formula | BrokenSource:
        """A watch's expression, read once."""
        from memview.replay.breakpoints import read_watch

        if source not in self._formulas:
            try:
                self._formulas[source] = read_watch(source)
            except ExpressionError as error:
                self._formulas[source] = BrokenSource(source, error.message)
        return self._formulas[source]

    @property
    def sources(self) -> list[str]:
        """Expressions of all breakpoints that can be searched for."""
        return [each.source for each in self.breakpoints if not isinstance(self.expression(each.source), BrokenSource)]

    @property
    def watched(self) -> set[str]:
        """Names that the watches look at."""
        formulas = [self.formula(source) for source in self.watches]
        return {name for each in formulas if not isinstance(each, BrokenSource) for name in each.names}

    def put_breakpoint(self, new: Breakpoint, old: Breakpoint | None = None) -> None:
        """Add a breakpoint, or put it in the place of `old`; there is one for each expression."""
        place = self.breakpoints.index(old) if old in self.breakpoints and old is not None else len(self.breakpoints)
        self.breakpoints[place : place + 1] = [new]
        self.breakpoints = [
            each for index, each in enumerate(self.breakpoints) if index == place or each.source != new.source
        ]

    def put_watch(self, source: str, old: str | None = None) -> None:
        """Add a watch, or put it in the place of `old`."""
        if old is not None and old in self.watches:
            self.watches[self.watches.index(old)] = source
        elif source not in self.watches:
            self.watches.append(source)
        self.watches = list(dict.fromkeys(self.watches))

    def put_bookmark(self, place: Place, note: str) -> None:
        """Mark `place`, or give its bookmark another note."""
        others = [each for each in self.bookmarks if each.place != place]
        self.bookmarks = sorted([*others, Bookmark(place, note)], key=_order)

    def bookmark_at(self, place: Place) -> Bookmark | None:
        """The bookmark at `place`."""
        return next((each for each in self.bookmarks if each.place == place), None)

    def bookmark_after(self, place: Place) -> Bookmark | None:
        """The next bookmark behind `place`, or the first again after the last."""
        later = [each for each in self.bookmarks if _place_order(each.place) > _place_order(place)]
        around = later or self.bookmarks
        return around[0] if around else None


def _order(bookmark: Bookmark) -> tuple[int, float]:
    return _place_order(bookmark.place)


def _place_order(place: Place) -> tuple[int, float]:
    # The end of a turn comes behind its events.
    return place.turn, float("inf") if place.event is None else place.event
