"""What is kept out of the prompt at a turn, and why; what a decision makes of the session."""

from __future__ import annotations

from building import memory, run, session, turn
from hypothesis import given, settings
from strategies import sessions

from memview.model.session import REFUSED, Approval
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.replay.governance import Decision, with_decisions, withheld_at


def states(replay: Replay, number: int) -> dict[str, tuple[str, int, int]]:
    return {entry.memory_id: (entry.state, entry.since, entry.sought) for entry in withheld_at(replay, number)}


def test_what_waits_is_listed_until_it_is_approved_with_how_often_it_was_looked_for() -> None:
    loaded = (memory("bad", quarantined=True), memory("key", sensitivity="secret"), memory("good"))
    replay = run(session(turn(1), turn(2), turn(3), loaded=loaded, approvals=(Approval(2, "bad"),)))
    assert states(replay, 0) == {"bad": ("waiting", 0, 0), "key": ("waiting", 0, 0)}
    assert states(replay, 1) == {"bad": ("waiting", 0, 1), "key": ("waiting", 0, 1)}
    assert states(replay, 2) == {"key": ("waiting", 0, 2)}
    assert [entry.reason for entry in withheld_at(replay, 3)] == ["sensitive: needs an approval"]


def test_what_was_refused_stays_and_what_the_guard_withholds_is_of_its_turn() -> None:
    loaded = (memory("bad", quarantined=True), memory("old", importance=0.0), memory("new", supersedes="old"))
    replay = run(session(turn(1), turn(2), loaded=loaded, approvals=(Approval(1, "bad", decision=REFUSED),)))
    assert states(replay, 1) == {"bad": ("refused", 1, 1), "old": ("withheld", 1, 0)}
    assert states(replay, 2) == {"bad": ("refused", 1, 2), "old": ("withheld", 2, 0)}
    refused, withheld = withheld_at(replay, 2)
    assert (refused.can_be_approved, refused.can_be_refused) == (False, False)
    assert (withheld.can_be_approved, withheld.can_be_refused) == (False, True)


def test_what_waited_for_its_source_alone_waits_no_more_once_that_is_released() -> None:
    loaded = (
        memory("bad", quarantined=True),
        memory("child", "kiwi pie", derived_from=("bad",)),
        memory("own", "kiwi jam", derived_from=("bad",), quarantined=True),
    )
    decided = (Approval(1, "bad"), Approval(2, "bad", decision=REFUSED))
    replay = run(session(turn(1), turn(2), turn(3), loaded=loaded, approvals=decided))
    waiting = [[entry.memory_id for entry in withheld_at(replay, turn) if entry.state == "waiting"] for turn in (0, 1)]
    assert waiting == [["bad", "child", "own"], ["own"]]
    assert "child" in (*replay.frame(2).core, *replay.frame(2).retrieved)
    told = {entry.memory_id: entry.state for entry in withheld_at(replay, 3)}
    assert told == {"child": "waiting", "own": "waiting", "bad": "refused"}


def test_taint_of_the_lineage_is_the_trust_that_is_told() -> None:
    loaded = (memory("page", trust="document"), memory("note", quarantined=True, derived_from=("page",), trust="model"))
    assert [entry.trust for entry in withheld_at(run(session(turn(1), loaded=loaded)), 1)] == ["document"]


def test_a_decision_is_a_record_at_its_place_and_the_recording_stays() -> None:
    story = session(turn(1), turn(2), turn(3), loaded=(memory("bad", quarantined=True),),
                    approvals=(Approval(1, "bad"), Approval(3, "bad")))  # fmt: skip
    changed = with_decisions(story, [Decision("bad", 1, REFUSED), Decision("bad", 0)])
    assert [(each.after_turn, each.decision) for each in changed.approvals] == [
        (0, "approved"), (1, "approved"), (1, "refused"), (3, "approved"),
    ]  # fmt: skip
    assert len(story.approvals) == 2
    assert Decision("M-3", 12).words == "approved M-3 at turn 12"


def test_an_approval_lets_the_memory_into_the_next_prompt() -> None:
    story = session(turn(1), turn(2), turn(3), loaded=(memory("bad", quarantined=True),))
    replay = run(with_decisions(story, [Decision("bad", 1)]))
    assert "bad" not in replay.frame(1).core
    assert "bad" in replay.frame(2).core


@settings(max_examples=40, deadline=None)
@given(sessions())
def test_nothing_that_waits_or_was_refused_is_in_the_prompt(story) -> None:  # type: ignore[no-untyped-def]
    replay = Replay(Workload(story), load_policy("lru")).run()
    for number in range(replay.turn_count + 1):
        frame = replay.frame(number)
        shown = {*frame.core, *frame.summary, *frame.retrieved, *frame.window}
        entries = withheld_at(replay, number)
        assert len({entry.memory_id for entry in entries}) == len(entries)
        assert not shown & {entry.memory_id for entry in entries if entry.state == "waiting"}
