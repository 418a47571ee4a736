"""Our own texts: benign ones of every source, and attacks of every kind."""

from __future__ import annotations

import json
from pathlib import Path

_DATA = Path(__file__).parent / "data"

FACTS: list[str] = (_DATA / "benign_facts.txt").read_text(encoding="utf-8").splitlines()
MESSAGES: list[str] = (_DATA / "benign_messages.txt").read_text(encoding="utf-8").splitlines()
DOCUMENTS: list[str] = [
    json.loads(line) for line in (_DATA / "benign_documents.jsonl").read_text(encoding="utf-8").splitlines()
]
ORDERS: list[str] = (_DATA / "orders.txt").read_text(encoding="utf-8").splitlines()
"""Pieces of work for an assistant, written without a look at the rules."""
ATTACKS: dict[str, list[str]] = json.loads((_DATA / "attacks.json").read_text(encoding="utf-8"))
"""By what they attempt."""

LOUD = ("override", "authority", "exfiltration", "hidden")
"""What no message of a user looks like either."""
