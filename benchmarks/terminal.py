"""A terminal seen from the other side: runs a program in a pty, answers it, and notes when which bytes came.

Textual asks whether synchronized output is understood (DECRQM 2026). It is answered yes, so every frame comes between
`ESC[?2026h` and `ESC[?2026l`, and the moment at which a frame is complete is a moment in the stream of bytes.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyte

COLUMNS, ROWS = 120, 40
FRAME_START, FRAME_END = b"\x1b[?2026h", b"\x1b[?2026l"
QUIET_SECONDS = 0.06
RIGHT, LEFT, END = b"\x1b[C", b"\x1b[D", b"\x1b[F"

_QUESTION = re.compile(rb"\x1b\[\?(\d+)\$p")
_UNFINISHED = re.compile(rb"\x1b[^a-zA-Z]*\Z")
_ESCAPE = re.compile(rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[PX^_][^\x1b]*\x1b\\|\x1b\[[0-?]*[ -/]*[@-~]|\x1b.")
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=?][0-9;]*(?:u|m|\$p)|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


@dataclass(frozen=True, slots=True)
class Paint:
    """What one key did: seconds to the end of its first frame and of its last byte, and how much was written."""

    frame: float
    settled: float
    frames: int
    written: int


class Terminal:
    """A running program and everything it wrote. Use it as a context manager: leaving ends the program."""

    def __init__(self, command: Sequence[str], home: Path, columns: int = COLUMNS, rows: int = ROWS) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._size = (columns, rows)
        self._unanswered = b""
        self._screen: tuple[pyte.Screen, pyte.ByteStream] | None = None
        self._drawn = 0
        self.chunks: list[tuple[float, bytes]] = []
        self.is_closed = False
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=_environment(home), start_new_session=True
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for request in (signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is None:
                self._process.send_signal(request)
            deadline = time.perf_counter() + 2
            while self._process.poll() is None and time.perf_counter() < deadline:
                self.read(0.02)
        os.close(self._master)

    def read(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds for output; returns whether there was any."""
        if self.is_closed or not select.select([self._master], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            data = b""
        if not data:
            self.is_closed = True
            return False
        self.chunks.append((time.perf_counter(), data))
        self._answer(data)
        return True

    def _answer(self, data: bytes) -> None:
        pending = self._unanswered + data
        for question in _QUESTION.finditer(pending):
            supported = 2 if question[1] == b"2026" else 0
            os.write(self._master, b"\x1b[?%s;%d$y" % (question[1], supported))
        rest = _UNFINISHED.search(pending)
        self._unanswered = rest[0] if rest else b""

    def settle(self, limit: float = 20.0, quiet: float = QUIET_SECONDS) -> None:
        """Read until nothing comes for `quiet` seconds, at most `limit` seconds."""
        deadline = time.perf_counter() + limit
        while time.perf_counter() < deadline and self.read(quiet):
            pass

    def first_paint(self, *, with_text: bool, limit: float = 20.0) -> float:
        """Seconds from the start to the end of the first complete frame. Raises RuntimeError when there is none."""
        deadline = self.started + limit
        seen = b""
        taken = 0
        while time.perf_counter() < deadline and not self.is_closed:
            self.read(0.05)
            for moment, data in self.chunks[taken:]:
                seen += data
                taken += 1
                if has_frame(seen, with_text=with_text):
                    return moment - self.started
        raise RuntimeError(f"nothing painted in {limit:g} s; the program wrote:\n{self.text()}")

    def send(self, key: bytes) -> float:
        """Send a key; returns the moment just before."""
        moment = time.perf_counter()
        os.write(self._master, key)
        return moment

    def press(self, key: bytes, quiet: float = QUIET_SECONDS) -> Paint | None:
        """Send a key and read until it is quiet; None when nothing was painted."""
        first = len(self.chunks)
        pressed = self.send(key)
        if not self.read(1.0):
            return None
        self.settle(5.0, quiet)
        written = b""
        frame: float | None = None
        for moment, data in self.chunks[first:]:
            written += data
            if frame is None and FRAME_END in written:
                frame = moment
        last = self.chunks[-1][0]
        return Paint((frame or last) - pressed, last - pressed, written.count(FRAME_END), len(written))

    def wait_for(self, pattern: str, limit: float) -> float | None:
        """The moment at which `pattern` first stood on the screen; None when it did not within `limit` seconds."""
        wanted = re.compile(pattern)
        deadline = time.perf_counter() + limit
        while True:
            # The screen is worked out in quiet moments only: it must not delay the reading.
            while self.read(0.02) and time.perf_counter() < deadline:
                pass
            while self._drawn < len(self.chunks):
                moment = self._draw_chunk()
                if wanted.search(self._display()):
                    return moment
            if self.is_closed or time.perf_counter() >= deadline:
                return None

    def text(self) -> str:
        """The screen as text."""
        while self._drawn < len(self.chunks):
            self._draw_chunk()
        return self._display()

    def _display(self) -> str:
        screen, _ = self._emulator()
        return "\n".join(screen.display)

    def _draw_chunk(self) -> float:
        moment, data = self.chunks[self._drawn]
        self._drawn += 1
        self._emulator()[1].feed(_UNKNOWN_TO_PYTE.sub(b"", data))
        return moment

    def _emulator(self) -> tuple[pyte.Screen, pyte.ByteStream]:
        if self._screen is None:
            import pyte

            screen = pyte.Screen(*self._size)
            self._screen = (screen, pyte.ByteStream(screen))
        return self._screen

    def peak_memory(self) -> float:
        """The most memory that the program has held so far, in MB (VmHWM); 0 once it has ended."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0.0
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0

    def processor_seconds(self) -> float:
        """Processor time that the program has used so far, user and system."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def has_frame(seen: bytes, *, with_text: bool) -> bool:
    """Whether a whole frame is in `seen`, one with something other than blanks when `with_text`."""
    start = 0
    while (end := seen.find(FRAME_END, start)) >= 0:
        begin = seen.rfind(FRAME_START, start, end)
        frame = seen[begin + len(FRAME_START) : end] if begin >= 0 else b""
        if frame and (not with_text or _ESCAPE.sub(b"", frame).strip()):
            return True
        start = end + len(FRAME_END)
    return False


def memview_command(session: Path | str, *options: str) -> list[str]:
    """The command line that opens `session` in the inspector."""
    return [sys.executable, "-m", "memview", str(session), *options]


def reference_command(name: str) -> list[str]:
    """The command line of one of our reference apps."""
    return [sys.executable, str(Path(__file__).parent / "reference_apps" / f"{name}.py")]


def _environment(home: Path) -> Mapping[str, str]:
    """This environment without what would change a Textual app, and with a home of its own: no settings, no history."""
    strange = ("TEXTUAL", "NO_COLOR", "COLUMNS", "LINES", "PYTHONDONTWRITEBYTECODE", "MEMVIEW", "XDG_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    root = str(Path(__file__).resolve().parent.parent)
    return {
        **kept,
        "HOME": str(home),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(filter(None, (root, kept.get("PYTHONPATH", "")))),
    }
