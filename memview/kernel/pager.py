"""The pager: which memories are resident in the core, and every decision that made them so.

Demand paging, as an operating system does it: a reference to a resident page is a hit, to another one a fault; a
faulting page that the promotion rule wants comes in, and the eviction policy names who leaves to make room.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from memview.expressions import Expression
from memview.kernel.deferred_eviction import DeferredEviction
from memview.kernel.event_log import NO_ITEM
from memview.kernel.items import ItemTable
from memview.kernel.lookup import share_of_best
from memview.kernel.promotion import Grounds, PromotionRule, Signal
from memview.kernel.protocols import EvictionPolicy, Page
from memview.kernel.recorder import Recorder
from memview.model.memory import TRUST_CLASSES

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
        promote_if: Expression | PromotionRule,
        budget: int,
        slots: int | None,
    ) -> None:
        self.items = items
        self.recorder = recorder
        self.eviction = eviction
        self.promotion = promote_if if isinstance(promote_if, PromotionRule) else PromotionRule(promote_if)
        self.budget = budget
        self.slots = slots
        self.pages: dict[int, Page] = {}
        self.core_tokens = 0
        self.pinned_tokens = 0
        self.pins: dict[int, bool] = {}
        self._claimed: set[int] = set()
        self._borrowed: dict[int, Page] = {}
        self._owned: dict[int, Page] = {}
        self._uses = array("I")
        self._last_reference = array("I")

    def fork(self, recorder: Recorder) -> Pager:
        """A pager in the same state that records elsewhere: what it does changes nothing here.

        It borrows the pages and the policy until it changes one, so use it before this one goes on.
        """
        eviction = self.eviction.resolve() if isinstance(self.eviction, DeferredEviction) else self.eviction
        twin = Pager(self.items, recorder, eviction, self.promotion, self.budget, self.slots)
        twin.pages = self.pages.copy()
        twin._borrowed = self.pages.copy()
        twin.eviction = DeferredEviction(eviction, twin._own_pages)
        twin.core_tokens, twin.pinned_tokens = self.core_tokens, self.pinned_tokens
        twin.pins = self.pins.copy()
        twin._uses, twin._last_reference = self._uses[:], self._last_reference[:]
        return twin

    def _own(self, item: int) -> Page:
        """The page of a resident, this pager's own from here on."""
        page = self.pages[item]
        if self._borrowed.get(item) is page:
            page = self.pages[item] = page.copy()
            self._owned[item] = page
        return page

    def _own_pages(self) -> dict[int, Page]:
        for item in [item for item, page in self._borrowed.items() if self.pages.get(item) is page]:
            self._own(item)
        return {id(page): self._owned[item] for item, page in self._borrowed.items() if item in self._owned}

    def is_pinned(self, item: int) -> bool:
        """Whether `item` may not be evicted when it is resident: as a person last said, else as it was recorded."""
        record = self.items.records[item]
        return self.pins.get(item, record is not None and record.pinned)

    def pin(self, item: int, *, pinned: bool) -> None:
        """Pin `item`, resident or not, or with `pinned` false let it go; a change of what `is_pinned` says."""
        self.pins[item] = pinned
        if item in self.pages:
            page = self._own(item)
            page.pinned = pinned
            self.pinned_tokens += page.tokens if pinned else -page.tokens

    def claim(self, items: Iterable[int]) -> None:
        """Say what this turn refers to: a resident of them may not be evicted for another one of them."""
        self._claimed = set(items)

    def reference(self, item: int, turn: int) -> None:
        """Count a reference to `item`, resident or not."""
        if item >= len(self._uses):
            self._grow(item)
        self._uses[item] += 1
        self._last_reference[item] = turn

    def usage_of(self, item: int) -> tuple[int, int]:
        """How often `item` was referred to, resident or not, and in which turn last (0: never)."""
        if item >= len(self._uses):
            return 0, 0
        return self._uses[item], self._last_reference[item]

    def was_referred_to(self, item: int) -> bool:
        """Whether this turn has referred to `item` already."""
        return item < len(self._last_reference) and self._last_reference[item] == self.recorder.turn

    def _grow(self, item: int) -> None:
        missing = self.items.size - len(self._uses)
        if item >= len(self._uses) and missing > 0:
            self._uses.extend([0] * missing)
            self._last_reference.extend([0] * missing)

    def hit(self, item: int, score: float | None, reason: str) -> None:
        """A reference to a resident page; `score` is the retriever's, None when the recording alone names the page."""
        turn, page = self.recorder.turn, self._own(item)
        self.reference(item, turn)
        page.uses += 1
        page.last_used = turn
        signal, value = (None, 0.0) if score is None else ("relevance", score)
        page.relevance = value
        self.recorder.record("hit", item, "core", "core", page.tokens, reason=reason, signal=signal, value=value)
        self.eviction.touch(page, turn)

    def wants(self, item: int, rank: int, score: float, best: float) -> tuple[bool, Grounds]:
        """Whether the promotion rule wants `item` in the core, and the grounds."""
        rule = self.promotion
        return rule.verdict(tuple([self._signal(name, item, rank, score, best) for name in rule.names]))

    def _signal(self, name: str, item: int, rank: int, score: float, best: float) -> Signal:  # noqa: PLR0911
        """One of PROMOTION_SIGNALS."""
        items = self.items
        match name:
            case "importance":
                return items.importances[item]
            case "rank":
                return rank
            case "relevance":
                return score
            case "score_ratio":
                return share_of_best(score, best)
            case "tokens":
                return items.tokens[item]
            case "uses":
                return self._uses_of(item)
            case "idle":
                last = self._last_reference[item] if item < len(self._last_reference) else 0
                return self.recorder.turn - max(last, items.arrivals[item])
            case "age":
                return self.recorder.turn - items.arrivals[item]
            case "kind":
                record = items.records[item]
                return "message" if record is None else record.kind
            case "section":
                record = items.records[item]
                return items.roles[item] if record is None else record.section
            case "trust":
                return TRUST_CLASSES[items.trusts[item]]
            case _:
                raise ValueError(f"no signal is called {name}")

    def _uses_of(self, item: int) -> int:
        return self._uses[item] if item < len(self._uses) else 0

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
        if self.shortage(item) is None:
            return None
        held = [page for page in self.pages.values() if not self._may_leave(page)]
        free -= sum(page.tokens for page in held if not page.pinned)
        if size > free:
            reason = "lost the slot to what this turn needs as well: {threshold:.0f} tok left, {value:.0f} needed"
            return (reason, "tokens", size, free)
        if self.slots is not None and len(held) >= self.slots:
            reason = "no slot may be freed: {value:.0f} of {threshold:.0f} are pinned or needed this turn"
            return (reason, "slots", len(held), self.slots)
        return None

    def reject(self, item: int, obstacle: Obstacle) -> None:
        """Record why `item` cannot be made resident."""
        why, name, value, threshold = obstacle
        size = self.items.tokens[item]
        self.recorder.record("reject", item, tokens=size, reason=why, signal=name, value=value, threshold=threshold)

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
        page = self._own(item)
        del self.pages[item]
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
            pinned=self.is_pinned(item),
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
        turn = self.recorder.turn
        return page.entered < turn or turn == 0

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
