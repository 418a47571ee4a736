"""The header line: which session, under which policy and budget, at which turn, and what the program is busy with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from memview.model.display import printable
from memview.tui.lines import ELLIPSIS, Line, Span, cells, clip, fitted, grouped_number, line_width

_PROGRAM = " memview "
_TITLE_MARK = " · "


_DETAILS = 6
"""Ways to write the header, each shorter than the one before."""
_TERSE = 4
"""The detail from which words give way to letters."""
_GAP = 2
"""Blanks at least between what stands at the left and what at the right."""
_LEAST_TITLE = 12
"""Cells of a title below which its beginning says nothing."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the header says. `policies` are labels, `active` the index of the one shown; `busy` is a hint or empty."""

    session: str
    title: str
    policies: Sequence[str]
    active: int
    budget: int | None
    turn: int
    turns: int
    event: str
    playing: bool
    speed: float
    busy: str
    warnings: int
    masking: str = ""
    """`masked` when something on the screen is, `revealed` when nothing is kept from view, else empty."""
    what_if: str = ""
    """What was decided in the lane shown, where that is not the recording."""
    agent: str = ""
    """Who acts in the turn, in a session of several agents."""


@dataclass(frozen=True, slots=True)
class Header:
    """The line, and where its policies and its warnings are: (first cell, cell after the last) each, for clicks.

    `actions` are the other things to click: (first cell, cell after the last, method of the action).
    """

    line: Line
    tabs: tuple[tuple[int, int], ...]
    warnings: tuple[int, int] | None = None
    actions: tuple[tuple[int, int, str], ...] = ()


def header_line(status: Status, width: int) -> Header:
    """The header in `width` cells. First the title gives way when it is narrow, then the program's name, then words."""
    for detail in range(_DETAILS):
        start, tabs = _start(status, detail, width=width)
        end = _end(status, detail)
        spare = width - line_width(start) - line_width(end)
        if spare >= _GAP:
            break
    if detail == 0 and status.title:
        title = _cut_at_word(printable(status.title), spare - cells(_TITLE_MARK) - _GAP)
        if title:
            start, tabs = _start(status, detail, f"{_TITLE_MARK}{title}", width)
            spare = width - line_width(start) - line_width(end)
    line = (*start, (" " * max(0, spare), "text on panel"), *end)
    at = width - line_width(end)
    warnings = (at, at + cells(end[0][0])) if status.warnings else None
    return Header(fitted(line, width), tabs, warnings, tuple(_actions(status, start, end, at)))


def _cut_at_word(title: str, width: int) -> str:
    """`title`, or as many of its words as fit, unless those would say little."""
    if cells(title) <= width:
        return title
    words = clip(title, width).rstrip(ELLIPSIS).rpartition(" ")[0].rstrip()
    return words + ELLIPSIS if cells(words) >= _LEAST_TITLE else ""


def _actions(status: Status, start: Line, end: Line, end_at: int) -> Iterator[tuple[int, int, str]]:
    """Session, budget, turn and play state: where each is, and what a click on it does."""
    session = next(index for index, (text, _) in enumerate(start) if text != _PROGRAM)
    last = session + 1 if start[session + 1][0].startswith(_TITLE_MARK) else session
    yield line_width(start[:session]), line_width(start[: last + 1]), "session_open"
    if status.budget is not None and start[-1][1] == "text on panel":
        yield line_width(start[:-2]), line_width(start), "budget_change"
    if status.turns:
        turn = bool(status.warnings) + bool(status.busy) + bool(status.masking)
        if status.masking:
            yield end_at + line_width(end[: turn - 1]), end_at + line_width(end[:turn]), "masks_toggle"
        yield end_at + line_width(end[:turn]), end_at + line_width(end[:-1]), "go_to"
        yield end_at + line_width(end[:-1]), end_at + line_width(end), "play_toggle"


def _start(status: Status, detail: int, title: str = "", width: int = 0) -> tuple[Line, tuple[tuple[int, int], ...]]:
    spans: list[Span] = []
    if detail < 2:
        spans.append((_PROGRAM, "bold ink on primary"))
    spans.append((f" {clip(printable(status.session), 24 if detail < 3 else 12)}", "bold text on panel"))
    if title:
        spans.append((title, "muted on panel"))
    spans.append(("  policy " if detail < 2 else "  ", "muted on panel"))
    tabs: list[tuple[int, int]] = []
    at = line_width(spans)
    shown = status.policies if detail < 3 or len(status.policies) < 2 else [status.policies[status.active]]
    if status.what_if and detail >= _TERSE:
        shown = ()
    for index, label in enumerate(shown):
        active = index == status.active or len(shown) == 1
        alone = len(status.policies) == 1
        text = f"{label} " if alone else f"▸{label} " if active else f" {label} "
        spans.append(
            (text, "muted on panel" if not active else "bold text on panel" if alone else "bold text on cursor")
        )
        tabs.append((at, at + cells(text)))
        at += cells(text)
    if status.what_if:
        spans.append((f"{' ' if shown else ''}{_what_if(status.what_if, detail, width)} ", "bold action-warn on panel"))
    if detail >= 3 and len(status.policies) > 1:
        spans.append((f" {status.active + 1}/{len(status.policies)}", "muted on panel"))
    if status.budget is not None and not (status.what_if and detail > _TERSE):
        word = "  budget " if detail < _TERSE else "  b "
        spans.append((word, "muted on panel"))
        spans.append((grouped_number(status.budget), "text on panel"))
    return tuple(spans), tuple(tabs)


def _what_if(words: str, detail: int, width: int) -> str:
    """What was decided; where even that has no room, its beginning."""
    return clip(printable(words), max(_LEAST_TITLE, width - 38) if detail > _TERSE else max(width, 1))


def _end(status: Status, detail: int) -> Line:
    spans: list[Span] = []
    if status.warnings:
        word = f" {'warning' if status.warnings == 1 else 'warnings'}" if detail == 0 else ""
        spans.append((f"! {status.warnings}{word}  ", "action-warn on panel"))
    if status.busy:
        spans.append((f"{status.busy}  ", "accent on panel"))
    if status.masking:
        revealed = status.masking == "revealed"
        word = f"{'○' if revealed else '▒'} {status.masking}  "
        spans.append((word, ("action-warn" if revealed else "muted") + " on panel"))
    if not status.turns:
        return tuple(spans)
    if detail < _TERSE or not status.event:
        spans.append(("turn ", "muted on panel"))
    spans.append((f"{grouped_number(status.turn)}/{grouped_number(status.turns)}", "bold text on panel"))
    if status.event:
        spans.append((f" · {status.event}", "text on panel"))
    if status.agent and detail < _TERSE:
        spans.append((f" · {clip(printable(status.agent), _LEAST_TITLE)}", "text on panel"))
    state = f"▶ playing {status.speed:g}×" if status.playing else "‖ paused"
    if detail >= 2:
        state = f"▶{status.speed:g}×" if status.playing else "‖"
    spans.append((f"  {state} ", ("bold action-promote" if status.playing else "muted") + " on panel"))
    return tuple(spans)
