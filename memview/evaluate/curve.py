"""Hit ratio over core budget: what each policy makes of a smaller or a larger core, and what no policy could.

A point is a replay at that budget, not an estimate: policies are not caches alone, and most have no stack property.
The optimum is a band, as everywhere: a schedule that was found, and a bound that none exceeds. A replay asks for what
its own window and summaries leave it to ask for, so that each policy has accesses of its own, and a band of its own;
the band over several policies is the hull of theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from memview.evaluate.contender import Contender, OnTurn
from memview.evaluate.reuse import AccessProfile, profile_of, trace_of
from memview.kernel.workload import Workload
from memview.model.errors import PolicyError
from memview.model.policy_spec import PolicySpec
from memview.model.session import Session
from memview.optimum.band import optimum_band
from memview.policies import load_policy
from memview.replay.accesses import accesses_of
from memview.replay.budgets import BudgetOverrides, budgets_in_force

STEPS = 22
"""Budgets of a curve when nobody names any, about."""

_HEADROOM = 1.15
_TOO_NEAR = 0.05


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What a replay with a core of `budget` tokens hit. `core` is the budget in force: a policy may have no limit."""

    budget: int
    core: int
    requests: int
    hits: int

    @property
    def ratio(self) -> float:
        """Hits per request; 0 without requests."""
        return self.hits / self.requests if self.requests else 0.0


@dataclass(frozen=True, slots=True)
class BandPoint:
    """The optimum on the accesses of one replay: hits of the best schedule known, and what no schedule exceeds."""

    budget: int
    requests: int
    achieved: int
    certified: int


@dataclass(frozen=True, slots=True)
class Band:
    """The hull of several policies' optima at one budget, as hit ratios."""

    achieved: float
    certified: float


@dataclass(frozen=True, slots=True)
class Saving:
    """`worse` needs a core of `needed` tokens to hit as often as `better` at `budget`; None: none of the curve does.

    `short` is the largest budget of the curve below that, which does not: what is needed is between the two.
    """

    better: str
    worse: str
    budget: int
    needed: int | None
    short: int


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A policy's points, one for each budget of the curve; None where that is not computed or cannot work."""

    label: str
    points: tuple[CurvePoint | None, ...]

    @property
    def is_unlimited(self) -> bool:
        """Whether the policy heeds no core budget at all."""
        return any(point is not None and point.core != point.budget for point in self.points)


@dataclass(frozen=True, slots=True)
class Curve:
    """Hit ratios of policies over `budgets` (tokens, ascending), with the band where it is known.

    `most` is the largest core that the window leaves room for, where one of `budgets` reaches it; else None.
    """

    budgets: tuple[int, ...]
    lines: tuple[PolicyLine, ...]
    bands: tuple[Band | None, ...]
    most: int | None = None

    def savings(self, place: int) -> list[Saving]:
        """What the best policy at budget number `place` saves against each other one that hits less often there."""
        here = [(line, point) for line in self.lines if (point := line.points[place]) is not None]
        if not here:
            return []
        best, top = max(here, key=lambda each: each[1].ratio)
        return [
            _saving(best.label, line, self.budgets[place], top.ratio) for line, point in here if point.ratio < top.ratio
        ]


def _saving(better: str, line: PolicyLine, budget: int, ratio: float) -> Saving:
    """Looks upwards from `budget`, where `line` hits less often: not every policy gains from every token."""
    short = budget
    for point in line.points:
        if point is not None and point.budget > budget:
            if point.ratio >= ratio:
                return Saving(better, line.label, budget, point.budget, short)
            short = point.budget
    return Saving(better, line.label, budget, None, short)


def curve_point(contender: Contender, budget: int, on_turn: OnTurn | None = None) -> CurvePoint:
    """A replay of `contender` with a core of `budget` tokens. Raises PolicyError for one that cannot work."""
    trial = contender.at(budget).paging(on_turn)
    accesses = accesses_of(trial.events, trial.workload.items)
    return CurvePoint(budget, trial.budgets.core, sum(accesses.counts), accesses.hits)


def band_point(contender: Contender, budget: int, on_turn: OnTurn | None = None) -> BandPoint:
    """The optimum of the accesses of that replay, under *bypass*. Raises PolicyError for a budget that cannot work."""
    trial = contender.at(budget).paging(on_turn)
    accesses = accesses_of(trial.events, trial.workload.items)
    # A policy without a limit holds what it likes; its optimum has as much room as it has.
    band = optimum_band(trace_of(accesses), min(trial.budgets.core, sum(accesses.sizes)))
    # A replay that hits more often than the schedule found is itself a schedule.
    return BandPoint(budget, band.requests, max(band.achieved_bypass, accesses.hits), band.certified_bypass)


def hull(points: Iterable[BandPoint | None]) -> Band | None:
    """The band over several policies at one budget; None when none of them is known."""
    known = [point for point in points if point is not None and point.requests]
    if not known:
        return None
    return Band(
        max(point.achieved / point.requests for point in known),
        max(point.certified / point.requests for point in known),
    )


def can_work(contender: Contender, budget: int) -> bool:
    """Whether a core of `budget` tokens holds the pinned memories and leaves the prompt room for the query."""
    at = contender.at(budget)
    try:
        budgets_in_force(at.workload, at.spec, at.overrides)
    except PolicyError:
        return False
    return True


def most_possible(contender: Contender, budgets: Sequence[int]) -> int | None:
    """The largest core that the window leaves room for, where the last of `budgets` (ascending) is that or more."""
    working = [budget for budget in budgets if can_work(contender, budget)]
    if not working or can_work(contender, budgets[-1] + 1):
        return None
    return _edge(working[-1], budgets[-1] + 1, lambda budget: can_work(contender, budget))


def budget_ladder(contender: Contender, profile: AccessProfile, steps: int = STEPS) -> tuple[int, ...]:
    """Budgets worth looking at, ascending, the one of `profile` among them: from the least that works to saturation.

    They are round numbers at even ratios, as reuse distances are spread over powers of two. `profile` is that of
    `contender`; beyond its largest reuse distance a core only gets emptier.
    """
    now = profile.budget
    wanted = max(2 * now, int(profile.largest * _HEADROOM), 16)
    high = _edge(now, wanted, lambda budget: can_work(contender, budget))
    low = -_edge(-now, 0, lambda budget: can_work(contender, -budget))
    start = max(low, high // 64, 1)
    ratio = (high / start) ** (1 / max(1, steps - 1))
    rounded = {_round(start * ratio**step) for step in range(steps)}
    apart = {budget for budget in rounded if low <= budget < high and abs(budget - now) > now * _TOO_NEAR}
    return tuple(sorted(apart | {now, high}))


def _edge(inside: int, wanted: int, works: Callable[[int], bool]) -> int:
    """The number furthest from `inside` towards `wanted`, which is larger, that still works."""
    if works(wanted):
        return wanted
    outside = wanted
    while outside - inside > 1:
        middle = (inside + outside) // 2
        inside, outside = (middle, outside) if works(middle) else (inside, middle)
    return inside


def _round(value: float) -> int:
    """To two significant digits, and to tens from 100 tokens on."""
    unit = 1
    while value >= 100 * unit:
        unit *= 10
    return round(value / unit) * unit


def curve_of(
    session: Session,
    policies: Sequence[str | PolicySpec],
    budgets: Sequence[int] = (),
    *,
    core_budget: int | None = None,
    window: int | None = None,
    seed: int = 0,
) -> tuple[Curve, AccessProfile]:
    """Curves of `policies` on `session`, and the access profile under the first of them at its own core budget.

    Budgets are tokens; none are those of `budget_ladder`. Raises PolicyError for no policy, an unknown one, or budgets
    of which none can work, TokenizerError for an unknown tokenizer.
    """
    if not policies:
        raise PolicyError("no policy is named; `memview policies` lists them")
    workload = Workload(session)
    overrides = BudgetOverrides(core=core_budget, window=window)
    specs = [load_policy(policy) if isinstance(policy, str) else policy for policy in policies]
    contenders = [
        Contender(workload, spec, overrides, seed) for place, spec in enumerate(specs) if spec not in specs[:place]
    ]
    profile = profile_of(contenders[0])
    ladder = tuple(sorted(set(budgets))) or budget_ladder(contenders[0], profile)
    lines = []
    found: list[list[BandPoint | None]] = []
    for contender in contenders:
        works = [can_work(contender, budget) for budget in ladder]
        if not any(works):
            curve_point(contender, ladder[-1])  # says what is wrong
        pairs = list(zip(ladder, works, strict=True))
        points = tuple(curve_point(contender, budget) if fits else None for budget, fits in pairs)
        lines.append(PolicyLine(contender.spec.label, points))
        found.append([band_point(contender, budget) if fits else None for budget, fits in pairs])
    bands = tuple(hull(at) for at in zip(*found, strict=True))
    return Curve(ladder, tuple(lines), bands, most_possible(contenders[0], ladder)), profile
