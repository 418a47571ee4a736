"""Conflicts: what a new fact does to those that are known. Stands in for the ADD/UPDATE/DELETE/NOOP call of a model.

Three ledgers differ in what becomes of an older fact that a new one contradicts: in `replace@1` (Mem0 v1) it is
deleted, in `invalidate@1` (Zep, Graphiti) it stays and gets an end to its validity, in `add-only@1` (Mem0 v2) nothing
is ever taken back and only what was said in the same words is skipped. `verdict` finds the contradictions.

A change whose text is not the one that it `replaces` puts its fact in the place of the older one: a `delete` is then
delete and add in one. Where text and `replaces` are the same, nothing takes the place of what goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol, Self

from memview.kernel.window import FactChange
from memview.policies.standins.facts import Fact
from memview.policies.standins.slots import is_functional

SAME, RICHER, CONFLICT, OTHER = "same", "richer", "conflict", "other"


class Ledger(Protocol):
    """The facts of one archive. `copy.deepcopy` of one is cheap, as what it holds is never changed but replaced."""

    def learn(self, fact: Fact, valid_at: float | None = None) -> tuple[FactChange, ...]:
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
        return CONFLICT if denied <= affirmed or (holds_one and affirmed <= denied) else OTHER
    if before <= after:
        return SAME if before == after else RICHER
    if not holds_one or new.negated:
        return OTHER
    return SAME if after < before else CONFLICT


class _Held(NamedTuple):
    """A fact that is true from `valid_at` to before `invalid_at` (None: with no end known); where it was said."""

    fact: Fact
    sources: tuple[int, ...]
    valid_at: float = 0.0
    invalid_at: float | None = None


class _FactLedger:
    """Facts by subject and slot; `_texts` are those of the facts that hold, as an archive knows a fact by its text."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], tuple[_Held, ...]] = {}
        self._texts: set[str] = set()

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        twin = type(self)()
        twin._held, twin._texts = self._held.copy(), self._texts.copy()
        return twin

    def _about(self, fact: Fact) -> tuple[_Held, ...]:
        return self._held.get((fact.subject, fact.slot), ())

    def _says_nothing_new(self, fact: Fact) -> bool:
        return fact.text in self._texts or any(
            verdict(held.fact, fact) == SAME for held in self._about(fact) if held.invalid_at is None
        )

    def _put(self, new: _Held, others: Iterable[_Held]) -> None:
        self._held[new.fact.subject, new.fact.slot] = (*others, new)
        if new.invalid_at is None:
            self._texts.add(new.fact.text)

    def _changes(
        self, operation: str, fact: Fact, richer: list[_Held], contradicted: list[_Held]
    ) -> tuple[FactChange, ...]:
        """`fact` takes the place of the first of the older ones; the others go."""
        sources = tuple(dict.fromkeys((*(source for old in richer for source in old.sources), fact.source)))
        older = [old.fact.text for old in (*richer, *contradicted)]
        self._texts.difference_update(older)
        if not older:
            return (FactChange("add", fact.text, sources),)
        first = FactChange("update" if richer else operation, fact.text, sources, older[0])
        return (first, *(FactChange(operation, text, sources, text) for text in older[1:]))


class ReplacingLedger(_FactLedger):
    """`replace@1`: a richer fact updates the known one, a contradiction deletes it."""

    def learn(self, fact: Fact, valid_at: float | None = None) -> tuple[FactChange, ...]:  # noqa: ARG002
        """As `Ledger`; when a fact became true is of no interest here: the last word counts."""
        if self._says_nothing_new(fact):
            return ()
        verdicts = [(held, verdict(held.fact, fact)) for held in self._about(fact)]
        richer = [held for held, found in verdicts if found == RICHER]
        contradicted = [held for held, found in verdicts if found == CONFLICT]
        changes = self._changes("delete", fact, richer, contradicted)
        self._put(_Held(fact, changes[0].sources), (held for held, found in verdicts if found == OTHER))
        return changes


class InvalidatingLedger(_FactLedger):
    """`invalidate@1`: two clocks, when a fact is true and when it was said. Nothing is forgotten.

    Of two facts that contradict each other, those whose times do not meet leave each other alone; an older one that
    became true earlier ends where the new one begins; otherwise it is the new one that has ended already.
    """

    def learn(
        self, fact: Fact, valid_at: float | None = None, invalid_at: float | None = None
    ) -> tuple[FactChange, ...]:
        """As `Ledger`; `invalid_at` is when the fact ceased to be true, where that is known."""
        if self._says_nothing_new(fact):
            return ()
        start = float(fact.source) if valid_at is None else valid_at
        richer: list[_Held] = []
        ended: list[_Held] = []
        kept: list[_Held] = []
        end = invalid_at
        for held in self._about(fact):
            found = verdict(held.fact, fact)
            if found == RICHER and held.invalid_at is None and invalid_at is None:
                richer.append(held)
            elif found != CONFLICT or not _meet(held, start, invalid_at):
                kept.append(held)
            elif held.valid_at < start:
                kept.append(held._replace(invalid_at=start))
                ended.extend([held] if held.invalid_at is None else [])
            else:
                kept.append(held)
                end = held.valid_at if end is None else min(end, held.valid_at)
        changes = self._changes("invalidate", fact, richer, ended)
        start = min((start, *(held.valid_at for held in richer)))
        self._put(_Held(fact, changes[0].sources, start, end), kept)
        if end is None:
            return changes
        return (*changes, FactChange("invalidate", fact.text, (fact.source,), fact.text))


def _meet(held: _Held, start: float, end: float | None) -> bool:
    """Whether the time of `held` has a moment in common with that from `start` to before `end`."""
    return (held.invalid_at is None or start < held.invalid_at) and (end is None or held.valid_at < end)


class AddOnlyLedger:
    """`add-only@1`: a fact is added unless one with the same text (by its md5, as Mem0 keeps it) was added before."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        twin = type(self)()
        twin._seen = self._seen.copy()
        return twin

    def learn(self, fact: Fact, valid_at: float | None = None) -> tuple[FactChange, ...]:  # noqa: ARG002
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
