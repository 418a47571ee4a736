"""An answer from a model: the assembled prompt, sent to any endpoint that speaks the OpenAI chat API.

`OPENAI_BASE_URL`, `OPENAI_API_KEY` and `MEMVIEW_MODEL` come from the environment. Needs `pip install 'memview[llm]'`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from memview.model.errors import MemviewError
from memview.replay.views import Prompt

DEFAULT_MODEL = "gpt-4o-mini"
TIMEOUT_SECONDS = 60.0


class ResponderError(MemviewError):
    """The endpoint is absent, unreachable, slow, or answered with something that is no answer."""


def messages_of(prompt: Prompt, question: str) -> list[dict[str, str]]:
    """The prompt as chat messages: system and memory first, then the window as context, then the question."""
    anchors = Prompt(tuple(section for section in prompt.sections if section.name not in ("window", "query")))
    window = Prompt(tuple(section for section in prompt.sections if section.name == "window"))
    messages = [{"role": "system", "content": anchors.text()}]
    if window.sections[0].entries:
        messages.append({"role": "user", "content": window.text()})
    messages.append({"role": "user", "content": question})
    return messages


def ask_model(prompt: Prompt, question: str, environ: Mapping[str, str] = os.environ) -> str:
    """The model's answer as text. Raises ResponderError with one line for everything that can go wrong outside."""
    try:
        import openai
    except ImportError:
        raise ResponderError("--llm needs the openai package; pip install 'memview[llm]'") from None
    base_url = environ.get("OPENAI_BASE_URL")
    key = environ.get("OPENAI_API_KEY") or ("none" if base_url else None)
    if key is None:
        raise ResponderError("--llm needs OPENAI_API_KEY, or OPENAI_BASE_URL for a local endpoint, in the environment")
    model = environ.get("MEMVIEW_MODEL", DEFAULT_MODEL)
    where = base_url or "api.openai.com"
    try:
        client = openai.OpenAI(api_key=key, base_url=base_url, timeout=TIMEOUT_SECONDS, max_retries=0)
        reply = client.chat.completions.create(
            model=model,
            messages=messages_of(prompt, question),  # type: ignore[arg-type]
        )
        text = reply.choices[0].message.content
    except openai.APITimeoutError:
        raise ResponderError(f"{where}: no answer within {TIMEOUT_SECONDS:.0f} s; is the endpoint busy?") from None
    except openai.APIConnectionError:
        raise ResponderError(f"{where}: cannot be reached; check OPENAI_BASE_URL") from None
    except openai.OpenAIError as error:
        first_line = str(error).splitlines()[0][:200]
        raise ResponderError(f"{where}: {first_line}; check the model name ({model}) and the key") from None
    except (AttributeError, IndexError, TypeError, ValueError):
        raise ResponderError(f"{where}: the reply is not a chat completion; check OPENAI_BASE_URL") from None
    if not text:
        raise ResponderError(f"{where}: the model answered with no text; try another model than {model}")
    return text
