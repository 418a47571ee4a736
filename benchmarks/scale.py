"""How much is measured: the whole, or a quick look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes and repetitions of a run. Targets are stated for `FULL`; `QUICK` shows the shape of things in a minute."""

    starts: int
    keys: int
    long_session_turns: int
    archives: tuple[int, ...]
    decisions: int
    large_session_turns: int
    large_session_seconds: float
    repeats: int


FULL = Scale(
    starts=9,
    keys=80,
    long_session_turns=7_500,
    archives=(10_000, 1_000_000),
    decisions=400,
    large_session_turns=100_000,
    large_session_seconds=60.0,
    repeats=5,
)
QUICK = Scale(
    starts=3,
    keys=30,
    long_session_turns=7_500,
    archives=(10_000, 100_000),
    decisions=150,
    large_session_turns=10_000,
    large_session_seconds=20.0,
    repeats=2,
)
