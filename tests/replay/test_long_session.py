"""A session long enough for checkpoints: memory stays linear in events, and any place is a short fold away."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from bookkeeping import books_by_turn, lineage_of
from building import ROOMY, memory, session, turn

from memview.kernel.workload import Workload
from memview.model.session import Session
from memview.policies import load_policy
from memview.replay import Replay
from memview.replay.frames import _EVENTS_BETWEEN

TURNS = 900
WORDS = [f"word{number}" for number in range(120)]


def long_session() -> Session:
    dice = random.Random(11)

    def text() -> str:
        return " ".join(dice.choices(WORDS, k=4))

    turns = tuple(
        turn(
            number,
            text(),
            remember=(memory(f"w{number}", text(), importance=dice.random()),) if number % 3 == 0 else (),
            response=text(),
        )
        for number in range(1, TURNS + 1)
    )
    loaded = tuple(memory(f"m{number}", text(), importance=dice.random()) for number in range(60))
    return session(*turns, loaded=loaded, budgets=replace(ROOMY, window=900, core=200), tokenizer="words")


@pytest.fixture(scope="module", params=["recall", "drop"])
def long_replay(request: pytest.FixtureRequest) -> Replay:
    spec = replace(load_policy("lru"), window_overflow=request.param, top_k=3)
    return Replay(Workload(long_session()), spec).run()


def test_checkpoints_weigh_no_more_than_the_events(long_replay: Replay) -> None:
    checkpoints = long_replay._checkpoints
    assert len(checkpoints._contexts) > 5
    assert sum(context.weight for context in checkpoints._contexts) <= len(long_replay.events)


def test_no_frame_is_far_from_a_checkpoint(long_replay: Replay) -> None:
    checkpoints = long_replay._checkpoints
    longest_turn = max(len(long_replay.event_span(number)) for number in range(TURNS + 1))
    heaviest = max(context.weight for context in checkpoints._contexts) + longest_turn
    ends = [*checkpoints._ends, len(long_replay.events)]
    assert max(later - sooner for sooner, later in pairwise(ends)) <= max(_EVENTS_BETWEEN, heaviest) + longest_turn


def test_frames_agree_with_the_books_in_any_order(long_replay: Replay) -> None:
    published = [event.as_dict() for event in long_replay.events]
    lineage = lineage_of(long_replay.session)
    wanted = {}
    for number, books in books_by_turn(published, TURNS):
        if number % 37 == 0 or number == TURNS:
            wanted[number] = (books.lists(), books.custody(lineage))
    order = [*wanted, *reversed(wanted)]
    random.Random(2).shuffle(order)
    for number in order:
        frame = long_replay.frame(number)
        assert wanted[number] == (
            {name: getattr(frame, name) for name in ("core", "summary", "retrieved", "window")},
            frame.custody.as_dict(),
        )


def test_the_session_keeps_the_core_busy(long_replay: Replay) -> None:
    metrics = long_replay.metrics
    assert min(metrics[name] for name in ("faults", "promotions", "evictions")) > 100
    assert metrics["thrash"] > 0
    assert (metrics["lost"] > 0) == (long_replay.spec.window_overflow == "drop")
