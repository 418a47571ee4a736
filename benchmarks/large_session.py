"""A file of 100,000 turns: how soon after the first paint its first turn is on the screen, and the peak of memory."""

from __future__ import annotations

import json
import random
import sys
import time
from functools import partial
from pathlib import Path

from benchmarks.scale import Scale
from benchmarks.synthetic import conversation_session
from benchmarks.table import Row, Target
from benchmarks.terminal import RIGHT, Terminal, memview_command
from benchmarks.timing import median, milliseconds, percentile
from memview.sessions.writer import write_session

_FIRST_FRAME = Target("ours", 1.5)
_PEAK = Target("ours", 600.0)
_LOOK_SECONDS = 1.0
_STEP_SECONDS = 10.0


def rows(scale: Scale, directory: Path) -> list[Row]:
    """Seconds from the first paint to turn 1, and the peak until the replay is complete or the time is up."""
    turns = scale.large_session_turns
    path = directory / f"conversation-{turns}.jsonl"
    write_session(conversation_session(turns), path)
    megabytes = path.stat().st_size / 1e6
    parsed = milliseconds(partial(_parse_lines, path)) / 1e3
    with Terminal(memview_command(path), directory) as terminal:
        painted = terminal.first_paint(with_text=True)
        count = f"{turns:,}".replace(",", r"\D?")
        shown = terminal.wait_for(rf"turn 1/{count}\b", scale.large_session_seconds)
        if shown is None:
            raise RuntimeError(f"{path.name} did not open; the screen shows:\n{terminal.text()}")
        after = shown - terminal.started - painted
        steps = _steps_while_computing(terminal, scale.keys // 2)
        is_complete = _wait_for_the_end(terminal, scale.large_session_seconds)
        peak = terminal.peak_memory()
        used = time.perf_counter() - terminal.started
    path.unlink()
    state = "complete" if is_complete else "still computing"
    name = f"{turns:,} turns"
    opened = f"{name} ({megabytes:.0f} MB): first paint to turn 1"
    return [
        Row("large-session", opened, after, "s", parsed, "json.loads alone", _FIRST_FRAME),
        Row("large-session", f"{name}: key to paint while computing, p50", median(steps), "ms"),
        Row("large-session", f"{name}: key to paint while computing, p95", percentile(steps, 0.95), "ms"),
        Row("large-session", f"{name}: peak memory, {state} after {used:.0f} s", peak, "MB", target=_PEAK),
    ]


def _steps_while_computing(terminal: Terminal, keys: int) -> list[float]:
    """Milliseconds from a key to the frame that shows the next turn, whatever else is painted meanwhile."""
    terminal.settle(_LOOK_SECONDS)
    taken = []
    for number in range(2, 2 + keys):
        pressed = terminal.send(RIGHT)
        shown = terminal.wait_for(rf"turn {number}/", _STEP_SECONDS)
        if shown is None:
            raise RuntimeError(f"turn {number} was not shown; the screen shows:\n{terminal.text()}")
        taken.append((shown - pressed) * 1e3)
        terminal.settle(random.uniform(0.05, 0.1), quiet=0.1)
    return taken


def _parse_lines(path: Path) -> None:
    with path.open("rb") as lines:
        for line in lines:
            json.loads(line)


def _wait_for_the_end(terminal: Terminal, seconds: float) -> bool:
    """Until the header no longer says that something is being computed; False when the time was up first."""
    deadline = terminal.started + seconds
    while (left := deadline - time.perf_counter()) > 0:
        terminal.settle(min(left, _LOOK_SECONDS))
        if terminal.is_closed:
            raise RuntimeError("the inspector ended by itself")
        if "computing" not in terminal.text():
            return True
    print("large session: the time was up before the replay was complete", file=sys.stderr)
    return False
