"""A file of 100,000 turns: how soon after the first paint its first turn is on the screen, and the peak of memory."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks.scale import Scale
from benchmarks.synthetic import conversation_session
from benchmarks.table import Row, Target
from benchmarks.terminal import Terminal, memview_command
from memview.sessions.writer import write_session

_FIRST_FRAME = Target("ours", 1.5)
_PEAK = Target("ours", 600.0)
_LOOK_SECONDS = 1.0


def rows(scale: Scale, directory: Path) -> list[Row]:
    """Seconds from the first paint to turn 1, and the peak until the replay is complete or the time is up."""
    turns = scale.large_session_turns
    path = directory / f"conversation-{turns}.jsonl"
    write_session(conversation_session(turns), path)
    megabytes = path.stat().st_size / 1e6
    with Terminal(memview_command(path), directory) as terminal:
        painted = terminal.first_paint(with_text=True)
        count = f"{turns:,}".replace(",", r"\D?")
        shown = terminal.wait_for(rf"turn 1/{count}\b", scale.large_session_seconds)
        if shown is None:
            raise RuntimeError(f"{path.name} did not open; the screen shows:\n{terminal.text()}")
        after = shown - terminal.started - painted
        is_complete = _wait_for_the_end(terminal, scale.large_session_seconds)
        peak = terminal.peak_memory()
        used = time.perf_counter() - terminal.started
    path.unlink()
    state = "complete" if is_complete else "still computing"
    name = f"{turns:,} turns ({megabytes:.0f} MB)"
    return [
        Row("large-session", f"{name}: first paint to turn 1", after, "s", target=_FIRST_FRAME),
        Row("large-session", f"{name}: peak memory, {state} after {used:.0f} s", peak, "MB", target=_PEAK),
    ]


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
