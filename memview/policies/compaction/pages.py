"""MemoryOS: pages of question and answer, mid-term sessions on a subject, and facts from those that are hot."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import NamedTuple

from memview.kernel.window import CompactionOutcome, FactChange, WindowMessage, WindowView
from memview.policies.compaction.facts import EXTRACTORS
from memview.policies.compaction.settings import choice, number, whole
from memview.policies.compaction.unit_vectors import UnitVectors, Vector, similarity


class _MidTerm(NamedTuple):
    """A subject: vector and keywords of the page that opened it, and its pages not yet read for facts."""

    vector: Vector
    words: frozenset[str]
    unread: tuple[WindowMessage, ...]
    interactions: int = 1


@dataclass(slots=True)
class Pages:
    """Keeps `pages` pages; older ones join the mid-term session that scores best, if `join_score` or more, or open one.

    A page starts with a message of the user's. The score is cosine plus `keyword_weight` x Jaccard of the keywords. A
    session gains `heat_interaction` with each page and `heat_recency` for being touched now; from `heat_threshold` on
    it is read for facts and starts again from 0. Of these facts the newest `knowledge` are kept. How often retrieval
    visits a session is not known here and adds no heat. Source: memoryos-pypi/{memoryos,mid_term,updater}.py.
    """

    pages: int = whole(10, 1)
    join_score: float = number(0.6, 0, 10)
    keyword_weight: float = number(1.0, 0, 10)
    heat_interaction: float = number(1.0, 0, 100)
    heat_recency: float = number(1.0, 0, 100)
    heat_threshold: float = number(5.0, 0, 1e9)
    knowledge: int = whole(100, 1)
    extractor: str = choice(EXTRACTORS[0], *EXTRACTORS)
    _vectors: UnitVectors = field(default_factory=UnitVectors, init=False)
    _sessions: list[_MidTerm] = field(default_factory=list, init=False)
    _facts: dict[str, tuple[int, ...]] = field(default_factory=dict, init=False)

    def __deepcopy__(self, memo: dict[int, object]) -> Pages:
        twin = copy.copy(self)
        twin._vectors = self._vectors.copy()
        twin._sessions, twin._facts = self._sessions.copy(), self._facts.copy()
        return twin

    def compact(self, view: WindowView) -> list[CompactionOutcome]:
        """One outcome that moves the oldest pages to recall and changes facts, or none."""
        pages = _complete_pages(view.messages)
        leaving = pages[: max(0, len(pages) - self.pages)]
        if not leaving:
            return []
        changes: list[FactChange] = []
        for page in leaving:
            changes.extend(self._file(tuple(view.messages[index] for index in page)))
        reason = "pages {value:.0f} > {threshold:.0f}"
        evicted = tuple(index for page in leaving for index in page)
        return [CompactionOutcome("pages", len(pages), self.pages, reason, evicted, facts=tuple(changes))]

    def _file(self, page: tuple[WindowMessage, ...]) -> list[FactChange]:
        """Put a page into its session; returns what that changes among the facts."""
        from memview.policies.standins.similarity import keywords

        text = "\n".join(message.text for message in page)
        words = frozenset(keywords(text))
        vector = self._vectors.embed(text)
        place, score = self._best_session(vector, words)
        if score < self.join_score:
            place = len(self._sessions)
            self._sessions.append(_MidTerm(vector, words, page))
        else:
            joined = self._sessions[place]
            unread, count = (*joined.unread, *page), joined.interactions + 1
            self._sessions[place] = joined._replace(unread=unread, interactions=count)
        session = self._sessions[place]
        if self.heat_interaction * session.interactions + self.heat_recency < self.heat_threshold:
            return []
        self._sessions[place] = session._replace(unread=(), interactions=0)
        return self._learn(session.unread)

    def _best_session(self, vector: Vector, words: frozenset[str]) -> tuple[int, float]:
        """Where the session with the best score stands, the oldest of several, and its score."""
        from memview.policies.standins.similarity import jaccard

        best, best_score = -1, -1.0
        for place, session in enumerate(self._sessions):
            if session.vector.keys().isdisjoint(vector) and session.words.isdisjoint(words):
                score = 0.0
            else:
                score = similarity(session.vector, vector) + self.keyword_weight * jaccard(session.words, words)
            if score > best_score:
                best, best_score = place, score
        return best, best_score

    def _learn(self, messages: tuple[WindowMessage, ...]) -> list[FactChange]:
        from memview.policies.standins.facts import extract_facts
        from memview.policies.standins.texts import SourceText

        changes = []
        for fact in extract_facts([SourceText(message.item, message.role, message.text) for message in messages]):
            if fact.text in self._facts:
                continue
            self._facts[fact.text] = (fact.source,)
            changes.append(FactChange("add", fact.text, (fact.source,)))
            if len(self._facts) > self.knowledge:
                oldest = next(iter(self._facts))
                changes.append(FactChange("delete", oldest, self._facts.pop(oldest), oldest))
        return changes


def _complete_pages(messages: tuple[WindowMessage, ...]) -> list[list[int]]:
    """The pages of the window as indexes, oldest first, without a question that has no answer yet."""
    pages: list[list[int]] = []
    for index in range(1, len(messages)):
        if messages[index].role == "user" or not pages:
            pages.append([])
        pages[-1].append(index)
    if pages and pages[-1] == [len(messages) - 1] and messages[-1].role == "user":
        pages.pop()
    return pages
