"""Known facts, found by what a new one could be the same as, add to or contradict, without a look at all the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Self

from memview.policies.standins.facts import Fact
from memview.policies.standins.slots import is_functional


class HeldFact(NamedTuple):
    """A fact that is true from `valid_at` to before `invalid_at` (None: with no end known); where it was said."""

    fact: Fact
    sources: tuple[int, ...]
    valid_at: float = 0.0
    invalid_at: float | None = None


_Postings = dict[tuple[str, str, str], tuple[int, ...]]


class FactIndex:
    """Facts by number, in the order in which they came.

    Facts that can have to do with each other have objects one of which holds all words of the other, or are affirmed of
    a slot that holds one object. So each is filed under its rarest word, to be found by every object that holds it, and
    under all of its words, to be found by an object that it holds.
    """

    def __init__(self) -> None:
        self._facts: dict[int, HeldFact] = {}
        self._by_rarest: _Postings = {}
        self._by_word: _Postings = {}
        self._next = 0

    def copy(self) -> Self:
        """An independent index with the same facts."""
        twin = type(self)()
        twin._facts, twin._next = self._facts.copy(), self._next
        twin._by_rarest, twin._by_word = self._by_rarest.copy(), self._by_word.copy()
        return twin

    def add(self, held: HeldFact) -> None:
        """File `held` as the newest."""
        number, self._next = self._next, self._next + 1
        self._facts[number] = held
        rarest, words = self._keys(held.fact)
        self._by_rarest[rarest] = (*self._by_rarest.get(rarest, ()), number)
        for word in words:
            self._by_word[word] = (*self._by_word.get(word, ()), number)

    def remove(self, number: int) -> None:
        """Forget the fact called `number`."""
        fact = self._facts.pop(number).fact
        _, words = self._keys(fact)
        for postings in (self._by_rarest, self._by_word):
            for word in (*words, (fact.subject, fact.slot, "")):
                left = tuple(other for other in postings.get(word, ()) if other != number)
                if left:
                    postings[word] = left
                else:
                    postings.pop(word, None)

    def related(self, fact: Fact) -> Iterator[tuple[int, HeldFact]]:
        """The facts, with their numbers and in their order, that `fact` may have to do with."""
        words = _words(fact)
        found = {number for word in words for number in self._by_rarest.get(word, ())}
        if is_functional(fact.slot):
            found.update(self._by_rarest.get((fact.subject, fact.slot, ""), ()))
        if words and (fact.negated or is_functional(fact.slot)):
            having = [self._by_word.get(word, ()) for word in words]
            fewest = min(having, key=len)
            found.update(fewest)
        return ((number, self._facts[number]) for number in sorted(found))

    def _keys(self, fact: Fact) -> tuple[tuple[str, str, str], tuple[tuple[str, str, str], ...]]:
        """Where to file `fact`: its one key by which it is found in another, and those by which others are found in it.

        What is affirmed of a slot that holds one object meets every other object: its key is the slot itself.
        """
        words = _words(fact)
        if is_functional(fact.slot) and not fact.negated:
            return (fact.subject, fact.slot, ""), words
        return min(words, key=lambda word: len(self._by_word.get(word, ()))), words


def _words(fact: Fact) -> tuple[tuple[str, str, str], ...]:
    return tuple((fact.subject, fact.slot, word) for word in dict.fromkeys(fact.object.split()))
