"""Searching a whole log for the hits of a breakpoint, from nothing, beside asking a slice of it event by event."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from benchmarks.scale import Scale
from benchmarks.synthetic import conversation_session
from benchmarks.table import Row, Target
from benchmarks.timing import median, milliseconds
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.replay.breakpoints import BreakpointSearch, read_breakpoint
from memview.replay.event_signals import EventSignals

_MOST_TURNS = 72_000
"""About a million events."""
_SLICE = 2_000
_TARGET = Target("ours", 1000.0)
_BREAKPOINTS = (
    'action == "evict" and importance > 0.7',
    "core_tokens > 0.9 * budget and tokens > 100",
    '"harbour" in text and destination == "nowhere"',
    'action == "fault" and thrash > 5 and faults > hits',
    "(turn % 7) * tokens > evictions",
)


def rows(scale: Scale, directory: Path) -> list[Row]:  # noqa: ARG001 - nothing is written
    """Milliseconds per breakpoint over all events of a long conversation."""
    session = conversation_session(min(scale.large_session_turns, _MOST_TURNS))
    replay = Replay(Workload(session), load_policy("lru")).run()
    events = len(replay.events)
    result = []
    for source in _BREAKPOINTS:
        taken = median([milliseconds(_search(replay, source).run) for _ in range(scale.repeats)])
        one_by_one = milliseconds(partial(_ask_each, replay, source)) * events / _SLICE
        what = f"{events:,} events: {source}"
        result.append(Row("breakpoints", what, taken, "ms", one_by_one, "event by event (from 2,000)", _TARGET))
    return result


def _search(replay: Replay, source: str) -> BreakpointSearch:
    search = BreakpointSearch(replay)
    search.want([source])
    return search


def _ask_each(replay: Replay, source: str) -> int:
    expression = read_breakpoint(source)
    return sum(expression.holds(EventSignals(replay, seq)) for seq in range(_SLICE))
