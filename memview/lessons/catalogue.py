"""The lessons that come with memview, and finding one by name or path."""

from __future__ import annotations

from pathlib import Path

from memview.lessons.lesson import Lesson
from memview.lessons.lesson_file import read_lesson
from memview.model.errors import MemviewError
from memview.sessions.catalogue import sample_directory
from memview.sessions.problems import nearest, quoted


def lesson_directory() -> Path:
    """Where the shipped lessons are: beside the sample sessions."""
    return sample_directory() / "lessons"


def list_lessons() -> list[Lesson]:
    """The shipped lessons, in the order in which they teach: that of their file names."""
    directory = lesson_directory()
    paths = sorted(directory.glob("*.yaml")) if directory.is_dir() else []
    return [read_lesson(path) for path in paths]


def find_lesson(name_or_path: str) -> Lesson:
    """The lesson that a person means: a file, else a shipped one by its name.

    Raises MemviewError for a file that is no lesson, and with the nearest names when there is none of that name.
    """
    path = Path(name_or_path)
    if path.suffix in (".yaml", ".yml"):
        return read_lesson(path)
    lessons = {lesson.name: lesson for lesson in list_lessons()}
    found = lessons.get(name_or_path.casefold())
    if found is None:
        mend = nearest(name_or_path.casefold(), lessons) or "`memview lesson` lists them"
        raise MemviewError(f"no lesson {quoted(name_or_path)}; {mend}")
    return found


def lesson_after(lesson: Lesson) -> Lesson | None:
    """The shipped lesson that comes after `lesson`: the first one after a person's own; None after the last.

    Raises MemviewError for a lesson file that is none.
    """
    lessons = list_lessons()
    at = next((place for place, each in enumerate(lessons) if each.name == lesson.name), -1)
    return lessons[at + 1] if at + 1 < len(lessons) else None
