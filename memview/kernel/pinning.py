"""Pins in time: a person pins a memory to the core after a turn, or lets it go again.

A pin holds as that of a record does: whenever the memory is resident, nothing evicts it. One that is not resident is
paged in by the next turn if it fits; if not, the reason is an event, and it is pinned when something else brings it in.
"""

from __future__ import annotations

from memview.kernel.guard import REFUSED_BY_A_PERSON, Guard
from memview.kernel.intake import Intake
from memview.kernel.pager import UNTRUSTED, Pager
from memview.kernel.recorder import Recorder
from memview.model.session import PinChange

PINNED_BY_A_PERSON = "pinned by a person"


class Pinning:
    """The pins of one replay. What is to come in for one waits for the next turn."""

    def __init__(self, recorder: Recorder, guard: Guard, pager: Pager, intake: Intake) -> None:
        self.recorder = recorder
        self.guard = guard
        self.pager = pager
        self.intake = intake
        self._pending: list[int] = []

    def fork(self, recorder: Recorder, guard: Guard, pager: Pager, intake: Intake) -> Pinning:
        """Independent pins in the same state that work on other parts."""
        twin = Pinning(recorder, guard, pager, intake)
        twin._pending = self._pending[:]
        return twin

    @property
    def is_waiting(self) -> bool:
        """Whether a pin waits for the next turn."""
        return bool(self._pending)

    def decide(self, changes: list[PinChange], turn: int) -> None:
        """What a person pinned and unpinned after `turn`, in order; what changes nothing is no event."""
        for change in changes:
            item = self.intake.find(change.memory_id, turn)
            if item is None or self.pager.is_pinned(item) == change.pinned:
                continue
            self.pager.pin(item, pinned=change.pinned)
            if change.pinned:
                self.recorder.record("pin", item, reason=PINNED_BY_A_PERSON)
                if item not in self.pager.pages:
                    self._pending.append(item)
            else:
                self.recorder.record("unpin", item, reason="unpinned by a person")
                self._pending = [each for each in self._pending if each != item]

    def page_in(self, agent: str | None, at: str | None) -> None:
        """A turn by `agent` at recorded time `at` begins: what was pinned comes in, or is rejected with the reason."""
        pending, self._pending = self._pending, []
        for item in pending:
            if item in self.pager.pages:
                continue
            why = self._withheld(item, agent, at)
            if why is not None:
                self.recorder.record("reject", item, tokens=self.pager.items.tokens[item], reason=why)
                continue
            obstacle = self.pager.obstacle(item)
            if obstacle is None:
                self.pager.promote(item, PINNED_BY_A_PERSON, None, 0.0, None)
            else:
                self.pager.reject(item, obstacle)

    def _withheld(self, item: int, agent: str | None, at: str | None) -> str | None:
        """Why no prompt of this turn may hold the item in its core, or None."""
        context = self.recorder.context
        if item in self.guard.refused:
            return REFUSED_BY_A_PERSON
        if self.pager.items.is_untrusted(item):
            return UNTRUSTED[0]
        if item in context.lost or item in context.cold:
            return "forgotten: no pin brings it back"
        if item in context.window or item in context.summary:
            return "in the prompt already, outside the core"
        return self.guard.withholds(item, agent, at)
