"""Similarity: stands in for the cosine of two embeddings. Three measures, each from 0 (nothing in common) to 1.

Thresholds of shipped systems were tuned to their embedding model; used with these, they are "calibrated to tf-idf" and
no more than that: two texts that mean the same in other words are strangers here.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from memview.kernel.retrieval.analysis import STOP_WORDS, plain

_Key = TypeVar("_Key", str, int)

NGRAM = 3
BUCKETS = 4096
"""Of the hashed n-grams. Two n-grams in one bucket count as one: rarely, and always the same two."""

_PLACES = 9
"""Decimals of a result: sums of logarithms differ in the last bits between platforms."""


class TfIdf:
    """`tfidf@1`: word tf-idf cosine against the texts added so far; its idf is ln((1 + n) / (1 + df)) + 1."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._count = 0
        self._spread: Counter[str] = Counter()
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """Let the words of `text` count as more common."""
        self._count += 1
        self._spread.update(_word_counts(text).keys())

    def similarity(self, first: str, second: str) -> float:
        """The cosine of the two texts; 0 when one of them has no content words."""
        return _cosine(self._weighted(first), self._weighted(second))

    def _weighted(self, text: str) -> dict[str, float]:
        return {
            word: number * (math.log((1 + self._count) / (1 + self._spread[word])) + 1)
            for word, number in _word_counts(text).items()
        }


class CharacterNgrams:
    """`char-ngrams@1`: cosine of hashed character trigrams; sees that `paint` and `painting` are alike."""

    def similarity(self, first: str, second: str) -> float:
        """The cosine of the two texts; 0 when one of them is empty."""
        return _cosine(_ngram_counts(first), _ngram_counts(second))


class KeywordJaccard:
    """`jaccard@1`: the share of keywords that two texts have in common."""

    def similarity(self, first: str, second: str) -> float:
        """Keywords of both by keywords of either; 0 when neither has any."""
        return jaccard(keywords(first), keywords(second))


def keywords(text: str, limit: int = 10) -> tuple[str, ...]:
    """The `limit` content words that `text` says most often, ties in order of first mention."""
    return tuple(word for word, _ in Counter(_word_counts(text)).most_common(limit))


def jaccard(first: Collection[str], second: Collection[str]) -> float:
    """What is in both by what is in either, 0 for two that are empty."""
    both, either = set(first) & set(second), set(first) | set(second)
    return round(len(both) / len(either), _PLACES) if either else 0.0


@lru_cache(maxsize=8192)
def _word_counts(text: str) -> Mapping[str, int]:
    return Counter(word for word in plain(text) if word not in STOP_WORDS)


@lru_cache(maxsize=2048)
def _ngram_counts(text: str) -> Mapping[int, int]:
    """How often each bucket is hit. CRC-32 and not `hash`, which is another one in every process."""
    padded = f" {' '.join(text.lower().split())} "
    if not padded.strip():
        return {}
    return Counter(
        zlib.crc32(padded[start : start + NGRAM].encode("utf-8", "surrogatepass")) % BUCKETS
        for start in range(len(padded) - NGRAM + 1)
    )


def _cosine(first: Mapping[_Key, float], second: Mapping[_Key, float]) -> float:
    if len(second) < len(first):
        first, second = second, first
    common = math.fsum(weight * second[key] for key, weight in first.items() if key in second)
    if not common:
        return 0.0
    lengths = math.fsum(weight * weight for weight in first.values()) * math.fsum(
        weight * weight for weight in second.values()
    )
    return min(1.0, round(common / math.sqrt(lengths), _PLACES))
