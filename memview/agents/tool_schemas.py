"""The memory tools as a model is told of them: OpenAI's function-calling schema, with the argument names of MemGPT."""

from __future__ import annotations

from collections.abc import Mapping

JsonSchema = dict[str, object]

_SECTION = "Label of the core block, for example human or persona."


def _text(description: str) -> JsonSchema:
    return {"type": "string", "description": description}


def _number(description: str, minimum: int) -> JsonSchema:
    return {"type": "integer", "minimum": minimum, "description": description}


def _tool(
    name: str, description: str, wanted: Mapping[str, JsonSchema], optional: Mapping[str, JsonSchema]
) -> JsonSchema:
    return {
        "type": "function",
        "function": {
            "name": name,
            "description": description,
            "parameters": {
                "type": "object",
                "properties": {**wanted, **optional},
                "required": list(wanted),
                "additionalProperties": False,
            },
        },
    }


TOOL_SCHEMAS: tuple[JsonSchema, ...] = (
    _tool(
        "core_memory_append",
        "Add a line to a block of core memory, which is in view in every prompt to come.",
        {"section": _text(_SECTION), "text": _text("The line to add.")},
        {},
    ),
    _tool(
        "core_memory_replace",
        "Replace text in a block of core memory; `old` must occur in it exactly as written.",
        {"section": _text(_SECTION), "old": _text("Text to be replaced."), "new": _text("What takes its place.")},
        {},
    ),
    _tool(
        "archival_memory_insert",
        "Store a fact in the archive. It can be found by a search from the next turn on.",
        {"text": _text("One self-contained fact.")},
        {},
    ),
    _tool(
        "archival_memory_search",
        "Search the archive. The result tells the ids of what it shows: cite them.",
        {"query": _text("What to look for.")},
        {"top_k": _number("Results a page.", 1), "page": _number("Page of the results, from 0.", 0)},
    ),
    _tool(
        "conversation_search",
        "Search the past conversation for messages that hold a word or phrase exactly as it was said.",
        {"query": _text("The word or phrase.")},
        {"page": _number("Page of the results, from 0.", 0)},
    ),
)
"""What `tools` of a chat request holds."""

TOOL_NAMES = ("core_memory_append", "core_memory_replace", "archival_memory_insert", "archival_memory_search",
              "conversation_search")  # fmt: skip
