"""Readings: what a memory says, as facts. Memories are notes, and notes leave out what conversation does not.

`declaratives@1` reads what people say; this reads what is written down about them: `User likes tea`, `the user ...`,
`Prefers tea`, `Name: Ann`, `The deadline is Friday`. Who is meant by all of these, and by `I`, is the user. A past
tense tells what is over: it contradicts nothing that is so now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from memview.policies.lifecycle.wording import british
from memview.policies.standins.clauses import Clause, clauses
from memview.policies.standins.facts import Fact
from memview.policies.standins.slots import fill, is_functional
from memview.policies.standins.texts import sentences, split_speaker
from memview.policies.standins.verbs import VERBS

COMPONENT = "notes@1"
NOBODY = "the"
"""The subject of `The deadline is Friday`."""

MOST_TEXT = 2000
"""Characters of a memory that are read. A longer one is a document: it is kept, but holds no slot."""

_SENTENCES = 8
_USER = re.compile(r"(?:the\s+)?(?:user|human|customer)(?P<own>['’]s)?\s+(?P<rest>\S)", re.IGNORECASE)
_DEFINITE = re.compile(r"(?:the|this)\s+(?=\S)", re.IGNORECASE)
_LABEL = re.compile(r"\s*[-*•]?\s*([A-Za-z][A-Za-z ]{1,30}?)\s*[:=]\s+(\S.*)", re.DOTALL)
_PAST = frozenset("was were had lived resided worked liked loved enjoyed used preferred ate drank did".split())
_NOT_SAID_BY_PEOPLE = frozenset("user human assistant ai system".split())
_DENIALS = frozenset("don't doesn't won't cannot can't never not no".split())


class Reading(NamedTuple):
    """What a memory says of `slot` of `subject`: `told`, or that it is not so."""

    subject: str
    slot: str
    told: str
    negated: bool

    @property
    def whose(self) -> str:
        """The subject as it is told before a slot: nothing for the user, `ann: `, `the api timeout: `."""
        if self.subject == "user":
            return ""
        thing = self.subject.removeprefix(f"{NOBODY}'s ")
        return f"{self.subject}: " if thing == self.subject else f"{NOBODY} {thing}: "

    def as_fact(self) -> Fact:
        """The reading as the ledgers of the stand-ins know it."""
        return Fact(self.subject, self.slot, self.told, self.negated, "", 0)


@lru_cache(maxsize=65536)
def readings(text: str) -> tuple[Reading, ...]:
    """What `text` says, in order, each once. A question says nothing, nor does what is only supposed."""
    if len(text) > MOST_TEXT:
        return ()
    labelled = _labelled(text)
    if labelled is not None:
        return (labelled,)
    speaker, said = split_speaker(text)
    who = "user" if speaker is None or speaker.lower() in _NOT_SAID_BY_PEOPLE else speaker.lower()
    found = (
        reading
        for sentence in sentences(said)[:_SENTENCES]
        if not sentence.endswith(("?", "？"))
        for reading in _told(sentence, who)
    )
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=65536)
def says_one_thing(text: str) -> bool:
    """Whether `text` is one sentence with one reading: to end that is to end all that it says."""
    return len(readings(text)) == 1 and len(sentences(text)) == 1


def _labelled(text: str) -> Reading | None:
    """`Name: Ann`, `favourite colour = green`."""
    match = _LABEL.fullmatch(text[:200])
    if match is None or "\n" in match[2].strip():
        return None
    slot = british(" ".join(match[1].lower().split()))
    told = " ".join(match[2].lower().split()).rstrip(" .!;")
    return Reading("user", slot, told, negated=False) if is_functional(slot) and told else None


def _told(sentence: str, who: str) -> Iterator[Reading]:
    spoken, speaker = _as_spoken(sentence, who)
    for clause in clauses(spoken, speaker):
        filled = fill(clause)
        if filled is None:
            continue
        subject, slot, told, negated = filled
        if speaker == NOBODY and slot == "age":
            # Only people are so many: a port that is 8080 is not that old.
            slot = "is"
        if _is_past(spoken, clause) and not slot.startswith("formerly "):
            slot = f"formerly {slot}"
        yield Reading(subject, british(slot), told, negated)


def _as_spoken(sentence: str, who: str) -> tuple[str, str]:
    """The note as its subject would have said it, and who that is: clauses are found by a first person."""
    match = _USER.match(sentence)
    if match is not None:
        rest = sentence[match.start("rest") :]
        return f"{'My' if match['own'] else 'I'} {rest}", "user"
    definite = _DEFINITE.match(sentence)
    if definite is not None:
        return f"Our {sentence[definite.end() :]}", NOBODY
    first, _, _ = sentence.partition(" ")
    word = first.lower().rstrip(",")
    lemma = VERBS.get(word)
    is_note = word in _DENIALS or (lemma is not None and word != lemma and word.endswith("s"))
    return (f"I {word}{sentence[len(first) :]}", who) if is_note else (sentence, who)


def _is_past(sentence: str, clause: Clause) -> bool:
    start, end = clause.predicate
    words = sentence[start:end].lower().replace("’", "'").split(" ", 3)[:3]
    first = next((word for word in words if not word.endswith("ly") and word not in {"also", "just", "still"}), "")
    return first.removesuffix("n't") in _PAST
