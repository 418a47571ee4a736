"""A model behind an OpenAI-compatible endpoint, with nothing but the standard library."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from .agent import ModelError
from .records import Reply, ToolCall

_ANSWER_LIMIT = 16 * 1024 * 1024


class OpenAIModel:
    """Asks `{base_url}/chat/completions`, for example `https://api.openai.com/v1`.

    `timeout` is in seconds. An error is a ModelError that never holds the key.
    """

    def __init__(self, base_url: str, model: str, api_key: str = "", timeout: float = 60.0) -> None:
        self._url = base_url.rstrip("/") + "/chat/completions"
        if not self._url.startswith(("http://", "https://")):
            raise ValueError("base_url has to begin with http:// or https://")
        self._model = model
        self._headers = {"Content-Type": "application/json"}
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._timeout = timeout

    def reply(self, messages: Sequence[dict[str, object]], tools: Sequence[dict[str, Any]]) -> Reply:
        """The model's reply. Raises ModelError."""
        body: dict[str, object] = {"model": self._model, "messages": list(messages)}
        if tools:
            body["tools"] = list(tools)
        data = json.dumps(body).encode()
        request = urllib.request.Request(self._url, data, self._headers)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as response:
                answer = json.loads(response.read(_ANSWER_LIMIT))
        except urllib.error.HTTPError as error:
            raise ModelError(f"{self._url}: status {error.code} {error.reason}") from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise ModelError(f"{self._url}: {reason}") from None
        except (ValueError, RecursionError):
            raise ModelError(f"{self._url}: the answer is no JSON") from None
        return _reply_of(answer, self._url)


def _reply_of(answer: Any, url: str) -> Reply:
    """The reply in an answer of chat completions."""
    try:
        message = answer["choices"][0]["message"]
        calls = tuple(
            ToolCall(str(call["id"]), str(call["function"]["name"]), call["function"]["arguments"])
            for call in message.get("tool_calls") or ()
        )
        text = message.get("content")
        usage = answer.get("usage") or {}
        tokens = usage.get("prompt_tokens")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise ModelError(f"{url}: the answer is no chat completion") from None
    if not isinstance(text, str | None) or not all(isinstance(c.arguments, str) for c in calls):
        raise ModelError(f"{url}: the answer is no chat completion")
    return Reply(text, calls, tokens if isinstance(tokens, int) else None)
