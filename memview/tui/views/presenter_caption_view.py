"""What is said in presenter mode: a lesson's caption, question and answer, or what the turn itself says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.lines import BLANK, Line, clip, wrap
from memview.tui.scene import Scene
from memview.tui.views.large_type_view import Type, can_be_large, large, large_paragraph, large_width
from memview.tui.views.lesson_view import Told, lesson_rows
from memview.tui.views.pane_rows import start_of_text

if TYPE_CHECKING:
    from memview.lessons.teaching import Question

_SAID_LIMIT, _SAID_LINES = 600, 3
_TALL_GAP = 8


def caption_sizes(told: Told, width: int) -> tuple[tuple[Line, ...], ...]:
    """Caption, question, options in bold, as in the lesson's box; then the question in large type; then everything."""
    rows = lesson_rows(told, width).lines
    plain = tuple(tuple((text, style if "bold" in style else f"bold {style}") for text, style in line) for line in rows)
    hint: Line = ((clip(told.hint, width), "bold action-warn" if told.nudged else "muted"),)
    sizes = [(*plain, hint)]
    speech = [(told.feedback, "action-hit" if told.feedback.startswith("✓") else "text")] if told.is_told else []
    speech.append((told.after if told.is_told else told.caption, "text"))
    asked = _tall_question(told, width)
    if asked:
        spoken = [
            ((piece, f"bold {style}"),) for text, style in speech for piece in wrap(_paragraphs(text), width) if piece
        ]
        sizes.append((*spoken, BLANK, *asked, hint))
    tall = [
        large_paragraph(printable(paragraph), width, Type.TALL, style)
        for text, style in speech
        for paragraph in text.split("\n")
    ]
    if asked is not None and all(block is not None for block in tall):
        sizes.append((*(line for block in tall if block is not None for line in block), *asked, hint))
    return tuple(sizes)


def _tall_question(told: Told, width: int) -> tuple[Line, ...] | None:
    """Question and options in large type, as many options on a line as fit; None where something does not."""
    question = told.question
    if question is None:
        return ()
    asked = large_paragraph(printable(question.text), width, Type.TALL, "action-fault")
    if asked is None:
        return None
    lines = list(asked)
    row: list[tuple[str, str]] = []
    for place, option in enumerate(question.options):
        text, style = _tall_option(told, question, place, printable(option))
        if not can_be_large(text) or large_width(text, Type.TALL) > width:
            block = large_paragraph(text, width, Type.TALL, style)
            if block is None:
                return None
            lines += [*_side_by_side(row), *block]
            row = []
            continue
        if (
            row
            and sum(large_width(each, Type.TALL) + _TALL_GAP for each, _ in row) + large_width(text, Type.TALL) > width
        ):
            lines += _side_by_side(row)
            row = []
        row.append((text, style))
    return (*lines, *_side_by_side(row))


def _tall_option(told: Told, question: Question, place: int, option: str) -> tuple[str, str]:
    if not told.is_told:
        return f"{place + 1} {option}", "text"
    if place in question.right:
        return f"✓ {option}", "action-hit"
    return (f"✗ {option}", "custody-lost") if place == told.chosen else (f"{place + 1} {option}", "faint")


def _side_by_side(texts: Sequence[tuple[str, str]]) -> list[Line]:
    """Pieces of large type on one line."""
    if not texts:
        return []
    blocks = [large(text, Type.TALL, style) for text, style in texts]
    return [
        tuple(span for block in blocks for span in (*block[row], (" " * _TALL_GAP, "text")))[:-1]
        for row in range(Type.TALL.value)
    ]


def _paragraphs(text: str) -> str:
    return "\n".join(printable(paragraph) for paragraph in text.split("\n"))


def said_sizes(scene: Scene, width: int) -> tuple[tuple[Line, ...], ...]:
    """Without a lesson, what was said in the turn: its beginning in bold, or all of it in large type."""
    if scene.turn is None:
        return ()
    text = printable(scene.masks.of_text(scene.turn.text)[:_SAID_LIMIT])
    pieces = start_of_text(text, width, _SAID_LINES)
    tall = large_paragraph(text, width, Type.TALL, "text")
    plain = tuple(((piece, "bold text"),) for piece in pieces)
    return (plain,) if tall is None else (plain, tall)
