"""The smallest core budget under which an item is in the prompt of a turn: found by replay, and exact.

Policies are not monotone in their budget (a larger core may well lose what a smaller one kept), so a bisection proves
nothing. All budgets are replayed at once instead, some turns at a time: budgets under which every decision so far was
the same share a run. Where a comparison comes out differently for some of them (`BudgetMeter`), they part; where two
runs stand at the same place again (`state_of`), they are one from there on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass

from memview.kernel.kernel import Kernel
from memview.model.policy_spec import PolicySpec
from memview.model.session import Budgets
from memview.replay.counterfactuals_bounds import Span, possible_budgets
from memview.replay.counterfactuals_meter import BudgetMeter
from memview.replay.counterfactuals_run import (
    VISIBLE_PLACES,
    Question,
    bare_kernel,
    fate_in,
    independent,
    last_chance,
    run_to,
)
from memview.replay.counterfactuals_state import can_meet, outline_of, state_of

MOST_TURNS = 24_000
"""Turns that one search replays before it settles for what it has: a second or two."""

_STRIDE = 4
"""Turns between two looks at who parted and who met: a copy of a run costs as much as two turns of it."""

_FIRST_STEP = 64
_FIRST_STRETCH = 16
_LONGEST_STRETCH = 512


class _EnoughError(Exception):
    """As many turns are replayed as were allowed."""


def _no_tick() -> None:
    """Nobody waits."""


@dataclass(frozen=True, slots=True)
class BudgetAnswer:
    """`smallest` is the smallest core budget of `lowest` to `highest` that keeps the item; None when none does.

    `place` is the section that holds it then. Not `is_exact`: the search was ended, or goes on; `smallest` does keep
    it, and the budgets of `lost` do not. `now` is the budget in force, and where that loses the item also `lowest`. A
    larger budget than `highest` is not possible, or changes nothing.
    """

    now: int
    lowest: int
    highest: int
    smallest: int | None = None
    place: str | None = None
    is_exact: bool = True
    lost: tuple[Span, ...] = ()


@dataclass(slots=True)
class _Run:
    """One kernel for all budgets of `spans`, which are in order and apart."""

    spans: list[Span]
    kernel: Kernel


class BudgetSearch:
    """The search for one question. `replayed` counts the turns that it took. Raises PolicyError.

    `tick` is told after every turn, so that it can end the search (by raising `CancelledError`).
    """

    def __init__(
        self, question: Question, spec: PolicySpec, budgets: Budgets, seed: int, tick: Callable[[], None] = _no_tick
    ) -> None:
        self.question = question
        self.spec = spec
        self.budgets = budgets
        self.replayed = 0
        self.lowest, self.highest = possible_budgets(question, spec, budgets)
        self._seed = seed
        self._tick = tick
        self._chance = last_chance(question, spec)
        self._meter = BudgetMeter(budgets.core)
        self._lost: list[Span] = []
        self._best: tuple[int, str] | None = None
        self._most_turns = MOST_TURNS

    @property
    def answer(self) -> BudgetAnswer:
        """What is known so far."""
        smallest, place = self._best or (None, None)
        end = self.highest + 1 if smallest is None else smallest
        exact = self._lost == ([(self.lowest, end)] if end > self.lowest else [])
        return BudgetAnswer(self.budgets.core, self.lowest, self.highest, smallest, place, exact, tuple(self._lost))

    def steps(self, most_turns: int = MOST_TURNS) -> Iterator[BudgetAnswer]:
        """The answer as it becomes known: a budget that keeps it, then stretches of those below that do not.

        Where the budget in force loses the item, those above it are searched, else those below. Ends when the answer is
        exact, or when `most_turns` are replayed.
        """
        self._most_turns = most_turns
        now = self.budgets.core
        try:
            if self._try(now):
                spans = list(_chunks(self.lowest, now))
            else:
                self.lowest = now
                self._lost = [(max(low, now), high) for low, high in self._lost]
                self._climb(now)
                spans = list(_chunks(now, self.highest + 1))
            yield self.answer
            for span in spans:
                open_spans = self._open(span)
                if open_spans:
                    self._sweep(open_spans)
                    yield self.answer
        except _EnoughError:
            yield self.answer

    def _keep(self, budget: int, place: str) -> None:
        if self._best is None or budget < self._best[0]:
            self._best = (budget, place)
            self._lost = [(low, min(high, budget)) for low, high in self._lost if low < budget]

    def _lose(self, spans: Iterable[Span]) -> None:
        self._lost = _united([*self._lost, *spans])
        if self._best is not None:
            self._lost = [(low, min(high, self._best[0])) for low, high in self._lost if low < self._best[0]]

    def _try(self, budget: int) -> bool:
        """Replay under one budget, which settles the interval around it."""
        self._meter.set(budget)
        kernel = bare_kernel(self.question, self.spec, self.budgets, self._seed, self._meter)
        fate = run_to(kernel, self.question, self._chance, at_turn=self._count)
        span = self._settled((self.lowest, self.highest + 1))
        if fate not in VISIBLE_PLACES:
            self._lose([span])
            return False
        self._keep(span[0], fate)
        return True

    def _count(self, _: int) -> None:
        self.replayed += 1
        if self.replayed > self._most_turns:
            raise _EnoughError
        self._tick()

    def _settled(self, within: Span) -> Span:
        low, high = self._meter.low, self._meter.high
        return (max(within[0], int(low)), within[1] if high >= within[1] else int(high))

    def _climb(self, now: int) -> None:
        """Find some budget above `now` that keeps it, in steps that double."""
        step = _FIRST_STEP
        while now + step < self.highest:
            if self._try(now + step):
                return
            step *= 2
        self._try(self.highest)

    def _open(self, chunk: Span) -> list[Span]:
        """What of `chunk` is below the best so far and not known to lose the item."""
        low, end = chunk
        if self._best is not None:
            end = min(end, self._best[0])
        spans = []
        for first, last in self._lost:
            if low < min(first, end):
                spans.append((low, min(first, end)))
            low = max(low, last)
        if low < end:
            spans.append((low, end))
        return spans

    def _sweep(self, chunk: list[Span]) -> None:
        """Replay under every budget of `chunk`, all of them stride by stride."""
        question = self.question
        runs = self._loaded(chunk)
        for first in range(1, question.turn + 1, _STRIDE):
            last = min(first + _STRIDE - 1, question.turn)
            runs = [after for run in runs for after in self._stride(run, first, last)]
            if last >= self._chance and self._chance < question.turn:
                gone = [run for run in runs if question.item not in run.kernel.recorder.context.core]
                self._lose(span for run in gone for span in run.spans)
                runs = [run for run in runs if question.item in run.kernel.recorder.context.core]
            if len(runs) > 1:
                runs = _met(runs)
        for run in runs:
            fate = fate_in(run.kernel, question.item)
            if fate in VISIBLE_PLACES:
                self._keep(run.spans[0][0], fate)
            else:
                self._lose(run.spans)

    def _loaded(self, chunk: list[Span]) -> list[_Run]:
        runs, waiting = [], chunk
        while waiting:
            self._meter.set(waiting[0][0])
            kernel = bare_kernel(self.question, self.spec, self.budgets, self._seed, self._meter)
            same, waiting = _divided(waiting, self._meter)
            runs.append(_Run(same, kernel))
        return runs

    def _stride(self, run: _Run, first: int, last: int) -> list[_Run]:
        """What becomes of a run in these turns: as many runs as there are different courses of them."""
        after = []
        waiting = run.spans
        while waiting:
            self._meter.set(waiting[0][0])
            is_alone = len(waiting) == 1 and waiting[0][1] - waiting[0][0] == 1
            kernel = run.kernel if is_alone else independent(run.kernel)
            for number in range(first, last + 1):
                kernel.run_turn(number)
                self._count(number)
            same, waiting = _divided(waiting, self._meter)
            after.append(_Run(same, kernel))
        return after


def _chunks(low: int, high: int) -> Iterator[Span]:
    """Stretches that grow: what is near is known soon, and a long stretch shares most of its work."""
    size = _FIRST_STRETCH
    while low < high:
        yield low, min(high, low + size)
        low += size
        size = min(4 * size, _LONGEST_STRETCH)


def _divided(spans: list[Span], meter: BudgetMeter) -> tuple[list[Span], list[Span]]:
    """Budgets for which nothing was different, and the others."""
    same, other = [], []
    for low, high in spans:
        first, last = max(low, meter.low), min(high, meter.high)
        if first >= last:
            other.append((low, high))
            continue
        same.append((int(first), int(last)))
        other += [span for span in ((low, int(first)), (int(last), high)) if span[0] < span[1]]
    return same, other


def _met(runs: list[_Run]) -> list[_Run]:
    """`runs` with those made one that stand at the same place."""
    if not can_meet(runs[0].kernel):
        return runs
    outlines: dict[Hashable, list[_Run]] = {}
    for run in runs:
        outlines.setdefault(outline_of(run.kernel), []).append(run)
    result: list[_Run] = []
    for alike in outlines.values():
        states: dict[Hashable, _Run] = {}
        for run in alike if len(alike) > 1 else ():
            met = states.setdefault(state_of(run.kernel), run)
            if met is not run:
                met.spans = _united([*met.spans, *run.spans])
        result += states.values() if states else alike
    return result


def _united(spans: Iterable[Span]) -> list[Span]:
    """`spans` in order, those that touch made one."""
    result: list[Span] = []
    for low, high in sorted(spans):
        if result and low <= result[-1][1]:
            result[-1] = (result[-1][0], max(high, result[-1][1]))
        else:
            result.append((low, high))
    return result
