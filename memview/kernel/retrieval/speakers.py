"""Speakers: a question that names somebody is likelier answered by what they said themselves."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING

from memview.kernel.retrieval.weight import Factor, Weight

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WORD = re.compile(r"[^\W\d_]{2,40}")
_SPEAKER = re.compile(r"([^\W\d_]{1,40}(?:[ .'’-][^\W\d_]{1,40}){0,3}): ")


class Speakers(Weight):
    """`Name: text` is said by Name. Items of whoever the question names, by any word of the name, are favoured."""

    def __init__(self, value: float) -> None:
        self._value = value
        self._said: dict[str, array[int]] = {}
        self._name_of: dict[int, str] = {}

    @property
    def value(self) -> float:
        return self._value

    def add(self, item: int, text: str, at: str | None) -> None:  # noqa: ARG002
        name = speaker_of(text)
        if name is not None:
            self._said.setdefault(name, array("I")).append(item)
            self._name_of[item] = name

    def favoured(self, question: str) -> NDArray[np.intp] | None:
        import numpy as np

        words = frozenset(_WORD.findall(question))
        named = [said for name, said in self._said.items() if not words.isdisjoint(_WORD.findall(name))]
        return np.concatenate([np.array(said, dtype=np.intp) for said in named]) if named else None

    def factor(self, item: int, question: str, corpus_size: int) -> Factor | None:
        name = self._name_of.get(item)
        if name is None or item >= corpus_size or set(_WORD.findall(name)).isdisjoint(_WORD.findall(question)):
            return None
        return Factor(f"said by {name}", self._value)


def speaker_of(text: str) -> str | None:
    """The name before the colon that `text` begins with: one to four words, the first not in lower case."""
    found = _SPEAKER.match(text[:200])
    return None if found is None or found[1][0].islower() else found[1]
