"""Choosing a theme: the screen behind the list wears each one as the cursor passes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from textual.widget import Widget
from textual.widgets import Static

from memview.model.display import printable
from memview.tui.dialogs.chooser import Chooser
from memview.tui.lines import Line, left
from memview.tui.themes import ThemeInfo

_SWATCH = (
    "[$tier-core]■ core[/]  [$tier-retrieved]■ retrieved[/]  [$tier-window]■ window[/]  [$tier-summary]■ summary[/]\n"
    "[$action-promote]▲ promote[/]  [$action-evict]▼ evict[/]  [$action-fault]○ fault[/]  [$custody-lost]✗ lost[/]"
)
"""Our own words in the colours of the theme in force."""

_NAME = 18
_KIND = 7


class ThemeDialog(Chooser[ThemeInfo, str]):
    """Answers with the name of the theme that is then in force; escape puts the one before back.

    Every theme of `themes` has to be registered with the app. `left_out` says of each other one what is wrong with it.
    """

    DEFAULT_CSS = """
    ThemeDialog { align: right middle; background: transparent; }
    ThemeDialog > Vertical { width: 46; }
    ThemeDialog .note { height: 2; }
    ThemeDialog .swatch { height: 2; }
    ThemeDialog .left-out { height: auto; max-height: 3; color: $action-warn; margin: 1 0 0 0; }
    """
    QUESTION = "Choose a theme"
    NOTHING = "No theme is called so."
    HINTS = (("↑↓", "try", "move(1)"), ("enter", "keep", "confirm"), ("esc", "undo", "cancel"))

    def __init__(self, themes: Sequence[ThemeInfo], left_out: Sequence[str] = ()) -> None:
        super().__init__()
        self._themes = themes
        self._left_out = left_out
        self._before = ""

    def body(self) -> Iterable[Widget]:
        yield from super().body()
        yield Static(_SWATCH, classes="swatch")
        if self._left_out:
            yield Static(printable(left_out_words(self._left_out)), classes="left-out", markup=False)

    def on_mount(self) -> None:
        self._before = self.app.theme
        self.offer(self._themes, next((theme for theme in self._themes if theme.name == self._before), None))

    def text_of(self, choice: ThemeInfo) -> str:
        return f"{choice.name} {choice.description} {'dark' if choice.dark else 'light'}"

    def line_of(self, choice: ThemeInfo, width: int) -> Line:  # noqa: ARG002 - one width suits all
        mark = "● " if choice.name == self._before else "  "
        return (
            (mark, "action-hit"),
            (left(printable(choice.name), _NAME - 1) + " ", "bold text"),
            (left("dark" if choice.dark else "light", _KIND), "muted"),
        )

    def note_of(self, choice: ThemeInfo) -> str:
        return f"{choice.description}."

    def on_row_list_highlighted(self) -> None:
        choice = self.highlighted
        if choice is not None and choice.name in self.app.available_themes:
            self.app.theme = choice.name

    def take(self, choice: ThemeInfo) -> None:
        self.dismiss(choice.name)

    def action_cancel(self) -> None:
        self.app.theme = self._before
        self.dismiss(None)


def left_out_words(complaints: Sequence[str]) -> str:
    """The first complaint, by the name of its file alone, and how many more there are."""
    path, _, rest = complaints[0].partition(": ")
    more = f" (and {len(complaints) - 1} more)" if len(complaints) > 1 else ""
    return f"! left out{more}: {Path(path).name}: {rest}"
