"""What the tests of the command line share: a small session, and what a command leaves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

REPOSITORY = Path(__file__).parents[2]
HEADER = {"type": "session", "schema": 1, "session_id": "small", "title": "Small", "lesson": "Small is enough."}
SMALL: tuple[dict[str, Any], ...] = (
    {**HEADER, "tokenizer": "words", "budgets": {"window": 600, "core": 60, "retrieval": 40, "reserve": 50}},
    {"type": "memory", "memory_id": "RUL-1", "tier": "core", "pinned": True, "kind": "rule",
     "text": "Prices in euros."},
    {"type": "memory", "memory_id": "PRF-1", "kind": "preference", "importance": 0.9, "text": "Mira likes green tea.",
     "citation": {"session_id": "kitchen", "turn_id": "t-0002"}},
    {"type": "memory", "memory_id": "DOC-1", "trust": "document", "text": "The green tea page: three minutes do."},
    {"type": "turn", "turn_id": "t-1", "role": "user", "text": "Which green tea does Mira like?",
     "used": ["PRF-1"], "response": "Green tea."},
    {"type": "turn", "turn_id": "t-2", "role": "user", "text": "And what does the page say of tea?",
     "remember": [{"memory_id": "FCT-1", "text": "Mira asked about a page."}]},
    {"type": "probe", "probe_id": "Q-1", "after_turn": "t-1", "question": "green tea?", "evidence": ["PRF-1"]},
)  # fmt: skip


class Output(NamedTuple):
    """What a command left: exit status and the bytes of both streams."""

    status: int
    out: bytes
    err: bytes

    @property
    def lines(self) -> list[str]:
        return self.out.decode().splitlines()

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The one line on stderr, for a command that failed in good order."""
        assert self.out == b""
        lines = self.err.decode().splitlines()
        assert len(lines) == 1, lines
        assert lines[0].startswith("[ERROR] ")
        assert lines[0].isprintable()
        return lines[0].removeprefix("[ERROR] ")


Memview = Callable[..., Output]
Program = Callable[..., Output]
SessionFile = Callable[..., Path]


def encoded(lines: Iterable[object]) -> bytes:
    return b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
