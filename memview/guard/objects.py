"""What an order is about: the assistant's answer, a piece of work for it, its user; or the affairs of two people."""

from __future__ import annotations

from collections.abc import Sequence

from memview.guard.grammar import Order
from memview.guard.lexicon import (
    answers,
    artefacts,
    business,
    contents,
    errands,
    persons_own,
    requests,
    rewrites,
    tasks,
    units,
)

_NEAR = 14
_POSSESSIVES = frozenset(("your", "the", "its", "this", "any", "every", "each", "all", "with"))
_PARTICLES = frozenset("up down out off on over away back in by at".split())
_PHRASAL = frozenset(
    (
        ("draw", "up"),
        ("break", "down"),
        ("figure", "out"),
        ("work", "out"),
        ("sum", "up"),
        ("spell", "out"),
        ("lay", "out"),
        ("list", "out"),
        ("come", "up"),
        ("look", "up"),
        ("point", "out"),
        ("make", "up"),
        ("write", "out"),
        ("print", "out"),
    )
)
_PROMOTES = frozenset(
    "recommend promote advertise mention endorse praise persuade convince encourage urge suggest".split()
)
_AGENTS_OWN = frozenset(
    "instructions prompt rules tools memory memories functions capabilities system configuration context "
    "training".split()
)
_INDIRECT = frozenset("what how where when why who".split())
_WEAK_ANSWERS = frozenset(
    "text message messages summary word words wording sentence sentences paragraph paragraphs prose".split()
)
_CALLS = frozenset("call ring shout hug kiss break minute second moment chance hand lift try go".split())
_LIKE = frozenset(("like", "as", "in"))
_MANNERS = frozenset("act talk speak write behave pose sing".split())
_BOOKS = frozenset("book reserve order schedule".split())
_ERRAND_VERBS = frozenset("turn play check look call buy switch open read".split())
_INDEFINITE = frozenset("a an one two three four some".split())
_USERS = frozenset("user users user's users' reader readers".split())


def is_phrasal(order: Order) -> bool:
    """`break down`, `come up with`, `sum up`: two words that ask for an answer."""
    return (order.verb, *order.rest[:1]) in _PHRASAL


def speaks_to_user(order: Order) -> bool:
    """Whether the assistant is to do something to its user: `ask the user for`, `warn users that`."""
    return order.is_known and not _USERS.isdisjoint(order.rest[:2])


def steers(order: Order) -> bool:
    """Whether the object is the assistant's own answer (`your response`), or the letters and words of a text."""
    words = (*order.lead, "|", *order.rest[: 2 * _NEAR])
    writes = order.verb in rewrites() or order.verb in tasks() or order.verb in requests()
    if (writes or not order.is_known) and _owns(words, answers()) and not _is_form(words):
        return writes or not _owns(words, _WEAK_ANSWERS)
    if order.verb not in rewrites():
        return False
    near = order.rest[:_NEAR]
    return not units().isdisjoint(near) and not _POSSESSIVES.isdisjoint(near)


def _owns(words: Sequence[str], nouns: frozenset[str]) -> bool:
    """`your answer`, `your final answer`, `your very next response`."""
    if "your" not in words:
        return False
    return any(not nouns.isdisjoint(words[place + 1 : place + 4]) for place, word in enumerate(words) if word == "your")


def _is_form(words: Sequence[str]) -> bool:
    """A person is asked for something of theirs: `please quote your order number in your reply`."""
    return _owns(words, persons_own())


def is_task(order: Order, is_listed: bool) -> bool:
    """Whether only an assistant would do what is ordered, by its verb and the first words of its object."""
    near = order.rest[:_NEAR]
    makes_content = not contents().isdisjoint(near[:8]) or not errands().isdisjoint(near[:8])
    if order.verb in requests() or is_phrasal(order) or (order.verb in _MANNERS and near[:1] and near[0] in _LIKE):
        return not is_listed or makes_content
    if makes_content:
        return order.verb in tasks() | rewrites() | _ERRAND_VERBS and artefacts().isdisjoint(near[:3])
    if is_listed or order.verb not in tasks() or not near or near[0] in _PARTICLES:
        return False
    if (
        near[0] in ("me", "my")
        or "following" in near[:3]
        or (order.verb in _BOOKS and _INDEFINITE.intersection(near[:1]))
    ):
        return True
    if not artefacts().isdisjoint(near[:7]):
        return False
    return near[0] in ("me", "the", "a", "an", "some", "how", "why", "what", "whether", "all") or len(near) > 1


def is_between_people(order: Order) -> bool:
    """Signs in the sentence itself that one person asks another: their papers, dates, belongings, small talk."""
    near = order.rest[: _NEAR + 6]
    if not business().isdisjoint(near) and order.verb not in _PROMOTES:
        return True
    if _is_form(near):
        return True
    if near[:1] == ["your"] and order.verb not in requests() and _AGENTS_OWN.isdisjoint(near[1:4]):
        return True
    if "you" in near[1:] and not _INDIRECT.isdisjoint(
        near[place] for place in range(len(near) - 1) if near[place + 1] == "you"
    ):
        return True
    if any("@" in word for word in near[:10]) and order.verb not in ("mention", "promote", "advertise"):
        return True
    if near[:1] and near[0] in ("me", "him", "her", "them") and not _CALLS.isdisjoint(near[1:4]):
        return True
    return "you" in near and any(
        near[place + 1 : place + 2] in (["think"], ["need"], ["want"], ["like"], ["prefer"])
        for place, word in enumerate(near)
        if word == "you"
    )
