"""The published JSON Schema of the native format, generated from the records that also check the files."""

from __future__ import annotations

from memview.sessions.records import LINE

SCHEMA_ID = "https://memview.dev/schema/session-line-1.json"


def session_json_schema() -> dict[str, object]:
    """The JSON Schema (draft 2020-12) that each line of a session file meets, as a JSON value."""
    generated = LINE.json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "memview session file: one line",
        "description": (
            "A session file is JSON Lines in UTF-8. Its first line is a `session`; turns, memories, probes, "
            "approvals, pins and undos follow in time order. Unknown keys are kept."
        ),
        **generated,
    }
