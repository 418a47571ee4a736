"""Neighbours and citations: who lends how much to whom."""

from __future__ import annotations

from math import hypot, sqrt

import pytest
from stages_building import bare, derived, ids_of, said, scores, staged, written


def test_a_message_lends_a_share_to_the_one_before_and_the_one_after() -> None:
    found = scores(staged(said("red"), said("violin"), said("blue"), said("green"), neighbours=0.5), "violin")
    assert list(found) == [1, 0, 2]
    assert found[0] == found[2] == pytest.approx(0.5 * found[1])


def test_two_messages_away_it_is_the_share_squared() -> None:
    story = (said("red"), said("blue"), said("violin"), said("green"))
    found = scores(staged(*story, neighbours=0.5, neighbour_reach=2), "violin")
    assert list(found) == [2, 1, 3, 0]
    assert found[0] == pytest.approx(0.25 * found[2])


def test_what_stands_between_two_messages_is_no_neighbour() -> None:
    found = scores(staged(said("violin"), written("note"), said("blue"), neighbours=0.5), "violin")
    assert list(found) == [0, 2]


def test_a_word_said_twice_in_one_exchange_is_one_match_two_words_are_two() -> None:
    twice = scores(staged(said("violin"), said("violin"), neighbours=0.5), "violin kiwi")
    assert twice[0] == pytest.approx(hypot(1, 0.5) * scores(staged(said("violin"), said("violin")), "violin")[0])
    both = scores(staged(said("violin"), said("kiwi"), neighbours=0.5), "violin kiwi")
    assert both[0] == pytest.approx(1.5 * scores(staged(said("violin"), said("kiwi")), "violin")[0])


def test_the_ends_of_a_conversation_have_one_neighbour_and_a_single_message_none() -> None:
    ranking = staged(said("violin"), neighbours=0.9, neighbour_reach=8)
    assert list(scores(ranking, "violin")) == [0]


def test_a_derived_memory_lends_to_the_record_that_it_cites() -> None:
    found = scores(staged(said("it was her own"), derived("violin", 0), cited=0.5), "violin")
    assert list(found) == [1, 0]
    assert found[0] == pytest.approx(0.5 * found[1])


def test_to_several_sources_it_lends_over_the_root_of_their_number() -> None:
    story = (said("a1"), said("a2"), said("a3"), said("a4"), derived("violin", 0, 1, 2, 3))
    found = scores(staged(*story, cited=0.8), "violin")
    assert [found[item] for item in range(4)] == [pytest.approx(0.8 / sqrt(4) * found[4])] * 4


def test_derived_memories_can_serve_as_index_only() -> None:
    story = (said("it was her own"), derived("violin", 0), written("violin"))
    found = scores(staged(*story, cited=0.5, derived="index"), "violin")
    assert list(found) == [2, 0]


def test_a_word_that_scores_below_zero_is_not_lent() -> None:
    ranking = bare(*(said("common usual normal") for _ in range(10)), said("violin"), neighbours=0.5)
    found = scores(ranking, "common")
    assert list(found) == list(range(10))
    assert max(found.values()) < 0


@pytest.mark.parametrize("item", [0, 1, 2])
def test_a_breakdown_names_the_lenders_and_adds_up(item: int) -> None:
    story = (said("violin lesson"), said("kiwi"), said("violin"), derived("kiwi violin", 0, 2))
    ranking = staged(*story, neighbours=0.7, neighbour_reach=2, cited=0.5)
    parts = ranking.breakdown("violin kiwi", item, len(ranking), ids_of(ranking))
    assert sum(part.score for part in parts) == pytest.approx(scores(ranking, "violin kiwi")[item], abs=1e-9)
    stages = {part.term for part in parts} - {"violin", "kiwi"}
    lenders = {0: {"neighbour i001", "neighbour i002"}, 1: {"neighbour i000", "neighbour i002"}}
    assert stages == lenders.get(item, {"neighbour i001", "neighbour i000"}) | (
        {"cited by i003"} if item != 1 else set()
    )


def test_a_breakdown_of_then_knows_no_later_lender() -> None:
    ranking = staged(said("violin"), said("kiwi"), derived("violin", 0), neighbours=0.7, cited=0.5)
    assert [part.term for part in ranking.breakdown("violin kiwi", 0, 1, ids_of(ranking))] == ["violin"]
