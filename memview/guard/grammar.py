"""Finding the order in a sentence: its verb, its object, and how it is put. English word order, no statistics.

An order has no subject: it begins with a bare verb, perhaps behind a filler ("please"), an adverb ("briefly"), a
request ("could you", "I want you to") or a purpose ("to proceed, ..."). A word that is no known verb counts as one
when a determiner follows ("anagram every third word"), for nothing else in English begins so outside a closed class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from functools import cache
from typing import NamedTuple

from memview.guard.lexicon import (
    determiners,
    fillers,
    function_words,
    modals,
    verbs,
)
from memview.guard.verb_or_noun import is_noun_here, is_subject_here, is_unknown_verb

_LONGEST_LEAD = 16
_LONGEST_ADJUNCT = 24
ADJUNCTS = frozenset(
    "in to for with after before when while if at from on as using based once upon by instead without given during "
    "since"
    " assuming  whenever".split()
)
_WISHES = frozenset("want need ask order command expect require request instruct like urge beg would 'd".split())
_URGES = frozenset(
    "make sure be remember don't do not forget hesitate feel free try go ahead take care moment time your proceed start"
    " begin by consider keep in mind need required essential important necessary mandatory help me let let's us and"
    " out it is imperative".split()
)
_SUBJECTS = frozenset("the it he she they this that my his her our their a an there it's that's".split())
_STARTS_OF_URGES = frozenset(
    "make be remember don't do feel try go take proceed start begin consider keep help let let's it".split()
)


DUTY_OPENERS = frozenset("the this any every all an assistants agents models".split())
"""First words of `the assistant must ...`."""
_ASSISTANTS = frozenset(
    "assistant ai llm chatbot bot gpt chatgpt model agent language assistants agents models must should shall always "
    "never".split()
)


QUESTION_WORDS = frozenset(
    "what who whom whose which when where why how what's who's where's how's is are was were do does did can could "
    "would will should has have had"
    " may might isn't aren't doesn't don't didn't can't won't".split()
)


class Mood(Enum):
    """How an order is put."""

    PLAIN = "plain"
    REQUEST = "request"
    OBLIGATION = "obligation"


class Order(NamedTuple):
    """An order: `verb` is its base form, `rest` what follows it, `lead` what stands before."""

    verb: str
    rest: Sequence[str]
    lead: Sequence[str]
    mood: Mood
    is_known: bool
    """The verb is in the lexicon; else it was told by the determiner behind it."""


@cache
def opening_words() -> frozenset[str]:
    """First words that are worth a closer look whatever follows."""
    return verbs() | fillers() | modals() | ADJUNCTS | _STARTS_OF_URGES | frozenset(("never", "your"))


def may_be_order(first: str, second: str) -> bool:
    """Whether a sentence that begins with `first` and `second` can be an order: a few lookups, where most end."""
    if first in ("i", "we", "i'd", "we'd"):
        return second in _WISHES or second == "you"
    if first == "you":
        return second in modals()
    if first in ADJUNCTS:
        return True
    if first in opening_words():
        return second not in _SUBJECTS or first in verbs()
    if first in DUTY_OPENERS:
        return second in _ASSISTANTS
    if second in determiners():
        return first not in function_words()
    return first.endswith("ly") and second in verbs()


def read_order(tokens: Sequence[str]) -> Order | None:
    """The order that the sentence is, or None for a statement."""
    if len(tokens) < 4 and tokens[-1:] == [":"] and "this" not in tokens:
        return None  # "Deploy record:" is a label
    place, mood = _skip_lead(tokens)
    if place >= len(tokens):
        return None
    if tokens[place] in ADJUNCTS:
        order = _after_adjunct(tokens, place)
        if order is not None:
            return order
    return _verb_at(tokens, place, mood, strict=False)


@cache
def _lead_words() -> frozenset[str]:
    """Words with which a lead can begin: every other word ends it at once."""
    return fillers() | modals() | _STARTS_OF_URGES | frozenset("never don't dont do from you i i'd we we'd".split())


def _skip_lead(tokens: Sequence[str]) -> tuple[int, Mood]:
    place, mood, steps = 0, Mood.PLAIN, 0
    while place < len(tokens) and steps < _LONGEST_LEAD:
        steps += 1
        if tokens[place] not in _lead_words() and not tokens[place].endswith("ly"):
            break
        jump = 0
        for lead in _LEADS:
            jump, found = lead(tokens, place)
            if jump:
                mood = found or mood
                break
        if not jump:
            break
        place += jump
    return place, mood


_Lead = Callable[[Sequence[str], int], tuple[int, Mood | None]]


def _filler(tokens: Sequence[str], place: int) -> tuple[int, Mood | None]:
    word = tokens[place]
    if word in ("never", "don't", "dont") or word in fillers():
        return 1, None
    if word == "do" and tokens[place + 1 : place + 2] == ["not"]:
        return 2, None
    if word == "from" and tokens[place + 1 : place + 3] == ["now", "on"]:
        return 3, None
    adverb = word.endswith("ly") and place + 1 < len(tokens) and tokens[place + 1] in verbs()
    return int(adverb), None


def _asked(tokens: Sequence[str], place: int) -> tuple[int, Mood | None]:
    """`can you`, `would you mind`, `you must`, `you are to`."""
    head = tokens[place : place + 2]
    if len(head) < 2:
        return 0, None
    if head[1] == "you" and head[0] in modals():
        return 2 + (tokens[place + 2 : place + 3] == ["mind"]), Mood.REQUEST
    if head[0] == "you" and head[1] in modals():
        after = place + 2
        if tokens[after : after + 1] == ["to"]:
            after += 1
        elif tokens[after : after + 2] and tokens[after] in (
            "required",
            "instructed",
            "obliged",
            "ordered",
            "expected",
        ):
            after += 2
        elif head[1] in ("are", "has", "have", "need", "needs", "ought"):
            return 0, None
        return after - place, Mood.OBLIGATION
    return 0, None


def _wished(tokens: Sequence[str], place: int) -> tuple[int, Mood | None]:
    """`I want you to`, `we would like you to`, `I'd like you to`."""
    if tokens[place] not in ("i", "i'd", "we", "we'd"):
        return 0, None
    after = place + 1
    while after < len(tokens) and after < place + 4 and tokens[after] in _WISHES:
        after += 1
    if after > place + 1 and tokens[after : after + 2] == ["you", "to"]:
        return after + 2 - place, Mood.REQUEST
    return 0, None


def _urged(tokens: Sequence[str], place: int) -> tuple[int, Mood | None]:
    """`make sure to`, `don't forget to`, `start by`, `consider`, `help me`, `let's`; the next word must be a verb."""
    if tokens[place] not in _STARTS_OF_URGES:
        return 0, None
    after = place + 1
    while after < len(tokens) and after < place + 7 and tokens[after] in _URGES:
        after += 1
    is_linked = tokens[after : after + 1] in (["to"], ["that"])
    if is_linked:
        after += 1
    if after < len(tokens) and (_base(tokens[after]) in verbs()) and (is_linked or _links(tokens, place, after)):
        return after - place, None
    return 0, None


def _links(tokens: Sequence[str], place: int, after: int) -> bool:
    if tokens[after - 1] in ("by", "me", "let's", "us", "consider", "and", "ahead"):
        return True
    return tokens[place] in ("let's", "consider")


_LEADS: tuple[_Lead, ...] = (_urged, _filler, _asked, _wished)


def _after_adjunct(tokens: Sequence[str], place: int) -> Order | None:
    """`in your response, suggest ...`: what follows the first commas, where only a clear verb counts."""
    seen = 0
    for comma in range(place + 1, min(len(tokens) - 1, place + _LONGEST_ADJUNCT)):
        if tokens[comma] != ",":
            continue
        skipped, mood = _skip_lead(tokens[comma + 1 : comma + 1 + _LONGEST_ADJUNCT])
        verb = comma + 1 + skipped
        if "your" in tokens[place:comma] and verb < len(tokens) and tokens[verb] in verbs():
            return Order(tokens[verb], tokens[verb + 1 :], tokens[:verb], mood, True)
        order = _verb_at(tokens, verb, mood, strict=True)
        if order is not None:
            return order
        seen += 1
        if seen == 3:
            break
    return None


def _verb_at(tokens: Sequence[str], place: int, mood: Mood, strict: bool) -> Order | None:
    if place >= len(tokens):
        return None
    word = tokens[place]
    following = tokens[place + 1] if place + 1 < len(tokens) else ""
    base = _base(word) if place else word
    known = base in verbs()
    if known and base != word and place and tokens[place - 1] not in ("by", "consider", "mind", "avoid", "start"):
        known, base = False, word
    if known:
        if is_subject_here(base, following) or (mood is Mood.PLAIN and is_noun_here(base, tokens, place, strict)):
            return None
    elif strict or mood is not Mood.PLAIN or not is_unknown_verb(word, following):
        return None
    elif following in ("every", "each") and "your" not in tokens:
        return None  # "surge every 40 seconds"
    return Order(base, tokens[place + 1 :], tokens[:place], mood, known)


def _base(word: str) -> str:
    """The base form of a participle in -ing when it is a known verb; else the word."""
    if not word.endswith("ing") or len(word) < 6 or word in verbs():
        return word
    stem = word[:-3]
    for base in (stem, stem + "e", stem[:-1]):
        if base in verbs():
            return base
    return word
