"""What the accesses of a session say about the size of a core: reuse distances in tokens, and the working set."""

from __future__ import annotations

from dataclasses import dataclass

from memview.evaluate.contender import Contender, OnTurn
from memview.evaluate.working_set import WORKING_TURNS, working_set
from memview.optimum.miss_ratio_curve import Bucket, lru_curve
from memview.optimum.trace import AccessTrace
from memview.replay.accesses import Accesses, accesses_of

HELPS = 0.05
"""From this share of all requests on, what twice the core would reach is worth having."""


@dataclass(frozen=True, slots=True)
class AccessProfile:
    """Requests of a replay by reuse distance: tokens of the distinct memories asked for since, itself included.

    `cold` requests are for what was not there before: no core of any size hits them. `within` come back within
    `budget` tokens, `within_double` within twice that. `buckets` have limits that are powers of two. `working_set` is
    the tokens that the last `working_turns` turns asked for, at the end of each turn from 1 on.
    """

    label: str
    budget: int
    requests: int
    cold: int
    within: int
    within_double: int
    largest: int
    buckets: tuple[Bucket, ...]
    working_turns: int
    working_set: tuple[int, ...]

    @property
    def beyond(self) -> int:
        """Requests that come back, but later than `budget` tokens."""
        return self.requests - self.cold - self.within

    @property
    def helps(self) -> bool:
        """Whether a core of twice the size would reach a good deal more."""
        return self.within_double - self.within >= HELPS * max(1, self.requests)

    @property
    def turns_over(self) -> int:
        """Turns whose working set is larger than the budget."""
        return sum(size > self.budget for size in self.working_set)


def trace_of(accesses: Accesses) -> AccessTrace:
    """The accesses of a replay as a trace to ask an optimum of."""
    return AccessTrace(accesses.items, accesses.sizes, accesses.counts)


def profile_of(contender: Contender, on_turn: OnTurn | None = None) -> AccessProfile:
    """The profile of one contender. Raises PolicyError for budgets that cannot work, and what `on_turn` raises."""
    trial = contender.paging(on_turn)
    items, budget = trial.workload.items, trial.budgets.core
    trace = trace_of(accesses_of(trial.events, items))
    curve = lru_curve(trace)
    hits, hits_double = curve.requests - curve.misses(budget), curve.requests - curve.misses(2 * budget)
    return AccessProfile(
        label=contender.spec.label,
        budget=budget,
        requests=curve.requests,
        cold=curve.requests - len(curve.distances),
        within=hits,
        within_double=hits_double,
        largest=max(curve.distances, default=0),
        buckets=tuple(curve.histogram()),
        working_turns=WORKING_TURNS,
        working_set=tuple(working_set(trial.events, items, len(trial.workload.session.turns))),
    )
