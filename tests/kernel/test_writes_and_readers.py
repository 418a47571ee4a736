"""What is written, replaced, withheld and released, and what the recording says was used: outcome and event."""

from __future__ import annotations

import pytest
from building import memory, of_turn, reasons, run, session, told, turn

from memview.model.memory import Memory
from memview.model.session import Approval, Arrival, ToolCall

# Writes


def test_a_newer_memory_takes_the_place_of_the_one_that_it_supersedes() -> None:
    loaded = (memory("old", tier="core"), memory("other", "word", tier="core"))
    replay = run(session(turn(1, "x", remember=(memory("new", supersedes="old"),)), turn(2, "kiwi"), loaded=loaded))
    assert reasons(replay, 1, "invalidate") == [("old", "superseded by new")]
    assert replay.frame(1).core == ("old", "other")
    assert [told(event) for event in of_turn(replay, 2, "evict", "promote")] == [
        ("evict", "old", "core", "archive", "superseded by new"),
        ("promote", "new", "archive", "core", "written to the core by the agent"),
    ]
    assert replay.frame(2).core == ("other", "new")
    assert ("old", "superseded by a newer memory") in reasons(replay, 2, "reject")


def test_a_chain_of_replacements_in_one_turn_leaves_the_last() -> None:
    written = (memory("b", supersedes="a"), memory("c", supersedes="b"))
    replay = run(session(turn(1, "x", remember=written), turn(2, "y"), loaded=(memory("a", tier="core"),)))
    assert replay.frame(2).core == ("c",)


def test_a_replacement_among_what_is_loaded() -> None:
    loaded = (memory("a", tier="core"), memory("b", tier="core", supersedes="a"))
    replay = run(session(turn(1, "x"), loaded=loaded))
    assert reasons(replay, 0, "invalidate") == [("a", "superseded by b")]
    assert replay.frame(1).core == ("b",)


def test_a_superseded_summary_leaves_its_section() -> None:
    loaded = (memory("s", tier="summary"),)
    replay = run(session(turn(1, "x", remember=(memory("new", supersedes="s"),)), turn(2, "y"), loaded=loaded))
    assert (replay.frame(1).summary, replay.frame(2).summary) == (("s",), ())
    assert [told(event) for event in of_turn(replay, 2, "compact")] == [
        ("compact", "s", "summary", "archive", "superseded by new")
    ]


@pytest.mark.parametrize("changes", [{"quarantined": True}, {"sensitivity": "health"}])
def test_what_waits_for_an_approval_replaces_nothing_until_then(changes: dict[str, object]) -> None:
    written = (memory("new", supersedes="old", **changes),)
    turns = (turn(1, "x", remember=written), turn(2, "y"), turn(3, "z"))
    story = session(*turns, loaded=(memory("old", tier="core"),), approvals=(Approval(2, "new"),))
    replay = run(story)
    assert [replay.frame(number).core for number in (1, 2, 3)] == [("old",), ("old",), ("new",)]
    assert [told(event)[:2] for event in of_turn(replay, 2, "approve", "invalidate")] == [
        ("approve", "new"),
        ("invalidate", "old"),
    ]


def test_an_untrusted_record_replaces_no_trusted_one() -> None:
    written = (memory("page", supersedes="old", trust="document"),)
    replay = run(session(turn(1, "x", remember=written), turn(2, "kiwi"), loaded=(memory("old", tier="core"),)))
    assert reasons(replay, 1, "reject") == [("page", "untrusted: may not replace old")]
    assert replay.frame(2).core == ("old",)
    assert replay.frame(2).retrieved == ("page",)


def test_an_untrusted_record_replaces_an_untrusted_one() -> None:
    written = (memory("page", supersedes="old", trust="document"),)
    loaded = (memory("old", trust="document"),)
    replay = run(session(turn(1, "x", remember=written), turn(2, "kiwi"), loaded=loaded))
    assert reasons(replay, 1, "invalidate") == [("old", "superseded by page")]
    assert replay.frame(2).retrieved == ("page",)


def test_a_resident_leaves_when_it_is_no_longer_valid() -> None:
    loaded = (memory("offer", tier="core", valid_until="2026-01-02T00:00:00Z"),)
    turns = (turn(1, "x", at="2026-01-01T00:00:00Z"), turn(2, "y", at="2026-01-03T00:00:00Z"))
    replay = run(session(*turns, loaded=loaded))
    assert replay.frame(1).core == ("offer",)
    assert replay.frame(2).core == ()
    assert reasons(replay, 2, "evict") == [("offer", "no longer valid at this turn")]


def test_a_core_write_by_the_agent_is_promoted_in_the_next_turn() -> None:
    replay = run(session(turn(1, "x", remember=(memory("note", tier="core"),)), turn(2, "y")), promote_if="rank < 0")
    assert replay.place_of("note", 1) == "archive"
    assert replay.frame(2).core == ("note",)
    assert reasons(replay, 2, "promote") == [("note", "written to the core by the agent")]


def test_a_core_write_without_room_says_why() -> None:
    loaded = (memory("rule", "word", 95, tier="core", pinned=True),)
    replay = run(session(turn(1, "x", remember=(memory("note", tier="core"),)), turn(2, "y"), loaded=loaded))
    assert reasons(replay, 2, "reject") == [("note", "core full of pinned memories: 5 tok left, 10 needed")]


def test_tool_calls_and_their_results() -> None:
    calls = (ToolCall("web_{search}", {"query": 1, "{limit}": 2}, "kiwi on the web"), ToolCall("noop", {}, None))
    replay = run(session(turn(1, "x", tool_calls=calls, response="done"), turn(2, "y")))
    assert reasons(replay, 1, "tool") == [(None, "web_{search}(query, {limit})"), (None, "noop()")]
    assert replay.frame(1).window == ("t1",)
    assert replay.frame(2).window == ("t1", "t1/tool-1", "t1/reply", "t2")
    assert replay.memory("t1/tool-1").trust == "tool_external"
    assert replay.memory("t1/tool-1").citation.turn_id == "t1"
    assert replay.custody_of("t1/reply", 1) == "unseen"


# Who may read what


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"quarantined": True}, "quarantined: needs an approval"),
        ({"sensitivity": "health"}, "sensitive: needs an approval"),
    ],
)
def test_guarded_memories_are_withheld_until_approved(changes: dict[str, object], reason: str) -> None:
    loaded = (memory("secret", tier="core", **changes),)
    replay = run(session(turn(1), turn(2), turn(3), loaded=loaded, approvals=(Approval(2, "secret", by="ann"),)))
    assert reasons(replay, 0, "quarantine") == [("secret", reason)]
    assert reasons(replay, 1, "quarantine") == [("secret", reason)]
    assert reasons(replay, 2, "approve") == [("secret", "released by a person")]
    assert [replay.frame(number).core for number in (1, 2, 3)] == [(), (), ("secret",)]
    assert replay.hits(1)[0].outcome == "quarantined"


def test_a_memory_that_is_no_longer_valid() -> None:
    loaded = (memory("offer", valid_until="2026-01-02T00:00:00+01:00"),)
    turns = (turn(1, at="2026-01-01T22:59:59Z"), turn(2, at="2026-01-01T23:00:00Z"), turn(3))
    replay = run(session(*turns, loaded=loaded), promote_if="rank < 0")
    assert [replay.frame(number).retrieved for number in (1, 2, 3)] == [("offer",), (), ("offer",)]
    assert reasons(replay, 2, "reject") == [("offer", "no longer valid at this turn")]
    assert replay.hits(2)[0].outcome == "rejected"


@pytest.mark.parametrize(
    ("record", "readable"),
    [
        (memory("m", agent="ada"), False),
        (memory("m", agent="ada", readers=("bob",)), True),
        (memory("m", agent="ada", tier="shared"), True),
        (memory("m", agent="ada", tier="shared", readers=("eve",)), False),
        (memory("m", agent="bob"), True),
        (memory("m"), True),
    ],
)
def test_private_memories_of_another_agent(record: Memory, readable: bool) -> None:
    replay = run(session(turn(1, agent="bob"), loaded=(record,)))
    shown = {*replay.frame(1).core, *replay.frame(1).retrieved}
    assert shown == ({"m"} if readable else set())
    assert reasons(replay, 1, "reject") == ([] if readable else [("m", "private to another agent")])


# What the recording says


def test_used_in_the_recording_but_not_found() -> None:
    story = session(turn(1, "harbour", used=("a", "a")), loaded=(memory("a"),))
    replay = run(story)
    assert [told(event) for event in of_turn(replay, 1, "fault")] == [
        ("fault", "a", "archive", None, "used in the recording, not found by retrieval")
    ]
    assert replay.frame(1).retrieved == ()
    assert [(hit.memory_id, hit.outcome, hit.score) for hit in replay.hits(1)] == [("a", "missed", None)]


def test_used_in_the_recording_and_resident() -> None:
    replay = run(session(turn(1, "harbour", used=("a",)), loaded=(memory("a", tier="core"),)))
    assert reasons(replay, 1, "hit") == [("a", "used in the recording, resident")]


def test_used_before_it_was_written_is_no_reference() -> None:
    written = session(turn(1, "x", remember=(memory("a"),), used=("a", "t1")), turn(2, "y", used=("t1",)))
    replay = run(written)
    assert of_turn(replay, 1, "fault", "hit") == []
    assert of_turn(replay, 2, "fault", "hit") == []


def test_arrivals_between_turns_are_known_from_the_next_turn_on() -> None:
    story = session(turn(1), turn(2), arrivals=(Arrival(1, memory("a")),))
    replay = run(story)
    assert told(of_turn(replay, 1)[-1]) == ("insert", "a", None, "archive", "new fact")
    assert replay.frame(2).core == ("a",)


def test_ids_of_echoes_give_way_to_those_of_the_session() -> None:
    named = memory("t1/reply", "kiwi")
    replay = run(session(turn(1, response="done"), turn(2, "x", remember=(named,)), turn(3)))
    assert replay.memory("t1/reply").text == "kiwi"
    assert replay.memory("t1/reply~").text == "done"
    assert replay.frame(3).core == ("t1/reply",)


def test_a_hit_counts_and_refreshes() -> None:
    replay = run(session(turn(1), turn(2), turn(3, "x"), loaded=(memory("a"),)))
    (slot,) = replay.core_slots(3)
    assert (slot.entered_turn, slot.last_used_turn, slot.uses) == (1, 2, 2)
    assert [event.action for event in of_turn(replay, 2, "hit", "fault", "promote")] == ["hit"]


def test_a_resident_of_another_agent_leaves_before_the_prompt_is_made() -> None:
    loaded = (memory("plan", tier="core", agent="planner"), memory("rule", tier="core"))
    replay = run(session(turn(1, "x", agent="planner"), turn(2, "y", agent="coder"), loaded=loaded))
    assert replay.frame(1).core == ("plan", "rule")
    assert replay.frame(2).core == ("rule",)
    assert reasons(replay, 2, "evict") == [("plan", "private to another agent")]
