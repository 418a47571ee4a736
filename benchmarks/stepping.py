"""From a key to its frame while stepping turn by turn, in a short session and in a long one, beside a line of text.

In the inspector, on the Compare screen with two policies and with four, and on the Map with 10,000 memories.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
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
_P95_OF_MUCH = Target("ours", 33.0)
_BESIDE = "one Static"
_COMPARE = b"m"
_ALL_MEASURED = r"\A(?![\s\S]*(?:computing|compared|At the end))[\s\S]*After all"
_COMPARED = {"compare2": ("lru", "fifo"), "compare4": ("lru", "fifo", "arc", "sieve")}
"""Cases of the Compare screen, and the policies in its columns."""
_MAP = b"M"
_MAP_MEMORIES, _MAP_TURNS = 10_000, 60


def rows(scale: Scale, directory: Path) -> list[Row]:
    """Key to the last byte of the answer, p50 and p95; frames and bytes a key."""
    sessions = (archive_session(_SHORT_MEMORIES, _SHORT_TURNS), conversation_session(scale.long_session_turns))
    result = []
    for session in sessions:
        path = directory / f"{session.session_id}.jsonl"
        write_session(session, path)
        result += _session_rows(path, len(session.turns), scale.keys)
    for case, policies in _COMPARED.items():
        result += _compare_rows(case, policies, path, len(session.turns), scale.keys)
    return result + _map_rows(directory, scale.keys)


def _session_rows(path: Path, turns: int, keys: int) -> list[Row]:
    with Terminal(memview_command(path), path.parent) as terminal:
        _wait_until_complete(terminal, turns)
        name = f"{turns:,} turns, {_events_shown(terminal):,} events"
        return _measured(terminal, path, name, keys, _P95)


def _compare_rows(case: str, policies: Sequence[str], path: Path, turns: int, keys: int) -> list[Row]:
    named = [word for policy in policies for word in ("--policy", policy)]
    with Terminal(memview_command(path, *named), path.parent) as terminal:
        _wait_until_complete(terminal, turns)
        terminal.press(_COMPARE)
        if terminal.wait_for(_ALL_MEASURED, _READY_SECONDS) is None:
            raise RuntimeError(f"{case}: not ready after {_READY_SECONDS:g} s; the screen shows:\n{terminal.text()}")
        terminal.settle()
        target = _P95 if len(policies) == 2 else _P95_OF_MUCH
        return _measured(terminal, path, f"{case}, {turns:,} turns", keys, target)


def _map_rows(directory: Path, keys: int) -> list[Row]:
    session = archive_session(_MAP_MEMORIES, _MAP_TURNS)
    path = directory / f"map-{session.session_id}.jsonl"
    write_session(session, path)
    with Terminal(memview_command(path), directory) as terminal:
        _wait_until_complete(terminal, len(session.turns))
        terminal.press(_MAP)
        if terminal.wait_for(r"10\D?\d{3} items", _READY_SECONDS) is None:
            raise RuntimeError(f"no map after {_READY_SECONDS:g} s; the screen shows:\n{terminal.text()}")
        terminal.settle()
        return _measured(terminal, path, f"map, {_MAP_MEMORIES:,} memories", keys, _P95_OF_MUCH)


def _measured(terminal: Terminal, path: Path, name: str, keys: int, most: Target) -> list[Row]:
    """Steps at the end of the session that `terminal` shows."""
    terminal.press(END)
    with Terminal(reference_command("one_static"), path.parent) as beside:
        beside.first_paint(with_text=True)
        beside.settle()
        paints, static = _steps_of_both(terminal, beside, keys)
    result = []
    for share, target in ((0.5, None), (0.95, most)):
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
