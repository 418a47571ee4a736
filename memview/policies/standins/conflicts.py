"""Conflicts: what a new fact does to those that are known. Stands in for the ADD/UPDATE/DELETE/NOOP call of a model.

Three ledgers differ in what becomes of an older fact that a new one contradicts: in `replace@1` (Mem0 v1) it is
deleted, in `invalidate@1` (Zep, Graphiti) it stays and gets an end to its validity, in `add-only@1` (Mem0 v2) nothing
is ever taken back and only what was said in the same words is skipped. `verdict` finds the contradictions.

A change whose text is not the one that it `replaces` puts its fact in the place of the older one: a `delete` is then
delete and add in one. Where text and `replaces` are the same, nothing takes the place of what goes.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol, Self

from memview.kernel.window import FactChange
from memview.policies.standins.fact_index import FactIndex, HeldFact
from memview.policies.standins.facts import Fact
from memview.policies.standins.slots import denies_the_particular, is_functional

_Changes = tuple[FactChange, ...]

SAME, RICHER, CONFLICT, OTHER = "same", "richer", "conflict", "other"


class Ledger(Protocol):
    """The facts of one archive. `copy.deepcopy` of one is cheap, as what it holds is never changed but replaced."""

    def learn(self, fact: Fact, valid_at: float | None = None) -> _Changes:
        """What `fact` changes, in order; empty when it says nothing new.

        It is true from `valid_at` on, by any clock; None: by the number of the item that it is from.
        """


def verdict(known: Fact, new: Fact) -> str:
    """What `new` is to `known`: SAME, RICHER, CONFLICT or OTHER. Only facts of one subject and slot meet at all.

    All the words of the known object: the same; and more: richer. Another object where the slot holds one at a time, or
    a denial of what was affirmed or the other way round: a conflict. An object with fewer of the words, where there can
    be only one, is the same told in less detail.
    """
    if (known.subject, known.slot) != (new.subject, new.slot):
        return OTHER
    before, after = set(known.object.split()), set(new.object.split())
    holds_one = is_functional(new.slot)
    if known.negated != new.negated:
        denied, affirmed = (before, after) if known.negated else (after, before)
        # Who does not like fish likes no raw fish; who does not like raw fish may like fish.
        is_meant = denied == affirmed or (denied < affirmed and (holds_one or denies_the_particular(new.slot)))
        return CONFLICT if is_meant or (holds_one and affirmed < denied) else OTHER
    if before <= after:
        return SAME if before == after else RICHER
    if not holds_one or new.negated:
        return OTHER
    return SAME if after < before else CONFLICT


class _Verdict(NamedTuple):
    """What a new fact is to the known one called `number`."""

    number: int
    held: HeldFact
    found: str


class _FactLedger:
    """Facts that hold; `_texts` are theirs, as an archive knows a fact by its text."""

    def __init__(self) -> None:
        self._facts = FactIndex()
        self._texts: set[str] = set()

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        twin = type(self)()
        twin._facts, twin._texts = self._facts.copy(), self._texts.copy()
        return twin

    def _verdicts(self, fact: Fact) -> list[_Verdict] | None:
        """What `fact` is to each fact that it has to do with; None when one of them says it already."""
        if fact.text in self._texts:
            return None
        verdicts = [_Verdict(number, held, verdict(held.fact, fact)) for number, held in self._facts.related(fact)]
        return None if any(entry.found == SAME for entry in verdicts) else verdicts

    def _take_over(self, fact: Fact, operation: str, richer: list[_Verdict], over: list[_Verdict]) -> _Changes:
        """Let `fact` take the place of the first of the older ones, and the others go by `operation`."""
        sources = tuple(dict.fromkeys((*(item for entry in richer for item in entry.held.sources), fact.source)))
        older = [*richer, *over]
        for entry in older:
            self._facts.remove(entry.number)
            self._texts.discard(entry.held.fact.text)
        if not older:
            return (FactChange("add", fact.text, sources),)
        first, *others = (entry.held.fact.text for entry in older)
        return (
            FactChange("update" if richer else operation, fact.text, sources, first),
            *(FactChange(operation, text, sources, text) for text in others),
        )

    def _hold(self, held: HeldFact) -> None:
        self._facts.add(held)
        self._texts.add(held.fact.text)


class ReplacingLedger(_FactLedger):
    """`replace@1`: a richer fact updates the known one, a contradiction deletes it."""

    def learn(self, fact: Fact, valid_at: float | None = None) -> _Changes:  # noqa: ARG002
        """As `Ledger`; when a fact became true is of no interest here: the last word counts."""
        verdicts = self._verdicts(fact)
        if verdicts is None:
            return ()
        changes = self._take_over(fact, "delete", _those(verdicts, RICHER), _those(verdicts, CONFLICT))
        self._hold(HeldFact(fact, changes[0].sources))
        return changes


class InvalidatingLedger(_FactLedger):
    """`invalidate@1`: two clocks, when a fact is true and when it was said. Nothing is forgotten.

    Of two facts that contradict each other, those whose times do not meet leave each other alone; an older one that
    became true earlier ends where the new one begins; otherwise it is the new one that has ended already.
    """

    def __init__(self) -> None:
        super().__init__()
        self._ended: dict[tuple[str, str], tuple[HeldFact, ...]] = {}
        """By subject and slot, those that end first first."""

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        twin = super().__deepcopy__(memo)
        twin._ended = self._ended.copy()
        return twin

    def learn(self, fact: Fact, valid_at: float | None = None, invalid_at: float | None = None) -> _Changes:
        """As `Ledger`; `invalid_at` is when the fact ceased to be true, where that is known."""
        verdicts = self._verdicts(fact)
        if verdicts is None:
            return ()
        start = float(fact.source) if valid_at is None else valid_at
        contradicted = _those(verdicts, CONFLICT)
        over = [entry for entry in contradicted if entry.held.valid_at < start]
        later = [entry.held.valid_at for entry in contradicted if entry.held.valid_at >= start]
        later += self._shorten(fact, start)
        end = min(later, default=math.inf)
        if invalid_at is not None:
            end = min(end, invalid_at)
        richer = _those(verdicts, RICHER) if end == math.inf else []
        changes = self._take_over(fact, "invalidate", richer, over)
        for entry in over:
            self._end(entry.held._replace(invalid_at=start))
        held = HeldFact(fact, changes[0].sources, min((start, *(entry.held.valid_at for entry in richer))))
        if end == math.inf:
            self._hold(held)
            return changes
        self._end(held._replace(invalid_at=end))
        return (*changes, FactChange("invalidate", fact.text, (fact.source,), fact.text))

    def _end(self, held: HeldFact) -> None:
        key = (held.fact.subject, held.fact.slot)
        ended = self._ended.get(key, ())
        place = bisect_right(ended, _end_of(held), key=_end_of)
        self._ended[key] = (*ended[:place], held, *ended[place:])

    def _shorten(self, fact: Fact, start: float) -> list[float]:
        """Let facts that have ended, but later than `fact` begins, end where it begins if it contradicts them.

        Returns when those of them began that began no earlier than it.
        """
        key = (fact.subject, fact.slot)
        ended = self._ended.get(key, ())
        place = bisect_right(ended, start, key=_end_of)
        met = [held for held in ended[place:] if verdict(held.fact, fact) == CONFLICT]
        before = [held for held in met if held.valid_at < start]
        if before:
            self._ended[key] = tuple(held for held in ended if held not in before)
            for held in before:
                self._end(held._replace(invalid_at=start))
        return [held.valid_at for held in met if held.valid_at >= start]


def _those(verdicts: Iterable[_Verdict], found: str) -> list[_Verdict]:
    return [entry for entry in verdicts if entry.found == found]


def _end_of(held: HeldFact) -> float:
    return math.inf if held.invalid_at is None else held.invalid_at


class AddOnlyLedger:
    """`add-only@1`: a fact is added unless one with the same text (by its md5, as Mem0 keeps it) was added before."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        twin = type(self)()
        twin._seen = self._seen.copy()
        return twin

    def learn(self, fact: Fact, valid_at: float | None = None) -> _Changes:  # noqa: ARG002
        """As `Ledger`, but no fact ever replaces another."""
        digest = hashlib.md5(fact.text.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
        if digest in self._seen:
            return ()
        self._seen.add(digest)
        return (FactChange("add", fact.text, (fact.source,)),)


LEDGERS: Mapping[str, Callable[[], Ledger]] = MappingProxyType(
    {"add-only@1": AddOnlyLedger, "invalidate@1": InvalidatingLedger, "replace@1": ReplacingLedger}
)
"""An empty ledger by its name."""
