"""An answer from a model: the assembled prompt, sent to any endpoint that speaks the OpenAI chat API.

`OPENAI_BASE_URL`, `OPENAI_API_KEY` and `MEMVIEW_MODEL` come from the environment. Needs `pip install 'memview[llm]'`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from memview.model.errors import MemviewError
from memview.replay.views import Prompt

DEFAULT_MODEL = "gpt-4o-mini"
TIMEOUT_SECONDS = 60.0

_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_LONGEST_COMPLAINT = 200
_NOT_A_COMPLETION = "the reply is not a chat completion; check OPENAI_BASE_URL"


class ResponderError(MemviewError):
    """The endpoint is absent, unreachable, slow, or answered with something that is no answer."""


def messages_of(prompt: Prompt) -> list[dict[str, str]]:
    """The prompt as chat messages: system and memory first, then the window as context, then the question.

    The question is the prompt's query, so one that was cut to fit is sent as it was cut.
    """
    anchors = Prompt(tuple(section for section in prompt.sections if section.name not in ("window", "query")))
    window = Prompt(tuple(section for section in prompt.sections if section.name == "window"))
    question = [entry.text for section in prompt.sections if section.name == "query" for entry in section.entries]
    messages = [{"role": "system", "content": anchors.text()}]
    if any(section.entries for section in window.sections):
        messages.append({"role": "user", "content": window.text()})
    messages.append({"role": "user", "content": "\n".join(question)})
    return messages


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A tool call as the model wrote it: `arguments` is text that should be a JSON object."""

    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said: text (empty when it said none), and the tools that it wants to be called."""

    text: str
    calls: tuple[FunctionCall, ...]


def ask_model(prompt: Prompt, environ: Mapping[str, str] = os.environ, timeout: float = TIMEOUT_SECONDS) -> str:
    """The model's answer as text. `timeout` is seconds without a byte from the endpoint.

    Raises ResponderError with one line for everything that can go wrong outside.
    """
    return chat(messages_of(prompt), (), environ, timeout).text


def chat(
    messages: Sequence[Mapping[str, object]],
    tools: Sequence[Mapping[str, object]],
    environ: Mapping[str, str] = os.environ,
    timeout: float = TIMEOUT_SECONDS,
) -> Reply:
    """The model's reply to `messages` in the shape of the OpenAI chat API; `tools` are what it may call.

    `timeout` is seconds without a byte from the endpoint. Raises ResponderError with one line for everything that can
    go wrong outside, a reply without text and calls included.
    """
    try:
        import openai
    except ImportError:
        raise ResponderError("--llm needs the openai package; pip install 'memview[llm]'") from None
    base_url = environ.get("OPENAI_BASE_URL") or None
    where = "api.openai.com" if base_url is None else _checked_address(base_url)
    key = _checked_key(environ.get("OPENAI_API_KEY") or ("none" if base_url else None))
    model = environ.get("MEMVIEW_MODEL") or DEFAULT_MODEL
    try:
        client = openai.OpenAI(api_key=key, base_url=base_url, timeout=timeout, max_retries=0)
        completion = client.chat.completions.create(
            model=model,
            messages=messages,  # type: ignore[arg-type]
            tools=tools or openai.NOT_GIVEN,  # type: ignore[arg-type]
        )
        reply = _reply_in(completion.choices[0].message)
    except openai.APITimeoutError:
        raise ResponderError(f"{where}: no answer within {timeout:g} s; is the endpoint busy?") from None
    except openai.APIConnectionError:
        raise ResponderError(f"{where}: cannot be reached; check OPENAI_BASE_URL") from None
    except openai.OpenAIError as error:
        complaint = " ".join(str(error).split())[:_LONGEST_COMPLAINT]
        raise ResponderError(f"{where}: {complaint}; check the model name ({model}) and the key") from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError):
        raise ResponderError(f"{where}: {_NOT_A_COMPLETION}") from None
    if not reply.calls and not reply.text.strip():
        raise ResponderError(f"{where}: the model answered with no text; try another model than {model}")
    return reply


def _reply_in(message: object) -> Reply:
    """What a message of the endpoint holds. The client checks no types: raises TypeError for one that is not meant."""
    text: object = getattr(message, "content", None)
    calls: object = getattr(message, "tool_calls", None)
    if (
        not hasattr(message, "content")
        or not (text is None or isinstance(text, str))
        or not (calls is None or isinstance(calls, list))
    ):
        raise TypeError("no message")
    return Reply(text or "", tuple([_call_in(call, place) for place, call in enumerate(calls or (), start=1)]))


def _call_in(call: object, place: int) -> FunctionCall:
    function: object = getattr(call, "function", None)
    name: object = getattr(function, "name", None)
    arguments: object = getattr(function, "arguments", None)
    call_id: object = getattr(call, "id", None)
    if isinstance(arguments, dict):
        # Some local endpoints send the object itself where the API has it as text.
        arguments = json.dumps(arguments)
    if not isinstance(name, str) or not name.strip() or not (arguments is None or isinstance(arguments, str)):
        raise TypeError("no call")
    return FunctionCall(call_id if isinstance(call_id, str) and call_id else f"call-{place}", name, arguments or "")


def _checked_address(base_url: str) -> str:
    """Host and port of the endpoint, for messages: whoever puts a password into the address keeps it to themselves."""
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if host is None or parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or not base_url.isprintable():
        raise ResponderError("OPENAI_BASE_URL is not a web address; write it like http://localhost:11434/v1")
    return f"{host}:{port}" if port else host


def _checked_key(key: str | None) -> str:
    if key is None:
        raise ResponderError("--llm needs OPENAI_API_KEY, or OPENAI_BASE_URL for a local endpoint, in the environment")
    if not (key.isascii() and key.isprintable()):
        raise ResponderError("OPENAI_API_KEY holds characters that no key has; set it again")
    return key
