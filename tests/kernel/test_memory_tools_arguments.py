"""Bad calls: every one is a result that the agent reads and an event, and the rest of the session goes on."""

from __future__ import annotations

from typing import Any

import pytest
from building import reasons
from tool_stories import after, call, only

from memview.kernel.memory_tools.arguments import TOOL_NAMES
from memview.kernel.memory_tools.calls import is_memory_tool

APPEND, SEARCH = "core_memory_append", "archival_memory_search"


@pytest.mark.parametrize(
    ("tool", "arguments", "error"),
    [
        (APPEND, {}, "missing argument 'section' (and 1 more)"),
        (APPEND, {"section": "human"}, "missing argument 'text'"),
        (APPEND, {"section": "human", "text": "x", "mood": 1}, "unexpected argument 'mood'"),
        (APPEND, {"section": "human", "name": "human", "text": "x"}, "unexpected argument 'name'"),
        (APPEND, {"section": 3, "text": "x"}, "'section' argument must be text"),
        (APPEND, {"section": "human", "text": None}, "'text' argument must be text"),
        (APPEND, {"section": "human", "text": ["x"]}, "'text' argument must be text"),
        (SEARCH, {"query": "x", "page": "first"}, "'page' argument must be an integer"),
        (SEARCH, {"query": "x", "page": True}, "'page' argument must be an integer"),
        (SEARCH, {"query": "x", "page": 0.5}, "'page' argument must be an integer"),
        (SEARCH, {"query": "x", "page": -1}, "'page' argument must be at least 0"),
        (SEARCH, {"query": "x", "page": 10**5000}, "'page' argument must be at most 1000000000"),
        (SEARCH, {"query": "x", "top_k": 0}, "'top_k' argument must be at least 1"),
        (SEARCH, {"query": {"a": 1}}, "'query' argument must be text"),
        (SEARCH, {"query": "x", "page": "9" * 5000}, "'page' argument must be an integer"),
        (SEARCH, {"query": "x", "tag_match_mode": "most"}, "'tag_match_mode' argument must be 'any' or 'all'"),
        (SEARCH, {"query": "x", "end_datetime": "soon"}, "Dates must be in ISO 8601 format ('YYYY-MM-DD'), not 'soon'"),
        ("conversation_search", {}, "missing argument 'query'"),
        ("conversation_search", {"roles": ["god"]}, "'roles' argument must be 'assistant', 'user' or 'tool'"),
        ("archival_memory_insert", {"text": "x", "tags": "toys"}, "'tags' argument must be a list"),
        (
            "memory_insert",
            {"label": "human", "new_str": "x", "insert_line": -2},
            "'insert_line' argument must be at least -1",
        ),
        ("core_memory_replace", {"section": "human", "old": "x"}, "missing argument 'new'"),
    ],
)
def test_arguments_that_do_not_fit(tool: str, arguments: dict[str, Any], error: str) -> None:
    replay = after(call(tool, **arguments))
    assert (only(replay).error, only(replay).result) == (error, error)
    assert reasons(replay, 1, "error") == [(None, f"{tool}: {error}")]
    assert replay.turn_count == replay.computed == 2


def test_an_unknown_tool_of_the_family() -> None:
    replay = after(call("memory_{wipe}", everything=True))
    assert only(replay).error == f"No memory tool is called memory_{{wipe}} (there are {', '.join(TOOL_NAMES)})"
    assert reasons(replay, 1, "tool") == [(None, "memory_{wipe}(everything): no result recorded")]


def test_every_tool_that_there_is_belongs_to_the_family() -> None:
    assert [name for name in TOOL_NAMES if not is_memory_tool(name)] == []


def test_letta_telling_that_it_is_done_is_no_unknown_tool() -> None:
    replay = after(call("memory_finish_edits", "None"))
    assert reasons(replay, 1, "tool", "error") == [(None, "memory_finish_edits()")]


def test_a_foreign_tool_is_left_alone() -> None:
    replay = after(call("web_search", "found", query="x"))
    assert replay.tool_calls(1) == []
    assert reasons(replay, 1, "tool", "error") == [(None, "web_search(query)")]


def test_names_are_cut_before_they_are_quoted() -> None:
    replay = after(
        call("memory_" + "x" * 10_000), call(APPEND, section="y" * 10_000, text="x"), call(APPEND, **{"z" * 10_000: 1})
    )
    assert all(len(outcome.result) < 400 for outcome in replay.tool_calls(1))  # fmt: skip


def test_what_rides_along_with_a_call_is_no_argument() -> None:
    replay = after(call(APPEND, section="human", text="x", request_heartbeat=True, inner_thoughts="hm", thinking="hm"))
    assert only(replay).error is None


def test_calls_behind_a_bad_one_are_executed() -> None:
    replay = after(call("memory_wipe"), call("web", "x"), call(APPEND, section="human", text="She rows."))
    assert [(outcome.place, outcome.error is None) for outcome in replay.tool_calls(1)] == [(1, False), (3, True)]
