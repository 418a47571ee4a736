"""From a key to its frame while stepping turn by turn, in a short session and in a long one, beside a line of text."""

from __future__ import annotations

import random
import re
from pathlib import Path

from benchmarks.scale import Scale
from benchmarks.synthetic import archive_session, conversation_session
from benchmarks.table import Row, Target
from benchmarks.terminal import END, LEFT, RIGHT, Paint, Terminal, memview_command, reference_command
from benchmarks.timing import median, percentile
from memview.sessions.writer import write_session

_SHORT_MEMORIES, _SHORT_TURNS = 200, 20
_STRIDE = 10
_WARM_UP = 6
_JITTER_SECONDS = 0.03
_READY_SECONDS = 90.0
_P95 = Target("ours", 16.0)
_BESIDE = "one Static"


def rows(scale: Scale, directory: Path) -> list[Row]:
    """Key to the last byte of the answer, p50 and p95; frames and bytes a key."""
    sessions = (archive_session(_SHORT_MEMORIES, _SHORT_TURNS), conversation_session(scale.long_session_turns))
    result = []
    for session in sessions:
        path = directory / f"{session.session_id}.jsonl"
        write_session(session, path)
        result += _session_rows(path, len(session.turns), scale.keys)
    return result


def _session_rows(path: Path, turns: int, keys: int) -> list[Row]:
    with Terminal(memview_command(path), path.parent) as terminal:
        _wait_until_complete(terminal, turns)
        name = f"{turns:,} turns, {_events_shown(terminal):,} events"
        terminal.press(END)
        with Terminal(reference_command("one_static"), path.parent) as beside:
            beside.first_paint(with_text=True)
            beside.settle()
            paints, static = _steps_of_both(terminal, beside, keys)
    result = []
    for share, target in ((0.5, None), (0.95, _P95)):
        ours, theirs = (percentile([paint.settled * 1e3 for paint in of], share) for of in (paints, static))
        what = f"{name}: key to paint, p{share * 100:.0f}"
        result.append(Row("stepping", what, ours, "ms", theirs, _BESIDE, target))
    frames = [median([paint.frames for paint in of]) for of in (paints, static)]
    written = [median([paint.written for paint in of]) for of in (paints, static)]
    result.append(Row("stepping", f"{name}: frames a key, median", frames[0], "frames", frames[1], _BESIDE))
    result.append(Row("stepping", f"{name}: bytes a key, median", written[0], "bytes", written[1], _BESIDE))
    return result


def _wait_until_complete(terminal: Terminal, turns: int) -> None:
    """Until turn 1 is shown and nothing is computed any more. Raises RuntimeError when that takes too long."""
    header = rf"turn 1/{turns:,}\b".replace(",", r"\D?")
    shown = terminal.wait_for(rf"\A(?![\s\S]*(?:opening|computing))[\s\S]*{header}", _READY_SECONDS)
    if shown is None:
        raise RuntimeError(f"not ready after {_READY_SECONDS:g} s; the screen shows:\n{terminal.text()}")
    terminal.settle()


def _steps_of_both(ours: Terminal, beside: Terminal, keys: int) -> tuple[list[Paint], list[Paint]]:
    """The same keys to both, in turn, so that a busy moment of the machine is one for both."""
    paints: tuple[list[Paint], list[Paint]] = ([], [])
    for press in range(_WARM_UP + keys):
        # Ten steps back, ten forward and so on.
        key = RIGHT if press // _STRIDE % 2 else LEFT
        for terminal, taken in zip((ours, beside), paints, strict=True):
            paint = terminal.press(key)
            if paint is None:
                raise RuntimeError(f"key {press} painted nothing; the screen shows:\n{terminal.text()}")
            taken.append(paint)
            # A person's keys keep no time with the timer of the frames; a fixed pause would.
            terminal.settle(random.uniform(0, _JITTER_SECONDS))
    return paints[0][_WARM_UP:], paints[1][_WARM_UP:]


def _events_shown(terminal: Terminal) -> int:
    """The number of events that the timeline says it has. Raises RuntimeError when it says none."""
    shown = re.search(r"(\d[\d\s,]*) events", terminal.text())
    if shown is None:
        raise RuntimeError(f"no number of events is shown:\n{terminal.text()}")
    return int(re.sub(r"\D", "", shown[1]))
