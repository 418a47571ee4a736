"""The program on the terminal: themes, keys of the whole program, and a clean way out whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App
from textual.driver import Driver
from textual.screen import Screen
from textual.widget import Widget

from memview.settings import BudgetSettings, Settings
from memview.tui.actions import APP, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.keymap import apply_keymap
from memview.tui.terminal_output import ShownScreen, thrifty
from memview.tui.themes import ThemeError, load_theme, variable_defaults

if TYPE_CHECKING:
    from textual.command import Provider

    from memview.lessons.teaching import Teaching

_SWITCH_SECONDS = 0.0005
"""A computing thread gives way to the screen after this long."""


_SETTLE_SECONDS = 0.4
_STYLES = Path(__file__).parent / "styles"


def _commands() -> type[Provider]:
    from memview.tui.palette import MemviewCommands

    return MemviewCommands


class MemviewApp(App[None]):
    """The inspector on `path`, or the session picker without one."""

    TITLE = "memview"
    BINDINGS = bindings_for(actions_only_on(APP))
    COMMANDS = {_commands}  # noqa: RUF012 - Textual declares it so
    ALLOW_SELECT = False

    def __init__(
        self,
        path: Path | None,
        policies: Sequence[str] = (),
        core_budget: int | None = None,
        theme: str | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.shown = ShownScreen()
        # The first screen is not pushed, so its style sheet has to be the program's.
        super().__init__(css_path=_STYLES / "picker.tcss" if path is None else None)
        self.settings = settings or Settings()
        self._path = path
        self._policies = tuple(policies) or (self.settings.policy,)
        self._budgets = BudgetSettings(core=core_budget)
        self._complaints: list[str] = []
        self._wear(theme or self.settings.theme)
        keymap = apply_keymap(self.settings.keymap) if self.settings.keymap else None
        if keymap is not None:
            self.set_keymap(keymap.for_textual())
            self._complaints += keymap.problems

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults()

    def get_driver_class(self) -> type[Driver]:
        return thrifty(super().get_driver_class(), self.shown)

    def get_default_screen(self) -> Screen[None]:
        """The first frame costs as little as it can; the inspector is imported behind it."""
        if self._path is None:
            return self._screen_for(None)
        from memview.tui.screens.opening import OpeningScreen

        return OpeningScreen(self._path, self._furnish)

    def on_mount(self) -> None:
        sys.setswitchinterval(_SWITCH_SECONDS)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Headless tests run outside the main thread or on systems without these signals.
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().add_signal_handler(number, self._leave_on_signal, number)
        # What exists when the screen stands still stays: the collector need not walk it on every step.
        self.set_timer(_SETTLE_SECONDS, self._settle)

    def on_resize(self) -> None:
        # Terminals move their text about when they are resized.
        self.shown.forget()

    def open_session(self, path: Path) -> None:
        """Leave the screen for an inspector on `path`."""
        self._show(self._screen_for(path))

    def open_picker(self) -> None:
        """Leave the screen for the session picker."""
        self._show(self._screen_for(None))

    def open_lesson(self, teaching: Teaching) -> None:
        """Leave the screen for a lesson."""
        from memview.tui.screens.lesson import LessonScreen

        self._show(LessonScreen(teaching, self.settings))

    def leave_lesson(self) -> None:
        """Leave a lesson for the session picker, where it was chosen."""
        self.open_picker()

    def action_help_keys(self) -> None:
        from memview.tui.screens.help import open_keys

        open_keys(self)

    def action_help_pane(self) -> None:
        from memview.tui.screens.help import open_pane_help

        open_pane_help(self)

    def action_theme_choose(self) -> None:
        from memview.tui.wardrobe import open_wardrobe

        open_wardrobe(self)

    def action_screenshot_save(self) -> None:
        """Save the screen without its toasts as SVG in the current directory, under a name that is free."""
        toasts = list(self.screen.query("ToastRack"))
        for rack in toasts:
            rack.display = False
        self.screen.call_after_refresh(self._save_picture, toasts)

    def _save_picture(self, toasts: Sequence[Widget]) -> None:
        picture = self.export_screenshot(title="memview")
        for rack in toasts:
            rack.display = True
        path = _free_path(Path.cwd(), f"memview-{self._path.stem if self._path else 'picker'}")
        try:
            path.write_text(picture, encoding="utf-8")
        except OSError as error:
            self.notify(
                f"The picture cannot be saved in {path.parent}: {error.strerror}.", severity="error", markup=False
            )
            return
        self.notify(f"Saved {path.name} in {path.parent}", title="Picture saved", markup=False)

    def _show(self, screen: Screen[None]) -> None:
        # Textual's default screen was never pushed, so it cannot be switched away from.
        if len(self.screen_stack) == 1:
            self.push_screen(screen)
        else:
            self.switch_screen(screen)

    def _screen_for(self, path: Path | None) -> Screen[None]:
        if path is None:
            from memview.tui.screens.picker import PickerScreen

            return PickerScreen()
        from memview.tui.screens.inspector import Inspector

        self._path = path
        return Inspector(path, self._policies, self._budgets, self.settings)

    def _furnish(self) -> None:
        """After the first frame: the screen that was asked for."""
        if self._path is not None:
            self.open_session(self._path)

    def _wear(self, name: str) -> None:
        try:
            theme = load_theme(name)
        except ThemeError as error:
            self._complaints.append(str(error))
            return
        self.register_theme(theme)
        self.theme = theme.name

    def _settle(self) -> None:
        gc.collect()
        gc.freeze()
        for complaint in self._complaints:
            self.notify(complaint, severity="warning", markup=False)

    def _leave_on_signal(self, number: int) -> None:
        self.exit(return_code=128 + number)


def _free_path(directory: Path, stem: str) -> Path:
    path = directory / f"{stem}.svg"
    number = 2
    while path.exists():
        path = directory / f"{stem}-{number}.svg"
        number += 1
    return path
