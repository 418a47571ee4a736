"""The scoreboard's thread: who competes, one question after the other, and a stop at any turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from textual.message import Message

from memview.model.errors import MemviewError

if TYPE_CHECKING:
    from memview.evaluate.contender import Contender
    from memview.evaluate.findings import Finding, Question
    from memview.kernel.workload import Workload
    from memview.settings import BudgetSettings
    from memview.tui.lanes import Lane

_SLICE_SECONDS = 0.004
_BREATH_SECONDS = 0.001
_HOLD_SECONDS = 0.03
_TELL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Rival:
    """One competitor: its name on the board, the group it belongs to, and what is measured. `lane` is its place."""

    name: str
    group: str
    contender: Contender
    lane: int | None = None


class Prepared(Message):
    """Everyone who could compete is known."""

    def __init__(self, rivals: Sequence[Rival]) -> None:
        super().__init__()
        self.rivals = tuple(rivals)


class Found(Message):
    """A question is answered: by a finding, or by the problem that there is none.

    A profile comes with a ladder of budgets, and with the most that the window has room for where they reach it.
    """

    def __init__(
        self,
        question: Question,
        finding: Finding | None,
        problem: str = "",
        ladder: tuple[int, ...] = (),
        most: int | None = None,
    ) -> None:
        super().__init__()
        self.question = question
        self.finding = finding
        self.problem = problem
        self.ladder = ladder
        self.most = most


class Turned(Message):
    """The replay under way has come to another turn."""

    def __init__(self, question: Question, turn: int) -> None:
        super().__init__()
        self.question = question
        self.turn = turn

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Turned)


class Rested(Message):
    """The thread has ended: nothing was left to answer."""


class _Stopped(Exception):  # noqa: N818 - no error: the screen was left
    """Nobody waits for the answer any more."""


class Desk:
    """What is to be answered, most urgent first. The screen sets `order`; one thread takes from it."""

    def __init__(self) -> None:
        self.order: tuple[Question, ...] = ()
        self.taken: set[Question] = set()
        self._held_until = 0.0

    def hold(self) -> None:
        """A key was pressed: compute nothing for a moment, so that its frame is painted at once."""
        self._held_until = time.monotonic() + _HOLD_SECONDS

    def next(self) -> Question | None:
        """The most urgent question that is not taken yet."""
        return next((question for question in self.order if question not in self.taken), None)

    def run(
        self,
        contenders: Callable[[str], Contender],
        is_cancelled: Callable[[], bool],
        tell: Callable[[Message], object],
    ) -> None:
        """Answer until nothing is left or the work is cancelled."""
        from memview.evaluate.cache import ResultCache
        from memview.evaluate.findings import Inquiry

        inquiry = Inquiry(ResultCache())
        while not is_cancelled() and (question := self.next()) is not None:
            self.taken.add(question)
            contender = contenders(question.name)
            pace = _Pace(self, question, is_cancelled, tell)
            try:
                finding = inquiry.answer(question, contender, pace.turn)
                ladder, most = _ladder(question, contender, finding)
            except MemviewError as error:
                tell(Found(question, None, str(error)))
            except _Stopped:
                return
            else:
                tell(Found(question, finding, ladder=ladder, most=most))
        tell(Rested())

    def breathe(self) -> None:
        """Leave the processor to the screen, for longer after a key."""
        time.sleep(max(_BREATH_SECONDS, min(self._held_until - time.monotonic(), _HOLD_SECONDS)))


class _Pace:
    """Told of every turn: stops, breathes, and says now and then how far it is."""

    def __init__(
        self, desk: Desk, question: Question, is_cancelled: Callable[[], bool], tell: Callable[[Message], object]
    ) -> None:
        self._desk, self._question, self._is_cancelled, self._tell = desk, question, is_cancelled, tell
        self._breathed = self._told = time.monotonic()

    def turn(self, number: int) -> None:
        """Raises _Stopped when nobody waits for the answer."""
        if self._is_cancelled():
            raise _Stopped
        now = time.monotonic()
        if now - self._told > _TELL_SECONDS:
            self._told = now
            self._tell(Turned(self._question, number))
        if now - self._breathed > _SLICE_SECONDS:
            self._desk.breathe()
            self._breathed = time.monotonic()


def _ladder(question: Question, contender: Contender, finding: Finding) -> tuple[tuple[int, ...], int | None]:
    from memview.evaluate.curve import budget_ladder, most_possible
    from memview.evaluate.reuse import AccessProfile

    if question.kind != "profile" or not isinstance(finding, AccessProfile):
        return (), None
    ladder = budget_ladder(contender, finding)
    return ladder, most_possible(contender, ladder)


def rivals_of(lanes: Sequence[Lane], workload: Workload, budgets: BudgetSettings) -> list[Rival]:
    """The lanes as they are, then every installed policy that no lane shows, under the budgets of the inspector."""
    # The screen's own thread uses it from now on and must not wait for it.
    import_module("memview.evaluate.findings")
    from memview.evaluate.contender import Contender
    from memview.evaluate.scoreboard import group_of
    from memview.policies import policy_catalogue
    from memview.replay.budgets import BudgetOverrides

    rivals: list[Rival] = []
    names: set[str] = set()
    for place, lane in enumerate(lanes):
        replay = lane.pending or lane.replay
        own = BudgetOverrides(replay.budgets.core, replay.budgets.window, replay.budgets.retrieval)
        name, again = lane.label, 2
        while name in names:
            name, again = f"{lane.label}#{again}", again + 1
        names.add(name)
        rivals.append(Rival(name, "loaded", Contender(replay.workload, replay.spec, own, replay.seed), place))
    asked = BudgetOverrides(budgets.core, budgets.window, budgets.retrieval)
    shown = [lane.replay.spec for lane in lanes if not lane.what_if]
    for spec in policy_catalogue():
        if spec not in shown and spec.label not in names:
            rivals.append(Rival(spec.label, group_of(spec), Contender(workload, spec, asked)))
    order = ("loaded", "shipped", "preset", "offline")
    return sorted(rivals, key=lambda rival: order.index(rival.group))
