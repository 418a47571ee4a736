"""Rows on their way to the clipboard."""

from __future__ import annotations

from textual.widget import Widget


def copy_json(screen: Widget, text: str) -> None:
    """Put `text`, which is JSON, into the clipboard, and say how much that was."""
    screen.app.copy_to_clipboard(text)
    screen.notify(f"Copied {len(text)} characters of JSON.", markup=False)
