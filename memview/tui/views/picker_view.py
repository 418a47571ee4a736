"""The picker's rows: recent files, samples, the way to any other file; and the story of the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.lines import Line, cells, clip, grouped_number, left, right

if TYPE_CHECKING:
    from memview.lessons.lesson import Lesson
    from memview.recent import RecentFile
    from memview.sessions.catalogue import SampleInfo

_TURNS = 15
"""Cells for `100 000 turns`, with a blank on either side."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. A row without a path is a heading, or with `opens_file` the way to any other file."""

    name: str
    title: str = ""
    turns: int | None = None
    path: str = ""
    lesson: str = ""
    is_recent: bool = False
    is_gone: bool = False
    opens_file: bool = False
    lesson_name: str = ""
    """For the row of a lesson, which has no path: what `find_lesson` knows it by."""
    minutes: int = 0

    @property
    def is_heading(self) -> bool:
        return not self.path and not self.opens_file and not self.lesson_name

    def holds(self, words: Sequence[str]) -> bool:
        """Every word occurs in what is known of the session."""
        known = f"{self.name} {self.title} {self.lesson} {self.path if self.is_recent else ''}".casefold()
        return all(word in known for word in words)


def entries(
    samples: Sequence[SampleInfo],
    recent: Sequence[RecentFile],
    filter_text: str = "",
    lessons: Sequence[Lesson] = (),
) -> list[Entry]:
    """All rows that the filter lets through, under their headings; the way to another file is always there."""
    words = filter_text.casefold().split()
    by_path = {str(sample.path): sample for sample in samples}
    names = _telling_names([file.path for file in recent if file.path not in by_path])
    opened = [_recent_entry(file, names.get(file.path, ""), by_path.get(file.path)) for file in recent]
    lately = {file.path for file in recent}
    # A sample opened lately stands above, with its lesson: once is enough.
    shipped = [
        Entry(sample.session_id, sample.title, sample.turns, path, sample.lesson)
        for path, sample in by_path.items()
        if path not in lately
    ]
    rows: list[Entry] = []
    taught = [_lesson_entry(lesson) for lesson in lessons]
    for heading, group in (
        ("Opened lately", opened),
        ("Samples, each a story that teaches one thing", shipped),
        ("Lessons, guided tours with questions", taught),
    ):
        kept = [entry for entry in group if entry.holds(words)]
        if kept:
            rows += [Entry(heading), *kept]
    rows += [Entry("Your own"), Entry("Open a file…", opens_file=True)]
    return rows


def name_width(rows: Sequence[Entry], width: int) -> int:
    """Cells for the names, so that the titles stand under each other."""
    longest = max((cells(printable(entry.name)) for entry in rows if not entry.is_heading), default=0)
    return max(8, min(longest, 28, (width - _TURNS) // 2))


def entry_line(entry: Entry, width: int, name_cells: int) -> Line:
    """One row of exactly `width` cells, its name `name_cells` wide."""
    if entry.is_heading:
        return ((left(entry.name, width), "bold muted"),)
    if entry.opens_file:
        return ("  ", "text"), (left(entry.name, max(0, width - 2)), "bold text")
    facts = "✗ gone" if entry.is_gone else _turns(entry)
    room = max(0, width - 4 - _TURNS - name_cells)
    return (
        ("  ", "text"),
        (left(clip(printable(entry.name), name_cells), name_cells) + "  ", "bold text"),
        (left(printable(entry.title), room), "text"),
        (right(facts, _TURNS - 1) + " ", "custody-lost" if entry.is_gone else "muted"),
    )


def _turns(entry: Entry) -> str:
    """How long it is: turns of a session, minutes of a lesson."""
    if entry.lesson_name:
        return f"{entry.minutes} min"
    return "" if entry.turns is None else f"{grouped_number(entry.turns)} turns"


def _telling_names(paths: Sequence[str]) -> dict[str, str]:
    """For each path its file name, with as many folders before it as tell it from the others."""
    from pathlib import PurePath

    parts = {path: [part for part in PurePath(path).parts if part != "/"] or [path] for path in paths}
    names: dict[str, str] = {}
    for path, own in parts.items():
        for count in range(1, len(own) + 1):
            names[path] = "/".join(own[-count:])
            if not any(other is not own and other[-count:] == own[-count:] for other in parts.values()):
                break
    return names


def _lesson_entry(lesson: Lesson) -> Entry:
    asked = lesson.question_count
    questions = f"{asked} {'question' if asked == 1 else 'questions'}" if asked else "no questions"
    return Entry(
        name=lesson.name,
        title=lesson.title,
        lesson=f"{lesson.summary}\n\n{len(lesson.stops)} stops, {questions}.",
        lesson_name=lesson.name,
        minutes=lesson.minutes,
    )


def _recent_entry(file: RecentFile, name: str, sample: SampleInfo | None) -> Entry:
    return Entry(
        name=sample.session_id if sample else name,
        title=file.title,
        turns=file.turns,
        path=file.path,
        lesson=sample.lesson if sample else "",
        is_recent=True,
        is_gone=not file.exists,
    )


@dataclass(frozen=True, slots=True)
class Story:
    """What is told about the row under the cursor: a heading, facts, and paragraphs."""

    heading: str
    facts: str
    text: str
    hint: str


WELCOME = (
    "memview answers one question about an LLM agent: what was in its context at this turn, what was not, and which "
    "decision made it so?"
)


def story_of(entry: Entry | None, filter_text: str = "") -> Story:
    """The story beside the list; without a row it says what to do."""
    if entry is None or entry.is_heading:
        return Story("No session matches", "", f"Nothing holds “{printable(filter_text)}”.", "escape shows all again")
    if entry.opens_file:
        return Story(
            "A session of your own",
            "memview's own JSON Lines, or a foreign format",
            "The format is recognised by the content of the file. The inspector lists what could not be carried over.",
            "enter asks for the file",
        )
    if entry.is_gone:
        return Story(
            printable(entry.name),
            printable(entry.path),
            "This file is not there any more: it was moved, renamed or deleted.",
            "delete takes it off the list · o opens another file",
        )
    turns = _turns(entry)
    if entry.is_recent:
        title, facts = printable(entry.title or entry.name), " · ".join(part for part in (turns, entry.path) if part)
        return Story(title, printable(facts), printable(entry.lesson), "enter opens it · delete forgets it")
    facts = " · ".join(part for part in (printable(entry.name), turns) if part)
    if entry.lesson_name:
        told = "\n".join(printable(paragraph) for paragraph in entry.lesson.split("\n"))
        return Story(printable(entry.title), facts, told, "enter begins the lesson")
    return Story(printable(entry.title), facts, printable(entry.lesson), "enter opens it")
