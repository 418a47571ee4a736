"""The five memory tools as OpenAI function schemas, tools of your own beside them, and their arguments.

What a model writes as arguments is hostile: it is checked against the schema, and whatever is wrong
becomes a text that the model reads. A tool call never raises.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .records import Trust, clean, estimate_tokens

TEXT_LIMIT = 10_000
"""Characters that one text argument may have."""
RESULT_LIMIT = 3000
"""Characters of search results that are returned at once."""
PAGE_SIZE = 5
TOP_K_LIMIT = 20


class ArgumentError(ValueError):
    """Arguments that do not fit the tool's schema; the message tells the model what to mend."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool of your own. `run` gets checked arguments and returns the text that the model sees.

    `trust` says where that text comes from: `tool_external` for the web and for files of others,
    `tool_internal` for what only you can write. An argument called `url` becomes its citation.
    """

    name: str
    description: str
    properties: Mapping[str, Mapping[str, object]]
    run: Callable[..., str]
    required: tuple[str, ...] = ()
    trust: Trust = "tool_external"

    @property
    def schema(self) -> dict[str, Any]:
        """The tool as a model is told of it."""
        return function_schema(self.name, self.description, self.properties, self.required)


def function_schema(
    name: str,
    description: str,
    properties: Mapping[str, Mapping[str, object]],
    required: Sequence[str],
) -> dict[str, Any]:
    """A function in the shape of OpenAI's `tools` parameter."""
    parameters = {
        "type": "object",
        "properties": {key: dict(value) for key, value in properties.items()},
        "required": list(required),
        "additionalProperties": False,
    }
    function = {"name": name, "description": description, "parameters": parameters}
    return {"type": "function", "function": function}


def _text(description: str) -> dict[str, object]:
    return {"type": "string", "description": description, "maxLength": TEXT_LIMIT}


MEMORY_TOOLS: tuple[dict[str, Any], ...] = (
    function_schema(
        "core_memory_append",
        "Add one line to a section of core memory, which is always in your prompt. For what matters "
        "in every conversation, such as the user's name.",
        {"section": _text("Label of the section."), "text": _text("The line to add.")},
        ("section", "text"),
    ),
    function_schema(
        "core_memory_replace",
        "Replace text in a section of core memory when it has changed; an empty `new` removes it.",
        {
            "section": _text("Label of the section."),
            "old": _text("Text to replace, exactly as it stands there, within one line."),
            "new": _text("Text to put in its place."),
        },
        ("section", "old", "new"),
    ),
    function_schema(
        "archival_memory_insert",
        "Store one self-contained fact in archival memory, which has no limit and is searched on demand.",
        {"text": _text("The fact, with names instead of pronouns.")},
        ("text",),
    ),
    function_schema(
        "archival_memory_search",
        "Search archival memory by words. Cite the ids of what your answer rests on: [MEM-00001].",
        {
            "query": _text("Words that the fact should hold."),
            "top_k": {
                "type": "integer",
                "description": f"How many results, {PAGE_SIZE} unless told.",
                "minimum": 1,
                "maximum": TOP_K_LIMIT,
            },
        },
        ("query",),
    ),
    function_schema(
        "conversation_search",
        "Search every past message, also those that have left your prompt, for an exact piece of "
        "text in any case; the newest come first.",
        {
            "query": _text("The text to look for."),
            "page": {"type": "integer", "description": "Page of results, from 0.", "minimum": 0},
        },
        ("query",),
    ),
)
MEMORY_TOOL_NAMES = tuple(str(tool["function"]["name"]) for tool in MEMORY_TOOLS)

_TYPES: dict[str, type] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
}


def schema_tokens(schemas: Sequence[Mapping[str, object]]) -> int:
    """What the schemas cost in a prompt."""
    return estimate_tokens(json.dumps(schemas)) if schemas else 0


def parse_arguments(schema: Mapping[str, Any], written: str) -> dict[str, Any]:
    """The arguments that a model wrote for the tool of `schema`, checked.

    Raises ArgumentError for text that is no JSON object, for an unknown or missing argument, and for
    a value of the wrong type or beyond its limits.
    """
    try:
        arguments = json.loads(written or "{}", parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        raise ArgumentError("the arguments are not valid JSON") from None
    if not isinstance(arguments, dict):
        raise ArgumentError("the arguments have to be a JSON object")
    parameters = schema["function"]["parameters"]
    properties = parameters["properties"]
    missing = [name for name in parameters["required"] if name not in arguments]
    if missing:
        raise ArgumentError(f"missing argument {missing[0]!r}")
    for name, value in arguments.items():
        if name not in properties:
            raise ArgumentError(f"unknown argument {name!r}; there are: {', '.join(properties)}")
        _check(name, value, properties[name])
    return {name: _cleaned(value) for name, value in arguments.items()}


def _cleaned(value: object) -> Any:
    """A JSON value whose texts every file and database takes."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(name): _cleaned(part) for name, part in value.items()}
    return [_cleaned(part) for part in value] if isinstance(value, list) else value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    return value if math.isfinite(value) else _refuse_constant(digits)


def _check(name: str, value: object, rule: Mapping[str, Any]) -> None:
    wanted = str(rule.get("type", ""))
    if wanted == "number":
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        fits = isinstance(value, _TYPES.get(wanted, object))
        fits = fits and (wanted != "integer" or not isinstance(value, bool))
    if not fits:
        raise ArgumentError(f"argument {name!r} has to be of type {wanted}")
    if isinstance(value, str) and len(value) > rule.get("maxLength", len(value)):
        raise ArgumentError(f"argument {name!r} is over its {rule['maxLength']} characters")
    if isinstance(value, int | float):
        if value < rule.get("minimum", value):
            raise ArgumentError(f"argument {name!r} has to be at least {rule['minimum']}")
        if value > rule.get("maximum", value):
            raise ArgumentError(f"argument {name!r} may be at most {rule['maximum']}")
    if "enum" in rule and value not in rule["enum"]:
        raise ArgumentError(f"argument {name!r} has to be one of {rule['enum']}")
