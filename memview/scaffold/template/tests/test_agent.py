from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import Make, calls, lines_of

from agent_memory import Agent, ModelError, Reply, ScriptedModel
from agent_memory.__main__ import main
from agent_memory.openai_model import OpenAIModel

INSERT = calls(("archival_memory_insert", {"text": "Nora likes green tea."}))


def test_a_turn_with_tools_and_an_answer_that_cites(make: Make, recording: Path) -> None:
    model = ScriptedModel([INSERT, Reply("Noted [MEM-00001], see [MEM-00777] and [s-0/t-0001].", input_tokens=99)])
    answer = Agent(make(), model).answer("I am Nora and like green tea.")
    assert (answer.cited, answer.unknown) == (("MEM-00001",), ("MEM-00777",))
    assert model.prompts[1][-1]["content"] == "Stored as MEM-00001, searchable now."
    turn = lines_of(recording)[-1]
    assert (turn["used"], turn["input_tokens"]) == (["MEM-00001"], 99)


def test_a_model_that_only_calls_tools_has_to_answer_in_the_end(make: Make) -> None:
    model = ScriptedModel([INSERT, INSERT, Reply("Enough.")])
    assert Agent(make(), model, max_steps=2).answer("Hello").text == "Enough."


def test_a_model_that_fails_leaves_the_session_in_order(make: Make, recording: Path) -> None:
    memory = make()
    with pytest.raises(ModelError):
        Agent(memory, ScriptedModel([INSERT])).answer("Hello")
    assert Agent(memory, ScriptedModel([Reply("Here again.")])).answer("Hello?").text == "Here again."
    first, second = lines_of(recording)[-2:]
    assert "response" not in first
    assert first["remember"][0]["memory_id"] == "MEM-00001"
    assert second["turn_id"] == "t-0002"


def test_calls_out_of_order_are_refused(make: Make) -> None:
    memory = make()
    for out_of_order in (memory.prompt, lambda: memory.end_turn(None), lambda: memory.run_tools(INSERT)):
        with pytest.raises(RuntimeError, match="no turn"):
            out_of_order()
    memory.begin_turn("Hello")
    with pytest.raises(RuntimeError, match="not over"):
        memory.begin_turn("Hello again")


def test_the_example_runs_as_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "session.jsonl"
    monkeypatch.setattr("sys.argv", ["agent_memory", str(path)])
    assert main() == 0
    assert "held back: MEM-00005" in capsys.readouterr().out
    assert main() == 1
    assert "name another file" in capsys.readouterr().err


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[Any], list[bytes]]]:
    """A local endpoint: its address, the requests that it saw, and the answers that it is to give."""
    seen: list[Any] = []
    answers: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, self.headers["Authorization"], json.loads(body)))
            answer = answers.pop(0)
            self.send_response(200 if answer else 500)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1", seen, answers
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_model_behind_an_endpoint(make: Make, endpoint: tuple[str, list[Any], list[bytes]]) -> None:
    url, seen, answers = endpoint
    function = {"name": "archival_memory_insert", "arguments": '{"text": "Nora likes tea."}'}
    asked = {"content": None, "tool_calls": [{"id": "c1", "type": "function", "function": function}]}
    answers.append(json.dumps({"choices": [{"message": asked}]}).encode())
    answers.append(
        json.dumps({"choices": [{"message": {"content": "Noted."}}], "usage": {"prompt_tokens": 7}}).encode()
    )
    assert Agent(make(), OpenAIModel(url, "some-model", "secret-key")).answer("I like tea.").text == "Noted."
    assert seen[0][:2] == ("/v1/chat/completions", "Bearer secret-key")
    assert [message["role"] for message in seen[1][2]["messages"]] == ["system", "user", "assistant", "tool"]
    assert len(seen[1][2]["tools"]) == 6


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"choices": []}',
        b'{"choices": [{"message": null}]}',
        b'{"choices": [{"message": {"content": 5}}]}',
        b'{"choices": [{"message": {"tool_calls": [{"id": 1}]}}]}',
    ],
)
def test_an_endpoint_that_answers_nonsense(answer: bytes, endpoint: tuple[str, list[Any], list[bytes]]) -> None:
    url, _, answers = endpoint
    answers.append(answer)
    with pytest.raises(ModelError, match="chat/completions"):
        OpenAIModel(url, "some-model").reply([], [])


def test_an_endpoint_that_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ModelError, match="chat/completions"):
        OpenAIModel(f"http://127.0.0.1:{port}/v1", "some-model", timeout=2).reply([], [])
    with pytest.raises(ValueError, match="http"):
        OpenAIModel("file:///etc", "some-model")
