"""The footer: a few keys that fit, each a thing to click."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from memview.tui.lines import Line, Span, cells, fitted

_MOST, _MOST_WHEN_WIDE = 7, 10
_WIDE = 112


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


def footer_line(hints: Sequence[Hint], width: int, kept: Collection[str] = ()) -> Footer:
    """The hints in their order, as many as fit whole; the actions `kept` are the last to give way."""
    chosen: set[int] = set()
    room, most = width, _MOST_WHEN_WIDE if width >= _WIDE else _MOST
    for index in sorted(range(len(hints)), key=lambda index: hints[index].action not in kept):
        room -= _size(hints[index])
        if room < 0 or len(chosen) == most:
            break
        chosen.add(index)
    spans: list[Span] = []
    targets: list[tuple[int, int, str]] = []
    at = 0
    for index in sorted(chosen):
        hint = hints[index]
        spans += [(f" {hint.keys} ", "bold accent on panel"), (f"{hint.label}  ", "muted on panel")]
        targets.append((at, at + _size(hint) - 1, hint.action))
        at += _size(hint)
    return Footer(fitted((*spans, (" " * (width - at), "text on panel")), width), tuple(targets))


def _size(hint: Hint) -> int:
    return cells(hint.keys) + cells(hint.label) + 4
