"""Orders to an assistant: the task that somebody slipped in, the answer that is to be bent, and any bare imperative."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from memview.guard.grammar import ADJUNCTS, DUTY_OPENERS, Mood, Order, may_be_order, read_order
from memview.guard.lexicon import answers, own_code
from memview.guard.objects import is_between_people, is_phrasal, is_task, speaks_to_user, steers
from memview.guard.reading import Reading, Sentence
from memview.guard.rules.rule import Rule, RuleHit, hit

STEERING = Rule("steers the answer", 0.8, "tells the assistant what its answer has to look like or to say")
TASK = Rule("task for an assistant", 0.6, "orders a piece of work that only an assistant would do")
OBLIGATION = Rule("obligation", 0.4, "tells its reader what to do: `you must`, `you are to`")
IMPERATIVE = Rule("imperative", 0.35, "an order, where a stored fact would be a statement")
ASSISTANT_DUTY = Rule("duty of the assistant", 0.6, "says what the assistant, the model or the agent must do")
RULES = (STEERING, TASK, OBLIGATION, IMPERATIVE, ASSISTANT_DUTY)

_LONGEST_ADJUNCT = 200
_NOTE_LEADS = frozenset(("remember", "note", "notice", "recall"))
_CHATTER = frozenset("let thank thanks look see hope wait hold come guess imagine forgive excuse pardon bless".split())
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
        if _is_direct_speech(reading, sentence):
            continue
        rule = _judge(reading, sentence)
        if rule is not None and rule not in seen:
            seen.add(rule)
            yield hit(rule, reading.words_of(sentence))


def _is_direct_speech(reading: Reading, sentence: Sentence) -> bool:
    """`"Ask the builders," she said.`"""
    return reading.plain[sentence.start] == '"' and ',"' in reading.words_of(sentence)


def _judge(reading: Reading, sentence: Sentence) -> Rule | None:
    tokens = reading.tokens_of(sentence)
    order = read_order(tokens)
    if order is None:
        return _judge_statement(tokens)
    if order.verb in _NOTE_LEADS and order.rest[:1] and order.rest[0] not in ("to", "the", "this", "these", "your"):
        return None  # "Remember that Ana ...", "Note: ...": how people begin a fact
    if order.verb in _CHATTER and order.verb != "imagine" and not is_phrasal(order):
        return IMPERATIVE if order.is_known and order.verb in ("look", "come", "wait", "hold") else None
    return _judge_order(order, sentence)


def _judge_order(order: Order, sentence: Sentence) -> Rule:
    if steers(order):
        return STEERING
    if speaks_to_user(order):
        return TASK
    if (
        order.is_known
        and "let's" not in order.lead
        and not is_between_people(order)
        and is_task(order, sentence.is_listed)
    ):
        return TASK
    return OBLIGATION if order.mood is Mood.OBLIGATION else IMPERATIVE


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
