"""Adaptive: memview's own policy. It guesses which memory is asked for next, and learns whom to believe.

Six signals each spread a belief over all memories that were ever asked for, resident or not:

- `just used`: the last few references;
- `habit`: how often a memory was asked for, over some hundred references;
- `neighbours`: what arrived in the conversation shortly before or after what was asked for just now;
- `association`: what was asked for together with it in the past (the spreading activation of ACT-R);
- `importance`: what the agent said of it;
- `near miss`: what retrieval ranked in recent turns behind the best match.

The chance of a memory is the weighted sum of these shares. The page with the lowest chance a token leaves. Weights are
learnt on line by expectation maximisation: each reference credits the signals by how much of the chance of that memory
was theirs, as they stood `lag` references earlier - what a turn asks for at once is no merit to have foreseen. There is
no draw and no clock; a reference is the unit of time. What left the core is remembered, as the archive remembers it.
"""

from __future__ import annotations

import copy
import math
from array import array
from collections.abc import Callable, Sequence

from memview.kernel.protocols import Page, Victim
from memview.model.errors import PolicyError
from memview.policies.eviction.fading import Fading
from memview.policies.eviction.parameters import whole_number
from memview.policies.eviction.queue import ArrivalQueue

_JUST_USED, _HABIT, _NEIGHBOURS, _ASSOCIATION, _NEAR_MISS = range(5)
_SIGNALS = ("just used", "habit", "neighbours", "association", "near miss", "importance")
_PRIOR = (0.04, 0.29, 0.12, 0.10, 0.29, 0.16)
_LAST_USES = 32
_LEAST_IMPORTANCE = 0.01
_LEAST_WEIGHT = 0.001
_PER = 1000


class Adaptive(ArrivalQueue):
    """`short`, `long`, `lag` and `patience` are in references, `reach` in places of the order of arrival.

    `patience` is how many references the weights rest on: the fewer, the sooner they follow a change of habits.
    """

    def __init__(
        self, short: float = 5.0, long: float = 600.0, reach: float = 8, lag: float = 6, patience: float = 400.0
    ) -> None:
        super().__init__()
        for name, references in (("short", short), ("long", long), ("patience", patience)):
            if references < 1:
                raise PolicyError(f"{name} is {references:g}: it counts references, at least 1")
        self._patience = patience
        self._reach = whole_number("reach", reach, 0, 1000)
        self._window = whole_number("lag", lag, 1, 100)
        memories = (short, long, short, short * 2 / 3, 3.0)
        lags = (self._window,) * 4 + (1,)
        self._beliefs = [Fading(memory, lag) for memory, lag in zip(memories, lags, strict=True)]
        self._credits = [patience * weight for weight in _PRIOR]
        self._importances: dict[int, float] = {}
        self._importance_total = 0.0
        self._references = array("q")
        self._uses: dict[int, int] = {}
        self._places: dict[int, tuple[int, ...]] = {}

    def __deepcopy__(self, memo: dict[int, object]) -> Adaptive:
        twin = copy.copy(self)
        twin._pages = copy.deepcopy(self._pages, memo)
        twin._beliefs = [belief.copy() for belief in self._beliefs]
        twin._credits = self._credits.copy()
        twin._importances, twin._uses = self._importances.copy(), self._uses.copy()
        twin._references, twin._places = self._references[:], self._places.copy()
        return twin

    def observe(self, turn: int, asked: Sequence[tuple[int, float]]) -> None:  # noqa: ARG002
        """What is ranked behind the best match nearly made it, whether the turn refers to it or not."""
        best = asked[0][1] if asked else 0.0
        if len(asked) > 1 and best > 0:
            self._beliefs[_NEAR_MISS].tick({item: score / best for item, score in asked[1:] if score > 0})

    def admit(self, page: Page, turn: int) -> None:
        """Coming in is a reference."""
        super().admit(page, turn)
        self._refer(page)

    def touch(self, page: Page, turn: int) -> None:  # noqa: ARG002
        """A hit is a reference."""
        self._refer(page)

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:  # noqa: ARG002
        """The page with the lowest chance a token; among equals the first by id."""
        factors = self._factors()
        chance = self._chance_of(factors)
        scored = [(chance(page.item) / max(1, page.tokens), page.memory_id, page) for page in self if may_leave(page)]
        scored.sort(key=_by_value_and_id)
        if not scored:
            return None
        value, _, page = scored[0]
        if len(scored) == 1:
            reason = "{value:.3f} uses expected a token in 1,000 references, the only page that may leave"
            return Victim(page, "expected_uses", value * _PER, None, reason, None, 1)
        threshold, _, other = scored[1]
        difference = self._difference(page, other, factors)
        reason = f"{{value:.3f}} uses expected a token in 1,000 references, lowest of {{count}}; {difference}"
        return Victim(page, "expected_uses", value * _PER, threshold * _PER, reason, other, len(scored))

    def weights(self) -> dict[str, float]:
        """How far each signal is believed at present; they add up to 1."""
        total = math.fsum(self._credits)
        return {name: credit / total for name, credit in zip(_SIGNALS, self._credits, strict=True)}

    def parts(self, item: int) -> dict[str, float]:
        """The chance that the next reference is to `item`, split by the signal that it comes from."""
        return dict(zip(_SIGNALS, self._parts(item, self._factors()), strict=True))

    def _factors(self) -> list[float]:
        """What a unit of each signal's mass is worth in chance."""
        totals = [belief.total for belief in self._beliefs] + [self._importance_total]
        heard = [credit if total > 0 else 0.0 for credit, total in zip(self._credits, totals, strict=True)]
        believed = math.fsum(heard)
        return [credit / believed / total if credit else 0.0 for credit, total in zip(heard, totals, strict=True)]

    def _parts(self, item: int, factors: Sequence[float]) -> list[float]:
        masses = [belief.now.get(item, 0.0) for belief in self._beliefs] + [self._importances.get(item, 0.0)]
        return [factor * mass for factor, mass in zip(factors, masses, strict=True)]

    def _chance_of(self, factors: Sequence[float]) -> Callable[[int], float]:
        """The sum of the parts of an item, spelt out: every resident is asked for it when one has to leave."""
        used, habit, near, together, missed = (belief.now.get for belief in self._beliefs)
        by_use, by_habit, by_place, by_company, by_miss, by_importance = factors
        importances = self._importances

        def chance(item: int) -> float:
            return (
                by_use * used(item, 0.0)
                + by_habit * habit(item, 0.0)
                + by_place * near(item, 0.0)
                + by_company * together(item, 0.0)
                + by_miss * missed(item, 0.0)
                + by_importance * importances[item]
            )

        return chance

    def _difference(self, page: Page, other: Page, factors: Sequence[float]) -> str:
        """What sets `page` against `other`: its size, or the signal in which it is behind most."""
        ours, theirs = self._parts(page.item, factors), self._parts(other.item, factors)
        if math.fsum(ours) >= math.fsum(theirs):
            return "larger than {other}, not less likely"
        behind = [their - our for our, their in zip(ours, theirs, strict=True)]
        return f"behind {{other}} most in {_SIGNALS[behind.index(max(behind))]}"

    def _refer(self, page: Page) -> None:
        item = page.item
        if item in self._uses:
            self._learn(item)
        else:
            self._meet(page)
        self._uses[item] = self._uses.get(item, 0) + 1
        self._places[item] = (*self._places.get(item, ())[-_LAST_USES + 1 :], len(self._references))
        self._references.append(item)
        itself = {item: 1.0}
        self._beliefs[_JUST_USED].tick(itself)
        self._beliefs[_HABIT].tick(itself)
        self._beliefs[_NEIGHBOURS].tick(self._neighbours(item))
        self._beliefs[_ASSOCIATION].tick(self._associates(item))

    def _meet(self, page: Page) -> None:
        importance = max(page.importance, _LEAST_IMPORTANCE)
        self._importances[page.item] = importance
        self._importance_total += importance

    def _learn(self, item: int) -> None:
        """Credit the signals that foresaw `item`; one that has said nothing so far keeps its weight."""
        shares = [belief.share_before(item) for belief in self._beliefs]
        shares.append(self._importances[item] / self._importance_total)
        foreseen = spoken = 0.0
        for credit, share in zip(self._credits, shares, strict=True):
            if share is not None:
                foreseen += credit * share
                spoken += credit
        total = math.fsum(self._credits)
        merits = [
            credit / total if share is None else spoken / total * credit * share / foreseen
            for credit, share in zip(self._credits, shares, strict=True)
        ]
        # No signal is written off: it may be right again when the talk changes.
        least, fade = _LEAST_WEIGHT * self._patience, self._patience / (self._patience + 1)
        self._credits = [
            max(least, (credit + merit) * fade) for credit, merit in zip(self._credits, merits, strict=True)
        ]

    def _neighbours(self, item: int) -> dict[int, float]:
        known = self._uses
        near = {}
        for distance in range(1, self._reach + 1):
            for other in (item - distance, item + distance):
                if other in known:
                    near[other] = 1.0 / (1 + distance)
        return near

    def _associates(self, item: int) -> dict[int, float]:
        references, window = self._references, self._window
        together: dict[int, int] = {}
        for place in self._places[item]:
            for other in references[max(0, place - window) : place + window + 1]:
                together[other] = together.get(other, 0) + 1
        together.pop(item)
        uses = self._uses
        mine = uses[item]
        return {other: count / (mine * uses[other]) for other, count in together.items()}


def _by_value_and_id(entry: tuple[float, str, Page]) -> tuple[float, str]:
    return entry[0], entry[1]
