"""Verb or noun? Most English verbs are nouns as well; what follows tells them apart at the head of a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from memview.guard.lexicon import (
    contents,
    determiners,
    function_words,
    nouns_too,
    pasts,
    requests,
    rewrites,
    tasks,
    units,
    verbs,
)


def is_subject_here(verb: str, following: str) -> bool:
    """Whether a statement goes on behind `verb`: `record:`, `work is`, `salt and`."""
    return following in _GOES_ON and (following != "and" or verb in nouns_too())


def is_noun_here(verb: str, tokens: Sequence[str], place: int, strict: bool) -> bool:
    """Whether `verb` at `place`, which begins the sentence, is the noun or name that it is as well.

    `strict`: it stands behind an adjunct (`in 2019, work ...`), where only a determiner makes it a verb.
    """
    following = tokens[place + 1] if place + 1 < len(tokens) else ""
    if verb not in nouns_too() or following in determiners():
        return False
    if following.isdigit():  # "plot 9" is a label, "name 5 rivers" is not
        return not (tokens[place + 2 : place + 3] and tokens[place + 2].endswith("s"))
    is_urged = place > 0 and tokens[place - 1] in ("please", "kindly", "to", "not", "don't", "never")
    if is_urged or (following in _PREPOSITIONS and tokens[place + 2 : place + 3] == ["your"]):
        return False
    if (
        following in _APART
        or (following == "on" and verb in ("turn", "switch", "put"))
        or (following.endswith("ly") and verb in tasks() | rewrites())
    ):
        return strict
    if verb in _MANNERS and following in ("like", "as", "in") and not strict:
        return following == "in" and tokens[place + 2 : place + 3] in (["the"], ["a"], ["an"])
    if strict or following in _NO_OBJECT or following in _PREPOSITIONS:
        return verb not in _VERB_BEFORE_PREPOSITION or following in _NO_OBJECT
    return not _asks_for_several(verb, following, tokens, place)


def _asks_for_several(verb: str, following: str, tokens: Sequence[str], place: int) -> bool:
    """`list rivers in Peru`, `use numbers for vowels`: things without a determiner, and no finite verb comes soon."""
    behind = tokens[place + 2] if place + 2 < len(tokens) else ""
    several = len(following) > 3 and following.endswith("s") and behind != "of" and verb in rewrites() | requests()
    of_many = several or following in units() or (following in contents() and verb in tasks())
    if not of_many and verb not in _MOSTLY_VERBS:
        return False
    return not _is_finite(following) and not _has_finite_verb(tokens, place + 2)


def _is_finite(word: str) -> bool:
    """`starts`, `meets`: a third person, unless it is the plural of what an order is about."""
    stem = word[:-1]
    return word.endswith("s") and stem in verbs() and stem not in _PLURALS and word not in units() | contents()


def _has_finite_verb(tokens: Sequence[str], start: int) -> bool:
    for word in tokens[start : start + 11]:
        if word in (",", ":", "that", "which", "who"):
            return False
        if word in ("is", "are", "was", "were", "has", "had", "have", "will", "would", "can", "could", "did", "does"):
            return True
        if word in pasts() or word.endswith("ed") or _is_finite(word):
            return True
    return False


_GOES_ON = frozenset((":", "is", "are", "was", "were", "has", "had", "will", "would", "can", "could", "and", "'s"))
_APART = frozenset(("down", "out", "up", "off", "back", "over", "away"))
_MANNERS = frozenset("act talk speak write respond reply answer behave pose sing".split())
_NO_OBJECT = frozenset(("", ",", "?", "of"))
_MOSTLY_VERBS = frozenset("list rank draft sort show share answer combine compile debate argue".split())
_PREPOSITIONS = frozenset(("to", "for", "with", "in", "on", "at", "from"))
_VERB_BEFORE_PREPOSITION = frozenset("look talk act start begin end reply answer switch turn".split())
_PLURALS = frozenset(
    "fact step tip list idea book name prize place order point test example plan work report note answer word reason "
    "use"
    " price result cost movie play change trend program event benefit guide review cause term number show rule".split()
)


def is_unknown_verb(word: str, following: str) -> bool:
    if word in function_words() or following not in determiners() or following in _AFTER_NAMES:
        return False
    if not word.isalpha() or len(word) < 4 or word.endswith(_NO_VERB_ENDINGS):
        return False
    return not word.endswith("s") or word.endswith("ss")


_NO_VERB_ENDINGS = ("ing", "ed", "ly", "ness", "tion", "ment", "ity", "day", "est")
_AFTER_NAMES = frozenset("users people readers visitors customers".split()) | frozenset(
    "whose who which what when where why how if whether one only it both all this that one two three four five six "
    "seven eight nine ten some more many few no".split()
)
