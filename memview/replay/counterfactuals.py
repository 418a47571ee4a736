"""What would have kept an item in the prompt of a turn: a pin, another budget, another policy, another number.

Every answer is a replay of the session up to that turn. They share the session's one retrieval and what each turn may
refer to, keep no events and stop where nothing can change any more. What can not differ is not replayed: two rules that
say the same of every memory there is, or a policy that never lets the item in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from memview.kernel.kernel import Kernel
from memview.kernel.retrieval.settings import retrieval_settings
from memview.model.errors import MemviewError
from memview.model.policy_spec import PolicySpec
from memview.model.session import Budgets, PinChange
from memview.policies import load_policy, policy_catalogue
from memview.policies.registry import EVICTION, knows_the_future
from memview.replay.budgets import BudgetOverrides, budgets_in_force
from memview.replay.changes import Pin, SetBudgets, SetParameter, Unpin
from memview.replay.counterfactuals_budget import BudgetAnswer, BudgetSearch
from memview.replay.counterfactuals_run import (
    VISIBLE_PLACES,
    CancelledError,
    Question,
    bare_kernel,
    course_of,
    fate_in,
    is_never_shown,
    last_chance,
    run_to,
)
from memview.replay.counterfactuals_settings import SettingAnswer, setting_answers
from memview.replay.replay import Replay

_MOST_UNPINNED = 6

TrialChange = Pin | Unpin | SetBudgets | SetParameter


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """What becomes of the item under another policy: `fate` is a section of the prompt, covered, recoverable or lost.

    `label` is the eviction algorithm, all else left as it is, or with `is_preset` a whole policy. `problem` says why
    it could not be tried.
    """

    label: str
    fate: str
    is_preset: bool = False
    is_offline: bool = False
    problem: str = ""

    @property
    def keeps(self) -> bool:
        """Whether the item's own text is in the prompt."""
        return self.fate in VISIBLE_PLACES


@dataclass(frozen=True, slots=True)
class PinAnswer:
    """Whether a pin (or unpinning another memory) keeps the item, and where it is then."""

    change: Pin | Unpin
    fate: str

    @property
    def keeps(self) -> bool:
        """Whether the item's own text is in the prompt."""
        return self.fate in VISIBLE_PLACES


@dataclass(frozen=True, slots=True)
class Counterfactuals:
    """What is known so far; `stage` names what is being tried, and is empty once all is."""

    pins: tuple[PinAnswer, ...] = ()
    budget: BudgetAnswer | None = None
    budget_problem: str = ""
    policies: tuple[PolicyAnswer, ...] = ()
    settings: tuple[SettingAnswer, ...] = ()
    stage: str = ""


def can_be_tried(replay: Replay, memory_id: str, turn: int) -> bool:
    """Whether other replays have the item, too: what the policy itself has made is in this one alone.

    Nothing can keep an item in a prompt that is sent before it arrives, and a memory is written after the prompt.
    """
    items = replay.workload.items
    item = items.find(memory_id)
    if item is None or not items.has_arrived(item, turn):
        return False
    return turn == 0 or items.is_message(item) or items.arrivals[item] < turn


class Trials:
    """The counterfactuals of one item at one turn of `replay`. Raises KeyError for an unknown item.

    `is_cancelled` is asked after every replayed turn.
    """

    def __init__(self, replay: Replay, memory_id: str, turn: int, is_cancelled: Callable[[], bool]) -> None:
        item = replay.workload.items.find(memory_id)
        if item is None:
            raise KeyError(memory_id)
        self.question = Question(replay.workload, item, turn)
        self._replay = replay
        self._memory_id = memory_id
        self._is_cancelled = is_cancelled
        self._chance = last_chance(self.question, replay.spec)
        self._fates: dict[tuple[str, Budgets], str] = {}
        self.replayed = 0

    def steps(self) -> Iterator[Counterfactuals]:
        """What is known after each answer, the last time with nothing left to try. Ends early when cancelled."""
        known = Counterfactuals(stage="pins")
        try:
            yield known
            yield from self._all(known)
        except CancelledError:
            return

    def _all(self, known: Counterfactuals) -> Iterator[Counterfactuals]:
        for pin in self._pins():
            known = replace(known, pins=(*known.pins, pin))
            yield known
        known = replace(known, stage="the smallest core budget")
        yield known
        try:
            for answer in self._budgets():
                known = replace(known, budget=answer)
                yield known
        except MemviewError as error:
            known = replace(known, budget_problem=str(error))
        known = replace(known, stage="the policies")
        yield known
        for policy in self._algorithms():
            known = replace(known, policies=(*known.policies, policy))
            yield known
        known = replace(known, stage="the policy's numbers")
        yield known
        if not self._keeps(self._replay.spec):
            for setting in setting_answers(self._replay.spec, self._keeps):
                known = replace(known, settings=(*known.settings, setting))
                yield known
        known = replace(known, stage="the presets")
        yield known
        for policy in self._presets():
            known = replace(known, policies=(*known.policies, policy))
            yield known
        yield replace(known, stage="")

    def _tick(self, _: int = 0) -> None:
        self.replayed += 1
        if self._is_cancelled():
            raise CancelledError

    def _budgets(self) -> Iterator[BudgetAnswer]:
        replay = self._replay
        search = BudgetSearch(self.question, replay.spec, replay.budgets, replay.seed, self._tick)
        return search.steps()

    def _fate(self, spec: PolicySpec, budgets: Budgets) -> str:
        if is_never_shown(self.question, spec, budgets):
            return "recoverable"
        course = course_of(self.question, spec), budgets
        if course not in self._fates:
            self._fates[course] = self._run(spec, budgets)
        return self._fates[course]

    def _run(self, spec: PolicySpec, budgets: Budgets) -> str:
        kernel = bare_kernel(self.question, spec, budgets, self._replay.seed)
        same = retrieval_settings(spec) == retrieval_settings(self._replay.spec)
        plain = spec.compaction is None and spec.lifecycle is None and not spec.readahead
        chance = self._chance if same and plain else self.question.turn
        return run_to(kernel, self.question, chance, at_turn=self._tick)

    def _keeps(self, spec: PolicySpec) -> bool:
        return self._fate(spec, self._replay.budgets) in VISIBLE_PLACES

    def _algorithms(self) -> Iterator[PolicyAnswer]:
        """Every shipped eviction algorithm, all else as it is."""
        current = self._replay.spec
        for name in EVICTION:
            spec = replace(current, eviction=name, parameters=_parameters_of(name, current))
            yield self._policy(spec, name, is_preset=False)

    def _presets(self) -> Iterator[PolicyAnswer]:
        """Every whole policy that searches as the present one does: another ranking would have to be made first."""
        current = self._replay.spec
        # A lifecycle takes longer than all that the others do.
        for spec in sorted(policy_catalogue(), key=lambda spec: spec.lifecycle is not None):
            if spec.eviction in EVICTION and spec.name == spec.eviction:
                continue
            if spec.label != current.label and retrieval_settings(spec) == retrieval_settings(current):
                yield self._policy(spec, spec.label, is_preset=True)

    def _policy(self, spec: PolicySpec, label: str, *, is_preset: bool) -> PolicyAnswer:
        replay, own = self._replay, self._replay.budgets
        offline = knows_the_future(spec)
        try:
            budgets = own
            if is_preset:
                workload = replay.workload
                budgets = budgets_in_force(workload, spec, BudgetOverrides(own.core, own.window, None))
            return PolicyAnswer(label, self._fate(spec, budgets), is_preset, offline)
        except MemviewError as error:
            return PolicyAnswer(label, "", is_preset, offline, str(error))

    def _pins(self) -> Iterator[PinAnswer]:
        items, item = self.question.workload.items, self.question.item
        if items.is_message(item) or items.arrivals[item] >= self.question.turn:
            return
        after = items.arrivals[item]
        if self._replay.memory(self._memory_id).pinned:
            return
        pin = Pin(self._memory_id, after)
        yield PinAnswer(pin, self._fate_pinned(pin))
        for name in self._pinned_others():
            unpin = Unpin(name, 0)
            yield PinAnswer(unpin, self._fate_pinned(unpin))

    def _pinned_others(self) -> list[str]:
        slots = self._replay.core_slots(0)
        return [slot.memory_id for slot in slots if slot.pinned and slot.memory_id != self._memory_id][:_MOST_UNPINNED]

    def _fate_pinned(self, change: Pin | Unpin) -> str:
        replay, question = self._replay, self.question
        kernel = bare_kernel(question, replay.spec, replay.budgets, replay.seed)

        def decide(kernel: Kernel, number: int) -> None:
            if number == change.after_turn:
                pinned = isinstance(change, Pin)
                kernel.pinning.decide([PinChange(number, change.memory_id, pinned)], number)

        decide(kernel, 0)

        def after(number: int) -> None:
            self._tick()
            decide(kernel, number)

        run_to(kernel, question, question.turn, at_turn=after)
        return fate_in(kernel, question.item)


def _parameters_of(name: str, current: PolicySpec) -> dict[str, float]:
    """The numbers that the shipped policy of that name sets, or the present ones of the algorithm in force."""
    if name == current.eviction:
        return dict(current.parameters)
    return dict(load_policy(name).parameters)
