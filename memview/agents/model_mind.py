"""The mind that is a model: prompt, memory tools and results go to an OpenAI-compatible endpoint, step by step.

What comes back is hostile: arguments that are no JSON object reach no tool, and the model reads why.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence

from memview.agents.mind import Round, Step, ToolRequest, ToolResult
from memview.agents.tool_schemas import TOOL_SCHEMAS
from memview.replay.views import Prompt
from memview.responders.openai_compatible import TIMEOUT_SECONDS, FunctionCall, chat, messages_of

_LONGEST_NAME = 64
_LONGEST_QUOTE = 200
_DEEPEST = 8


class ModelMind:
    """Asks the endpoint that `environ` names, as `run --llm` does. `timeout` is seconds without a byte from it."""

    def __init__(self, environ: Mapping[str, str] = os.environ, timeout: float = TIMEOUT_SECONDS) -> None:
        self._environ = environ
        self._timeout = timeout

    def think(self, turn: int, prompt: Prompt, rounds: Sequence[Round]) -> Step:  # noqa: ARG002 - the prompt says it all
        """The model's next step. Raises ResponderError with one line when the endpoint gives none."""
        messages: list[Mapping[str, object]] = [*messages_of(prompt)]
        for done in rounds:
            messages += _told(done)
        reply = chat(messages, TOOL_SCHEMAS, self._environ, self._timeout)
        return Step(_whole(reply.text), tuple(_request(call) for call in reply.calls))


def _told(done: Round) -> Iterator[Mapping[str, object]]:
    """A round as the API has it: what the model asked for, then a message for each result."""
    yield {
        "role": "assistant",
        "content": done.step.text or None,
        "tool_calls": [
            {
                "id": request.request_id,
                "type": "function",
                "function": {"name": request.tool, "arguments": request.raw},
            }
            for request in done.step.requests
        ],
    }
    for request, result in zip(done.step.requests, done.results, strict=True):
        yield {"role": "tool", "tool_call_id": request.request_id, "content": _packed(result)}


def _packed(result: ToolResult) -> str:
    """A result in MemGPT's package, with the ids that an answer can cite."""
    package = {
        "status": "Failed" if result.is_error else "OK",
        "message": result.text,
        "memory_ids": list(result.memory_ids),
    }
    return json.dumps(package, ensure_ascii=False)


def _request(call: FunctionCall) -> ToolRequest:
    name, raw = _whole(call.name)[:_LONGEST_NAME], _whole(call.arguments)
    try:
        arguments = _object_in(raw)
    except (ValueError, RecursionError):
        quoted = raw if len(raw) <= _LONGEST_QUOTE else f"{raw[:_LONGEST_QUOTE]}…"
        refusal = f"Invalid arguments: not a JSON object: {quoted}"
        return ToolRequest(_whole(call.call_id), name, {"not_json": quoted}, raw, refusal)
    return ToolRequest(_whole(call.call_id), name, arguments, raw)


def _object_in(raw: str) -> Mapping[str, object]:
    """The JSON object that `raw` holds; no text means no arguments. Raises ValueError for anything else."""
    value: object = json.loads(raw, parse_constant=_refuse) if raw.strip() else {}
    if not isinstance(value, dict) or _is_deeper(value, _DEEPEST):
        raise ValueError("no plain object")
    # Numbers such as 1e999 are read as infinite, and a session file cannot hold those.
    written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    whole: dict[str, object] = json.loads(_whole(written))
    return whole


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")


def _is_deeper(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(levels == 0 or _is_deeper(each, levels - 1) for each in inner)


def _whole(text: str) -> str:
    """`text` with a mark in the place of half characters (lone surrogates), which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
