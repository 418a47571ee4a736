from __future__ import annotations

import pytest
from conftest import Make, call

from agent_memory import AgentMemory, Reply, Tool, ToolCall
from agent_memory.tools import MEMORY_TOOL_NAMES, MEMORY_TOOLS


def test_the_five_tools_are_offered_with_schemas(memory: AgentMemory) -> None:
    assert MEMORY_TOOL_NAMES == (
        "core_memory_append",
        "core_memory_replace",
        "archival_memory_insert",
        "archival_memory_search",
        "conversation_search",
    )
    for schema in MEMORY_TOOLS:
        parameters = schema["function"]["parameters"]
        assert set(parameters["required"]) <= parameters["properties"].keys()
        assert schema["function"]["description"]
    assert [schema["function"]["name"] for schema in memory.schemas][-1] == "fetch_page"


@pytest.mark.parametrize(
    ("tool", "arguments", "error"),
    [
        ("launch_rocket", "{}", "There is no tool 'launch_rocket'"),
        ("archival_memory_insert", "{", "not valid JSON"),
        ("archival_memory_insert", "[" * 100_000, "not valid JSON"),
        ("archival_memory_insert", "[1]", "have to be a JSON object"),
        ("archival_memory_insert", "", "missing argument 'text'"),
        ("archival_memory_insert", '{"text": 1}', "argument 'text' has to be of type string"),
        ("archival_memory_insert", '{"text": null}', "argument 'text' has to be of type string"),
        ("archival_memory_insert", '{"text": "  "}', "The text is empty"),
        ("archival_memory_insert", '{"text": "x", "mood": "sad"}', "unknown argument 'mood'"),
        ("archival_memory_insert", '{"text": "' + "x" * 1_000_000 + '"}', "over its 10000 characters"),
        ("archival_memory_search", '{"query": "x", "top_k": true}', "has to be of type integer"),
        ("archival_memory_search", '{"query": "x", "top_k": 0}', "has to be at least 1"),
        ("archival_memory_search", '{"query": "x", "top_k": 1000000}', "may be at most 20"),
        ("archival_memory_search", '{"query": "x", "top_k": NaN}', "not valid JSON"),
        ("conversation_search", '{"query": ""}', "The query is empty"),
    ],
)
def test_whatever_is_wrong_becomes_a_result(memory: AgentMemory, tool: str, arguments: str, error: str) -> None:
    (result,) = memory.run_tools(Reply(tool_calls=(ToolCall("c", tool, arguments),)))
    assert result.startswith("Error: ")
    assert error in result
    assert memory.archive.search("x", 5) == []
    memory.prompt()


def test_a_tool_of_your_own_may_fail(make: Make) -> None:
    def divide(number: int) -> str:
        return str(1 // number)

    rule: dict[str, object] = {"type": "integer"}
    tool = Tool("divide", "Divide.", {"number": rule}, divide, ("number",), trust="tool_internal")
    memory = make(tools=[tool])
    memory.begin_turn("Divide by zero.")
    assert call(memory, "divide", number=1) == "1"
    assert call(memory, "divide", number=0) == "Error: ZeroDivisionError: integer division or modulo by zero"


def test_two_tools_of_one_name_are_refused(make: Make) -> None:
    with pytest.raises(ValueError, match="same name"):
        make(tools=[Tool("conversation_search", "Mine.", {}, str)])
