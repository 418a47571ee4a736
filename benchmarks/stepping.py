"""From a key to its frame while stepping turn by turn, in a short session and in a long one, beside a line of text."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.scale import Scale
from benchmarks.synthetic import conversation_session
from benchmarks.table import Row, Target
from benchmarks.terminal import END, LEFT, RIGHT, Paint, Terminal, memview_command, reference_command
from benchmarks.timing import median, percentile
from memview.sessions.writer import write_session

_SHORT_TURNS = 20
_STRIDE = 10
_WARM_UP = 6
_READY_SECONDS = 90.0
_P95 = Target("ours", 16.0)
_BESIDE = "one Static"


def rows(scale: Scale, directory: Path) -> list[Row]:
    """Key to the last byte of the answer, p50 and p95; frames and bytes a key."""
    with Terminal(reference_command("one_static"), directory) as terminal:
        terminal.first_paint(with_text=True)
        terminal.settle()
        static = _steps(terminal, scale.keys)
    result = []
    for turns in (_SHORT_TURNS, scale.long_session_turns):
        path = directory / f"conversation-{turns}.jsonl"
        write_session(conversation_session(turns), path)
        result += _session_rows(path, turns, scale.keys, static)
    return result


def _session_rows(path: Path, turns: int, keys: int, static: Sequence[Paint]) -> list[Row]:
    with Terminal(memview_command(path), path.parent) as terminal:
        terminal.first_paint(with_text=True)
        if terminal.wait_for(rf"turn 1/{_grouped(turns)}\b", _READY_SECONDS) is None:
            raise RuntimeError(f"{path.name} did not open; the screen shows:\n{terminal.text()}")
        # A screen without the word is the end of it; the header is drawn last of all when the replay is complete.
        terminal.wait_for(r"\A(?![\s\S]*(?:opening|computing))[\s\S]*turn 1/", _READY_SECONDS)
        terminal.settle()
        terminal.press(END)
        paints = _steps(terminal, keys)
        name = f"{turns:,} turns, {_events_shown(terminal):,} events"
    result = []
    for share, target in ((0.5, None), (0.95, _P95)):
        ours, beside = (percentile([paint.settled * 1e3 for paint in of], share) for of in (paints, static))
        what = f"{name}: key to paint, p{share * 100:.0f}"
        result.append(Row("stepping", what, ours, "ms", beside, _BESIDE, target))
    for unit, amounts in (
        ("frames", [[paint.frames for paint in of] for of in (paints, static)]),
        ("bytes", [[paint.written for paint in of] for of in (paints, static)]),
    ):
        ours, beside = (median(amount) for amount in amounts)
        result.append(Row("stepping", f"{name}: {unit} a key, median", ours, unit, beside, _BESIDE))
    return result


def _steps(terminal: Terminal, keys: int) -> list[Paint]:
    """Ten steps back, ten forward and so on. Raises RuntimeError when a key paints nothing."""
    paints = []
    for press in range(_WARM_UP + keys):
        key = RIGHT if press // _STRIDE % 2 else LEFT
        paint = terminal.press(key)
        if paint is None:
            raise RuntimeError(f"key {press} painted nothing; the screen shows:\n{terminal.text()}")
        # A person's keys keep no time with the timer of the frames; a fixed pause would.
        terminal.settle(os.urandom(1)[0] / 255 * 0.03)
        paints.append(paint)
    return paints[_WARM_UP:]


def _events_shown(terminal: Terminal) -> int:
    """The number of events that the timeline says it has. Raises RuntimeError when it says none."""
    shown = re.search(r"(\d[\d\s,]*) events", terminal.text())
    if shown is None:
        raise RuntimeError(f"no number of events is shown:\n{terminal.text()}")
    return int(re.sub(r"\D", "", shown[1]))


def _grouped(number: int) -> str:
    return rf"{number:,}".replace(",", r"\D?")
