"""A model drives the tools: whatever it sends is run, refused as a result it can read, or told in one clear line."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from chat_endpoint import ChatEndpoint, answering, called, said, without_proxy

import memview
from memview.agents.agent_loop import MOST_CALLS, MOST_STEPS, Agent, AgentError
from memview.agents.model_mind import ModelMind
from memview.agents.script import Script, ScriptedTurn, load_script
from memview.agents.tool_schemas import TOOL_NAMES, TOOL_SCHEMAS
from memview.kernel.memory_tools.arguments import parse_call
from memview.responders.openai_compatible import ResponderError
from memview.sessions.reader import read_session
from memview.sessions.writer import write_session

pytest.importorskip("openai", reason="the openai package comes with memview[llm] and memview[test]")

STORE = ("archival_memory_insert", {"text": "Rui is allergic to walnuts."})


@pytest.fixture(autouse=True)
def nobodys_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxy(monkeypatch)


def script(*texts: str) -> Script:
    turns = tuple(ScriptedTurn(f"2026-01-0{day}T10:00:00Z", text, (), "") for day, text in enumerate(texts, 1))
    return replace(load_script("memgpt"), turns=turns)


def agent_on(endpoint: ChatEndpoint, *texts: str) -> Agent:
    return Agent(script(*(texts or ("Rui may eat no walnuts.",))), ModelMind(endpoint.environ, timeout=10))


def kept(agent: Agent, tmp_path: Path) -> memview.Session:
    """The session as a file has it."""
    write_session(agent.session, tmp_path / "kept.jsonl")
    return read_session(tmp_path / "kept.jsonl").session


def test_the_model_stores_then_searches_then_answers_with_a_citation(tmp_path: Path) -> None:
    replies = (
        called(STORE, text="I write that down."),
        said("Noted [MEM-00001]."),
        called(
            ("archival_memory_search", {"query": "allergic", "top_k": 3}), ("conversation_search", {"query": "rui"})
        ),
        said("No walnuts, for Rui [MEM-00001], as you said [t-0001]. Not [MEM-00009]."),
    )
    with answering(*replies) as endpoint:
        agent = agent_on(endpoint, "Rui may eat no walnuts.", "Which cake?")
        agent.take_turn()
        replay = agent.take_turn()
    first, second = agent.session.turns
    assert [call.result for call in first.tool_calls] == ["None"]
    assert (first.used, second.used) == (("MEM-00001",), ("MEM-00001", "t-0001"))
    assert [outcome.memory_ids for outcome in replay.tool_calls(2)] == [("MEM-00001",), ("t-0001",)]
    session = kept(agent, tmp_path)
    assert session == agent.session
    again = memview.replay(session, policy="memgpt")
    assert again.digest == replay.digest
    assert [outcome.agrees for turn in (1, 2) for outcome in again.tool_calls(turn)] == [True, True, True]


def test_the_model_gets_prompt_tools_and_the_results_of_its_calls() -> None:
    with answering(called(STORE, text="One moment."), said("Noted [MEM-00001].")) as endpoint:
        agent_on(endpoint).take_turn()
        before, after = endpoint.requests
    assert before["tools"] == json.loads(json.dumps(TOOL_SCHEMAS))
    assert before["messages"][0]["role"] == "system"
    assert "[block/persona persona] Sam keeps track" in before["messages"][0]["content"]
    assert before["messages"][-1] == {"role": "user", "content": "Rui may eat no walnuts."}
    call, result = after["messages"][-2:]
    assert (call["role"], call["content"]) == ("assistant", "One moment.")
    assert call["tool_calls"] == [
        {"id": "c0", "type": "function", "function": {"name": STORE[0], "arguments": json.dumps(STORE[1])}}
    ]
    assert (result["role"], result["tool_call_id"]) == ("tool", "c0")
    assert json.loads(result["content"]) == {"status": "OK", "message": "None", "memory_ids": ["MEM-00001"]}


def test_the_schemas_are_what_the_tools_take() -> None:
    functions = [schema["function"] for schema in TOOL_SCHEMAS]
    assert tuple(function["name"] for function in functions) == TOOL_NAMES
    for function in functions:
        fields = function["parameters"]["properties"]
        every = {name: "x" if field["type"] == "string" else 1 for name, field in fields.items()}
        parse_call(function["name"], every)
        parse_call(function["name"], {name: every[name] for name in function["parameters"]["required"]})


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (("core_memory_apend", {"section": "human", "text": "x"}), "No memory tool is called core_memory_apend"),
        (("send_message", {"message": "hi"}), "No memory tool is called send_message"),
        (("send_message\x1b[2J" + "x" * 5000, {}), "No memory tool is called send_message"),
        (("core_memory_append", {"section": "moods", "text": "x"}), "Block field moods does not exist"),
        (("core_memory_append", {"section": "human", "text": 7}), "'text' argument must be text"),
        (("core_memory_append", {"section": "human", "text": "x" * 1_000_000}), "Edit failed: Exceeds 2000 character"),
        (("archival_memory_insert", '{"text": '), "Invalid arguments: not a JSON object: {"),
        (("archival_memory_insert", "[1]"), "Invalid arguments: not a JSON object: [1]"),
        (("archival_memory_insert", "7"), "Invalid arguments: not a JSON object"),
        (("archival_memory_insert", '{"text": NaN}'), "Invalid arguments: not a JSON object"),
        (("archival_memory_insert", '{"text": 1e999}'), "Invalid arguments: not a JSON object"),
        (("archival_memory_insert", "[" * 100_000), "Invalid arguments: not a JSON object"),
        (("archival_memory_insert", '{"text": ' + "[" * 20 + "]" * 20 + "}"), "Invalid arguments: not a JSON object"),
        (("archival_memory_insert", '{"text": ' + "9" * 5000 + "}"), "Invalid arguments: not a JSON object"),
        (("archival_memory_insert", ""), "missing argument 'text'"),
    ],
)
def test_a_call_that_cannot_be_is_a_result_that_the_model_reads(
    call: tuple[str, object], told: str, tmp_path: Path
) -> None:
    with answering(called(call), said("I see.")) as endpoint:
        agent = agent_on(endpoint)
        replay = agent.take_turn()
        read = json.loads(endpoint.requests[1]["messages"][-1]["content"])
    assert read["status"] == "Failed"
    assert read["message"].startswith(told)
    assert read["memory_ids"] == []
    (turn,) = agent.session.turns
    assert (turn.response, turn.tool_calls[0].result, turn.remember) == ("I see.", read["message"], ())
    assert all(outcome.agrees for outcome in replay.tool_calls(1))
    assert memview.replay(kept(agent, tmp_path), policy="memgpt").digest == replay.digest


def test_half_characters_are_replaced_so_that_the_session_can_be_kept(tmp_path: Path) -> None:
    replies = (called(("archival_memory_insert", '{"text": "a\\ud800b"}')), said("done \ud800"))
    with answering(*replies) as endpoint:
        agent = agent_on(endpoint)
        agent.take_turn()
    (turn,) = kept(agent, tmp_path).turns
    assert (turn.remember[0].text, turn.response) == ("a?b", "done ?")


def test_arguments_that_come_as_an_object_are_taken_as_one() -> None:
    reply = json.loads(called(STORE))
    reply["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] = STORE[1]
    del reply["choices"][0]["message"]["tool_calls"][0]["id"]
    with answering(json.dumps(reply).encode(), said("Noted.")) as endpoint:
        agent = agent_on(endpoint)
        agent.take_turn()
        assert endpoint.requests[1]["messages"][-1]["tool_call_id"] == "call-1"
    assert agent.session.turns[0].tool_calls[0].result == "None"


def test_a_model_that_never_stops_is_stopped_and_what_it_did_is_kept(tmp_path: Path) -> None:
    with answering(called(STORE)) as endpoint:
        agent = agent_on(endpoint)
        with pytest.raises(AgentError, match=f"^turn 1: no answer after {MOST_STEPS} steps of tool calls"):
            agent.take_turn()
        assert len(endpoint.requests) == MOST_STEPS
    (turn,) = kept(agent, tmp_path).turns
    assert len(turn.tool_calls) == MOST_STEPS - 1
    assert turn.response is None
    assert agent.answered == 0


def test_an_answer_in_the_last_step_is_an_answer() -> None:
    with answering(*[called(STORE)] * (MOST_STEPS - 1), said("At last.")) as endpoint:
        agent = agent_on(endpoint)
        agent.take_turn()
    assert agent.session.turns[0].response == "At last."


def test_too_many_calls_at_once_are_not_made() -> None:
    with answering(called(*[STORE] * (MOST_CALLS + 1))) as endpoint:
        agent = agent_on(endpoint)
        with pytest.raises(AgentError, match=r"^turn 1: 33 tool calls at once, more than 32"):
            agent.take_turn()
    assert agent.session.turns[0].tool_calls == ()


def test_a_core_edit_is_there_for_the_next_call_of_the_same_turn(tmp_path: Path) -> None:
    replies = (
        called(
            ("core_memory_append", {"section": "human", "text": "Likes tea."}),
            ("core_memory_replace", {"section": "human", "old": "tea", "new": "coffee"}),
        ),
        called(("core_memory_replace", {"section": "human", "old": "coffee", "new": "cocoa"})),
        called(("core_memory_replace", {"section": "persona", "old": "Sam", "new": "Samira"})),
        said("Cocoa [MEM-00003]."),
    )
    with answering(*replies) as endpoint:
        agent = agent_on(endpoint)
        replay = agent.take_turn()
    (turn,) = agent.session.turns
    assert [memory.text for memory in turn.remember[:3]] == ["Likes tea.", "Likes coffee.", "Likes cocoa."]
    assert [memory.supersedes for memory in turn.remember] == [None, "MEM-00001", "MEM-00002", None]
    assert turn.used == ("MEM-00003",)
    blocks = {block.label: block for block in replay.blocks(1)}
    assert (blocks["human"].value, blocks["human"].memory_ids) == ("Likes cocoa.", ("MEM-00003",))
    assert blocks["persona"].value.startswith("Samira keeps")
    assert memview.replay(kept(agent, tmp_path), policy="memgpt").digest == replay.digest


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"null",
        b"{}",
        said(7),
        b"[" * 100_000,
        b'{"choices": [{"message": {"content": "x", "tool_calls": 7}}]}',
        b'{"choices": [{"message": {"content": "x", "tool_calls": [7]}}]}',
        b'{"choices": [{"message": {"content": "x", "tool_calls": [{"id": "a", "function": null}]}}]}',
        b'{"choices": [{"message": {"content": "x", "tool_calls": [{"function": {"name": 1, "arguments": ""}}]}}]}',
        b'{"choices": [{"message": {"content": "x", "tool_calls": [{"function": {"name": " ", "arguments": ""}}]}}]}',
        b'{"choices": [{"message": {"content": "x", "tool_calls": [{"function": {"name": "a", "arguments": 7}}]}}]}',
    ],
)
def test_nonsense_is_one_line_and_the_turns_before_are_kept(body: bytes, tmp_path: Path) -> None:
    with answering(said("Noted."), body) as endpoint:
        agent = agent_on(endpoint, "Rui may eat no walnuts.", "Which cake?")
        agent.take_turn()
        with pytest.raises(ResponderError) as caught:
            agent.take_turn()
    assert str(caught.value) == f"{endpoint.host}: the reply is not a chat completion; check OPENAI_BASE_URL"
    session = kept(agent, tmp_path)
    assert [turn.response for turn in session.turns] == ["Noted.", None]
    assert agent.answered == 1


def test_no_text_and_no_calls_is_no_answer() -> None:
    with answering(said(None)) as endpoint, pytest.raises(ResponderError, match="answered with no text"):
        agent_on(endpoint).take_turn()


def test_a_slow_endpoint_is_given_up() -> None:
    with answering(said("x")) as endpoint:
        endpoint.released.clear()
        agent = Agent(script("Hello."), ModelMind(endpoint.environ, timeout=0.2))
        with pytest.raises(ResponderError, match=r"no answer within 0\.2 s"):
            agent.take_turn()


def test_an_endpoint_that_is_down_is_told() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        environ = {"OPENAI_BASE_URL": f"http://127.0.0.1:{unused.getsockname()[1]}/v1"}
        with pytest.raises(ResponderError, match="cannot be reached"):
            Agent(script("Hello."), ModelMind(environ)).take_turn()
