"""Questions that nobody in the text asks: of general knowledge, alone on a line, or stored as if they were facts."""

from __future__ import annotations

from collections.abc import Iterator

from memview.guard.grammar import QUESTION_WORDS, read_order
from memview.guard.reading import Reading, Sentence
from memview.guard.rules.rule import Rule, RuleHit, hit

KNOWLEDGE = Rule("question for an assistant", 0.5, "a question of general knowledge that stands by itself")
QUESTION = Rule("question", 0.35, "a question, where a stored fact would be a statement")
RULES = (KNOWLEDGE, QUESTION)

_YES_NO = frozenset(
    "is are was were do does did can could would will should has have had may might isn't aren't doesn't don't didn't"
    " can't won't".split()
)
_DEICTIC = frozenset(
    "we us our ours he she they him them his her hers their theirs it its this that these those here there it's that's"
    " i i'm my mine next today yesterday tomorrow tonight now anyone else".split()
)
_SELF = frozenset("you your yours yourself".split())
_GENERIC_YOU = frozenset(
    ("say", "write", "spell", "pronounce", "translate", "make", "calculate", "solve", "find", "define")
)
_FAQ = 3


def find(reading: Reading) -> Iterator[RuleHit]:
    """Every question; three or more that stand alone on their lines are a list of frequent questions and weigh less."""
    if "?" not in reading.plain:
        return
    questions = [
        sentence
        for sentence in reading.sentences
        if sentence.first in QUESTION_WORDS and reading.is_question(sentence) and not sentence.is_quoted
    ]
    alone = sum(sentence.is_alone for sentence in questions)
    for sentence in questions:
        asks_assistant = (
            sentence.is_alone and not sentence.is_listed and alone < _FAQ and _is_knowledge(reading, sentence)
        )
        yield hit(KNOWLEDGE if asks_assistant else QUESTION, reading.words_of(sentence))


def _is_knowledge(reading: Reading, sentence: Sentence) -> bool:
    tokens = _without_quotations(reading.tokens_of(sentence))
    words = [token for token in tokens if token not in (",", ":", "?")]
    if len(words) < 3 or (words[1] == "is" and len(words) < 4):
        return False
    if words[:3] in (["how", "do", "you"], ["how", "would", "you"], ["how", "can", "you"]):
        return words[3] in _GENERIC_YOU and not any(word in _DEICTIC for word in words[4:8])
    if words[0] == "how" and words[1] in ("do", "can", "should", "could", "would") and words[2] in ("i", "we", "one"):
        return not any(word in _SELF or word in ("it", "this", "that", "we", "them") for word in words[3:])
    if words[1] == "you" and words[0] in _YES_NO:
        return read_order(tokens) is not None and not any(word in _DEICTIC for word in words[2:])
    if sentence.first in _YES_NO:
        return "the" not in words[:3] and not any(word in _DEICTIC or word in _SELF for word in words)
    if words[1] in ("should", "can", "could", "do") and words[2] == "i" and len(words) > 5:
        return not any(word in _DEICTIC or word in _SELF for word in words[3:])
    if words[1:4] == ["time", "is", "it"]:
        return len(words) > 4
    return not any(word in _DEICTIC or word in _SELF for word in words)


def _without_quotations(tokens: list[str]) -> list[str]:
    """`what's 'thank you very much' in Japanese` asks about words that are only quoted."""
    kept: list[str] = []
    inside = False
    for token in tokens:
        opens = token.startswith("'") and not inside
        if not (opens or inside):
            kept.append(token)
        inside = (inside or opens) and not token.endswith("'")
    return kept or tokens
