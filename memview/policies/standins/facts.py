"""Facts `declaratives@1`: stands in for the extraction that Mem0, MemoryOS and Zep ask of a model.

A fact is a clause in which the speaker, what is the speaker's, or somebody named is, has, likes, lives, works, uses,
plans or does something. Questions and clauses of fewer than four words (fillers apart) are dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from memview.policies.standins.clauses import Clause, clauses
from memview.policies.standins.slots import fill
from memview.policies.standins.texts import SourceText, sentences, split_speaker

FEWEST_WORDS = 4


class Fact(NamedTuple):
    """Who (`subject`), in what respect (`slot`), what (`object`), in lower case; whether it is denied; where from.

    `text` is the sentence, or of a sentence with several facts the clause, behind the speaker's name where that is
    known; `source` the item that it is from.
    """

    subject: str
    slot: str
    object: str
    negated: bool
    text: str
    source: int


def extract_facts(texts: Sequence[SourceText]) -> tuple[Fact, ...]:
    """The facts in `texts`, in order. A first person is the speaker that the text begins with, or else its role."""
    found: list[Fact] = []
    for source in texts:
        speaker, said = split_speaker(source.text)
        label = f"{speaker}: " if speaker else ""
        for sentence in sentences(said):
            found.extend(
                Fact(subject, slot, told, negated, label + text, source.item)
                for subject, slot, told, negated, text in _told(sentence, (speaker or source.role).lower())
            )
    return tuple(found)


@lru_cache(maxsize=16384)
def _told(sentence: str, speaker: str) -> tuple[tuple[str, str, str, bool, str], ...]:
    """Subject, slot, object, denial and text of each fact in `sentence`."""
    if sentence.rstrip("\"'”’)*_ ").endswith(("?", "？")):
        return ()
    found = [
        (filled, clause) for clause in clauses(sentence, speaker) if (filled := _worth_keeping(clause)) is not None
    ]
    if len(found) == 1:
        return ((*found[0][0], sentence),)
    return tuple((*filled, _words_of(sentence, clause)) for filled, clause in found)


def _worth_keeping(clause: Clause) -> tuple[str, str, str, bool] | None:
    return fill(clause) if clause.length >= FEWEST_WORDS else None


def _words_of(sentence: str, clause: Clause) -> str:
    """The clause's own words; one that shares a subject with the clause before it is given it back."""
    (first, after), (start, end) = clause.subject, clause.predicate
    if not sentence[after:start].strip():
        return sentence[first:end]
    return f"{sentence[first:after]} {sentence[start:end]}"
