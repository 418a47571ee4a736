"""Putting on themes while the program runs: one is read at start, the others when they are first asked for."""

from __future__ import annotations

from typing import TypeVar

from textual.app import App

from memview.tui.themes import ThemeError, load_theme, load_themes, theme_catalogue

Answer = TypeVar("Answer")


def wear(app: App[Answer], name: str) -> None:
    """Wear a theme; one that cannot be used is said to be so, and the old one stays."""
    try:
        theme = load_theme(name)
    except ThemeError as error:
        app.notify(str(error), title="Theme", severity="error", markup=False)
        return
    app.register_theme(theme)
    app.theme = theme.name


def open_wardrobe(app: App[Answer]) -> None:
    """Ask for a theme; the screen behind the list wears each one as the cursor passes it."""
    from memview.tui.dialogs.theme_choice import ThemeDialog

    load = load_themes()
    for theme in load.loaded:
        if theme.name not in app.available_themes:
            app.register_theme(theme)
    usable = {theme.name for theme in load.loaded}
    # What was said about them before would stand on the list, which says it itself.
    app.clear_notifications()
    app.push_screen(ThemeDialog([info for info in theme_catalogue() if info.name in usable], load.failed))
