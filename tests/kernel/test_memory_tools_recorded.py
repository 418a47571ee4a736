"""The recorded result beside ours: what is the same, and how a difference is told."""

from __future__ import annotations

import json

import pytest
from building import reasons
from tool_stories import after, call, memory, only, turn

LOADED = tuple(memory(name, "a boat", 5) for name in ("EPI-1", "EPI-2"))
OURS = 'Showing 2 of 2 results (page 0/0): ["memory: a boat", "memory: a boat"]'


@pytest.mark.parametrize(
    ("recorded", "difference"),
    [
        (["EPI-2", "EPI-1"], ""),
        ('["EPI-1", "EPI-2"]', ""),
        ("EPI-1, EPI-2", ""),
        ("Showing 2 of 2 results (page 0/0): EPI-1 a boat, EPI-2.", ""),
        ({"results": [{"id": "EPI-1"}, {"id": "EPI-2"}]}, ""),
        ({"status": "OK", "message": OURS, "time": "now"}, ""),
        (json.dumps({"status": "OK", "message": OURS}), ""),
        (OURS.upper().replace(" ", "\n"), ""),
        (["EPI-1"], "EPI-2 only here"),
        ("EPI-1: a boat", "EPI-2 only here"),
        ("No results found.", f"'No results found.' in the recording, '{OURS[:59]}…' here"),
        ([], "EPI-1, EPI-2 only here"),
        (7, f"'7' in the recording, '{OURS[:59]}…' here"),
    ],
)
def test_searches(recorded: object, difference: str) -> None:
    replay = after(call("archival_memory_search", recorded, query="boat"), loaded=LOADED)
    outcome = only(replay)
    assert (outcome.difference, outcome.agrees, outcome.recorded) == (difference, not difference, recorded)
    verdict = f"recorded result differs: {difference}" if difference else "same result"
    assert reasons(replay, 1, "tool") == [(None, f"archival_memory_search(query): {verdict}")]


def test_many_ids_are_counted() -> None:
    loaded = tuple(memory(f"m{number}", "x") for number in range(6))
    recorded = [f"m{number}" for number in range(6)]
    outcome = only(after(call("archival_memory_search", recorded, query="boat"), loaded=loaded))
    assert outcome.difference == "m0, m1, m2 and 3 more only in the recording"


def test_a_search_of_the_conversation_is_compared_by_turns() -> None:
    asking = turn(2, "y", tool_calls=(call("conversation_search", ["t1"], query="kayak"),))
    replay = after(first={"response": "A kayak."}, turns=(asking,))
    assert only(replay, 2).memory_ids == ("t1/reply",)
    assert only(replay, 2).agrees is True


@pytest.mark.parametrize(
    "recorded", ["None", "OK", "ok", {"status": "OK", "message": "None"}, "The block was edited.", []]
)
def test_an_edit_that_worked_in_both(recorded: object) -> None:
    assert only(after(call("core_memory_append", recorded, section="human", text="x"))).agrees is True


@pytest.mark.parametrize(
    "recorded",
    [
        "Error: nope",
        {"status": "Failed", "message": "nope"},
        "Edit failed: Exceeds 2000 character limit (requested 2003)",
    ],
)
def test_an_edit_that_was_refused_in_one(recorded: object) -> None:
    worked = only(after(call("core_memory_append", recorded, section="human", text="x")))
    assert worked.agrees is False
    refused = only(after(call("core_memory_append", recorded, section="cat", text="x")))
    assert refused.agrees is True
    other = only(after(call("core_memory_append", "OK", section="cat", text="x")))
    assert other.difference.startswith("'OK' in the recording, 'Block field cat does not exist")


def test_without_a_recorded_result_there_is_nothing_to_compare() -> None:
    replay = after(call("archival_memory_search", query="boat"), loaded=LOADED)
    assert (only(replay).agrees, only(replay).difference) == (None, "")
    assert reasons(replay, 1, "tool") == [(None, "archival_memory_search(query): no result recorded")]


def test_the_recorded_result_is_what_enters_the_window() -> None:
    replay = after(call("core_memory_append", "as recorded", section="cat", text="x"))
    assert replay.memory("t1/tool-1").text == "as recorded"
    assert replay.frame(2).window == ("t1", "t1/tool-1", "t2")


@pytest.mark.parametrize(
    "recorded", ["{value} {", "[" * 5000, '{"message": ' * 300, "x" * 500_000, "\ud800", [[[]], {"a": None}]]
)
def test_hostile_results_stop_nothing(recorded: object) -> None:
    for tool, arguments in (
        ("archival_memory_search", {"query": "boat"}),
        ("core_memory_append", {"section": "human", "text": "x"}),
    ):
        replay = after(call(tool, recorded, **arguments), loaded=LOADED)  # fmt: skip
        assert len(replay.events[replay.event_span(1).stop - 1].canonical()) < 2000


def test_a_result_that_is_ours_word_for_word_agrees_whatever_ids_stand_in_it() -> None:
    quoting = {"response": "I noted it [EPI-1] in the kayak list."}
    asking = turn(2, "y", tool_calls=(call("conversation_search", None, query="kayak list"),))
    ours = only(after(first=quoting, turns=(asking,), loaded=LOADED), 2).result
    again = turn(2, "y", tool_calls=(call("conversation_search", ours, query="kayak list"),))
    assert only(after(first=quoting, turns=(again,), loaded=LOADED), 2).agrees is True
