"""Cues: the words by which a sentence shows itself as a request, a preference, a decision, or mere politeness."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

DIRECTIVE = "directive"
PREFERENCE = "preference"
DECISION = "decision"
COURTESY = "courtesy"

_IMPERATIVES = frozenset(
    """add allow avoid book build change check compare convert create debug delete deploy describe don't draft explain
    find fix generate give help implement keep list make move plan recommend refactor remind remove rename replace
    review rewrite run send set show stop suggest summarise summarize tell test translate update use write""".split()
)
_OPENERS = frozenset("please ok okay so and then now also well first".split())
_GREETINGS = frozenset(
    """thanks thank hi hello hey bye goodbye wow great awesome cool nice sure yes yeah yep ok okay oh haha lol
    congratulations congrats certainly absolutely sounds welcome you're amazing perfect""".split()
)
_WORDS = {
    DIRECTIVE: frozenset("please must mustn't never always remember should shouldn't required important".split()),
    PREFERENCE: frozenset(
        """prefer prefers preferred preference preferences favourite favourites favorite favorites allergic allergy
        allergies vegetarian vegan rather love loves enjoy enjoys hate hates dislike dislikes""".split()
    ),
    DECISION: frozenset(
        """decide decided decision chose chosen agreed agree we'll let's plan plans planned planning switched switching
        concluded conclusion because fixed resolved solved deadline due promise promised booked scheduled failed
        broken""".split()
    ),
}
_PAIRS = {
    cue: frozenset(tuple(pair.split()) for pair in pairs.split(", "))
    for cue, pairs in {
        DIRECTIVE: (
            "make sure, don't forget, do not, need to, needs to, have to, has to, only use, instead of, let me, can you"
            ", could you, would you, want you, i'd like"
        ),
        PREFERENCE: "i like, really like, can't stand, cannot stand, my name, my birthday, call me",
        DECISION: (
            "settled on, going with, going to, root cause, caused by, the fix, the cause, the reason, the problem,"
            " the issue, turned out, turns out, moved to"
        ),
    }.items()
}


def cues_of(words: Sequence[str]) -> tuple[str, ...]:
    """The cues in a sentence, given as its lower-case words, of DIRECTIVE, PREFERENCE, DECISION, COURTESY in order."""
    pairs = set(pairwise(words))
    found = [cue for cue, listed in _WORDS.items() if not (listed.isdisjoint(words) and _PAIRS[cue].isdisjoint(pairs))]
    if DIRECTIVE not in found and _is_imperative(words):
        found.insert(0, DIRECTIVE)
    if words and words[0] in _GREETINGS:
        found.append(COURTESY)
    return tuple(found)


def _is_imperative(words: Sequence[str]) -> bool:
    first = next((word for word in words[:3] if word not in _OPENERS), "")
    return first in _IMPERATIVES
