"""From the command to the first frame with text, beside the first frame of the empty Textual app."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.scale import Scale
from benchmarks.table import Row, Target
from benchmarks.terminal import Terminal, memview_command, reference_command
from benchmarks.timing import median

SESSION = "session_01"


def rows(scale: Scale, directory: Path) -> list[Row]:
    """Medians over alternating starts, so that a busy minute of the machine is busy for both."""
    ours_ms, empty_ms = [], []
    for start in range(scale.starts + 1):
        ours = _first_paint(memview_command(SESSION), directory, with_text=True)
        empty = _first_paint(reference_command("empty"), directory, with_text=False)
        if start:  # The first one compiles modules and warms the disk cache.
            ours_ms.append(ours)
            empty_ms.append(empty)
    what = f"first paint of {SESSION}, 120x40"
    return [Row("startup", what, median(ours_ms), "ms", median(empty_ms), "empty app", Target("ratio", 1.3))]


def _first_paint(command: Sequence[str], home: Path, *, with_text: bool) -> float:
    with Terminal(command, home) as terminal:
        return terminal.first_paint(with_text=with_text) * 1e3
