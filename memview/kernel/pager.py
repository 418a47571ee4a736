"""The pager: which memories are resident in the core, and every decision that made them so.

Demand paging, as an operating system does it: a reference to a resident page is a hit, to another one a fault; a
faulting page that the promotion rule wants comes in, and the eviction policy names who leaves to make room.
"""

from __future__ import annotations

import copy
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import replace

from memview.expressions import Expression, Witness
from memview.kernel.event_log import NO_ITEM
from memview.kernel.items import ItemTable
from memview.kernel.lookup import share_of_best
from memview.kernel.protocols import EvictionPolicy, Page
from memview.kernel.recorder import Recorder
from memview.model.memory import TRUST_CLASSES

Grounds = tuple[str, str | None, float, float | None]
"""Why: a reason template, the signal's name, its value, its threshold."""

Obstacle = tuple[str, str, float, float]
"""Why not: a reason template, the signal's name, its value, its threshold."""

UNTRUSTED: Grounds = ("untrusted: shown as data only", None, 0.0, None)


class Pager:
    """Residents of the core under one eviction policy. `budget` is tokens, `slots` a number of pages or None."""

    def __init__(
        self,
        items: ItemTable,
        recorder: Recorder,
        eviction: EvictionPolicy,
        promote_if: Expression,
        budget: int,
        slots: int | None,
    ) -> None:
        self.items = items
        self.recorder = recorder
        self.eviction = eviction
        self.promote_if = promote_if
        self.budget = budget
        self.slots = slots
        self.pages: dict[int, Page] = {}
        self.core_tokens = 0
        self.pinned_tokens = 0
        self._claimed: set[int] = set()
        self._uses = array("I")
        self._last_reference = array("I")

    def fork(self, recorder: Recorder) -> Pager:
        """An independent pager in the same state that records elsewhere: what it does changes nothing here."""
        twin = Pager(self.items, recorder, self.eviction, self.promote_if, self.budget, self.slots)
        twin.pages = {item: replace(page) for item, page in self.pages.items()}
        copies = {id(page): twin.pages[item] for item, page in self.pages.items()}
        twin.eviction = copy.deepcopy(self.eviction, copies)
        twin.core_tokens, twin.pinned_tokens = self.core_tokens, self.pinned_tokens
        twin._uses, twin._last_reference = self._uses[:], self._last_reference[:]
        return twin

    def claim(self, items: Iterable[int]) -> None:
        """Say what this turn refers to: a resident of them may not be evicted for another one of them."""
        self._claimed = set(items)

    def reference(self, item: int, turn: int) -> None:
        """Count a reference to `item`, resident or not."""
        self._grow(item)
        self._uses[item] += 1
        self._last_reference[item] = turn

    def _grow(self, item: int) -> None:
        missing = self.items.size - len(self._uses)
        if item >= len(self._uses) and missing > 0:
            self._uses.extend([0] * missing)
            self._last_reference.extend([0] * missing)

    def hit(self, item: int, score: float | None, reason: str) -> None:
        """A reference to a resident page; `score` is the retriever's, None when the recording alone names the page."""
        turn, page = self.recorder.turn, self.pages[item]
        self.reference(item, turn)
        page.uses += 1
        page.last_used = turn
        signal, value = (None, 0.0) if score is None else ("relevance", score)
        page.relevance = value
        self.recorder.record("hit", item, "core", "core", page.tokens, reason=reason, signal=signal, value=value)
        self.eviction.touch(page, turn)

    def wants(self, item: int, rank: int, score: float, best: float) -> tuple[bool, Witness | None]:
        """Whether the promotion rule wants `item` in the core, and the comparison that decided."""
        items, turn = self.items, self.recorder.turn
        self._grow(item)
        record = items.records[item]
        last = max(self._last_reference[item], items.arrivals[item])
        signals: Mapping[str, float | str | bool | None] = {
            "importance": items.importances[item],
            "relevance": score,
            "score_ratio": share_of_best(score, best),
            "rank": rank,
            "tokens": items.tokens[item],
            "uses": self._uses[item],
            "idle": turn - last,
            "age": turn - items.arrivals[item],
            "kind": "message" if record is None else record.kind,
            "section": items.roles[item] if record is None else record.section,
            "trust": TRUST_CLASSES[items.trusts[item]],
        }
        return self.promote_if.decide(signals)

    def obstacle(self, item: int) -> Obstacle | None:
        """Why `item` cannot be made resident however much is evicted, or None."""
        size = self.items.tokens[item]
        if size > self.budget:
            return ("larger than the whole core: {value:.0f} > {threshold:.0f} tok", "tokens", size, self.budget)
        largest = self.eviction.largest()
        if largest is not None and size > largest:
            return ("larger than the policy lets in: {value:.0f} > {threshold:.0f} tok", "tokens", size, largest)
        free = self.budget - self.pinned_tokens
        if size > free:
            return ("core full of pinned memories: {threshold:.0f} tok left, {value:.0f} needed", "tokens", size, free)
        held = [page for page in self.pages.values() if not self._may_leave(page)]
        free -= sum(page.tokens for page in held if not page.pinned)
        if size > free:
            reason = "lost the slot to what this turn needs as well: {threshold:.0f} tok left, {value:.0f} needed"
            return (reason, "tokens", size, free)
        if self.slots is not None and len(held) >= self.slots:
            reason = "no slot may be freed: {value:.0f} of {threshold:.0f} are pinned or needed this turn"
            return (reason, "slots", len(held), self.slots)
        return None

    def promote(self, item: int, reason: str, signal: str | None, value: float, threshold: float | None) -> None:
        """Make `item` resident, evicting until it fits; `obstacle(item)` has to be None."""
        self.eviction.fault(item, self.items.tokens[item], self.recorder.turn)
        self.make_room(item)
        self._enter(item, self.items.home(item), "promote", reason, signal, value, threshold)

    def make_room(self, item: int) -> None:
        """Evict until `item` fits; `obstacle(item)` has to be None."""
        while self.shortage(item) is not None:
            self._evict_one(item)

    def load(self, item: int, reason: str) -> None:
        """Put `item` into the core as it arrives, in the room that is free: `insert`, with no one evicted."""
        self._enter(item, None, "insert", reason, None, 0.0, None)

    def shortage(self, item: int) -> Obstacle | None:
        """Why `item` does not fit without an eviction, or None."""
        size, left = self.items.tokens[item], self.budget - self.core_tokens
        if size > left:
            return ("no room in the core: {value:.0f} > {threshold:.0f} tok left", "tokens", size, left)
        if self.slots is not None and len(self.pages) >= self.slots:
            reason = "no slot left in the core: {value:.0f} of {threshold:.0f} taken"
            return (reason, "slots", len(self.pages), self.slots)
        return None

    def release(self, item: int, reason: str, other: int = NO_ITEM) -> None:
        """Take a resident page out for good reason: `other` replaces it, or this turn may not show it."""
        page = self.pages.pop(item)
        self._give_back(page)
        self.eviction.remove(page)
        home = self.items.home(item)
        self.recorder.record("evict", item, "core", home, page.tokens, reason=reason, other=other)

    def _enter(
        self,
        item: int,
        origin: str | None,
        action: str,
        reason: str,
        signal: str | None,
        value: float,
        threshold: float | None,
    ) -> None:
        items, turn = self.items, self.recorder.turn
        record = items.records[item]
        page = Page(
            item=item,
            memory_id=items.ids[item],
            tokens=items.tokens[item],
            importance=items.importances[item],
            kind="message" if record is None else record.kind,
            pinned=record is not None and record.pinned,
            entered=turn,
            last_used=turn,
        )
        self.pages[item] = page
        self.core_tokens += page.tokens
        if page.pinned:
            self.pinned_tokens += page.tokens
        self.recorder.record(
            action, item, origin, "core", page.tokens, reason=reason, signal=signal, value=value, threshold=threshold
        )
        self.eviction.admit(page, turn)

    def _may_leave(self, page: Page) -> bool:
        if page.pinned or page.item in self._claimed:
            return False
        return page.entered < self.recorder.turn or self.recorder.turn == 0

    def _evict_one(self, newcomer: int) -> None:
        victim = self.eviction.victim(self._may_leave, self.recorder.turn)
        if victim is None:
            raise RuntimeError(f"{type(self.eviction).__name__} names no victim although pages may leave")
        page = self.pages.pop(victim.page.item)
        self._give_back(page)
        self.eviction.evict(victim, self.recorder.turn)
        self.recorder.record(
            "evict",
            page.item,
            "core",
            self.items.home(page.item),
            page.tokens,
            reason=victim.reason,
            signal=victim.signal,
            value=victim.value,
            threshold=victim.threshold,
            other=newcomer if victim.runner_up is None else victim.runner_up.item,
            count=victim.compared,
        )

    def _give_back(self, page: Page) -> None:
        self.core_tokens -= page.tokens
        if page.pinned:
            self.pinned_tokens -= page.tokens


def promotion_reason(witness: Witness | None) -> Grounds:
    """The grounds of a promotion decision: the comparison that it rests on."""
    if witness is None or witness.value is None:
        return ("no condition" if witness is None else witness.name, None, 0.0, None)
    name = witness.name.replace("{", "{{").replace("}", "}}")
    operator = witness.operator if witness.holds else f"is not {witness.operator}"
    if witness.threshold is None:
        return (f"{name} {{value:g}}", witness.name, witness.value, None)
    return (f"{name} {{value:g}} {operator} {{threshold:g}}", witness.name, witness.value, witness.threshold)
