"""A paging event: the only thing that the kernel puts out; every state shown is a fold over them."""

from __future__ import annotations

import json
from dataclasses import dataclass

ACTIONS = (
    "promote", "evict", "hit", "fault", "reject", "insert", "update", "invalidate", "merge", "summarize", "compact",
    "search", "tool", "quarantine", "approve", "pin", "unpin", "trim", "drop", "warn", "route", "error",
)  # fmt: skip

PLACES = ("archive", "recall", "shared", "core", "window", "summary", "retrieved", "nowhere", "cold")
"""Where an item can be; `nowhere` is true loss, `cold` is kept where no search looks.

A `to` of None means that nothing moved."""


@dataclass(frozen=True, slots=True)
class Signal:
    """The number a decision looked at, beside its threshold (None where there was nothing to compare with)."""

    name: str
    value: float
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class PagingEvent:
    """One decision or movement. `turn` is 1-based (0: loading), `tokens` the size of what moved (0: nothing)."""

    seq: int
    turn: int
    action: str
    memory_id: str | None
    origin: str | None
    destination: str | None
    tokens: int
    reason: str
    signal: Signal | None
    policy: str
    covered_by: str | None = None

    def as_dict(self) -> dict[str, object]:
        """The event with the field names of the published schema (`from`, `to`, ...), as JSON values."""
        signal = self.signal
        return {
            "seq": self.seq,
            "turn": self.turn,
            "action": self.action,
            "memory_id": self.memory_id,
            "from": self.origin,
            "to": self.destination,
            "tokens": self.tokens,
            "reason": self.reason,
            "signal": None
            if signal is None
            else {"name": signal.name, "value": signal.value, "threshold": signal.threshold},
            "policy": self.policy,
            "covered_by": self.covered_by,
        }

    def canonical(self) -> str:
        """One line of canonical JSON: sorted keys, no spaces, floats by `repr`, no line end."""
        return json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
