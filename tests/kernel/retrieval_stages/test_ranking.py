"""The whole ranking: BM25 where no stage has a say, the same for everybody, without a look ahead."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from building import memory, session, turn
from hypothesis import given
from hypothesis import strategies as st
from stages_building import fill, ids_of, said, scores, staged

import memview.kernel.retrieval.ranking as ranking_module
from memview.kernel.retrieval.analysis import english
from memview.kernel.retrieval.bm25 import Bm25Index
from memview.kernel.retrieval.ranking import Document, PlainRanking, StagedRanking
from memview.kernel.retrieval.settings import RetrievalSettings, retrieval_settings
from memview.kernel.workload import Workload
from memview.model.errors import PolicyError
from memview.model.policy_spec import PolicySpec
from memview.model.session import Probe, Session
from memview.policies import load_policy
from memview.replay import Replay

WORDS = ("kiwi", "violin", "Ann", "Bob", "May", "2023", "harbour", "lesson")
QUESTIONS = ("Ann violin", "kiwi in May 2023", "harbour lesson Bob kiwi kiwi")


@st.composite
def corpora(draw: st.DrawFn) -> tuple[Document, ...]:
    """Messages with and without a speaker and a time, notes, and memories that derive from earlier ones."""
    documents: list[Document] = []
    for number in range(draw(st.integers(1, 14))):
        text = " ".join(draw(st.lists(st.sampled_from(WORDS), max_size=6)))
        at = draw(st.sampled_from([None, "2023-05-09T10:00:00", "2022-05-09", "2023-01-01"]))
        sources = draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()
        speaker = draw(st.sampled_from(["", "Ann: ", "Bob: "]))
        documents.append(Document(speaker + text, draw(st.booleans()) and not sources, tuple(sorted(sources)), at))
    return tuple(documents)


def recall_first() -> RetrievalSettings:
    return retrieval_settings(load_policy("recall-first"))


def grown(documents: tuple[Document, ...], settings: RetrievalSettings) -> StagedRanking:
    ranking = StagedRanking(settings, english)
    for document in documents:
        ranking.add(document)
    return ranking


@given(corpora(), st.sampled_from(QUESTIONS))
def test_without_a_share_and_a_weight_it_is_bm25(corpus: tuple[Document, ...], question: str) -> None:
    plain = PlainRanking(Bm25Index(), english, 100)
    fill(plain, corpus)
    ranking = staged(*corpus)
    expected, found = scores(plain, question), scores(ranking, question)
    assert found == pytest.approx(expected, abs=1e-9)
    for item in found:
        ours = ranking.breakdown(question, item, len(ranking), ids_of(ranking))
        theirs = plain.breakdown(question, item, len(plain), ids_of(plain))
        assert [part[:3] for part in ours] == [part[:3] for part in theirs]
        assert [part.score for part in ours] == pytest.approx([part.score for part in theirs], abs=1e-9)


@given(corpora(), st.sampled_from(QUESTIONS))
def test_breakdowns_add_up_now_and_as_of_then(corpus: tuple[Document, ...], question: str) -> None:
    settings = recall_first()
    whole = grown(corpus, settings)
    for size in range(1, len(corpus) + 1):
        then = grown(corpus[:size], settings)
        for item, score in scores(then, question).items():
            parts = whole.breakdown(question, item, size, ids_of(whole))
            assert sum(part.score for part in parts) == pytest.approx(score, abs=1e-9)


@given(corpora(), corpora(), st.sampled_from(QUESTIONS))
def test_what_comes_later_changes_nothing_before(
    corpus: tuple[Document, ...], later: tuple[Document, ...], question: str
) -> None:
    first = tuple(turn(n, each.text, at="2023-05-09T10:00:00") for n, each in enumerate(corpus, 1))
    more = tuple(turn(len(first) + n, each.text) for n, each in enumerate(later, 1))
    probes = (Probe("p", len(first), question, ()),)
    rankings = []
    for story in (session(*first, probes=probes), session(*first, *more, probes=probes)):
        workload = Workload(story)
        demand = workload.demand(load_policy("recall-first"))
        workload.ensure(demand, len(story.turns))
        rankings.append([demand.of_turn(number) for number in range(1, len(first) + 1)] + [demand.of_probe("p")])
    assert rankings[0] == rankings[1]


@given(corpora(), st.sampled_from(QUESTIONS))
def test_the_same_again_in_however_many_blocks(corpus: tuple[Document, ...], question: str) -> None:
    settings = recall_first()
    once = scores(grown(corpus, settings), question)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking_module, "_CELLS", 1)
        term_by_term = scores(grown(corpus, settings), question)
    assert once == term_by_term
    assert list(once) == list(term_by_term)


@given(corpora(), st.sampled_from(QUESTIONS))
def test_best_first_and_ties_by_id(corpus: tuple[Document, ...], question: str) -> None:
    found = list(scores(grown(corpus, recall_first()), question).items())
    assert all((-one[1], one[0]) < (-other[1], other[0]) for one, other in pairwise(found))


def test_ties_at_the_end_of_the_pool_go_to_the_smaller_id() -> None:
    ranking = StagedRanking(recall_first()._replace(pool=2, neighbours=0.0), english)
    fill(ranking, tuple(said("violin") for _ in range(4)))
    names = ["d", "b", "a", "c", *ids_of(ranking)[4:]]
    assert [names[item] for item, _ in ranking.rank("violin", names)] == ["a", "b"]


def test_an_empty_archive_and_an_empty_question_find_nothing() -> None:
    empty = StagedRanking(recall_first(), english)
    assert empty.rank("violin", []) == []
    assert scores(staged(said("violin"), neighbours=0.5), "") == {}
    blank = grown((said(""), said("")), recall_first())
    assert scores(blank, "violin") == {}


@pytest.mark.parametrize("retriever", ["overlap", "rank-bm25"])
@pytest.mark.parametrize("stage", [{"neighbours": 0.4}, {"cited": 1.0}, {"derived": "index"}, {"date_weight": 2.0}])
def test_stages_on_another_retriever_are_refused(retriever: str, stage: dict[str, float]) -> None:
    with pytest.raises(PolicyError, match=f"'{retriever}' takes no stages"):
        retrieval_settings(replace(PolicySpec("p", retriever=retriever), **stage))  # type: ignore[arg-type]


def told() -> Session:
    return session(
        turn(1, "Ann: my teacher is strict"),
        turn(2, "Bob: which instrument?", remember=(memory("obs", "Ann plays the viola", derived_from=("t1",)),)),
        turn(3, "Bob: the viola of Ann"),
    )


def test_policies_that_search_alike_share_one_ranking_and_others_do_not() -> None:
    workload = Workload(told())
    best = load_policy("recall-first")
    assert workload.demand(best) is workload.demand(replace(best, eviction="lru", top_k=3))
    for change in ({"neighbours": 0.1}, {"cited": 0.1}, {"pool": 7}, {"date_weight": 3.0}, {"derived": "fetch"}):
        assert workload.demand(best) is not workload.demand(replace(best, **change))


def test_a_replay_fetches_the_source_of_what_matches_and_tells_why() -> None:
    replay = Replay(Workload(told()), load_policy("recall-first"), window_budget=115, core_budget=0).run()
    parts = {part.term: part.score for part in replay.score_breakdown("t1", 3)}
    assert "cited by obs" in parts
    assert "said by Ann, times 1.5:" in parts
    hits = {hit.memory_id: hit.score for hit in replay.hits(3)}
    assert "obs" not in hits
    assert sum(parts.values()) == pytest.approx(dict(replay.workload.demand(replay.spec).of_turn(3))[0], abs=1e-9)
