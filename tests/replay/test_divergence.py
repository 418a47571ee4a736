"""Divergences that grow with the replays: the same as those found at the end, whatever the slices; forks alike."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from building import memory, turn
from hypothesis import given
from hypothesis import strategies as st
from strategies import sessions
from test_compare import eager, lru_and_fifo, story

from memview.model.session import Session
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.replay.compare import COMPARED_SECTIONS, compare
from memview.replay.divergence import Divergences, distinct_labels, divergence_at, divergences_in


def replays_of(recorded: Session, *names: str) -> list[Replay]:
    workload = Workload(recorded)
    return [Replay(workload, eager(name), 60, 10**9) for name in names]


@given(sessions(), st.lists(st.integers(1, 5), min_size=1, max_size=6), st.integers(1, 3))
def test_grown_in_slices_they_are_those_of_the_comparison(recorded: Session, slices: list[int], most: int) -> None:
    whole = compare(recorded, [eager("lru"), eager("random"), eager("lfu")], window=10**9, core_budget=60)
    replays = replays_of(recorded, "lru", "random", "lfu")
    growing = Divergences(replays)
    for place in range(30):
        replays[place % 3].advance(slices[place % len(slices)])
        growing.advance(most)
        assert growing.compared <= growing.ready <= min(replay.computed for replay in replays)
    for replay in replays:
        replay.run()
    growing.advance(recorded_turns := len(recorded.turns))
    assert growing.compared == recorded_turns
    assert tuple(growing.turns) == whole.diverging_turns
    assert [turn for turn, amount in enumerate(growing.amounts) if amount] == list(growing.turns)


@given(sessions())
def test_the_amount_is_what_the_frames_do_not_share(recorded: Session) -> None:
    replays = replays_of(recorded, "lru", "random", "fifo")
    for replay in replays:
        replay.run()
    found = Divergences(replays)
    found.advance(len(recorded.turns))
    for number in range(1, len(recorded.turns) + 1):
        frames = [replay.frame(number) for replay in replays]
        held = [[set(getattr(frame, name)) for frame in frames] for name in COMPARED_SECTIONS]
        assert found.amounts[number] == sum(len(set.union(*each)) - len(set.intersection(*each)) for each in held)
        assert [column[number] for column in found.from_first[1:]] == [
            sum(len(each[0] ^ each[place]) for each in held) for place in (1, 2)
        ]


@given(sessions())
def test_a_turn_asked_for_by_itself_is_as_in_the_pass_over_all(recorded: Session) -> None:
    comparison = compare(recorded, [eager("lru"), eager("random")], window=10**9, core_budget=60)
    for each in comparison.divergences:
        alone = divergence_at(comparison.replays, each.turn)
        assert [(one.section, [set(own) for own in one.own]) for one in alone.sections] == [
            (one.section, [set(own) for own in one.own]) for one in each.sections
        ]


def test_neighbouring_divergences_are_found_from_anywhere() -> None:
    comparison = lru_and_fifo("kiwi", "violin", "kiwi", "harbour", "violin", "kiwi", "harbour", "violin")
    found = Divergences(comparison.replays)
    assert (found.first, found.after(0), found.before(5)) == (None, None, None)
    found.advance(100)
    turns = list(comparison.diverging_turns)
    assert found.first == turns[0] == 4
    for here, there in pairwise(turns):
        assert (found.after(here), found.before(there)) == (there, here)
    assert (found.after(turns[-1]), found.before(turns[0])) == (None, None)
    assert found.after(0) == turns[0]


def test_equal_policies_have_none() -> None:
    comparison = compare(story("kiwi", "violin"), ["lru", "lru"])
    found = Divergences(comparison.replays)
    found.advance()
    assert (found.compared, list(found.turns), list(found.amounts)) == (2, [], [0, 0, 0])


def test_only_what_every_replay_has_computed_is_compared() -> None:
    workload = Workload(story("kiwi", "violin", "kiwi", "harbour"))
    ahead, behind = Replay(workload, eager("lru")).run(), Replay(workload, eager("fifo"))
    found = Divergences([ahead, behind])
    assert (found.advance(), found.ready) == (0, 0)
    behind.advance(2)
    assert (found.advance(), found.ready) == (2, 2)
    behind.run()
    assert found.advance() == 4
    assert list(found.turns) == [4]


def test_turn_0_and_turns_that_are_not_computed() -> None:
    workload = Workload(story("kiwi"))
    replays = [Replay(workload, eager("lru")), Replay(workload, eager("fifo"))]
    assert divergence_at(replays, 0).sections == ()
    with pytest.raises(IndexError):
        divergence_at(replays, 1)


def test_a_fork_of_the_session_is_compared_by_what_it_holds() -> None:
    recorded = story("kiwi", "violin")
    same, edited = (Replay(Workload(each), eager("lru")).run() for each in (recorded, _with_another_violin(recorded)))
    original = Replay(Workload(recorded), eager("lru")).run()
    alike, apart = Divergences([original, same]), Divergences([original, edited])
    assert (alike.advance(), list(alike.turns)) == (2, [])
    assert (apart.advance(), list(apart.turns), list(apart.amounts)) == (2, [2], [0, 0, 2])
    assert divergence_at([original, edited], 2).sections[0].own == (("violin",), ("violin",))
    assert [each.turn for each in divergences_in([original, edited], [2])] == [2]


def test_a_fork_of_fewer_turns_is_compared_as_far_as_it_goes() -> None:
    longer, shorter = story("kiwi", "violin"), story("kiwi")
    found = Divergences([Replay(Workload(each), load_policy("lru")).run() for each in (longer, shorter)])
    assert (found.advance(), found.ready) == (1, 1)


def test_labels_are_told_apart() -> None:
    assert distinct_labels(["lru@1", "arc@1", "lru@1", "lru@1"]) == ("lru@1", "arc@1", "lru@1#2", "lru@1#3")


def _with_another_violin(recorded: Session) -> Session:
    arrivals = tuple(
        replace(each, memory=memory("violin", "violin edited")) if each.memory.memory_id == "violin" else each
        for each in recorded.arrivals
    )
    return replace(recorded, arrivals=arrivals, turns=(turn(1, "kiwi"), turn(2, "violin")))
