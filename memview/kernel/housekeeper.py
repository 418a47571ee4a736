"""The housekeeper: shows an agent's memories to a caretaker at the end of a turn, and turns its steps into events.

The prompt of the turn has been sent by then and is not touched: what a step takes out of the core leaves it as the next
turn begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from memview.kernel.caretaker import BACK, RETIRED, VALID, CareStep, Caretaker, Household, Restoration, Use
from memview.kernel.event_log import NO_ITEM
from memview.kernel.guard import Guard
from memview.kernel.intake import Intake
from memview.kernel.items import ItemTable
from memview.kernel.pager import Pager
from memview.kernel.recorder import Recorder
from memview.model.memory import TRUST_CLASSES, Memory


class Housekeeper:
    """The memories of one replay under one caretaker. `made` are the summaries that it has made so far, by id."""

    def __init__(
        self,
        items: ItemTable,
        recorder: Recorder,
        guard: Guard,
        pager: Pager,
        intake: Intake,
        caretaker: Caretaker,
    ) -> None:
        self.items = items
        self.recorder = recorder
        self.guard = guard
        self.pager = pager
        self.intake = intake
        self.caretaker = caretaker
        self.made: dict[str, int] = {}
        self._summaries_of: dict[int, tuple[int, ...]] = {}
        self._waiting: list[tuple[CareStep, int, int]] = []
        self._leaving: list[tuple[int, str]] = []

    def fork(self, recorder: Recorder, guard: Guard, pager: Pager, intake: Intake) -> Housekeeper:
        """An independent housekeeper in the same state that works on other parts."""
        twin = Housekeeper(self.items, recorder, guard, pager, intake, self.caretaker.fork())
        twin.made, twin._summaries_of = self.made.copy(), self._summaries_of.copy()
        twin._waiting, twin._leaving = self._waiting[:], self._leaving[:]
        return twin

    def with_summaries(self, candidates: list[tuple[int, float]]) -> list[tuple[int, float]]:
        """`candidates` with the summaries of them: a summary is found where the best of its sources would be."""
        if not self._summaries_of:
            return candidates
        found: dict[int, float] = {}
        for item, score in candidates:
            for summary in self._summaries_of.get(item, ()):
                found.setdefault(summary, score)
            found.setdefault(item, score)
        return list(found.items())

    def run(self, household: Household, numbers: dict[str, int]) -> None:
        """Let the caretaker care at the end of a turn. `numbers` are the items of the household's records, by id."""
        for step in self.caretaker.care(household):
            if step.made is not None:
                item = self._summarise(step, step.made, [numbers[name] for name in step.sources])
                numbers[step.memory_id] = item
                continue
            item = numbers[step.memory_id]
            other = NO_ITEM if step.other is None else numbers[step.other]
            if item in self.pager.pages and step.action != "invalidate":
                self._waiting.append((step, item, other))
            else:
                self._take(step, item, other)

    def begin_turn(self) -> None:
        """A turn begins: what the turn before has merged or dropped leaves the core."""
        for step, item, other in self._waiting:
            reason = "merged into {other}" if step.action == "merge" else "contradicted by {other}"
            self.pager.release(item, reason, other)
            self._take(step, item, other)
        self._waiting.clear()
        for item, reason in self._leaving:
            if item in self.pager.pages:
                self.pager.release(item, reason)
            self._retire(item, reason)
        self._leaving.clear()

    def undo(self, item: int) -> bool:
        """Take back what the caretaker did to `item`, which it leaves alone from then on. Was there anything?"""
        restored = self.caretaker.undo(self.items.ids[item])
        for each in restored:
            number = self._number(each.memory_id)
            self._restore(number, each, NO_ITEM if each.other is None else self._number(each.other))
        return bool(restored)

    def _number(self, name: str) -> int:
        made = self.made.get(name)
        found = self.items.find(name) if made is None else made
        if found is None:
            raise KeyError(name)
        return found

    def _restore(self, item: int, each: Restoration, other: int) -> None:
        waiting = len(self._waiting)
        self._waiting = [entry for entry in self._waiting if entry[1] != item]
        context = self.recorder.context
        if each.kind == RETIRED:
            for source in self.items.sources[item]:
                kept = tuple(summary for summary in self._summaries_of.get(source, ()) if summary != item)
                self._summaries_of[source] = kept
            if item in self.pager.pages:
                self._leaving.append((item, each.reason))
            else:
                self._retire(item, each.reason)
        elif each.kind == BACK and (item in context.cold or item in context.lost):
            self.intake.bring_back(item, each.reason, other)
        elif each.kind == VALID or waiting > len(self._waiting):
            self.guard.invalid.discard(item)
            self.guard.ended.pop(item, None)
            self.recorder.record("update", item, reason=each.reason, other=other)

    def _retire(self, item: int, reason: str) -> None:
        self.recorder.record("update", item, self.items.home(item), "cold", self.items.tokens[item], reason=reason)
        self.intake.put_away(item, "cold")

    def _take(self, step: CareStep, item: int, other: int) -> None:
        if step.action == "invalidate":
            self._end(item, step.valid_until)
            self._record("invalidate", step, item, other)
        elif step.action == "drop":
            self._put_away("drop", step, item, other, "nowhere")
        else:
            self._put_away("merge" if step.action == "merge" else "compact", step, item, other, "cold")

    def _end(self, item: int, valid_until: str | None) -> None:
        if valid_until is None:
            self.guard.invalid.add(item)
        else:
            self.guard.ended[item] = valid_until

    def _put_away(self, action: str, step: CareStep, item: int, other: int, destination: str) -> None:
        self._record(action, step, item, other, destination, other if action == "merge" else NO_ITEM)
        self.intake.put_away(item, destination)

    def _summarise(self, step: CareStep, made: Memory, sources: list[int]) -> int:
        items, recorder = self.items, self.recorder
        item = items.make(made, recorder.turn, tuple(sources))
        self.made[made.memory_id] = item
        self._record("summarize", step, item, NO_ITEM)
        home = items.home(item)
        recorder.record("insert", item, None, home, items.tokens[item], reason="stands for {count} memories",
                        count=len(sources))  # fmt: skip
        self.intake.stored[home] += 1
        for source in sources:
            recorder.record(
                "compact", source, items.home(source), "cold", items.tokens[source], reason="covered by {other}",
                signal=step.signal.name, value=step.signal.value, threshold=step.signal.threshold, other=item,
                covered_by=item,
            )  # fmt: skip
            self.intake.put_away(source, "cold")
            self._summaries_of[source] = (*self._summaries_of.get(source, ()), item)
        return item

    def _record(self, action: str, step: CareStep, item: int, other: int, destination: str | None = None,
                covered_by: int = NO_ITEM) -> None:  # fmt: skip
        self.recorder.record(
            action, item, None if destination is None else self.items.home(item), destination,
            0 if action == "invalidate" else self.items.tokens[item], reason=step.reason, signal=step.signal.name,
            value=step.signal.value, threshold=step.signal.threshold, other=other, count=step.count,
            covered_by=covered_by,
        )  # fmt: skip


def household_of(
    items: ItemTable,
    recorder: Recorder,
    guard: Guard,
    pager: Pager,
    made: Iterable[int],
    at: str | None,
) -> tuple[Household, dict[str, int]]:
    """What there is at the end of the recorder's turn, recorded as `at`, and the item numbers of it by id.

    `made` are the items that the policy has made. What the window or the summary shows is left as it is.
    """
    turn, context = recorder.turn, recorder.context
    known = [item for item in range(len(items)) if items.arrivals[item] <= turn]
    numbers = {
        items.ids[item]: item
        for item in (*known, *made)
        if items.records[item] is not None and item not in context.lost
    }
    ended = {name for name, item in numbers.items() if item in guard.invalid or item in guard.refused}
    apart = {
        name
        for name, item in numbers.items()
        if item in guard.refused or item in context.window or item in context.summary
    }
    household = Household(
        turn=turn,
        at=at,
        records=tuple(_as_judged(items, pager, item) for item in numbers.values()),
        usage={name: _use(items, pager, item) for name, item in numbers.items()},
        core=frozenset(items.ids[item] for item in pager.pages),
        ended=frozenset(ended),
        apart=frozenset(apart),
        reserved=items.reserved,
    )
    return household, numbers


def _as_judged(items: ItemTable, pager: Pager, item: int) -> Memory:
    """The record, trusted as far as its lineage, quarantined where the guard says so, pinned where a person did."""
    record, trust = items.record(item), TRUST_CLASSES[items.trusts[item]]
    held, pinned = items.is_held(item), pager.is_pinned(item)
    if record.trust == trust and record.quarantined == held and record.pinned == pinned:
        return record
    return replace(record, trust=trust, quarantined=held, pinned=pinned)


def _use(items: ItemTable, pager: Pager, item: int) -> Use:
    uses, last = pager.usage_of(item)
    return Use(items.arrivals[item], last if uses else None, uses)
