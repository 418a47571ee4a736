"""Pins in time: what is pinned stays, comes in, or is rejected with a reason; the invariants hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from building import ROOMY, memory, of_turn, reasons, run, session, told, turn
from hypothesis import given
from hypothesis import strategies as st
from strategies import sessions

from memview.kernel.workload import Workload
from memview.model.session import Approval, PinChange, Session
from memview.policies import load_policy
from memview.replay import Replay
from memview.replay.trial import Trial

SMALL = replace(ROOMY, core=20)
KIWI, PLUM, FIG = memory("kiwi"), memory("plum", "plum"), memory("fig", "fig")


def story(*pins: PinChange, texts: tuple[str, ...] = ("kiwi", "plum", "fig", "nothing", "kiwi")) -> Session:
    """A core that holds two of three memories."""
    turns = (turn(number, text) for number, text in enumerate(texts, start=1))
    return session(*turns, loaded=(KIWI, PLUM, FIG), budgets=SMALL, pins=pins)


def test_a_pinned_resident_is_not_evicted_and_its_slot_says_so() -> None:
    assert "kiwi" not in run(story()).frame(3).core
    replay = run(story(PinChange(1, "kiwi")))
    assert [told(event) for event in of_turn(replay, 1, "pin")] == [("pin", "kiwi", None, None, "pinned by a person")]
    assert set(replay.frame(3).core) == {"kiwi", "fig"}
    assert {slot.memory_id: slot.pinned for slot in replay.core_slots(3)} == {"kiwi": True, "fig": False}
    assert [slot.pinned for slot in replay.core_slots(1)] == [True]


def test_a_pinned_memory_that_is_not_resident_is_paged_in_by_the_next_turn() -> None:
    replay = run(story(PinChange(3, "kiwi")))
    assert "kiwi" not in replay.frame(3).core
    assert reasons(replay, 4, "promote") == [("kiwi", "pinned by a person")]
    assert [event.memory_id for event in of_turn(replay, 4, "evict")] == ["plum"]


def test_what_cannot_fit_is_rejected_with_the_reason_and_pinned_when_it_comes_in() -> None:
    pins = (PinChange(2, "kiwi"), PinChange(2, "plum"), PinChange(2, "fig"))
    replay = run(story(*pins, PinChange(3, "plum", pinned=False), PinChange(4, "fig", pinned=False)))
    full = "core full of pinned memories: 0 tok left, 10 needed"
    assert reasons(replay, 3, "reject") == [("fig", full), ("fig", full)]
    assert reasons(replay, 3, "unpin") == [("plum", "unpinned by a person")]
    assert set(replay.frame(5).core) == {"kiwi", "plum"}


def test_a_pin_that_was_taken_back_in_time_pages_nothing_in() -> None:
    replay = run(story(PinChange(3, "kiwi"), PinChange(3, "kiwi", pinned=False), PinChange(3, "plum", pinned=False)))
    assert [event.action for event in of_turn(replay, 3, "pin", "unpin")] == ["pin", "unpin"]
    assert of_turn(replay, 4, "promote") == []


def test_unpinning_frees_what_its_record_pins() -> None:
    rule = memory("rule", "rule", tier="core", pinned=True)
    recorded = session(turn(1), turn(2, "plum"), loaded=(rule, KIWI, PLUM), budgets=SMALL)
    assert "rule" in run(recorded).frame(2).core
    replay = run(replace(recorded, pins=(PinChange(1, "rule", pinned=False),)))
    assert [slot.pinned for slot in replay.core_slots(2) if slot.memory_id == "rule"] in ([], [False])
    assert "rule" not in replay.frame(2).core


@pytest.mark.parametrize(
    ("pinned", "reason"),
    [
        (memory("big", "x", tokens=21), "larger than the whole core: 21 > 20 tok"),
        (memory("web", "x", trust="document"), "untrusted: shown as data only"),
        (memory("held", "x", quarantined=True), "quarantined: needs an approval"),
        (memory("old", "x", valid_until="2025-01-01"), "no longer valid at this turn"),
        (memory("past", "x", tier="window"), "in the prompt already, outside the core"),
    ],
)
def test_a_pin_overrules_no_guard(pinned: object, reason: str) -> None:
    recorded = session(
        turn(1, "a"), turn(2, "b", at="2026-01-01"), loaded=(pinned,), budgets=SMALL,
        pins=(PinChange(1, pinned.memory_id),),
    )  # fmt: skip
    replay = run(recorded)
    assert reasons(replay, 2, "reject") == [(pinned.memory_id, reason)]
    assert pinned.memory_id not in replay.frame(2).core


def test_an_approved_memory_can_be_pinned_and_a_refused_one_cannot() -> None:
    held = memory("held", "x", quarantined=True)
    recorded = session(turn(1, "a"), turn(2, "b"), turn(3, "c"), loaded=(held,), pins=(PinChange(1, "held"),))
    assert "held" in run(replace(recorded, approvals=(Approval(1, "held"),))).frame(2).core
    refused = run(replace(recorded, approvals=(Approval(1, "held", decision="refused"),)))
    assert reasons(refused, 2, "reject") == [("held", "refused by a person")]


def test_what_was_not_known_yet_cannot_be_pinned() -> None:
    recorded = session(turn(1), turn(2, remember=(KIWI,)), pins=(PinChange(1, "kiwi"),))
    assert of_turn(run(recorded), 1, "pin") == []


@st.composite
def pinned_sessions(draw: st.DrawFn) -> Session:
    recorded = draw(sessions())
    known = [arrival.memory.memory_id for arrival in recorded.arrivals]
    known += [memory.memory_id for turn in recorded.turns for memory in turn.remember]
    if not known:
        return recorded
    changes = st.builds(PinChange, st.integers(0, len(recorded.turns)), st.sampled_from(known), st.booleans())
    pins = sorted(draw(st.lists(changes, max_size=12)), key=lambda pin: pin.after_turn)
    return replace(recorded, pins=tuple(pins))


@given(pinned_sessions(), st.sampled_from(("lru", "arc", "wtinylfu", "belady", "consolidating", "sieve", "adaptive")))
def test_pins_break_no_budget_and_hold(recorded: Session, policy: str) -> None:
    replay = Replay(Workload(recorded), load_policy(policy)).run()
    for number in range(replay.turn_count + 1):
        frame = replay.frame(number)
        assert sum(replay.tokens_of(name) for name in frame.core) == frame.tokens.core <= replay.budgets.core
        assert frame.tokens.total + frame.tokens.reserve <= frame.tokens.limit
        evicted = {event.memory_id: event for event in of_turn(replay, number, "evict") if event.signal is not None}
        if number:
            held = {slot.memory_id for slot in replay.core_slots(number - 1) if slot.pinned}
            assert not held & evicted.keys()
    quarantined = {event.memory_id for event in replay.events if event.action == "pin"}
    assert quarantined <= set(replay.item_ids())


@given(pinned_sessions())
def test_a_trial_and_a_replay_of_pins_agree(recorded: Session) -> None:
    spec = load_policy("lru")
    assert Trial(Workload(recorded), spec).metrics == Replay(Workload(recorded), spec).run().metrics
