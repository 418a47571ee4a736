"""Word tf-idf vectors of length 1 that are made once and kept, as a system keeps the embedding of a text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

Vector = Mapping[str, float]

_PLACES = 9
"""Decimals of a similarity: sums of logarithms differ in the last bits between platforms."""


class UnitVectors:
    """Makes vectors whose words weigh the more, the fewer of the texts so far had them."""

    def __init__(self) -> None:
        self._texts = 0
        self._spread: Counter[str] = Counter()

    def copy(self) -> UnitVectors:
        """An independent copy."""
        twin = UnitVectors()
        twin._texts, twin._spread = self._texts, self._spread.copy()
        return twin

    def embed(self, text: str) -> Vector:
        """The vector of `text`, which counts as one of the texts from now on; empty when it has no content words."""
        from memview.kernel.retrieval.analysis import STOP_WORDS, plain

        counts = Counter(word for word in plain(text) if word not in STOP_WORDS)
        self._texts += 1
        self._spread.update(counts.keys())
        weights = {
            word: number * (math.log((1 + self._texts) / (1 + self._spread[word])) + 1)
            for word, number in counts.items()
        }
        length = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
        return {word: weight / length for word, weight in weights.items()}


def similarity(first: Vector, second: Vector) -> float:
    """The cosine of the two texts, from 0 to 1."""
    if len(second) < len(first):
        first, second = second, first
    return round(math.fsum(first[word] * second[word] for word in first if word in second), _PLACES)
