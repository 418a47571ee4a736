"""The end of a lesson: how it went, question by question, and which lesson comes next."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, Union

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from memview.model.errors import MemviewError
from memview.tui.actions import LESSON_END, actions_on, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.views.lesson_end_view import end_rows
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.line_widget import LineWidget

if TYPE_CHECKING:
    from memview.lessons.lesson import Lesson
    from memview.lessons.score import Progress
    from memview.lessons.teaching import Teaching

LEAVE: Literal["leave"] = "leave"
BACK: Literal["back"] = "back"
Ending: TypeAlias = Union["Teaching", Literal["leave", "back"]]


class LessonEndScreen(Screen[Ending]):
    """Answers with the next lesson, or with whether to leave or to go back into this one."""

    CSS_PATH = Path(__file__).parent.parent / "styles" / "lesson_end.tcss"
    SCOPE = LESSON_END
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(actions_only_on(LESSON_END))

    def __init__(self, lesson: Lesson, progress: Progress) -> None:
        super().__init__()
        self._lesson = lesson
        self._progress = progress
        self._following: Lesson | None = None
        self._is_read = False

    def compose(self) -> ComposeResult:
        yield LineWidget(id="end")
        yield KeyBar(actions_on(LESSON_END))

    def on_mount(self) -> None:
        self._look_ahead()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        page = self.query_one("#end", LineWidget)
        width, height = page.size
        if width and height:
            rows = end_rows(self._lesson, self._progress, self._following, width, height, is_read=self._is_read)
            page.set_rows(rows)

    @work(thread=True, exclusive=True, group="ahead")
    def _look_ahead(self) -> None:
        """Lesson files are read away from the screen's thread."""
        from memview.lessons.catalogue import lesson_after

        try:
            following = lesson_after(self._lesson)
        except MemviewError as error:
            self.app.call_from_thread(partial(self.notify, str(error), severity="warning", markup=False))
            following = None
        self.app.call_from_thread(self._show, following)

    def _show(self, following: Lesson | None) -> None:
        self._following, self._is_read = following, True
        self._draw()

    def action_lesson_end_next(self) -> None:
        """On to the next lesson, once it is replayed; after the last one, out."""
        if self._following is not None:
            self._prepare(self._following)
        elif self._is_read:
            self.dismiss(LEAVE)

    @work(thread=True, exclusive=True, group="next")
    def _prepare(self, lesson: Lesson) -> None:
        from memview.lessons.teaching import teach

        try:
            self.app.call_from_thread(self.dismiss, teach(lesson))
        except MemviewError as error:
            self.app.call_from_thread(partial(self.notify, str(error), severity="error", markup=False))

    def action_lesson_end_back(self) -> None:
        self.dismiss(BACK)

    def action_lesson_end_leave(self) -> None:
        self.dismiss(LEAVE)
