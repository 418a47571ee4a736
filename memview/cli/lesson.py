"""`lesson`: a guided tour over a session, in the inspector or as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from memview.cli.launch import is_on_terminal
from memview.cli.options import json_option
from memview.cli.output import print_json, write_lines

if TYPE_CHECKING:
    from memview.lessons.lesson import Lesson, Stop
    from memview.lessons.teaching import Question, Teaching


@click.command("lesson")
@click.argument("name", required=False)
@click.option("--plain", is_flag=True, help="Print the lesson instead of opening it.")
@click.option("--answers", is_flag=True, help="Print the right answers too.")
@click.option("--theme", metavar="T", help="Colour theme (`memview themes` lists them).")
@json_option
def lesson_command(name: str | None, plain: bool, answers: bool, theme: str | None, as_json: bool) -> int:
    """Open the lesson NAME (a shipped one, or a YAML file); without a name, list the lessons."""
    from memview.lessons.catalogue import find_lesson, list_lessons

    if name is None:
        lessons = list_lessons()
        if as_json:
            print_json([_summary(lesson) for lesson in lessons])
        else:
            write_lines(_listed(lessons))
        return 0
    lesson = find_lesson(name)
    if theme is not None:
        from memview.tui.themes import load_theme

        load_theme(theme)
    if not (plain or answers or as_json) and is_on_terminal():
        from memview.tui.lesson_app import open_lesson

        return open_lesson(lesson, theme)
    from memview.lessons.teaching import teach

    teaching = teach(lesson)
    if as_json:
        print_json(_whole(teaching))
    else:
        write_lines(_told(teaching, answers=answers))
    return 0


def _summary(lesson: Lesson) -> dict[str, object]:
    return {
        "name": lesson.name,
        "title": lesson.title,
        "summary": lesson.summary,
        "minutes": lesson.minutes,
        "stops": len(lesson.stops),
        "questions": lesson.question_count,
    }


def _listed(lessons: list[Lesson]) -> Iterator[str]:
    if not lessons:
        yield "No lessons are installed."
        return
    wide = max(len(lesson.name) for lesson in lessons)
    for lesson in lessons:
        yield f"{lesson.name:<{wide}}  {lesson.minutes:>3} min  {lesson.title}"


def _whole(teaching: Teaching) -> dict[str, object]:
    stops = zip(teaching.lesson.stops, teaching.questions, strict=True)
    return {**_summary(teaching.lesson), "stops": [_stop(stop, question) for stop, question in stops]}


def _stop(stop: Stop, question: Question | None) -> dict[str, object]:
    asked = None
    if question is not None:
        asked = {"text": question.text, "options": list(question.options), "right": sorted(question.right)}
    return {
        "turn": stop.turn,
        "policy": stop.policy,
        "core": stop.core,
        "pane": stop.pane,
        "memory": stop.memory,
        "caption": stop.caption,
        "question": asked,
        "after": stop.after,
    }


def _told(teaching: Teaching, *, answers: bool) -> Iterator[str]:
    lesson = teaching.lesson
    yield f"{lesson.title} ({lesson.minutes} minutes, session {lesson.session})"
    yield lesson.summary
    for number, (stop, question) in enumerate(zip(lesson.stops, teaching.questions, strict=True), 1):
        replay = teaching.replay_at(stop)
        yield ""
        core = f", core {replay.budgets.core} tokens"
        yield f"{number}. Turn {stop.turn} under {replay.spec.label}{core}, pane {stop.pane}"
        yield from stop.caption.split("\n")
        if question is not None:
            yield f"Question: {question.text}"
            for place, option in enumerate(question.options):
                right = " (right)" if answers and place in question.right else ""
                yield f"  {place + 1}. {option}{right}"
            if answers and stop.after:
                yield from stop.after.split("\n")
