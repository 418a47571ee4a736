"""ACT-R: base-level activation. A memory is worth what its past uses still weigh (Anderson & Schooler 1991).

activation = ln(sum over past uses of age ** -decay), ages in turns; the lowest leaves. Uses are remembered across
evictions: what left the core stays in the archive, and its history with it. A use in the running turn is half a turn
old. The 64 latest uses count one by one, those before them by the integral of Petrov (2006), so that the cost of a
score does not grow with the session.
"""

from __future__ import annotations

import copy
import math
from typing import NamedTuple, Self

from memview.kernel.protocols import Page
from memview.model.errors import PolicyError
from memview.policies.eviction.scored import ScoredEviction

_EXACT = 64
_THIS_TURN = 0.5
_STEEPEST = 4.0


class Uses(NamedTuple):
    """When a memory was used: `latest` turns, oldest first; `older` more uses spread from `first` to `latest[0]`."""

    latest: tuple[int, ...] = ()
    older: int = 0
    first: int = 0

    def with_use(self, turn: int) -> Uses:
        """These uses and one at `turn`."""
        if len(self.latest) < _EXACT:
            return Uses((*self.latest, turn), self.older, self.first)
        first = self.first if self.older else self.latest[0]
        return Uses((*self.latest[1:], turn), self.older + 1, first)


class ActR(ScoredEviction):
    """`decay` is the exponent of forgetting; 0.5 is the value that Anderson's data ask for."""

    signal = "activation"
    reason = "activation {value:.2f} from all past uses, lowest of {count}"

    def __init__(self, decay: float = 0.5) -> None:
        super().__init__()
        if not 0 < decay <= _STEEPEST:
            raise PolicyError(f"decay is {decay:g}: it has to be above 0 and at most {_STEEPEST:g}")
        self._decay = decay
        self._history: dict[int, Uses] = {}

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        twin = copy.copy(self)
        twin._pages = copy.deepcopy(self._pages, memo)
        # Histories are immutable: sharing them keeps the fork for a probe cheap.
        twin._history = self._history.copy()
        return twin

    def admit(self, page: Page, turn: int) -> None:
        """Coming in is a use."""
        super().admit(page, turn)
        self._record(page, turn)

    def touch(self, page: Page, turn: int) -> None:
        """A hit is a use."""
        self._record(page, turn)

    def score(self, page: Page, turn: int) -> float:
        """The base-level activation of `page` at `turn`, a natural logarithm."""
        return math.log(self.strength(page, turn))

    def strength(self, page: Page, turn: int) -> float:
        """The sum over past uses of age ** -decay; above 0."""
        uses, decay = self._history[page.item], self._decay
        total = math.fsum([math.pow(_age(turn, used), -decay) for used in uses.latest])
        if uses.older:
            total += _integral(_age(turn, uses.latest[0]), _age(turn, uses.first), decay) * uses.older
        return total

    def _record(self, page: Page, turn: int) -> None:
        self._history[page.item] = self._history.get(page.item, Uses()).with_use(turn)


def _age(turn: int, used: int) -> float:
    return max(float(turn - used), _THIS_TURN)


def _integral(young: float, old: float, decay: float) -> float:
    """The mean of age ** -decay over ages evenly spread from `young` to `old`."""
    if old <= young:
        return math.pow(old, -decay)
    if math.isclose(decay, 1.0):
        return math.log(old / young) / (old - young)
    return (math.pow(old, 1 - decay) - math.pow(young, 1 - decay)) / ((1 - decay) * (old - young))
