"""The picker: samples with their lessons, recent files, and the way to any other file."""

from __future__ import annotations

from pathlib import Path

import pytest
from holder import HOSTILE, Holder, shown
from textual.pilot import Pilot
from textual.widgets import Input

from memview.model.errors import SessionFileError
from memview.recent import RecentFile, recent_files, remember_file
from memview.sessions import catalogue
from memview.sessions.catalogue import SampleInfo, list_samples
from memview.tui.lines import line_width
from memview.tui.screens.picker import PickerScreen
from memview.tui.views.picker_view import Entry, entries, entry_line, name_width, story_of
from memview.tui.widgets.row_list import RowList

SAMPLES = [
    SampleInfo("session_01", "Trip planner", "A preference has to be paged in.", 24, Path("/samples/session_01.jsonl")),
    SampleInfo("session_02", "Incident", "A scan flushes LRU.", 47, Path("/samples/session_02.jsonl")),
]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path / "state"))
    return tmp_path


async def read(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


# Rows


def test_rows_stand_under_their_headings() -> None:
    rows = entries(SAMPLES, [RecentFile("/home/me/talk.jsonl", "My talk", 9)])
    assert [row.name for row in rows if row.is_heading] == [
        "Opened lately",
        "Samples, each a story that teaches one thing",
        "Your own",
    ]
    assert [row.name for row in rows if row.path] == ["talk.jsonl", "session_01", "session_02"]
    assert rows[-1].opens_file


def test_without_samples_and_files_there_is_still_a_way_in() -> None:
    assert [row.name for row in entries([], [])] == ["Your own", "Open a file…"]


@pytest.mark.parametrize(
    ("words", "names"),
    [("incident", ["session_02"]), ("PAGED preference", ["session_01"]), ("talk", ["talk.jsonl"]), ("zzz", [])],
)
def test_every_word_of_the_filter_counts(words: str, names: list[str]) -> None:
    rows = entries(SAMPLES, [RecentFile("/home/me/talk.jsonl", "Mine")], words)
    assert [row.name for row in rows if row.path] == names
    assert rows[-1].opens_file


def test_a_recent_sample_keeps_its_lesson() -> None:
    sample = list_samples()[1]
    rows = entries(list_samples(), [RecentFile(str(sample.path), sample.title, sample.turns)])
    assert rows[1].is_recent
    assert story_of(rows[1]).text == sample.lesson
    assert str(sample.path) in story_of(rows[1]).facts


def test_files_of_one_name_are_told_apart_by_their_folders_and_a_sample_is_shown_once() -> None:
    recent = [
        RecentFile("/a/runs/session_01.jsonl"),
        RecentFile("/b/runs/session_01.jsonl"),
        RecentFile("/b/talk.jsonl"),
        RecentFile("/samples/session_01.jsonl", "Trip planner", 24),
    ]
    rows = entries(SAMPLES, recent)
    assert [row.name for row in rows if row.path] == [
        "a/runs/session_01.jsonl",
        "b/runs/session_01.jsonl",
        "talk.jsonl",
        "session_01",
        "session_02",
    ]
    assert "/a/runs/session_01.jsonl" in story_of(rows[1]).facts


def test_many_turns_are_grouped_whole_and_keep_off_the_frame() -> None:
    row = Entry("long", "A title " * 30, 100_000, "/long.jsonl")
    for width in (40, 66):
        line = "".join(text for text, _ in entry_line(row, width, 8))
        assert line.endswith(" 100 000 turns ")
    assert story_of(row).facts == "long · 100 000 turns"


@pytest.mark.parametrize("width", [32, 40, 58, 120])
def test_a_row_is_as_wide_as_asked_for(width: int) -> None:
    rows = entries(SAMPLES, [RecentFile("/gone/" + "long" * 30, HOSTILE, 3), RecentFile("/x", "漢字" * 40)])
    for row in rows:
        line = entry_line(row, width, name_width(rows, width))
        assert line_width(line) == width
        assert "\x1b" not in "".join(text for text, _ in line)


def test_a_file_that_is_gone_says_so_in_words() -> None:
    row = entries([], [RecentFile("/gone/talk.jsonl", "My talk", 9)])[1]
    assert "✗ gone" in "".join(text for text, _ in entry_line(row, 80, 20))
    assert "not there any more" in story_of(row).text


def test_no_match_says_what_was_looked_for() -> None:
    assert "“zzz”" in story_of(None, "zzz").text
    assert "session" in story_of(Entry("Your own")).heading


# The screen


async def test_the_lesson_of_the_sample_under_the_cursor_is_shown_in_full() -> None:
    app = Holder(PickerScreen())
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        first, second = list_samples()[:2]
        assert first.title in shown(app)
        assert " ".join(first.lesson.split()[:4]) in shown(app)
        await pilot.press("down")
        assert " ".join(second.lesson.split()[:4]) in shown(app)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_the_longest_lesson_is_whole_on_a_small_screen(size: tuple[int, int]) -> None:
    longest = max(list_samples(), key=lambda sample: len(sample.lesson))
    app = Holder(PickerScreen())
    async with app.run_test(size=size) as pilot:
        await read(pilot)
        await pilot.press("slash", *longest.session_id.replace("_", ""))
        app.screen.query_one(Input).value = longest.session_id
        await pilot.pause()
        screen = " ".join(shown(app).replace("│", " ").split())
        assert " ".join(longest.lesson.split()) in screen


async def test_enter_opens_and_so_does_a_click_on_the_row() -> None:
    app = Holder(PickerScreen())
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        await pilot.press("enter")
        assert app.opened == [list_samples()[0].path]
        # The row of the second sample: frame, heading, first sample.
        await pilot.click(RowList, offset=(10, 3))
        assert len(app.opened) == 1
        await pilot.click(RowList, offset=(10, 3))
        assert app.opened[1:] == [list_samples()[1].path]


async def test_typing_narrows_and_escape_shows_all_again() -> None:
    app = Holder(PickerScreen())
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        await pilot.press("slash", *"piano")
        assert "Trip planner" not in shown(app)
        assert f"1 of {len(list_samples())} sessions" in shown(app)
        await pilot.press("enter")
        assert [path.stem for path in app.opened] == ["session_09"]
        await pilot.press("escape")
        assert "Trip planner" in shown(app)
        assert app.screen.focused is app.screen.query_one(RowList)


async def test_recent_files_come_first_and_can_be_forgotten(tmp_path: Path) -> None:
    mine = tmp_path / "talk.jsonl"
    mine.write_text("{}", encoding="utf-8")
    remember_file(mine, f"{HOSTILE} title", 9)
    app = Holder(PickerScreen())
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        assert "[@click=app.quit]x[/]" in shown(app)
        await pilot.press("enter")
        assert app.opened == [mine]
        await pilot.press("delete")
        assert recent_files() == []
        assert "talk.jsonl" not in shown(app)
        assert mine.exists()


async def test_a_file_that_is_gone_is_not_opened(tmp_path: Path) -> None:
    remember_file(tmp_path / "gone.jsonl", "Moved", 3)
    app = Holder(PickerScreen())
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        await pilot.press("enter")
        assert app.opened == []
        assert "not there any more" in shown(app)


async def test_any_other_file_is_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "talk.json"
    target.write_text("[]", encoding="utf-8")
    app = Holder(PickerScreen())
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        await pilot.press("o")
        app.screen.query_one(Input).value = str(target)
        await pilot.press("enter")
        assert app.opened == [target]


async def test_broken_samples_cost_a_message_not_the_picker(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[SampleInfo]:
        raise SessionFileError("session_01.jsonl:1: [red]broken[/]")

    monkeypatch.setattr(catalogue, "list_samples", broken)
    app = Holder(PickerScreen())
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        assert "Open a file…" in shown(app)
        assert "no samples here" in shown(app)


async def test_the_keys_at_the_bottom_can_be_clicked() -> None:
    app = Holder(PickerScreen())
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        bar = app.screen.query_one("#keys")
        place = shown(app).split("\n")[-1].index("open a file")
        await pilot.click(bar, offset=(place, 0))
        assert len(app.screen_stack) == 3
