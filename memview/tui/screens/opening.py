"""The first frame: an outline that says what is being opened, painted before the inspector is imported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual.app import ComposeResult
from textual.screen import Screen

from memview.model.display import printable
from memview.tui.lines import BLANK, Line, clip, fitted
from memview.tui.widgets.line_widget import LineWidget


class OpeningScreen(Screen[None]):
    """Shows that `path` is being opened, and once that is painted calls `proceed`."""

    CSS = "OpeningScreen LineWidget { height: 1fr; }"

    def __init__(self, path: Path, proceed: Callable[[], object]) -> None:
        super().__init__()
        self._path = path
        self._proceed = proceed

    def compose(self) -> ComposeResult:
        yield LineWidget()

    def on_mount(self) -> None:
        self.call_after_refresh(self._proceed)

    def on_resize(self) -> None:
        outline = self.query_one(LineWidget)
        width, height = self.size
        lines = opening_lines(printable(self._path.name), width, height)
        outline.set_rows([(line, LineWidget.GROUND) for line in lines])


def opening_lines(name: str, width: int, height: int) -> tuple[Line, ...]:
    """The header with the session's name, an empty frame with what is awaited in its middle, and an empty footer."""
    bar = " " * width
    header = fitted(((" memview ", "bold ink on primary"), (f" {name}" + bar, "bold text on panel")), width)
    inner = max(0, width - 2)
    words = clip(f"Opening {name}…", inner)
    frame: list[Line] = [(("╭" + "─" * inner + "╮", "frame"),)]
    for row in range(max(0, height - 4)):
        text = words if row == (height - 4) // 2 else ""
        frame.append((("│", "frame"), (text.center(inner), "muted"), ("│", "frame")))
    frame.append((("╰" + "─" * inner + "╯", "frame"),))
    lines = (header, *(fitted(line, width) for line in frame), ((bar, "text on panel"),))
    return lines[:height] if height > 3 else (header, *[BLANK] * max(0, height - 1))
