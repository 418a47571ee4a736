"""What every turn is remembered by: a few numbers in columns, so that 100,000 turns stay small."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from memview.kernel.event_log import PLACE_CODE, EventLog
from memview.model.event import ACTIONS
from memview.model.frame import SECTIONS, Custody, SectionTokens

_NOWHERE = PLACE_CODE["nowhere"]
_TALLIES = (*ACTIONS, "loss")
_CUSTODY = ("visible", "covered", "recoverable", "lost")


class TurnColumns:
    """Columns indexed by turn, 0 (loading) included."""

    def __init__(self) -> None:
        self._ends = array("Q")
        self._tokens = {name: array("Q") for name in SECTIONS}
        self._custody = tuple(array("I") for _ in range(4))
        self._tallies = [array("I") for _ in _TALLIES]
        self.prefixes = array("Q")
        self.forecast = array("i")
        self._core_slots = array("I")
        self._system = 0
        self._reserve_and_limit = (0, 0)
        self._previous: list[Sequence[int]] = []

    def append(
        self,
        log: EventLog,
        tokens: SectionTokens,
        custody: Custody,
        order: list[Sequence[int]],
        forecast: int,
        sizes: Sequence[int],
    ) -> None:
        """Close a turn. `order` lists the items of the prompt's sections in prompt order."""
        for name in SECTIONS:
            self._tokens[name].append(getattr(tokens, name))
        self._reserve_and_limit = (tokens.reserve, tokens.limit)
        counts = (custody.visible, custody.covered, custody.recoverable, custody.lost)
        for column, count in zip(self._custody, counts, strict=True):
            column.append(count)
        self.prefixes.append(tokens.system + common_prefix(self._previous, order, sizes))
        self._previous = order
        self._core_slots.append(len(order[0]))
        self.forecast.append(forecast)
        start = self._ends[-1] if self._ends else 0
        for tally in self._tallies:
            tally.append(0)
        turn = len(self.prefixes) - 1
        for seq in range(start, len(log)):
            self._tallies[log.actions[seq]][turn] += 1
            if log.destinations[seq] == _NOWHERE:
                self._tallies[-1][turn] += 1
        self._ends.append(len(log))

    def span(self, turn: int) -> range:
        """The events of `turn`."""
        return range(self._ends[turn - 1] if turn else 0, self._ends[turn])

    def tokens(self, turn: int) -> SectionTokens:
        """Tokens per section of the prompt of `turn`."""
        reserve, limit = self._reserve_and_limit
        sections = {name: column[turn] for name, column in self._tokens.items()}
        return SectionTokens(**sections, reserve=reserve, limit=limit)

    def numbers(self, name: str) -> Sequence[int]:
        """Per turn: tokens of a prompt section, items in a state of custody, or `core_slots`. ValueError otherwise."""
        if name == "core_slots":
            return self._core_slots
        return self._tokens[name] if name in self._tokens else self._custody[_CUSTODY.index(name)]

    def totals(self) -> list[int]:
        """Prompt tokens of every turn from 1 on."""
        return [sum(column[turn] for column in self._tokens.values()) for turn in range(1, len(self.prefixes))]

    def custody(self, turn: int) -> Custody:
        """The four counts at `turn`."""
        return Custody(*(column[turn] for column in self._custody))

    def tally(self, name: str) -> Sequence[int]:
        """Events per turn of an action, or `loss`. Raises ValueError for another name."""
        return self._tallies[_TALLIES.index(name)]


def common_prefix(before: list[Sequence[int]], now: list[Sequence[int]], sizes: Sequence[int]) -> int:
    """Tokens of the items that both prompts begin with."""
    shared = 0
    for old, new in zip(before, now, strict=False):
        for mine, theirs in zip(old, new, strict=False):
            if mine != theirs:
                return shared
            shared += sizes[mine]
        if len(old) != len(new):
            return shared
    return shared
