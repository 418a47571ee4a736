"""`memview lesson`: the program opened on a lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.lessons.teaching import teach
from memview.sessions.catalogue import find_session
from memview.settings import Settings, load_settings
from memview.tui.app import MemviewApp

if TYPE_CHECKING:
    from memview.lessons.lesson import Lesson
    from memview.lessons.teaching import Teaching


class LessonApp(MemviewApp):
    """Begins with a lesson; leaving the lesson leaves the program."""

    def __init__(self, teaching: Teaching, theme: str | None = None, settings: Settings | None = None) -> None:
        super().__init__(find_session(teaching.lesson.session), (), None, theme, settings)
        self._teaching = teaching

    def leave_lesson(self) -> None:
        self.exit()

    def _furnish(self) -> None:
        self.open_lesson(self._teaching)


def open_lesson(lesson: Lesson, theme: str | None) -> int:
    """Run `lesson` until it is left; returns the program's exit status.

    Raises MemviewError, before there is any screen, for a lesson that points at what does not exist, and for settings
    that cannot be read.
    """
    app = LessonApp(teach(lesson), theme, load_settings())
    app.run()
    return app.return_code or 0
