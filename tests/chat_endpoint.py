"""A local OpenAI-compatible endpoint that gives its replies in turn, the last one again and again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


def said(text: object) -> bytes:
    """A completion with an answer."""
    return _completion({"role": "assistant", "content": text})


def called(*calls: tuple[str, object], text: str | None = None) -> bytes:
    """A completion that asks for tools; arguments that are text go out as they are."""
    listed = [
        {
            "id": f"c{number}",
            "type": "function",
            "function": {
                "name": name,
                "arguments": arguments if isinstance(arguments, str) else json.dumps(arguments),
            },
        }
        for number, (name, arguments) in enumerate(calls)
    ]
    return _completion({"role": "assistant", "content": text, "tool_calls": listed})


def _completion(message: object) -> bytes:
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return json.dumps(
        {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
    ).encode()


class ChatEndpoint:
    def __init__(self, replies: Sequence[bytes]) -> None:
        self.replies = list(replies)
        self.status = 200
        self.requests: list[dict[str, Any]] = []
        self.released = threading.Event()
        self.released.set()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                endpoint.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                endpoint.released.wait(30)
                body = endpoint.replies.pop(0) if len(endpoint.replies) > 1 else endpoint.replies[0]
                self.send_response(endpoint.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    return  # the client has given up, as the timeout test wants it to

            def log_message(self, *args: object) -> None:
                """Keep the test's output clean."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.environ = {"OPENAI_BASE_URL": f"http://{self.host}/v1"}
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def answering(*replies: bytes) -> Iterator[ChatEndpoint]:
    endpoint = ChatEndpoint(replies)
    try:
        yield endpoint
    finally:
        endpoint.close()


def without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's own settings between a test and its endpoint."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "MEMVIEW_MODEL"):
        monkeypatch.delenv(name, raising=False)
