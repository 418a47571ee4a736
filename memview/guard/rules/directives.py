"""Orders to an assistant: the task that somebody slipped in, the answer that is to be bent, and any bare imperative."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from memview.guard.grammar import ADJUNCTS, DUTY_OPENERS, Mood, Order, may_be_order, read_order
from memview.guard.lexicon import (
    answers,
    artefacts,
    business,
    contents,
    own_code,
    persons_own,
    requests,
    rewrites,
    tasks,
    units,
)
from memview.guard.reading import Reading, Sentence
from memview.guard.rules.rule import Rule, RuleHit, hit

STEERING = Rule("steers the answer", 0.8, "tells the assistant what its answer has to look like or to say")
TASK = Rule("task for an assistant", 0.6, "orders a piece of work that only an assistant would do")
OBLIGATION = Rule("obligation", 0.4, "tells its reader what to do: `you must`, `you are to`")
IMPERATIVE = Rule("imperative", 0.35, "an order, where a stored fact would be a statement")
ASSISTANT_DUTY = Rule("duty of the assistant", 0.6, "says what the assistant, the model or the agent must do")
RULES = (STEERING, TASK, OBLIGATION, IMPERATIVE, ASSISTANT_DUTY)

_NEAR = 14
_LONGEST_ADJUNCT = 200
_POSSESSIVES = frozenset(("your", "the", "its", "this", "any", "every", "each", "all", "with"))
_PARTICLES = frozenset("up down out off on over away back in by at".split())
_PHRASAL = frozenset(
    (
        ("draw", "up"),
        ("break", "down"),
        ("sum", "up"),
        ("spell", "out"),
        ("lay", "out"),
        ("list", "out"),
        ("come", "up"),
        ("look", "up"),
        ("point", "out"),
        ("make", "up"),
        ("write", "down"),
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
_NOTE_LEADS = frozenset(("remember", "note", "notice", "recall"))
_CHATTER = frozenset("let thank thanks look see hope wait hold come guess imagine forgive excuse pardon bless".split())
_CALLS = frozenset("call ring shout hug kiss break minute second moment chance hand lift try go".split())
_ASSISTANTS = frozenset("assistant ai llm chatbot bot gpt chatgpt model agent assistants models agents".split())
_DUTIES = frozenset("must should shall always never".split())


def find(reading: Reading) -> Iterator[RuleHit]:
    """The first hit of each rule; a sentence meets at most one."""
    seen: set[Rule] = set()
    for sentence in reading.sentences:
        if sentence.is_quoted or not may_be_order(sentence.first, sentence.second):
            continue
        if (
            sentence.first in ADJUNCTS
            and sentence.second != "now"
            and "," not in reading.plain[sentence.start : sentence.start + _LONGEST_ADJUNCT]
        ):
            continue
        rule = _judge(reading, sentence)
        if rule is not None and rule not in seen:
            seen.add(rule)
            yield hit(rule, reading.words_of(sentence))


def _judge(reading: Reading, sentence: Sentence) -> Rule | None:
    tokens = reading.tokens_of(sentence)
    order = read_order(tokens)
    if order is None:
        return _judge_statement(tokens)
    if order.verb in _NOTE_LEADS and order.rest[:1] and order.rest[0] not in ("to", "the", "this", "these", "your"):
        return None  # "Remember that Ana ...", "Note: ...": how people begin a fact
    if order.verb in _CHATTER and order.verb != "imagine" and (order.verb, *order.rest[:1]) not in _PHRASAL:
        return IMPERATIVE if order.is_known and order.verb in ("look", "come", "wait", "hold") else None
    return _judge_order(order, sentence)


def _judge_order(order: Order, sentence: Sentence) -> Rule:
    if _steers(order):
        return STEERING
    if order.is_known and "let's" not in order.lead and not _is_between_people(order) and _is_task(order, sentence):
        return TASK
    return OBLIGATION if order.mood is Mood.OBLIGATION else IMPERATIVE


def _steers(order: Order) -> bool:
    """The object is the assistant's own answer (`your response`), or the letters and words that it is made of."""
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


def _is_task(order: Order, sentence: Sentence) -> bool:
    near = order.rest[:_NEAR]
    makes_content = not contents().isdisjoint(near[:8])
    if order.verb in requests() or (order.verb, *near[:1]) in _PHRASAL:
        return not sentence.is_listed or makes_content
    if order.verb not in tasks() | rewrites():
        return False
    if makes_content:
        return artefacts().isdisjoint(near[:4])
    if sentence.is_listed or order.verb not in tasks() or not near or near[0] in _PARTICLES:
        return False
    if near[0] != "me" and not artefacts().isdisjoint(near[:7]):
        return False
    return near[0] in ("me", "the", "a", "an", "some", "how", "why", "what", "whether", "all") or len(near) > 2


def _is_between_people(order: Order) -> bool:
    """Signs in the sentence itself that one person asks another: their papers, dates, belongings, small talk."""
    near = order.rest[: _NEAR + 6]
    if not business().isdisjoint(near) and order.verb not in _PROMOTES:
        return True
    if _is_form(near) or (near[:1] == ["your"] and _AGENTS_OWN.isdisjoint(near[1:4])):
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


def _judge_statement(tokens: Sequence[str]) -> Rule | None:
    """Statements that order all the same: `your answer should ...`, `you must ...`."""
    if tokens[0] == "your" and any(
        word in _DUTIES or word in ("needs", "has", "could", "will") for word in tokens[1:6]
    ):
        if any(word in answers() for word in tokens[1:4]):
            return STEERING
        if any(word in own_code() for word in tokens[1:3]):
            return TASK
    if tokens[0] == "your" and tokens[1:3] in (
        ["task", "is"],
        ["job", "is"],
        ["goal", "is"],
        ["mission", "is"],
        ["role", "is"],
    ):
        return TASK
    if tokens[0] in DUTY_OPENERS and _names_duty(tokens):
        return ASSISTANT_DUTY
    return None


def _names_duty(tokens: Sequence[str]) -> bool:
    """`the assistant must ...`; a person's duty (`the estate agent must`) is told by the word before."""
    for place, word in enumerate(tokens[:5]):
        if word in _ASSISTANTS and tokens[place + 1 : place + 2] and tokens[place + 1] in _DUTIES:
            return place < 2 or tokens[place - 1] in ("ai", "language", "chat", "virtual")
    return False
