from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

HEADER = {"type": "session", "schema": 1, "session_id": "s"}
SessionFile = Callable[..., Path]


@pytest.fixture
def session_file(tmp_path: Path) -> SessionFile:
    """Writes lines (JSON values, or raw bytes as they are) after a header to `session.jsonl`."""

    def write(*lines: object, header: object = HEADER) -> Path:
        path = tmp_path / "session.jsonl"
        whole = lines if header is None else (header, *lines)
        encoded = (line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in whole)
        path.write_bytes(b"".join(encoded))
        return path

    return write
