"""Writes of several agents to what they share: who wins where two of them do not agree, by the policy's named rule.

The kernel finds the occasions and records what comes of them. What contradicts what, and who wins, is for the rule.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple, Protocol

from memview.kernel.event_log import NO_ITEM, EventLog
from memview.kernel.guard import Guard
from memview.kernel.items import ItemTable
from memview.kernel.recorder import Recorder
from memview.model.event import Signal
from memview.model.memory import TRUST_CLASSES, UNTRUSTED_CLASSES, Memory
from memview.model.session import Session


class Claim(NamedTuple):
    """A record in a dispute: who wrote it, how far its lineage is trusted, and its turn of arrival (0: loaded)."""

    memory: Memory
    writer: str
    trust: str
    arrived: int


class Clash(NamedTuple):
    """How two records meet: they say `the same`, or one thing of a slot (`told`) that holds one."""

    is_same: bool
    told: str = ""


class Ruling(NamedTuple):
    """Whether the newer of two claims stands, and the number that decided."""

    newer_stands: bool
    signal: Signal


class WriteRule(Protocol):
    """A rule for conflicting writes. Everything in it depends on its arguments alone."""

    @property
    def name(self) -> str:
        """As in `shared_writes` of a policy file."""
        ...

    def topics(self, memory: Memory) -> Sequence[Hashable]:
        """What `memory` says something of: two records clash only if they share one."""
        ...

    def clash(self, older: Memory, newer: Memory) -> Clash | None:
        """How the two records, of one topic, get into each other's way."""
        ...

    def ruling(self, older: Claim, newer: Claim) -> Ruling:
        """Which of the two stands."""
        ...


_LOOK_BACK = 64
"""Records of one topic that a newer one is compared with, the latest first."""


class Writers:
    """Who wrote which record: its owner, else who acted in the turn in which it came."""

    def __init__(self, session: Session, items: ItemTable) -> None:
        self._turns = session.turns
        self._items = items

    def of(self, item: int) -> str | None:
        """The writer of a record; None: nobody is named."""
        return self._items.owner(item) or self.acting(self._items.arrivals[item])

    def acting(self, turn: int) -> str | None:
        """Who acts in `turn` (1-based); None: nobody is named, or it is loading."""
        return self._items.acting(self._turns[turn - 1].agent) if turn else None


class SharedWrites:
    """The disputes of one replay. Records of one writer, and those of nobody, are in none.

    `ended` are those that a newer write of another agent has put an end to.
    """

    def __init__(self, items: ItemTable, recorder: Recorder, guard: Guard, rule: WriteRule, writers: Writers) -> None:
        self.items = items
        self.recorder = recorder
        self.guard = guard
        self.rule = rule
        self.writers = writers
        self.ended: set[int] = set()
        self._about: dict[Hashable, list[int]] = {}

    def fork(self, recorder: Recorder, guard: Guard) -> SharedWrites:
        """Independent disputes in the same state that record elsewhere."""
        twin = SharedWrites(self.items, recorder, guard, self.rule, self.writers)
        twin.ended = self.ended.copy()
        twin._about = {topic: those[:] for topic, those in self._about.items()}
        return twin

    def may_replace(self, old: int, new: int) -> bool:
        """Whether `new`, which names `old` as what it replaces, may do so; records why not."""
        ruling = self._dispute(old, new)
        if ruling is None or ruling.newer_stands:
            return True
        self._overrule(new, old, ruling, "may not replace {other}")
        return False

    def may_take_away(self, old: int) -> bool:
        """Whether who acts now may take `old` out of what all share; records why not."""
        before, actor = self._claim(old), self.writers.acting(self.recorder.turn)
        if before is None or actor in (None, before.writer):
            return True
        ruling = self.rule.ruling(before, before._replace(writer=actor, trust="model", arrived=self.recorder.turn))
        if not ruling.newer_stands:
            reason = f"{self.rule.name}: {self._named(old)} wrote it, {EventLog.escape(actor)} may not take it away"
            self._record("reject", old, NO_ITEM, ruling, reason)
        return ruling.newer_stands

    def grounds(self, old: int, new: int) -> tuple[str, Signal] | None:
        """The reason template, over `{other}`, and the number by which `new` replaced what another agent wrote."""
        ruling = self._dispute(old, new)
        if ruling is None:
            return None
        told = f"{self.rule.name}: superseded by {{other}}, which {self._named(new)} wrote"
        return told, ruling.signal

    def enter(self, item: int) -> list[int]:
        """Take `item`, just stored, into account: returns what it was merged into or put an end to, as items.

        Only what is stored in the shared tier meets at all.
        """
        items = self.items
        if items.home(item) != "shared" or self.writers.of(item) is None:
            return []
        record = items.record(item)
        topics = list(dict.fromkeys(self.rule.topics(record)))
        ended: list[int] = []
        for older in self._rivals(topics, item):
            clash = self.rule.clash(items.record(older), record)
            ruling = None if clash is None else self._dispute(older, item)
            if clash is None or ruling is None:
                continue
            if clash.is_same:
                self._merge(item, older, ruling)
                return [item]
            if not ruling.newer_stands or items.record(older).pinned:
                # What a person pinned ends only when something names it as what it replaces.
                self._overrule(item, older, ruling, f"{EventLog.escape(clash.told)} is told by {{other}}")
                return ended
            self._end(older, item, ruling, clash)
            ended.append(older)
        for topic in topics:
            self._about.setdefault(topic, []).append(item)
        return ended

    def _rivals(self, topics: Sequence[Hashable], item: int) -> list[int]:
        """What is still held of `topics` and by someone else, the latest first."""
        found: dict[int, None] = {}
        for topic in topics:
            for older in reversed(self._about.get(topic, ())[-_LOOK_BACK:]):
                found[older] = None
        context, guard = self.recorder.context, self.guard
        return [
            older
            for older in sorted(found, reverse=True)
            if older != item
            and older not in guard.invalid
            and older not in guard.refused
            and older not in guard.overruled
            and older not in guard.ended
            and older not in context.cold
            and older not in context.lost
        ]

    def _dispute(self, old: int, new: int) -> Ruling | None:
        """What the rule says of two records of different writers; None when they are of one."""
        before, after = self._claim(old), self._claim(new)
        if before is None or after is None or before.writer == after.writer:
            return None
        if after.trust in UNTRUSTED_CLASSES and before.trust not in UNTRUSTED_CLASSES:
            rank = TRUST_CLASSES.index
            return Ruling(False, Signal("trust", rank(after.trust), rank(before.trust)))
        return self.rule.ruling(before, after)

    def _claim(self, item: int) -> Claim | None:
        writer = self.writers.of(item)
        if writer is None:
            return None
        items = self.items
        return Claim(items.record(item), writer, TRUST_CLASSES[items.trusts[item]], items.arrivals[item])

    def _merge(self, item: int, older: int, ruling: Ruling) -> None:
        reason = f"{self.rule.name}: {self._named(older)} wrote the same as {{other}}"
        self._record("merge", item, older, ruling, reason, self.items.home(item), "cold", covered_by=older)

    def _overrule(self, item: int, older: int, ruling: Ruling, told: str) -> None:
        reason = f"{self.rule.name}: {told}, which {self._named(older)} wrote"
        self._record("reject", item, older, ruling, reason)
        self.guard.overruled[item] = reason.replace("{other}", EventLog.escape(self.items.ids[older]))

    def _end(self, older: int, item: int, ruling: Ruling, clash: Clash) -> None:
        reason = f"{self.rule.name}: {EventLog.escape(clash.told)}; by {{other}}, which {self._named(item)} wrote"
        self._record("invalidate", older, item, ruling, reason)
        self.guard.invalid.add(older)
        self.ended.add(older)

    def _named(self, item: int) -> str:
        return EventLog.escape(self.writers.of(item) or "nobody")

    def _record(
        self,
        action: str,
        item: int,
        other: int,
        ruling: Ruling,
        reason: str,
        origin: str | None = None,
        destination: str | None = None,
        covered_by: int = NO_ITEM,
    ) -> None:
        signal = ruling.signal
        self.recorder.record(
            action, item, origin, destination, 0 if origin is None else self.items.tokens[item], reason=reason,
            signal=signal.name, value=signal.value, threshold=signal.threshold, other=other, covered_by=covered_by,
        )  # fmt: skip
