"""What JSON allows and a session file does not: a key given twice, and numbers that are not finite.

pydantic takes the last of two equal keys without a word and lets NaN through where any value may stand (tool arguments,
unknown keys). Looking at every key of every line in Python would double the loading time, so the keys that arrived are
counted against the `":` of the raw line, and only where these differ is the line parsed again, slowly.
"""

from __future__ import annotations

import json
from math import isfinite

from memview.sessions.problems import Problem, quoted
from memview.sessions.records import Record


def check_strictness(raw: bytes, record: Record) -> None:
    """Raise `Problem` when the line behind a record gives a key twice or a free value in it is not finite.

    Unknown keys of the record itself are not looked at: whoever keeps them calls `require_finite`.
    """
    if raw.count(b'":') == _count_fixed_keys(record):
        return
    if raw.count(b'":') != _count_keys("", record):
        json.loads(raw, object_pairs_hook=_refuse_twins)


def require_finite(field: str, value: object) -> None:
    """Raise `Problem` when a JSON value of unknown shape holds NaN or an infinity."""
    _count_keys(field, value)


def _count_fixed_keys(record: Record) -> int:
    """Keys of the parts whose shape is known, on the line types that come in great numbers."""
    count = len(record)
    if record["type"] == "turn":
        for memory in record.get("remember", ()):
            count += len(memory) + len(memory.get("citation") or ())
    elif record["type"] == "memory":
        count += len(record.get("citation") or ())
    return count


def _count_keys(field: str, value: object) -> int:
    if isinstance(value, dict):
        return len(value) + sum(_count_keys(field, part) for part in value.values())
    if isinstance(value, list):
        return sum(_count_keys(field, part) for part in value)
    if isinstance(value, float) and not isfinite(value):
        raise Problem(field, f"holds {value}, which is not a number in JSON", "use null or a finite number")
    return 0


def _refuse_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                field = key if key.isidentifier() else ""
                raise Problem(field, f"the key {quoted(key)} is given twice", "keep one")
            seen.add(key)
    return found
