"""The last page of a lesson: the score in large type, every question, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.lines import BLANK, Line, clip, wrap
from memview.tui.views.large_type_view import Type, large, large_width
from memview.tui.views.lesson_view import Result, result_lines
from memview.tui.widgets.line_widget import LineWidget, Row

if TYPE_CHECKING:
    from memview.lessons.lesson import Lesson
    from memview.lessons.score import Progress

_LONGEST_LINE = 100


def results_of(progress: Progress) -> list[Result]:
    """How each question of the lesson went, in their order."""
    results = []
    for stop, question in enumerate(progress.questions):
        if question is not None:
            answer = progress.answers.get(stop)
            state = "passed" if answer is None else "right" if answer in question.right else "wrong"
            results.append(Result(stop + 1, question.text, state))
    return results


def end_rows(
    lesson: Lesson, progress: Progress, following: Lesson | None, width: int, height: int, *, is_read: bool
) -> list[Row]:
    """The page in `height` rows; the score is as large as there is room for. `is_read`: what follows is known."""
    room = min(width, _LONGEST_LINE)
    results = results_of(progress)
    lines: list[Line] = [((clip(printable(lesson.title), room), "bold muted"),), BLANK]
    body = [*result_lines(results, room)]
    if body:
        body.append(BLANK)
    body += _following_lines(following, room, is_read=is_read)
    verdict = progress.verdict
    score = f"{progress.right}/{len(results)}" if results else "✓"
    style = "action-hit" if progress.right == len(results) else "text"
    for size in (Type.HUGE, Type.TALL):
        whole = f"{score} right" if results and large_width(f"{score} right", size) <= room else score
        if len(lines) + size.value + 3 + len(body) <= height and large_width(whole, size) <= room:
            lines += [*large(whole, size, style), BLANK]
            break
    lines += [((clip(verdict, room), f"bold {style}"),), BLANK, *body]
    return [(line, LineWidget.GROUND) for line in lines[:height]]


def _following_lines(following: Lesson | None, width: int, *, is_read: bool) -> list[Line]:
    if not is_read:
        return [(("Looking for the next lesson…", "muted"),)]
    if following is None:
        return [(("That was the last lesson. ", "text"), ("enter", "bold text"), (" leaves.", "text"))]
    lines: list[Line] = [
        (("Next  ", "muted"), (clip(printable(following.title), width - 20), "bold text"),
         (f"  {following.minutes} min", "muted")),
    ]  # fmt: skip
    lines += [((piece, "muted"),) for piece in wrap(printable(following.summary), width)]
    lines += [BLANK, (("enter", "bold text"), (" opens it", "muted"))]
    return lines
