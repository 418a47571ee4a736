"""Slots: in what respect a clause tells of its subject, so that two facts can be seen to be about the same thing."""

from __future__ import annotations

from collections.abc import Sequence

from memview.policies.standins.clauses import Clause
from memview.policies.standins.verbs import OPPOSITE, SAME_AS

_ATTRIBUTES = frozenset(
    """name nickname surname age birthday occupation profession role employer boss manager address email
    phone number hometown nationality status title degree major budget deadline goal password timezone language pronouns
    diet size height weight blood""".split()
)
FUNCTIONAL = frozenset("name,lives in,employer,occupation,status,age".split(",")) | _ATTRIBUTES
"""Slots that hold one object at a time (beside every `favourite ...`): another one contradicts it."""

_SAME_SLOT = {"profession": "occupation"}
_BY_NEXT_WORD = {
    ("live", "in"): "lives in",
    ("live", "at"): "lives in",
    ("live", "on"): "lives in",
    ("work", "at"): "employer",
    ("work", "for"): "employer",
    ("work", "as"): "occupation",
    ("have", "to"): "must",
    ("plan", "to"): "plans",
    ("plan", "on"): "plans",
    ("want", "to"): "want",
    ("need", "to"): "need",
    ("like", "to"): "like",
    ("prefer", "to"): "prefer",
}
_BY_DESTINATION = {"move": "lives in", "switch": "use"}
_STATES = frozenset("married single divorced engaged widowed".split())
_ARTICLES = frozenset("a an the".split())
_POINTERS = frozenset(
    "it that this them those these one so you her him me us there here i we he she they what to all much lot".split()
)
_FIRST = frozenset("so very really always also still just pretty quite super truly".split())
_LAST = frozenset("now currently too anymore today again lately also though well already either right".split())
_CLOSES = frozenset(
    "with since for after before because until now near by when as on and but last this next yesterday".split()
)
_MONTHS = frozenset("january february march april may june july august september october november december".split())


_GENERAL = frozenset("like eat drink use have do play own want need".split())


def denies_the_particular(slot: str) -> bool:
    """Whether a denial in `slot` is of all kinds of its object: no wine is no red wine; not to go is not to go on."""
    return slot in _GENERAL


def is_functional(slot: str) -> bool:
    """Whether `slot` holds one object at a time."""
    return slot in FUNCTIONAL or slot.startswith("favourite ")


def fill(clause: Clause) -> tuple[str, str, str, bool] | None:
    """Subject, slot, object and denial of what `clause` says; None when there is nothing in it to hold on to."""
    verb = SAME_AS.get(clause.verb, clause.verb)
    subject, attribute = _whose(clause)
    negated = clause.negated
    if verb in OPPOSITE:
        verb, negated = OPPOSITE[verb], not negated
    if clause.is_planned:
        slot, words = "plans", (clause.verb, *clause.rest)
    elif attribute:
        slot, words = attribute, clause.rest
    else:
        slot, words = _of_verb(verb, clause.rest)
    text = _object(words, is_short=is_functional(slot))
    if not text:
        return None
    return subject, f"formerly {slot}" if clause.is_over else slot, text, negated


def _whose(clause: Clause) -> tuple[str, str]:
    """The subject, and the attribute of it that is told of: `my name` is mine, `my sister` is somebody else."""
    if not clause.head:
        return clause.who, ""
    words = clause.head.replace("favorite", "favourite").split()
    if clause.verb != "be" or clause.is_planned:
        return f"{clause.who}'s {' '.join(words)}", ""
    if words[0] == "favourite" and len(words) > 1:
        return clause.who, " ".join(words)
    if words[-1] in _ATTRIBUTES:
        return clause.who, " ".join((*words[:-1], _SAME_SLOT.get(words[-1], words[-1])))
    return f"{clause.who}'s {' '.join(words)}", ""


def _of_verb(verb: str, rest: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    first = rest[0] if rest else ""
    if verb == "be":
        return _of_being(rest)
    if (verb, first) in _BY_NEXT_WORD:
        return _BY_NEXT_WORD[verb, first], rest[1:]
    if verb in _BY_DESTINATION and "to" in rest[:6]:
        return _BY_DESTINATION[verb], rest[rest.index("to") + 1 :]
    if verb == "turn" and first.isdigit():
        return "age", rest[:1]
    return verb, rest


def _of_being(rest: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    first = rest[0] if rest else ""
    if first.isdigit() and (len(rest) == 1 or rest[1] in {"years", "now", "and", "today"}):
        return "age", rest[:1]
    if first in _STATES:
        return "status", rest[:1]
    if first in {"called", "named"}:
        return "name", rest[1:]
    if first == "based" and rest[1:2] in (("in",), ("at",)):
        return "lives in", rest[2:]
    if first in {"from", "allergic", "born"}:
        return first, tuple(word for word in rest[1:] if word not in {"to", "in"} or first == "born")
    return "is", rest


def _object(words: tuple[str, ...], *, is_short: bool) -> str:
    """The object without articles and trailing adverbs; of a slot that holds one thing, only that thing."""
    kept = [word for word in words if word not in _ARTICLES and word != ","]
    if is_short:
        kept = kept[: next((place for place in range(1, len(kept)) if _closes(kept, place)), len(kept))]
    while kept and kept[0] in _FIRST:
        kept.pop(0)
    while kept and kept[-1] in _LAST:
        kept.pop()
    return "" if all(word in _POINTERS for word in kept) else " ".join(kept)


def _closes(words: Sequence[str], place: int) -> bool:
    """Whether the object is named in full before `place`, and what follows tells when, with whom or why."""
    following = words[place + 1] if place + 1 < len(words) else ""
    return words[place] in _CLOSES or (words[place] == "in" and (following.isdigit() or following in _MONTHS))
