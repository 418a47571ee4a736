"""A conversation of some 600 turns, with probes, under 24 policies at 3 budgets: the whole command, start to end."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.scale import Scale
from benchmarks.synthetic import Language, conversation_session
from benchmarks.table import Row, Target
from benchmarks.timing import median
from memview.model.session import Probe, Session
from memview.sessions.writer import write_session

CONVERSATION = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "locomo" / "conv-42.json"
POLICIES = (
    "fifo", "lru", "mru", "lfu", "clock", "slru", "2q", "lru-k", "arc", "sieve", "s3fifo", "qdlp", "wtinylfu", "gdsf",
    "lecar", "random", "belady", "belady-size", "importance-recency", "s3fifo-tokens", "arc-tokens",
    "memgpt@0.3.25", "letta@0.9.1", "claude-code",
)  # fmt: skip
BUDGETS = (250, 1000, 2000)
_TURNS, _PROBES = 600, 200
_LIMIT_SECONDS = 5.0


def rows(scale: Scale, directory: Path) -> list[Row]:
    """Seconds with one worker and with two, on a conversation of our own and on a LoCoMo one where that is here."""
    own = directory / "conversation.jsonl"
    write_session(probed_conversation(_TURNS, _PROBES), own)
    result = _rows(scale, own, f"{_TURNS} turns, {_PROBES} probes")
    if CONVERSATION.is_file():
        result += _rows(scale, CONVERSATION, "LoCoMo conv-42")
    else:
        print(f"evaluate: {CONVERSATION} is absent", file=sys.stderr)
    return result


def _rows(scale: Scale, session: Path, name: str) -> list[Row]:
    repeats = max(1, scale.repeats // 2)
    alone, together = ([_seconds(session, workers) for _ in range(repeats)] for workers in (1, 2))
    what = f"{name}: {len(POLICIES)} policies x {len(BUDGETS)} budgets, 2 workers"
    return [Row("evaluate", what, median(together), "s", median(alone), "1 worker", Target("ours", _LIMIT_SECONDS))]


def _seconds(session: Path, workers: int) -> float:
    command = [
        sys.executable, "-m", "memview", "evaluate", str(session), "--policies", ",".join(POLICIES),
        "--budgets", ",".join(map(str, BUDGETS)), "--workers", str(workers), "--json",
    ]  # fmt: skip
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parent.parent)
    return time.perf_counter() - started


def probed_conversation(turns: int, probes: int) -> Session:
    """A conversation of our own, with questions at its end about what was said and what was remembered."""
    session = conversation_session(turns)
    language = Language(5)
    texts = [(memory.memory_id, memory.text) for turn in session.turns for memory in turn.remember]
    texts += [(turn.turn_id, turn.text) for turn in session.turns]
    step = len(texts) // probes
    asked = tuple(
        Probe(f"q-{number:04d}", turns, language.question_about(text), (item,), category=str(1 + number % 4))
        for number, (item, text) in enumerate(texts[step - 1 :: step][:probes])
    )
    return replace(session, probes=asked)
