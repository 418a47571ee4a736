from __future__ import annotations

import json

import pytest

from memview.sessions.json_schema import session_json_schema
from memview.sessions.problems import LINE_TYPES

SCHEMA = session_json_schema()
TYPES = {"string": str, "object": dict, "array": list, "boolean": bool, "null": type(None)}


def fits(value: object, schema: dict[str, object]) -> bool:  # noqa: PLR0911 - one return for each keyword
    """As much of JSON Schema as the generated one uses; an unknown keyword fails, so that nothing is passed over."""
    known = {"$ref", "anyOf", "oneOf", "const", "enum", "type", "properties", "required", "items", "minLength",
             "minimum", "maximum", "additionalProperties", "title", "description", "format",
             "discriminator"}  # fmt: skip
    assert schema.keys() - {"$schema", "$id", "$defs"} <= known
    if "$ref" in schema:
        return fits(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return any(fits(value, choice) for choice in schema["anyOf"])
    if "oneOf" in schema:
        return sum(fits(value, choice) for choice in schema["oneOf"]) == 1
    if ("const" in schema and value != schema["const"]) or ("enum" in schema and value not in schema["enum"]):
        return False
    kind = schema.get("type")
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind in {"integer", "number"}:
        low, high = schema.get("minimum", float("-inf")), schema.get("maximum", float("inf"))
        return number and (kind == "number" or isinstance(value, int)) and low <= value <= high
    if kind is not None and not isinstance(value, TYPES[kind]):
        return False
    if isinstance(value, str):
        return len(value) >= schema.get("minLength", 0)
    if isinstance(value, list):
        return all(fits(item, schema.get("items", {})) for item in value)
    if isinstance(value, dict):
        parts = schema.get("properties", {})
        return set(schema.get("required", ())) <= value.keys() and all(
            fits(part, parts[key]) for key, part in value.items() if key in parts
        )
    return True


def test_it_says_what_it_is():
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"]
    assert SCHEMA["title"]
    json.dumps(SCHEMA, allow_nan=False)


def test_there_is_one_choice_for_each_line_type():
    names = [choice["$ref"].rpartition("/")[2] for choice in SCHEMA["oneOf"]]
    assert [SCHEMA["$defs"][name]["properties"]["type"]["const"] for name in names] == list(LINE_TYPES)


@pytest.mark.parametrize(
    "line",
    [
        {"type": "session", "session_id": "s", "budgets": {"window": 1}, "new": 1},
        {
            "type": "memory",
            "memory_id": "m",
            "text": "x",
            "importance": 0.9,
            "tier": "core",
            "citation": {"turn_id": None},
        },
        {"type": "turn", "turn_id": "t", "role": "user", "text": "", "remember": [{"memory_id": "m", "text": ""}]},
        {"type": "probe", "probe_id": "p", "question": "q", "evidence": ["m"]},
        {"type": "approval", "memory_id": "m", "at": None},
    ],
)
def test_good_lines_fit(line):
    assert fits(line, SCHEMA)


@pytest.mark.parametrize(
    "line",
    [
        {"type": "what"},
        {"type": "session"},
        {"type": "memory", "memory_id": "m", "text": "x", "importance": 2},
        {"type": "memory", "memory_id": "", "text": "x"},
        {"type": "memory", "memory_id": "m", "text": "x", "trust": "god"},
        {"type": "turn", "turn_id": "t", "role": "user", "text": "", "remember": [{"memory_id": "m"}]},
        {"type": "turn", "turn_id": "t", "role": "user", "text": "", "tokens": -1},
    ],
)
def test_bad_lines_do_not(line):
    assert not fits(line, SCHEMA)
