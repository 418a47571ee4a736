"""An answer from a model: the assembled prompt, sent to any endpoint that speaks the OpenAI chat API.

`OPENAI_BASE_URL`, `OPENAI_API_KEY` and `MEMVIEW_MODEL` come from the environment. Needs `pip install 'memview[llm]'`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
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


def ask_model(prompt: Prompt, environ: Mapping[str, str] = os.environ, timeout: float = TIMEOUT_SECONDS) -> str:
    """The model's answer as text. `timeout` is seconds without a byte from the endpoint.

    Raises ResponderError with one line for everything that can go wrong outside.
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
        reply = client.chat.completions.create(
            model=model,
            messages=messages_of(prompt),  # type: ignore[arg-type]
        )
        text: object = reply.choices[0].message.content
    except openai.APITimeoutError:
        raise ResponderError(f"{where}: no answer within {timeout:g} s; is the endpoint busy?") from None
    except openai.APIConnectionError:
        raise ResponderError(f"{where}: cannot be reached; check OPENAI_BASE_URL") from None
    except openai.OpenAIError as error:
        complaint = " ".join(str(error).split())[:_LONGEST_COMPLAINT]
        raise ResponderError(f"{where}: {complaint}; check the model name ({model}) and the key") from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise ResponderError(f"{where}: {_NOT_A_COMPLETION}") from None
    if text is not None and not isinstance(text, str):
        raise ResponderError(f"{where}: {_NOT_A_COMPLETION}")
    if text is None or not text.strip():
        raise ResponderError(f"{where}: the model answered with no text; try another model than {model}")
    return text


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
