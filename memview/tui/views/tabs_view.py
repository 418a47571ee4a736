"""The tab bar of narrow screens: the panes by number, the one on screen marked."""

from __future__ import annotations

from collections.abc import Sequence

from memview.tui.lines import Span, cells, fitted
from memview.tui.views.footer_view import Footer


def tabs_line(names: Sequence[tuple[str, str]], active: str, width: int) -> Footer:
    """`names` are (pane id, title). The active one stands out by its ground and an arrow."""
    spans: list[Span] = []
    targets: list[tuple[int, int, str]] = []
    at = 0
    for number, (pane, title) in enumerate(names, start=1):
        is_active = pane == active
        text = f" {'▸' if is_active else ' '}{number} {title} "
        spans.append((text, "bold text on cursor" if is_active else "muted on bar"))
        targets.append((at, at + cells(text), pane))
        at += cells(text)
    return Footer(fitted((*spans, (" " * max(0, width - at), "text on bar")), width), tuple(targets))
