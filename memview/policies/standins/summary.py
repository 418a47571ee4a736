"""The extractive summary `extractive@1`: stands in for a rolling or recursive summary that a model would write.

It keeps the first user request and then, sentence by sentence, what brings most per word: identifiers and rare words
that the summary does not hold yet, and cues of requests, preferences and decisions; what the user said weighs 1.5. This
is greedy maximisation of a submodular value under a budget (Lin and Bilmes 2010, "Multi-document summarization via
budgeted maximization of submodular functions"), done lazily. Every sentence keeps the items that it was taken from.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from memview.kernel.retrieval.analysis import STOP_WORDS
from memview.kernel.window import Sentence, Summary
from memview.policies.standins.cues import COURTESY, DIRECTIVE, cues_of
from memview.policies.standins.identifiers import Identifier, identifiers_of_sentence
from memview.policies.standins.texts import CJK, SourceText, count_words, cut_words, sentences, split_speaker

ROLE_WEIGHTS = {"user": 1.5, "tool": 0.7}
"""Any other role weighs 1."""

CARRIED_WEIGHT = 1.25
"""Of a sentence of the previous summary: who said it is not known any more, but users are kept more often."""

AGE_PENALTY = 0.9
"""Factor on the weight of a sentence for each compaction that it came through."""

IDENTIFIER_WORTH = 2.0
"""Where a word that occurs in one sentence only is worth 1, and one in all of them next to nothing."""

CUE_WORTH = 1.5
COURTESY_COST = 3.0
REPEATED = 0.2
"""What is left of the worth of an identifier or word that the summary holds already."""

_OVERHEAD_WORDS = 6
"""Added to the length of a sentence before its value is divided by it: short scraps are not the best value."""

_WORD = re.compile(rf"[{CJK}]{{1,2}}|(?:(?![{CJK}])[^\W_]){{1,40}}+(?:['’][^\W_]{{1,8}}+)?")

_ASCII_WORD = re.compile(r"[a-z0-9]{1,40}+(?:'[a-z0-9]{1,8}+)?")
"""The same for text without CJK, and several times as fast."""


class _Analysis(NamedTuple):
    identifiers: tuple[Identifier, ...]
    terms: tuple[str, ...]
    cues: tuple[str, ...]
    words: int


@dataclass(slots=True)
class _Candidate:
    """A sentence that may enter the summary, the items it stands for, and its length in words as far as it is used."""

    text: str
    sources: dict[int, None]
    weight: float
    age: int
    analysis: _Analysis
    words: int


def extract_summary(texts: Sequence[SourceText], max_words: int, previous: Summary | None = None) -> Summary:
    """The summary of `previous` and `texts` (oldest first) in at most `max_words` words, as `count_words` counts them.

    Sentences come in the order of the conversation, those of `previous` first. The first one of `previous`, or else the
    first request of the user, is always kept; a sentence longer than the limit is cut between two words. A sentence
    that is said again is one sentence with all its sources. Nothing to say, or no room: `Summary(())`.
    """
    candidates = _candidates(texts, previous)
    if max_words < 1 or not candidates:
        return Summary(())
    if sum(candidate.words for candidate in candidates) <= max_words:
        return _summary(candidates, range(len(candidates)))
    for candidate in candidates:
        candidate.words = min(candidate.words, max_words)
    request = 0 if previous is not None and previous.sentences else _first_request(texts, candidates)
    if request is not None and candidates[request].analysis.words > max_words:
        # A request that is longer than the limit would be the whole summary, now and after every later compaction.
        candidates[request].words = max(1, max_words // 2)
    chosen = _choose(candidates, max_words, request)
    if request is not None:
        spare = max_words - sum(candidates[place].words for place in chosen)
        candidates[request].words = min(candidates[request].words + spare, candidates[request].analysis.words)
    return _summary(candidates, sorted(chosen))


def _candidates(texts: Sequence[SourceText], previous: Summary | None) -> list[_Candidate]:
    """Each different sentence once, in order of first mention."""
    found: dict[str, _Candidate] = {}
    ageing = 1 if texts else 0
    for sentence in previous.sentences if previous is not None else ():
        age = sentence.age + ageing
        _join(found, sentence.text, sentence.sources, CARRIED_WEIGHT * AGE_PENALTY**age, age)
    for source in texts:
        weight = ROLE_WEIGHTS.get(source.role, 1.0)
        for text in sentences(source.text):
            _join(found, text, (source.item,), weight, 0)
    return list(found.values())


def _join(found: dict[str, _Candidate], text: str, sources: tuple[int, ...], weight: float, age: int) -> None:
    candidate = found.get(text)
    if candidate is None:
        analysis = _analyse(text)
        found[text] = _Candidate(text, dict.fromkeys(sources), weight, age, analysis, analysis.words)
        return
    candidate.sources.update(dict.fromkeys(sources))
    candidate.weight = max(candidate.weight, weight)
    candidate.age = min(candidate.age, age)


@lru_cache(maxsize=16384)
def _analyse(sentence: str) -> _Analysis:
    _, said = split_speaker(sentence)
    said = said.lower().replace("’", "'")
    words = (_ASCII_WORD if said.isascii() else _WORD).findall(said)
    terms = dict.fromkeys(word for word in words if len(word) > 1 and word not in STOP_WORDS)
    return _Analysis(identifiers_of_sentence(sentence), tuple(terms), cues_of(words), count_words(sentence))


def _first_request(texts: Sequence[SourceText], candidates: Sequence[_Candidate]) -> int | None:
    """The place of the candidate that says first what the user wants; None when no user has said a word."""
    places = {candidate.text: place for place, candidate in enumerate(candidates)}
    best, most = None, -1
    for source in texts:
        if source.role == "user":
            for text in sentences(source.text):
                much = _how_much_a_request(text)
                if much > most:
                    best, most = places[text], much
            if most > 1:
                break
    return best


def _how_much_a_request(sentence: str) -> int:
    """0 a greeting, 1 a few words, 2 something said at length, 3 something asked for at length."""
    analysis = _analyse(sentence)
    is_request = DIRECTIVE in analysis.cues or sentence.endswith(("?", "？"))
    if COURTESY in analysis.cues and not is_request:
        return 0
    return 1 + (len(analysis.terms) + len(analysis.identifiers) >= 3) * (1 + is_request)


def _choose(candidates: Sequence[_Candidate], max_words: int, request: int | None) -> list[int]:
    """Places of the sentences that bring most per word and fit, the request among them."""
    worth = _rarity(candidates)
    held: set[str | Identifier] = set()
    chosen: list[int] = []
    room = max_words
    if request is not None:
        chosen.append(request)
        held.update(candidates[request].analysis.identifiers, candidates[request].analysis.terms)
        room -= candidates[request].words
    queue = [(-_value(candidate, worth, held), place) for place, candidate in enumerate(candidates) if place != request]
    heapq.heapify(queue)
    while queue and room:
        _, place = heapq.heappop(queue)
        candidate = candidates[place]
        if candidate.words > room:
            continue
        value = _value(candidate, worth, held)
        if value <= 0:
            continue
        # Values only fall as the summary grows: one that still beats the next in the queue beats all of them.
        if queue and (-value, place) > queue[0]:
            heapq.heappush(queue, (-value, place))
            continue
        chosen.append(place)
        held.update(candidate.analysis.identifiers, candidate.analysis.terms)
        room -= candidate.words
    return chosen


def _rarity(candidates: Sequence[_Candidate]) -> dict[str, float]:
    """What each word is worth: 1 when it is in one sentence only, less the more sentences it is in."""
    spread = Counter(term for candidate in candidates for term in candidate.analysis.terms)
    most = math.log1p(len(candidates))
    return {term: math.log1p(len(candidates) / number) / most for term, number in spread.items()}


def _value(candidate: _Candidate, worth: dict[str, float], held: Collection[str | Identifier]) -> float:
    """What `candidate` adds to a summary that holds `held`, per word; rounded, so that all platforms agree."""
    analysis = candidate.analysis
    value = 0.0
    for cue in analysis.cues:
        value += -COURTESY_COST if cue == COURTESY else CUE_WORTH
    for identifier in analysis.identifiers:
        value += IDENTIFIER_WORTH * REPEATED if identifier in held else IDENTIFIER_WORTH
    for term in analysis.terms:
        value += worth[term] * REPEATED if term in held else worth[term]
    return round(candidate.weight * value / (candidate.words + _OVERHEAD_WORDS), 9)


def _summary(candidates: Sequence[_Candidate], places: Sequence[int]) -> Summary:
    return Summary(
        tuple(
            Sentence(cut_words(candidate.text, candidate.words), tuple(candidate.sources), candidate.age)
            for candidate in (candidates[place] for place in places)
        )
    )
