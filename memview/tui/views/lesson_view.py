"""The caption box of a lesson: where one is, what is told and asked, and whether the answer was right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.lines import BLANK, Line, cells, clip, fitted, line_width, right, wrap
from memview.tui.views.pane_rows import PaneRows

if TYPE_CHECKING:
    from memview.lessons.teaching import Question

BESIDE_FROM = 100
"""Cells from which the question stands beside what is told."""
_GAP = 3
_LONGEST_LINE = 110
"""A longer line is hard to read on."""
_NEXT_MARK = "▽ next"

Target = tuple[int, int, int, str]
"""Row, first cell, cell after the last, and what a click there does: `next`, `back` or an option's number from 1."""


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to say at a stop. `chosen` is an option's number, from 0, or None; `is_told` shows the answer."""

    title: str
    number: int
    stops: int
    caption: str
    question: Question | None = None
    chosen: int | None = None
    is_told: bool = False
    after: str = ""
    score: str = ""
    nudged: bool = False
    is_away: bool = False

    @property
    def is_open(self) -> bool:
        """Whether an answer is awaited."""
        return self.question is not None and not self.is_told

    @property
    def place(self) -> str:
        """`stop 3 of 6`."""
        return f"stop {self.number} of {self.stops}"

    @property
    def feedback(self) -> str:
        """What is said to the answer, a mark before it; empty while there is none."""
        question = self.question
        if question is None or not self.is_told:
            return ""
        several = len(question.right) > 1
        answers = _joined([printable(question.options[place]) for place in sorted(question.right)])
        if self.chosen is None:
            return f"The answer: {answers}"
        if self.chosen not in question.right:
            return f"✗ Not right. The answer: {answers}"
        return f"✓ Right: {answers}" if several else "✓ Right"

    @property
    def hint(self) -> str:
        """What to press now."""
        if self.is_away:
            return "you have left the stop: r goes back to it"
        if self.question is not None and self.is_open:
            keys = f"1 to {len(self.question.options)}"
            return f"choose {keys} first, or press again to pass it over" if self.nudged else f"choose {keys}"
        return "space ends the lesson" if self.number == self.stops else "space goes on"


@dataclass(frozen=True, slots=True)
class BoxRows:
    """The lines inside the box and what can be clicked in them."""

    lines: tuple[Line, ...]
    targets: tuple[Target, ...] = ()


def lesson_rows(told: Told, width: int) -> BoxRows:
    """Everything that a stop says, wrapped to `width`: the question beside the rest where there is room for both."""
    speech = _speech(told, min(width, _LONGEST_LINE))
    if told.question is None:
        return BoxRows(tuple(speech))
    if width < BESIDE_FROM:
        return _stacked(told, told.question, width)
    half = (width - _GAP) // 2
    speech = _speech(told, half)
    asked = _question_rows(told, told.question, width - half - _GAP)
    height = max(len(speech), len(asked.lines))
    lines = []
    for row in range(height):
        start = speech[row] if row < len(speech) else BLANK
        end = asked.lines[row] if row < len(asked.lines) else BLANK
        lines.append((*fitted(start, half), (" │ ", "frame"), *end))
    targets = tuple((row, half + _GAP + start, half + _GAP + stop, name) for row, start, stop, name in asked.targets)
    return BoxRows(tuple(lines), targets)


def _stacked(told: Told, question: Question, width: int) -> BoxRows:
    """Before the answer: caption, question. After it: question, feedback. So the box stays as small as it can."""
    asked = _question_rows(told, question, width)
    speech = _speech(told, width)
    if told.is_told:
        return BoxRows((*asked.lines, *speech), asked.targets)
    shift = len(speech)
    targets = tuple((row + shift, start, stop, name) for row, start, stop, name in asked.targets)
    return BoxRows((*speech, *asked.lines), targets)


def _speech(told: Told, width: int) -> list[Line]:
    """The caption, and after an answer what is said to it instead."""
    if not told.is_told:
        return [((piece, "text"),) for piece in wrap(_paragraphs(told.caption), width)]
    style = "bold text"
    if told.chosen is not None and told.question is not None:
        style = "bold action-hit" if told.chosen in told.question.right else "bold custody-lost"
    lines: list[Line] = [((piece, style),) for piece in wrap(told.feedback, width)]
    return lines + [((piece, "text"),) for piece in wrap(_paragraphs(told.after), width) if told.after]


def _question_rows(told: Told, question: Question, width: int) -> BoxRows:
    lines: list[Line] = [((piece, "bold text"),) for piece in wrap(printable(question.text), width)]
    options = [_option(told, question, place) for place in range(len(question.options))]
    targets: list[Target] = []
    widest = max(line_width(option) for option in options) + _GAP
    columns = max(1, (width + _GAP) // widest)
    if columns > 1:
        # Filled row by row, so that the numbers read from left to right.
        for first in range(0, len(options), columns):
            spans: list[tuple[str, str]] = []
            for index, option in enumerate(options[first : first + columns]):
                targets.append((len(lines), index * widest, index * widest + widest - _GAP, str(first + index + 1)))
                spans += fitted(option, widest if index + 1 < columns else min(widest, width - index * widest))
            lines.append(tuple(spans))
        return BoxRows(tuple(lines), tuple(targets))
    for place, option in enumerate(options):
        head, (text, style), *rest = option
        tail = "".join(part for part, _ in rest)
        indent = cells(head[0]) + 1
        for row, piece in enumerate(wrap(text + tail, width - indent)):
            targets.append((len(lines), 0, width, str(place + 1)))
            start: Line = (head, (" ", "text")) if row == 0 else ((" " * indent, "text"),)
            lines.append((*start, (piece, style)))
    return BoxRows(tuple(lines), tuple(targets))


def _option(told: Told, question: Question, place: int) -> Line:
    """` 2  text` before the answer; after it marks and words tell the right ones and the wrong one that was chosen."""
    text = printable(question.options[place])
    if not told.is_told:
        return (f" {place + 1} ", "bold ink on primary"), (f" {text}", "text")
    if place in question.right:
        words = " · right, yours" if place == told.chosen else " · right"
        return (f"✓{place + 1} ", "bold action-hit"), (f" {text}", "bold action-hit"), (words, "action-hit")
    if place == told.chosen:
        return (f"✗{place + 1} ", "bold custody-lost"), (f" {text}", "custody-lost"), (" · yours", "custody-lost")
    return (f" {place + 1} ", "muted"), (f" {text}", "muted")


def title_edge(told: Told, width: int) -> Line:
    """The upper edge of the box: the lesson, the stop, the score."""
    score = f" {told.score} ─╮" if told.score else "─╮"
    place = f" · {told.place} "
    title = clip(printable(told.title), max(0, width - cells(score) - cells(place) - 4))
    dashes = "─" * max(0, width - cells(score) - cells(place) - cells(title) - 3)
    line: Line = (
        ("╭─", "focus"),
        (f" {title}", "bold focus"),
        (place, "text"),
        (dashes, "focus"),
        (score[:-2] if told.score else "", "bold text"),
        ("─╮", "focus"),
    )
    return fitted(line, width)


def hint_edge(told: Told, width: int, is_cut: bool) -> tuple[Line, tuple[tuple[int, int, str], ...]]:
    """The lower edge: what to press now, and at the right back and on, to be clicked."""
    back, on = " ‹ back ", " on › "
    hint = "▼ space: it goes on below" if is_cut and not told.is_away else told.hint
    room = width - cells(back) - cells(on) - 8
    words = f" {clip(hint, room)} " if room > 1 else ""
    dashes = "─" * max(0, width - cells(words) - cells(back) - cells(on) - 5)
    style = "bold action-warn" if told.nudged or told.is_away else "muted"
    line: Line = (
        ("╰─", "focus"),
        (words, style),
        (dashes, "focus"),
        (back, "bold text"),
        ("─", "focus"),
        (on, "bold text"),
        ("─╯", "focus"),
    )
    end = width - 2
    start = end - cells(on)
    return fitted(line, width), ((start - 1 - cells(back), start - 1, "back"), (start, end, "next"))


def without_the_victim(rows: PaneRows) -> PaneRows:
    """The core without the mark on what leaves next: while a class is asked that, the screen does not say it."""
    lines = tuple(
        tuple((text.replace(_NEXT_MARK, " " * cells(_NEXT_MARK)), style) for text, style in line) for line in rows.lines
    )
    return replace(rows, lines=lines)


@dataclass(frozen=True, slots=True)
class Result:
    """One question of the lesson: its text, its stop, and the word and mark of how it went."""

    stop: int
    text: str
    state: str


_STATES = {
    "right": ("✓", "right", "action-hit"),
    "wrong": ("✗", "wrong", "custody-lost"),
    "passed": ("·", "passed over", "muted"),
}


def result_lines(results: Sequence[Result], width: int) -> list[Line]:
    """A line for each question: mark, word, stop, and the question as far as it fits."""
    lines: list[Line] = []
    for result in results:
        glyph, word, style = _STATES[result.state]
        head = f"{glyph} {word:<12}stop {right(str(result.stop), 2)}  "
        lines.append(((head, style), (clip(printable(result.text), width - cells(head)), "text")))
    return lines


def _paragraphs(text: str) -> str:
    return "\n".join(printable(paragraph) for paragraph in text.split("\n"))


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
