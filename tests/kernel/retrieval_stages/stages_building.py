"""Small corpora for the stages: texts that are said or derived, ranked as they stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from memview.kernel.retrieval.analysis import english
from memview.kernel.retrieval.ranking import Document, PlainRanking, StagedRanking
from memview.kernel.retrieval.settings import retrieval_settings
from memview.model.policy_spec import PolicySpec

FILLER = tuple(f"word{number} thing{number}" for number in range(12))
"""Enough that a word of a few documents is a rare one."""


def said(text: str, at: str | None = None) -> Document:
    return Document(text, True, (), at)


def derived(text: str, *sources: int) -> Document:
    return Document(text, False, sources, None)


def written(text: str, at: str | None = None) -> Document:
    return Document(text, False, (), at)


def bare(*documents: Document, **settings: Any) -> StagedRanking:
    """A staged ranking over `documents` and nothing else."""
    ranking = StagedRanking(retrieval_settings(replace(PolicySpec("p"), pool=100, **settings)), english)
    for document in documents:
        ranking.add(document)
    return ranking


def staged(*documents: Document, **settings: Any) -> StagedRanking:
    """A staged ranking over `documents` and then as many that share no word with them."""
    ranking = bare(**settings)
    fill(ranking, documents)
    return ranking


def fill(ranking: StagedRanking | PlainRanking, documents: tuple[Document, ...]) -> None:
    for document in (*documents, *(written(text) for text in FILLER)):
        ranking.add(document)


def ids_of(ranking: StagedRanking | PlainRanking) -> list[str]:
    return [f"i{number:03}" for number in range(len(ranking))]


def scores(ranking: StagedRanking | PlainRanking, question: str) -> dict[int, float]:
    """Score by item, in the order of the ranking."""
    return dict(ranking.rank(question, ids_of(ranking)))
