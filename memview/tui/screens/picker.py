"""The picker: which session? Samples with the lesson of each, the files opened lately, and any other file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol, cast

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from memview.model.errors import MemviewError
from memview.tui.actions import PICKER, actions_on, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.lines import BLANK, Line
from memview.tui.views.picker_view import WELCOME, Entry, entries, entry_line, name_width, story_of
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from memview.lessons.lesson import Lesson
    from memview.lessons.teaching import Teaching
    from memview.recent import RecentFile
    from memview.sessions.catalogue import SampleInfo


class SessionOpener(Protocol):
    """What the picker asks of the program."""

    def open_session(self, path: Path) -> None: ...

    def open_lesson(self, teaching: Teaching) -> None: ...


class PickerScreen(Screen[None]):
    """What is chosen goes to the program's `open_session`."""

    CSS_PATH = Path(__file__).parent.parent / "styles" / "picker.tcss"
    SCOPE = PICKER
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual declares it so
    AUTO_FOCUS = "#sessions"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(actions_only_on(PICKER)),
        Binding("escape", "filter_clear", "Clear the filter", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._samples: list[SampleInfo] = []
        self._recent: list[RecentFile] = []
        self._lessons: list[Lesson] = []
        self._entries: list[Entry] = []
        self._filter = ""
        self._is_read = False

    def compose(self) -> ComposeResult:
        yield Static(Content.assemble((" memview ", "bold"), "  choose a session"), id="title")
        yield Input(placeholder="type to narrow the list", id="narrow")
        with Horizontal(id="halves"):
            yield RowList(id="sessions")
            with VerticalScroll(id="story", can_focus=False):
                yield Static("", id="story-heading", markup=False)
                yield Static("", id="story-facts", markup=False)
                yield Static(WELCOME, id="story-text", markup=False)
                yield Static("", id="story-hint", markup=False)
        yield KeyBar(actions_on(PICKER))

    def on_mount(self) -> None:
        self.query_one("#sessions").border_title = "Sessions"
        self.query_one("#story").border_title = "What it teaches"
        self.query_one("#sessions").border_subtitle = "reading the samples…"
        # The first frame first: the headers of the samples are read after it.
        self.call_after_refresh(self._read)

    def on_screen_resume(self) -> None:
        if self._is_read:
            self._read()

    @work(thread=True, exclusive=True)
    def _read(self) -> None:
        from memview.recent import recent_files
        from memview.sessions.catalogue import list_samples

        recent = recent_files()
        try:
            samples, complaint = list_samples(), ""
        except MemviewError as error:
            samples, complaint = [], str(error)
        self.app.call_from_thread(self._show, samples, recent, complaint)
        # Reading lessons takes the packages that check files: the samples can be seen before.
        from memview.lessons.catalogue import list_lessons

        try:
            lessons, complaint = list_lessons(), ""
        except MemviewError as error:
            lessons, complaint = [], str(error)
        self.app.call_from_thread(self._show_lessons, lessons, complaint)

    def _show_lessons(self, lessons: list[Lesson], complaint: str) -> None:
        if complaint:
            self.notify(complaint, title="Lessons", severity="warning", markup=False)
        if lessons != self._lessons:
            under = self._highlighted
            self._lessons = lessons
            self._fill(under)

    def _show(self, samples: list[SampleInfo], recent: list[RecentFile], complaint: str) -> None:
        self._samples, self._recent, self._is_read = samples, recent, True
        if complaint:
            self.notify(complaint, title="Samples", severity="warning", markup=False)
        self._fill()

    def _fill(self, under: Entry | None = None) -> None:
        """Show what the filter lets through, the cursor on `under` if that is there, else on the first row."""
        self._entries = entries(self._samples, self._recent, self._filter, self._lessons)
        headings = frozenset(index for index, entry in enumerate(self._entries) if entry.is_heading)
        rows = self.query_one(RowList)
        rows.border_subtitle = self._count()
        cursor = self._entries.index(under) if under in self._entries else 0
        rows.show(len(self._entries), self._line, headings, cursor)

    def _count(self) -> str:
        """How many sessions there are, or how many of them the filter lets through."""
        if self._filter:
            every = sum(bool(entry.path) for entry in entries(self._samples, self._recent))
            return f"{sum(bool(entry.path) for entry in self._entries)} of {every} sessions"
        count = f"{len(self._samples)} samples" if self._samples else "no samples here"
        if self._lessons:
            count += f" · {len(self._lessons)} lessons"
        return f"{count} · {len(self._recent)} opened lately" if self._recent else count

    def _line(self, index: int, width: int) -> Line:
        if index >= len(self._entries):
            return BLANK
        return entry_line(self._entries[index], width, name_width(self._entries, width))

    @property
    def _highlighted(self) -> Entry | None:
        cursor = self.query_one(RowList).cursor
        return None if cursor is None else self._entries[cursor]

    def on_row_list_highlighted(self) -> None:
        if not self._is_read:
            return
        story = story_of(self._highlighted, self._filter)
        self.query_one("#story-heading", Static).update(Content(story.heading))
        self.query_one("#story-facts", Static).update(Content(story.facts))
        self.query_one("#story-text", Static).update(Content(story.text))
        self.query_one("#story-hint", Static).update(Content(story.hint))

    def on_row_list_chosen(self) -> None:
        self.action_picker_open()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._filter = event.value.strip()
        self._fill()

    def on_input_submitted(self) -> None:
        self.action_picker_open()

    def on_key(self, event: events.Key) -> None:
        # From the list, the arrows are its own; from the filter they move the list as well.
        if event.key == "tab" and self.query_one(Input).has_focus:
            self.query_one(RowList).focus()
            event.stop()

    def action_move(self, step: int) -> None:
        self.query_one(RowList).action_cursor(step)

    def action_filter_open(self) -> None:
        self.add_class("-filtering")
        self.query_one(Input).focus()

    def action_filter_clear(self) -> None:
        """Shows all sessions again."""
        self.query_one(Input).value = ""
        self.remove_class("-filtering")
        self.query_one(RowList).focus()

    def action_picker_open(self) -> None:
        entry = self._highlighted
        if entry is None or entry.is_heading:
            return
        if entry.lesson_name:
            self._begin(entry.lesson_name)
        elif entry.opens_file:
            self.action_picker_path()
        elif entry.is_gone:
            self.notify("The file is not there any more; delete takes it off the list.", severity="warning")
        else:
            self._open(Path(entry.path))

    @work(thread=True, exclusive=True, group="lesson")
    def _begin(self, name: str) -> None:
        """Replay the lesson's session in a thread; a lesson that points at what is not there is told as a notice."""
        from memview.lessons.catalogue import find_lesson
        from memview.lessons.teaching import teach

        try:
            self.app.call_from_thread(self._open_lesson, teach(find_lesson(name)))
        except MemviewError as error:
            self.app.call_from_thread(self._complain, str(error))

    def _open_lesson(self, teaching: Teaching) -> None:
        if self.is_current:
            cast("SessionOpener", self.app).open_lesson(teaching)

    def _complain(self, message: str) -> None:
        self.notify(message, title="Lesson", severity="error", markup=False)

    def action_picker_path(self) -> None:
        from memview.tui.dialogs.open_file import OpenFileDialog

        self.app.push_screen(OpenFileDialog(Path.cwd()), self._open)

    def _open(self, path: Path | None) -> None:
        if path is not None:
            cast("SessionOpener", self.app).open_session(path)

    def action_picker_forget(self) -> None:
        from memview.recent import forget_file

        entry = self._highlighted
        if entry is not None and entry.is_recent:
            forget_file(entry.path)
            self._recent = [file for file in self._recent if file.path != entry.path]
            self._fill()
