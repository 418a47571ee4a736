"""Archive and recall: what is inserted is found, pages, dates, the guard, and what counts as a reference."""

from __future__ import annotations

import pytest
from building import of_turn, reasons, told
from tool_stories import after, call, human, memory, only, run, session, turn

from memview.model.block import ToolLimits
from memview.model.session import Budgets, ToolCall

BOATS = tuple(memory(f"b{number}", f"boat number {number}", 5) for number in range(1, 8))


@pytest.mark.parametrize("arguments", [{"text": "A red bicycle."}, {"content": "A red bicycle.", "tags": ["toys"]}])
def test_what_is_inserted_into_the_archive_is_retrieved_from_the_next_turn_on(arguments: dict[str, object]) -> None:
    replay = after(call("archival_memory_insert", "None", **arguments), turns=(turn(2, "which bicycle?"),))
    assert only(replay).memory_ids == ("t1/archive-1",)
    assert replay.place_of("t1/archive-1", 1) == "archive"
    assert [event.action for event in of_turn(replay, 2) if event.memory_id == "t1/archive-1"] == ["fault", "promote"]
    written = replay.memory("t1/archive-1")
    assert (written.citation.turn_id, written.trust, written.tags) == ("t1", "model", tuple(arguments.get("tags", ())))


def test_what_the_recorder_kept_of_an_insert_is_not_written_twice() -> None:
    replay = after(
        call("archival_memory_insert", text="A red bicycle."),
        first={"remember": (memory("FCT-1", "A red bicycle."),)},
    )
    assert only(replay).memory_ids == ("FCT-1",)
    assert [told(event)[1:] for event in of_turn(replay, 1, "insert")][1:] == [
        ("FCT-1", None, "archive", "written by archival_memory_insert")
    ]


def test_a_core_memory_that_an_archival_insert_has_written_is_part_of_its_block_all_the_same() -> None:
    kept = memory("FCT-1", "A red bicycle.", tier="core", section="human")
    replay = after(call("archival_memory_insert", text="A red bicycle."), first={"remember": (kept,)}, blocks=())
    assert human(replay) == "A red bicycle."
    assert replay.frame(2).core == ("FCT-1",)


def test_a_megabyte_is_stored_and_does_not_stop_anything() -> None:
    replay = after(call("archival_memory_insert", text="kiwi " * 200_000))
    assert only(replay).error is None
    assert len(replay.memory("t1/archive-1").text) == 1_000_000
    assert replay.is_complete


def test_a_search_finds_what_was_there_before_its_turn() -> None:
    calls = (call("archival_memory_insert", text="boat of today"), call("archival_memory_search", query="boat"))
    replay = after(*calls, loaded=BOATS[:1])
    assert replay.tool_calls(1)[1].memory_ids == ("b1",)
    assert replay.tool_calls(1)[1].result == 'Showing 1 of 1 results (page 0/0): ["memory: boat number 1"]'


@pytest.mark.parametrize(
    ("arguments", "head", "count"),
    [
        ({}, "Showing 5 of 7 results (page 0/1): [", 5),
        ({"page": 1}, "Showing 2 of 7 results (page 1/1): [", 2),
        ({"page": None, "start": 0}, "Showing 5 of 7 results (page 0/1): [", 5),
        ({"page": "1"}, "Showing 2 of 7 results (page 1/1): [", 2),
        ({"page": 1.0}, "Showing 2 of 7 results (page 1/1): [", 2),
        ({"page": "None"}, "Showing 5 of 7 results (page 0/1): [", 5),
        ({"top_k": 3}, "Showing 3 of 7 results (page 0/2): [", 3),
        ({"top_k": 3, "page": 2}, "Showing 1 of 7 results (page 2/2): [", 1),
        ({"top_k": 50}, "Showing 7 of 7 results (page 0/0): [", 7),
    ],
)
def test_pages(arguments: dict[str, object], head: str, count: int) -> None:
    outcome = only(after(call("archival_memory_search", query="boat", **arguments), loaded=BOATS))
    assert outcome.result.startswith(head)
    assert len(outcome.memory_ids) == count


def test_page_size_depth_and_length_of_a_result_are_settings() -> None:
    limits = ToolLimits(result_chars=40, page_size=2, search_depth=3)
    outcome = only(after(call("archival_memory_search", query="boat"), loaded=BOATS, tool_limits=limits))
    assert outcome.result.startswith('Showing 2 of 3 results (page 0/1): ["mem... [NOTE: function output was truncated')
    assert outcome.result.endswith(" exceeded the character limit (85 > 40)]")


def test_a_page_behind_the_last_one_is_refused() -> None:
    replay = after(call("archival_memory_search", query="boat", page=2), loaded=BOATS)
    assert only(replay).error == "page 2 is out of range: the last one is 1"
    assert reasons(replay, 1, "error") == [(None, "archival_memory_search: page 2 is out of range: the last one is 1")]


@pytest.mark.parametrize("query", ["", "submarine", "  "])
def test_nothing_found(query: str) -> None:
    assert only(after(call("archival_memory_search", query=query), loaded=BOATS)).result == "No results found."


def test_what_a_search_shows_counts_as_referred_to() -> None:
    loaded = (
        memory("b1", "boat one", 5, tier="core"),
        memory("b2", "boat two", 5),
        memory("p", "boat", 5, tier="core", pinned=True),
    )
    replay = after(call("archival_memory_search", query="boat"), loaded=loaded, blocks=())
    assert [told(event) for event in of_turn(replay, 1, "hit", "fault")] == [
        ("hit", "b1", "core", "core", "asked for by archival_memory_search, resident"),
        ("fault", "b2", "archive", None, "asked for by archival_memory_search, comes as its result"),
    ]
    # A memory that never leaves the core is not in the archive.
    assert only(replay).memory_ids == ("b1", "b2")


def test_a_turn_refers_to_a_memory_once() -> None:
    story = session(turn(1, "a boat", tool_calls=(call("archival_memory_search", query="boat"),)), loaded=BOATS[:1])
    assert [event.memory_id for event in of_turn(run(story), 1, "hit", "fault")] == ["b1"]


def test_where_the_recording_names_what_the_agent_saw_the_rest_is_no_reference() -> None:
    replay = after(call("archival_memory_search", ["b2", "b3"], query="boat"), loaded=BOATS[:3])
    assert [event.memory_id for event in of_turn(replay, 1, "fault")] == ["b2", "b3"]
    assert only(replay).difference == "b1 only here"


def test_the_guard_withholds_from_a_search_what_it_withholds_from_a_prompt() -> None:
    loaded = (memory("b1", "boat", quarantined=True), memory("b2", "boat", agent="bob"), memory("b3", "boat"))
    replay = after(call("archival_memory_search", query="boat"), loaded=loaded, first={"agent": "ada"})
    assert only(replay).memory_ids == ("b3",)
    assert [(event.action, event.memory_id) for event in of_turn(replay, 1, "quarantine", "reject")][-2:] == [
        ("quarantine", "b1"),
        ("reject", "b2"),
    ]
    assert "b1" not in only(replay).result


def test_messages_are_found_by_what_they_hold_whatever_the_case_oldest_first() -> None:
    turns = (
        turn(2, "Nothing", response="A KAYAK, you said."),
        turn(3, "x", tool_calls=(call("conversation_search", query="kayak"),)),
    )
    replay = after(call("web", "a kayak on the web"), first={"response": "Which kayak?"}, turns=turns)
    assert only(replay, 3).memory_ids == ("t1/reply", "t2/reply")
    assert only(replay, 3).result == (
        'Showing 2 of 2 results (page 0/0): ["assistant - Which kayak?", "assistant - A KAYAK, you said."]'
    )
    assert replay.conversation_search("kayak", 3).text == only(replay, 3).result
    assert replay.conversation_search("kayak", 2).memory_ids == ("t1/reply",)
    assert replay.conversation_search("kayak", 1).total == 0
    assert replay.conversation_search("x", 4).memory_ids == ("t1", "t3")


def test_an_empty_query_lists_all_of_the_conversation_page_by_page() -> None:
    turns = tuple(turn(number, f"word {number}") for number in range(2, 9))
    replay = after(turns=turns)
    assert [replay.conversation_search("", 9, page).memory_ids for page in (0, 1)] == [
        ("t1", "t2", "t3", "t4", "t5"),
        ("t6", "t7", "t8"),
    ]
    with pytest.raises(ValueError, match="page 2 is out of range"):
        replay.conversation_search("", 9, 2)
    with pytest.raises(IndexError):
        replay.conversation_search("", 10)
    with pytest.raises(IndexError):
        replay.conversation_search("", 0)


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        ("2026-01-01", "2026-01-01", ("t1",)),
        ("2026-01-02", "2026-01-03", ("t2", "t3")),
        ("2026-01-01T09:00:00Z", "2026-01-02T08:59:59Z", ("t1",)),
        ("2026-01-02T10:00:00+01:00", "2026-01-02T10:00:00+01:00", ("t2",)),
        ("2026-01-03", "2026-01-01", ()),
        ("0001-01-01T00:00:00+23:00", "9999-12-31", ("t1", "t2", "t3")),
    ],
)
def test_messages_are_found_by_their_date(start: str, end: str, wanted: tuple[str, ...]) -> None:
    dated = [turn(number, "word", at=f"2026-01-0{number}T09:00:00Z") for number in (1, 2, 3)]
    asking = turn(4, "word", tool_calls=(call("conversation_search_date", start_date=start, end_date=end),))
    replay = run(session(*dated, asking))
    assert only(replay, 4).memory_ids == wanted
    assert replay.conversation_search_date(start, end, 4).memory_ids == wanted


def test_a_date_that_is_none_is_refused() -> None:
    outcome = only(after(call("conversation_search_date", start_date="yesterday", end_date="2026-01-01")))
    assert outcome.error == "Dates must be in ISO 8601 format ('YYYY-MM-DD'), not 'yesterday'"
    with pytest.raises(ValueError, match="ISO 8601"):
        after().conversation_search_date("2026-01-01", "soon", 1)


def test_what_a_policy_has_lost_is_not_in_its_recall() -> None:
    turns = [turn(number, f"kayak {number}", 40) for number in range(1, 6)]
    asking = turn(6, "x", 40, tool_calls=(call("conversation_search", query="kayak"),))
    tight = session(*turns, asking, budgets=Budgets(window=150, core=0, retrieval=0, reserve=0))
    assert len(only(run(tight), 6).memory_ids) == 5
    dropping = run(tight, window_overflow="drop")
    kept = only(dropping, 6).memory_ids
    assert kept == tuple(each.turn_id for each in turns if dropping.custody_of(each.turn_id, 6) != "lost")
    assert 0 < len(kept) < 5


TAGGED = (
    memory("b1", "boat one", tags=("wood", "red"), created_at="2026-01-01T10:00:00Z"),
    memory("b2", "boat two", tags=("wood",), created_at="2026-02-01T10:00:00Z"),
    memory("b3", "boat three", created_at="2026-03-01T10:00:00Z"),
    memory("b4", "boat four", tags=("red",)),
)


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ({"tags": ["wood", "red"]}, ("b1", "b2", "b4")),
        ({"tags": ["wood", "red"], "tag_match_mode": "all"}, ("b1",)),
        ({"tags": []}, ("b1", "b2", "b3", "b4")),
        ({"start_datetime": "2026-02-01"}, ("b2", "b3")),
        ({"start_datetime": "2026-01-15T00:00", "end_datetime": "2026-02-01", "tags": ["wood"]}, ("b2",)),
        ({"tags": ["steel"]}, ()),
    ],
)
def test_letta_narrows_a_search_by_tags_and_dates(arguments: dict[str, object], wanted: tuple[str, ...]) -> None:
    outcome = only(after(call("archival_memory_search", query="boat", **arguments), loaded=TAGGED))
    assert (outcome.error, tuple(sorted(outcome.memory_ids))) == (None, wanted)


def test_letta_searches_the_conversation_by_role() -> None:
    turns = (turn(2, "a boat", response="a fine boat"), turn(3, "?", tool_calls=_by_role()))
    asked = [outcome.memory_ids for outcome in after(turns=turns).tool_calls(3)]
    assert asked == [("t2",), ("t2/reply",), ("t2", "t2/reply")]


def _by_role() -> tuple[ToolCall, ...]:
    return (
        call("conversation_search", query="boat", roles=["user"]),
        call("conversation_search", query="boat", roles=["assistant", "tool"]),
        call("conversation_search", query="boat"),
    )
