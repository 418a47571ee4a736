"""The compactor: shows the window to a compaction policy before a prompt is sent, and turns its outcome into events.

What leaves the window is covered by the new summary exactly if one of the summary's sentences names it as a source.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

from memview.kernel.assembler import Assembler
from memview.kernel.event_log import NO_ITEM
from memview.kernel.guard import Guard
from memview.kernel.items import ItemTable
from memview.kernel.judgement import quarantine
from memview.kernel.recorder import Recorder
from memview.kernel.window import (
    Compaction,
    CompactionOutcome,
    FactChange,
    Summary,
    WindowMessage,
    WindowView,
)
from memview.model.memory import Citation, Memory

SYSTEM_PROMPT = -2
"""The number that the system prompt goes by: it is no item."""

ARCHIVED_FACT_IMPORTANCE = 0.5
_TOO_LARGE = "the summary is larger than its section"


class Compactor:
    """The window of one replay under one compaction policy, and what that policy has made so far."""

    def __init__(
        self,
        items: ItemTable,
        recorder: Recorder,
        assembler: Assembler,
        guard: Guard,
        compaction: Compaction,
        session_id: str,
        system: str,
    ) -> None:
        self.items = items
        self.recorder = recorder
        self.assembler = assembler
        self.guard = guard
        self.compaction = compaction
        self.archived = 0
        self._session_id = session_id
        self._system = system
        self._callers: set[int] = set()
        self._summary: Summary | None = None
        self._summary_item = NO_ITEM
        self._held: dict[int, Summary] = {}
        self._released: list[int] = []
        self._facts: dict[str, int] = {}
        self._facts_of: dict[int, list[int]] = {}
        self.made: dict[str, int] = {}

    def fork(self, recorder: Recorder, assembler: Assembler, guard: Guard) -> Compactor:
        """An independent compactor in the same state that records elsewhere."""
        twin = copy.copy(self)
        twin.recorder, twin.assembler, twin.guard = recorder, assembler, guard
        twin.compaction = copy.deepcopy(self.compaction)
        twin.made, twin._facts, twin._callers = self.made.copy(), self._facts.copy(), self._callers.copy()
        twin._held, twin._released = self._held.copy(), self._released[:]
        twin._facts_of = {source: facts[:] for source, facts in self._facts_of.items()}
        return twin

    def with_facts(self, candidates: list[tuple[int, float]]) -> list[tuple[int, float]]:
        """`candidates` with the facts that were extracted from them: a fact is found where its source would be."""
        if not self._facts_of:
            return candidates
        found: dict[int, float] = {}
        for item, score in candidates:
            for fact in self._facts_of.get(item, ()):
                if fact not in self.guard.invalid:
                    found.setdefault(fact, score)
            found.setdefault(item, score)
        return list(found.items())

    def release(self, items: Sequence[int]) -> None:
        """A person released these after a turn: a summary among them takes its place when the next one begins."""
        self._released += [item for item in items if item in self._held]

    def begin_turn(self) -> None:
        """A turn begins: what was released comes in, and what was refused is no base of the next summary."""
        refused = self.guard.refused
        if self._summary_item in refused:
            self._summary, self._summary_item = None, NO_ITEM
        for item in self._released:
            if item not in refused:
                self._admit(item)
        self._released.clear()

    def _admit(self, item: int) -> None:
        """Put a released summary where it would have stood, unless a later one stands there."""
        summary, before = self._held.pop(item), self._current()
        size = self.items.tokens[item]
        arrivals = self.items.arrivals
        if before != NO_ITEM and arrivals[before] >= arrivals[item]:
            self.recorder.record("reject", item, tokens=size, reason="{other}, a later summary, is there", other=before)
        elif not self.assembler.has_room_for_summary(item, before):
            self.recorder.record("reject", item, tokens=size, reason=_TOO_LARGE)
        else:
            self.recorder.record("summarize", item, tokens=size, reason="released by a person")
            self._place(item, before, summary)

    def _current(self) -> int:
        return self._summary_item if self._summary_item in self.recorder.context.summary else NO_ITEM

    def _place(self, item: int, before: int, summary: Summary) -> None:
        if before != NO_ITEM:
            self.assembler.replace_summary(before, item)
        self.assembler.place_summary(item)
        self._summary, self._summary_item = summary, item

    def note_caller(self, message: int) -> None:
        """`message` calls tools: presets keep such a message and its results together."""
        self._callers.add(message)

    def run(self, turn_id: str, message: int | None, question: WindowMessage, outside: int) -> None:
        """Let the policy compact before the prompt of this turn is sent.

        `question` is what the turn asks, item number `message` of the window, or None when it is no item of the
        session; `outside` are the tokens of the prompt that are neither system prompt nor messages.
        """
        kept = [item for item in self.recorder.context.in_window(self.items) if item != message]
        messages = (
            WindowMessage(SYSTEM_PROMPT, "system", self.assembler.system_tokens, self._system),
            *(self._message(item) for item in kept),
            question,
        )
        view = WindowView(messages, self.assembler.budgets.window, outside, self._summary, self.recorder.turn)
        for outcome in self.compaction.compact(view):
            if outcome.is_warning:
                self._record("warn", NO_ITEM, outcome)
            else:
                self._apply(outcome, messages, turn_id)

    def _message(self, item: int) -> WindowMessage:
        items = self.items
        role = items.roles[item] or self._role_of_record(item)
        return WindowMessage(item, role, items.tokens[item], items.texts[item], item in self._callers)

    def _role_of_record(self, item: int) -> str:
        """A placeholder speaks as what it stands for does; a record that was loaded into the window, as the user."""
        return self.items.roles[self.items.place_in_time(item)] or "user"

    def _apply(self, outcome: CompactionOutcome, messages: tuple[WindowMessage, ...], turn_id: str) -> None:
        last = len(messages) - 1
        leaving = [messages[index].item for index in outcome.evicted if 0 < index < last]
        covers: frozenset[int] = frozenset()
        if outcome.summary is not None and outcome.summary.sentences:
            covers = self._summarise(outcome.summary, outcome, len(leaving), turn_id)
        for item in leaving:
            self._leave(item, outcome, self._summary_item if item in covers else NO_ITEM)
        for index, text in outcome.replaced:
            if 0 < index < last:
                self._replace(messages[index].item, text, outcome)
        for number, change in enumerate(outcome.facts, start=1):
            self._change(change, turn_id, number)

    def _summarise(self, summary: Summary, outcome: CompactionOutcome, count: int, turn_id: str) -> frozenset[int]:
        """Put `summary` in the place of the one before; returns the items that it covers."""
        before = self._current()
        sources = tuple(source for source in summary.sources if source >= 0)
        item = self._make(turn_id, "summary", summary.text, "summary", "summary", sources)
        if self._is_held(item, "made by compaction"):
            self._held[item] = summary
            return frozenset()
        if not self.assembler.has_room_for_summary(item, before):
            self._record("reject", item, outcome, reason=_TOO_LARGE, tokens=True)
            return frozenset()
        reason = f"{outcome.reason}; {{count}} messages into one summary"
        self._record("summarize", item, outcome, reason=reason, tokens=True, count=count)
        self._place(item, before, summary)
        return frozenset(self.items.sources[item])

    def _leave(self, item: int, outcome: CompactionOutcome, cover: int) -> None:
        size = self.items.tokens[item]
        destination = "nowhere" if outcome.destination == "nowhere" else "recall"
        self.recorder.record(
            "compact", item, "window", destination, size, reason=outcome.reason, signal=outcome.signal,
            value=outcome.value, threshold=outcome.threshold, covered_by=cover,
        )  # fmt: skip
        self.assembler.window_tokens -= size

    def _replace(self, item: int, text: str, outcome: CompactionOutcome) -> None:
        """Let `text` stand in the place of `item`, whose full text goes where the outcome says."""
        origin = self.items.place_in_time(item)
        placeholder = self._make(self.items.ids[origin], "placeholder", text, "window", "message", (item,))
        if placeholder == item:
            return
        size = self.items.tokens[placeholder]
        self.recorder.record(
            "insert", placeholder, None, "window", size, reason="stands in the place of {other}", other=item
        )
        self.assembler.window_tokens += size
        self._leave(item, outcome, placeholder)

    def _change(self, change: FactChange, turn_id: str, number: int) -> None:
        """Apply one change to the archive of facts: nothing is forgotten but what the policy deletes."""
        old = NO_ITEM if change.replaces is None else self._facts.pop(change.replaces, NO_ITEM)
        new = NO_ITEM
        if change.operation in ("add", "update") or change.text != change.replaces:
            sources = tuple(source for source in change.sources if source >= 0)
            new = self._make(turn_id, f"fact-{number}", change.text, "archive", "fact", sources)
            if not self._is_held(new, "fact extracted from {count} messages", len(sources)):
                self.recorder.record(
                    "insert", new, None, "archive", self.items.tokens[new],
                    reason="fact extracted from {count} messages", count=len(sources),
                )  # fmt: skip
                self.archived += 1
            self._facts[change.text] = new
            for source in sources:
                self._facts_of.setdefault(source, []).append(new)
        if old != NO_ITEM:
            self._retire(old, new, change.operation)

    def _retire(self, old: int, new: int, operation: str) -> None:
        context = self.recorder.context
        if old in context.lost:
            return
        size = self.items.tokens[old]
        self.guard.invalid.add(old)
        if operation == "delete":
            reason = "contradicted by {other}" if new != NO_ITEM else "the store of facts is full"
            place = "cold" if old in context.cold else "archive"
            self.recorder.record("drop", old, place, "nowhere", size, reason=reason, other=new)
        elif operation == "update":
            self.recorder.record("update", old, tokens=size, reason="rewritten as {other}", other=new)
        else:
            self.recorder.record("invalidate", old, tokens=size, reason="contradicted by {other}", other=new)

    def _make(self, turn_id: str, part: str, text: str, tier: str, kind: str, sources: tuple[int, ...]) -> int:
        items = self.items
        name = items.free_name(turn_id, part)
        while name in self.made:
            name += "~"
        memory = Memory(
            name,
            text,
            tier=tier,
            kind=kind,
            importance=ARCHIVED_FACT_IMPORTANCE,
            trust="model",
            citation=Citation(self._session_id, turn_id),
            derived_from=tuple(items.ids[source] for source in sources),
        )
        item = items.make(memory, self.recorder.turn, sources)
        self.made[name] = item
        return item

    def _is_held(self, item: int, reason: str, count: int = 0) -> bool:
        """Whether the guard holds what was made: it is stored then, for a person to see, and quarantined."""
        blocked = self.guard.quarantines(item)
        if blocked is None:
            return False
        home, size = self.items.home(item), self.items.tokens[item]
        self.recorder.record("insert", item, None, home, size, reason=reason, count=count)
        quarantine(item, blocked, self.items, self.recorder)
        self.archived += 1
        return True

    def _record(
        self,
        action: str,
        item: int,
        outcome: CompactionOutcome,
        *,
        reason: str | None = None,
        tokens: bool = False,
        count: int = 0,
    ) -> None:
        self.recorder.record(
            action, item, tokens=self.items.tokens[item] if tokens else 0,
            reason=outcome.reason if reason is None else reason, signal=outcome.signal, value=outcome.value,
            threshold=outcome.threshold, count=count,
        )  # fmt: skip
