"""The footer: at most seven keys that fit, each a thing to click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memview.tui.lines import Line, Span, cells, fitted

_MOST = 7


@dataclass(frozen=True, slots=True)
class Hint:
    """Keys as people write them, what they do in a word or two, and the action that a click runs."""

    keys: str
    label: str
    action: str


@dataclass(frozen=True, slots=True)
class Footer:
    """The line, and for every hint (first cell, cell after the last, action)."""

    line: Line
    targets: tuple[tuple[int, int, str], ...]


def footer_line(hints: Sequence[Hint], width: int) -> Footer:
    """The hints in their order, as many as fit whole."""
    spans: list[Span] = []
    targets: list[tuple[int, int, str]] = []
    at = 0
    for hint in hints:
        size = cells(hint.keys) + cells(hint.label) + 4
        if at + size > width or len(targets) == _MOST:
            break
        spans += [(f" {hint.keys} ", "bold accent on panel"), (f"{hint.label}  ", "muted on panel")]
        targets.append((at, at + size - 1, hint.action))
        at += size
    return Footer(fitted((*spans, (" " * (width - at), "text on panel")), width), tuple(targets))
