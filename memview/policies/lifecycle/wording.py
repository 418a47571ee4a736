"""Wording: the words of a memory in the form in which two of them are compared."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from memview.policies.standins.texts import CJK

MOST_TEXT = 4000
"""Characters of a memory whose words are compared; longer ones are only the same if they are the same to the letter."""

_WORD = re.compile(r"[^\s,;!?()\[\]{}<>\"“”«»…|]+")
_EDGES = ".:'’‘`*_~"
_CJK = re.compile(f"[{CJK}]")
_SPELLING = re.compile(r"\b(fav|col|hon|neighb|behavi)or")
_EMPTY = frozenset(" a an the really very also just please quite so".split(" "))
_TURNING = frozenset(
    """not no never none nor without former formerly previously used ex stopped quit except but unless only until
    anymore instead maybe perhaps might may could should would if almost hardly rarely seldom sometimes nearly
    un less more in out on off up down before after above below over under from to""".split()
)
"""Words that turn a sentence round, or its time, direction or certainty: who leaves one out says something else."""


class Wording(NamedTuple):
    """`words` in order, `terms` each once, without those that say nothing. `turning` are those that must be the same:
    numbers, signs, addresses, denials and directions, in order. `is_comparable`: words can be told apart at all."""

    words: tuple[str, ...]
    terms: frozenset[str]
    turning: tuple[str, ...]
    is_comparable: bool


def normal(text: str) -> str:
    """`text` as exact duplicates share it: lower case, one space between words, one kind of quotes, no final stop."""
    plain = text.casefold().replace("’", "'").replace("“", '"').replace("”", '"')
    return " ".join(plain.split()).rstrip(" .!")


def british(text: str) -> str:
    """`text` in lower case with one of the two spellings that English has of a few words."""
    return _SPELLING.sub(r"\1our", text)


@lru_cache(maxsize=65536)
def wording(text: str) -> Wording:
    """The words of `text`. Without spaces between words (Chinese, Japanese, Korean) it is not comparable."""
    if len(text) > MOST_TEXT or _CJK.search(text):
        return Wording((), frozenset(), (), is_comparable=False)
    words = [
        word for found in _WORD.findall(text.casefold().replace("’", "'")) if (word := _spelt(found)) not in _EMPTY
    ]
    turning = tuple(word for word in words if word in _TURNING or not word.isalpha())
    return Wording(tuple(words), frozenset(words), turning, is_comparable=bool(words))


def _spelt(found: str) -> str:
    word = found.strip(_EDGES)
    if word.endswith("n't"):
        return "not"
    word = british(word)
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "'s", "us", "is")):
        word = word[:-1]
    return word
