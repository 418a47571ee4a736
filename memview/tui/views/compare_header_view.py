"""The lines around the columns of the Compare screen: session and turn, what was said, which columns there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memview.model.display import printable
from memview.tui.lines import Line, Span, cells, clip, fitted, grouped_number, line_width
from memview.tui.views.footer_view import Footer

_SECTION_WORDS = ("core", "summary", "retrieved", "window")


@dataclass(frozen=True, slots=True)
class CompareStatus:
    """What the header says. `amount` is by how many items the prompts of the turn differ; None where nobody knows."""

    session: str
    title: str
    columns: int
    lanes: int
    turn: int
    turns: int
    amount: int | None
    playing: bool
    speed: float
    busy: str
    masking: str


def compare_header(status: CompareStatus, width: int) -> Footer:
    """The header in `width` cells with what can be clicked. The title gives way first, then words."""
    for short in (False, True):
        start = _start(status, short=short)
        end = _end(status, short=short)
        spare = width - line_width(start) - sum(line_width([span]) for span, _ in end)
        if spare >= 2:
            break
    if not short and status.title and spare > 14:
        title = clip(printable(status.title), spare - 5)
        start = (*start, (f" · {title}", "muted on panel"))
        spare -= cells(title) + 3
    at = width - sum(line_width([span]) for span, _ in end)
    targets: list[tuple[int, int, str]] = []
    spans: list[Span] = [*start, (" " * max(0, spare), "text on panel")]
    for span, action in end:
        spans.append(span)
        if action:
            targets.append((at, at + cells(span[0]), action))
        at += cells(span[0])
    return Footer(fitted(tuple(spans), width), tuple(targets))


def _start(status: CompareStatus, *, short: bool) -> Line:
    lanes = f"{status.columns} of {status.lanes} policies" if status.lanes > status.columns else ""
    words: Line = (
        (" compare ", "bold ink on primary"),
        (f" {clip(printable(status.session), 24)}", "bold text on panel"),
    )
    return (*words, (f"  {lanes}", "muted on panel")) if lanes and not short else words


def _end(status: CompareStatus, *, short: bool) -> list[tuple[Span, str]]:
    """Pieces with the action that a click on them does."""
    pieces: list[tuple[Span, str]] = []
    if status.busy and not short:
        pieces.append(((f"{status.busy}  ", "accent on panel"), ""))
    if status.masking:
        glyph, style = ("○", "action-warn") if status.masking == "revealed" else ("▒", "muted")
        pieces.append(((f"{glyph} {status.masking}  ", f"{style} on panel"), "masks_toggle"))
    if status.amount:
        items = "item" if status.amount == 1 else "items"
        told = f"≠ {grouped_number(status.amount)}" if short else f"≠ {grouped_number(status.amount)} {items} apart"
        pieces.append(((f"{told}  ", "bold action-warn on panel"), "prompts_toggle"))
    elif status.amount is None:
        pieces.append((("… not compared yet  " if not short else "…  ", "muted on panel"), ""))
    else:
        pieces.append((("= same items  " if not short else "= same  ", "muted on panel"), "prompts_toggle"))
    turn = f"{grouped_number(status.turn)}/{grouped_number(status.turns)}"
    pieces.append((("" if short else "turn ", "muted on panel"), "go_to"))
    pieces.append(((turn, "bold text on panel"), "go_to"))
    state = f"▶ playing {status.speed:g}×" if status.playing else "‖ paused"
    if short:
        state = f"▶{status.speed:g}×" if status.playing else "‖"
    pieces.append(
        ((f"  {state} ", ("bold action-promote" if status.playing else "muted") + " on panel"), "play_toggle")
    )
    return pieces


def said_line(role: str, text: str, width: int) -> Line:
    """What came in at the turn, the same for all columns; `text` as it may be shown."""
    if not role:
        return fitted((("After loading, before the first turn: no prompt was sent.", "muted"),), width)
    lead = f"{printable(role)} "
    return fitted(((lead, "muted"), (clip(printable(text[: 4 * width]), max(0, width - cells(lead))), "text")), width)


def columns_bar(labels: Sequence[str], shown: range, focused: int, width: int) -> Footer:
    """All columns by number where not all find room; those on screen stand out, an arrow marks the focused one."""
    spans: list[Span] = []
    targets: list[tuple[int, int, str]] = []
    at = 0
    room = max(6, width // max(1, len(labels)) - 5)
    for index, label in enumerate(labels):
        text = f" {'▸' if index == focused else ' '}{index + 1} {clip(printable(label), room)} "
        on_screen = index in shown
        spans.append(
            (text, "bold text on cursor" if index == focused else "text on cursor" if on_screen else "muted on bar")
        )
        targets.append((at, at + cells(text), str(index)))
        at += cells(text)
    return Footer(fitted((*spans, (" " * max(0, width - at), "text on bar")), width), tuple(targets))
