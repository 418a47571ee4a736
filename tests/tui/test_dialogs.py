"""Dialogs: what they answer, what they refuse and how they say so."""

from __future__ import annotations

from pathlib import Path

import pytest
from holder import HOSTILE, Holder, hostile_replay, sample_replay, shown
from hypothesis import given
from hypothesis import strategies as st
from textual.color import Color
from textual.pilot import Pilot
from textual.widgets import Input, Static

from memview.replay import Replay, Workload
from memview.replay.budgets import BudgetOverrides
from memview.tui.dialogs.budget import BudgetDialog
from memview.tui.dialogs.filter_bar import FilterBar
from memview.tui.dialogs.go_to import GoToDialog, GoToError, describe, resolve
from memview.tui.dialogs.open_file import OpenFileDialog, complaint_about, matching_files
from memview.tui.dialogs.policy_choice import PolicyDialog
from memview.tui.dialogs.theme_choice import ThemeDialog
from memview.tui.position import Position
from memview.tui.themes import theme_catalogue

HERE = Position(7)


def complaint(app: Holder) -> str:
    return str(app.screen.query_one(".complaint", Static).content)


async def type_text(pilot: Pilot[None], text: str) -> None:
    field = pilot.app.screen.query_one(Input)
    field.value = text
    await pilot.pause()


# Go to: the words


@pytest.mark.parametrize(
    ("text", "turn", "event"),
    [
        ("12", 12, None),
        (" 0 ", 0, None),
        ("end", 24, None),
        ("START", 0, None),
        ("+5", 12, None),
        ("-5", 2, None),
        ("+900", 24, None),
        ("-900", 0, None),
        ("t-0012", 12, None),
        ("T-0012", 12, None),
    ],
)
def test_words_for_a_turn(text: str, turn: int, event: int | None) -> None:
    assert resolve(text, sample_replay(), HERE) == Position(turn, event)


def test_words_for_an_event() -> None:
    replay = sample_replay()
    span = replay.event_span(7)
    assert resolve("7.1", replay, HERE) == Position(7, span.start)
    assert resolve(f"#{span.start}", replay, HERE) == Position(7, span.start)
    assert resolve(f"7.{len(span)}", replay, HERE) == Position(7)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("99", "the session has 24"),
        ("7.999", "write 7.1 to 7."),
        ("7.0", "write 7.1 to 7."),
        ("99.1", "there is no turn 99"),
        ("#999999", "the last one is #"),
        ("t-0O12", "did you mean 't-0012'?"),
        ("somewhere", "no turn is called 'somewhere'"),
        ("", "no turn is called"),
        ("12345678901234567890", "no turn is called"),
        ("١٢", "there is no turn"),
    ],
)
def test_words_for_nothing_say_what_there_is(text: str, said: str) -> None:
    replay = sample_replay()
    if text == "١٢":
        # Arabic-Indic digits are digits: turn twelve.
        assert resolve(text, replay, HERE) == Position(12)
        return
    with pytest.raises(GoToError) as caught:
        resolve(text, replay, HERE)
    assert said in str(caught.value)


def test_a_turn_that_is_not_computed_yet_is_said_to_be_so() -> None:
    replay = Replay(Workload(sample_replay().session), sample_replay().spec)
    replay.advance(3)
    with pytest.raises(GoToError, match="turn 9 is still being computed; 3 are ready"):
        resolve("9", replay, Position(1))
    with pytest.raises(GoToError, match="so far"):
        resolve("#99999", replay, Position(1))


@given(st.text(max_size=20))
def test_any_words_are_a_place_or_a_plain_refusal(text: str) -> None:
    replay = sample_replay()
    try:
        place = resolve(text, replay, HERE)
    except GoToError:
        return
    assert 0 <= place.turn <= replay.turn_count
    assert describe(place, replay)


async def test_go_to_previews_and_answers() -> None:
    app = Holder(GoToDialog(sample_replay(), HERE))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("1", "2")
        assert "turn 12 of 24 · user" in shown(app)
        await pilot.press("enter")
        assert app.answers == [Position(12)]


async def test_go_to_keeps_the_dialog_open_on_a_wrong_place() -> None:
    app = Holder(GoToDialog(sample_replay(), HERE))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("9", "9", "enter")
        assert "the session has 24" in complaint(app)
        assert app.answers == []
        await pilot.press("backspace")
        assert complaint(app) == ""
        await pilot.press("escape")
        assert app.answers == [None]


async def test_hostile_text_in_the_preview_stays_text() -> None:
    app = Holder(GoToDialog(hostile_replay(), Position(0)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("1")
        screen = shown(app)
        assert "[@click=app.quit]x[/] [red]y ␛[31m" in screen
        assert "\x1b" not in screen
        assert "\u202e" not in screen


async def test_a_hint_can_be_clicked() -> None:
    app = Holder(GoToDialog(sample_replay(), HERE))
    async with app.run_test(size=(80, 24)) as pilot:
        hints = app.screen.query_one(".hints")
        await pilot.click(hints, offset=(len("enter go   "), 0))
        assert app.answers == [None]


# Filter


async def test_the_filter_is_applied_with_every_letter_and_kept() -> None:
    heard: list[str] = []

    def apply(text: str) -> str:
        heard.append(text)
        return f"{len(text)} of 9 events {HOSTILE}"

    app = Holder(FilterBar("", apply))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "v")
        assert heard[-2:] == ["e", "ev"]
        assert "2 of 9 events [@click" in shown(app)
        await pilot.press("enter")
        assert app.answers == ["ev"]


async def test_escape_puts_the_filter_of_before_back() -> None:
    heard: list[str] = []
    app = Holder(FilterBar("evict", lambda text: heard.append(text) or ""))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "escape")
        assert heard[-2:] == ["x", "evict"]
        assert app.answers == [None]


# Policy


async def test_policies_narrow_and_are_chosen() -> None:
    app = Holder(PolicyDialog("lru@1", ["lfu@1"]))
    async with app.run_test(size=(80, 30)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "● shown" in shown(app)
        assert "○ loaded" in shown(app)
        await type_text(pilot, "arrival order fifo")
        await pilot.press("enter")
        assert [spec.name for spec in app.answers] == ["fifo"]  # type: ignore[attr-defined]


async def test_the_policy_on_screen_is_under_the_cursor() -> None:
    app = Holder(PolicyDialog("lru@1"))
    async with app.run_test(size=(80, 30)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("enter")
        assert [spec.label for spec in app.answers] == ["lru@1"]  # type: ignore[attr-defined]


async def test_no_such_policy_says_what_else_can_be_done() -> None:
    app = Holder(PolicyDialog("lru@1"))
    async with app.run_test(size=(80, 30)) as pilot:
        await app.workers.wait_for_complete()
        await type_text(pilot, "nonsense")
        assert "No policy is called so" in shown(app)
        await pilot.press("enter")
        assert app.answers == []


async def test_a_policy_file_of_ones_own(tmp_path: Path) -> None:
    good = tmp_path / "mine.yaml"
    good.write_text("policy: {eviction: lfu}\n", encoding="utf-8")
    app = Holder(PolicyDialog("lru@1"))
    async with app.run_test(size=(120, 30)) as pilot:
        await type_text(pilot, str(tmp_path / "absent.yaml"))
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "cannot be read" in complaint(app)
        await type_text(pilot, str(good))
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert [spec.name for spec in app.answers] == ["mine"]  # type: ignore[attr-defined]


# Budgets


async def test_budgets_are_asked_for_and_empty_ones_left_alone() -> None:
    app = Holder(BudgetDialog(sample_replay()))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "now 600 tokens" in shown(app)
        await pilot.press("4", "0", "0", "enter")
        assert app.answers == [BudgetOverrides(core=400)]


async def test_arrows_change_a_budget_in_steps() -> None:
    app = Holder(BudgetDialog(sample_replay()))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("up", "up", "down", "tab", "down", "enter")
        assert app.answers == [BudgetOverrides(core=650, window=4046)]


async def test_an_impossible_budget_is_refused_in_place() -> None:
    app = Holder(BudgetDialog(sample_replay(), BudgetOverrides(core=500)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one("#core", Input).value = "9999999"
        await pilot.press("enter")
        assert "window budget" in complaint(app)
        assert "--" not in complaint(app)
        assert app.answers == []
        app.screen.query_one("#core", Input).value = "1"
        await pilot.pause()
        assert complaint(app) == ""
        await pilot.press("enter")
        assert "pinned" in complaint(app)
        assert "--" not in complaint(app)
        assert " or more" in complaint(app)


# Theme


async def test_a_theme_is_worn_while_the_cursor_is_on_it() -> None:
    app = Holder(ThemeDialog(theme_catalogue()))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        assert app.theme == "memview-light"
        assert app.current_theme.background is not None
        assert app.screen.query_one(".note").styles.color.a == 1
        await pilot.press("escape")
        assert app.theme == "memview-dark"
        assert app.answers == [None]


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_themes_left_out_are_told_in_the_dialog_and_stand_on_nothing(size: tuple[int, int]) -> None:
    broken = ("/home/me/themes/mine.yaml: colors: unknown key", "/home/me/themes/other.yaml: dark: write true or false")
    app = Holder(ThemeDialog(theme_catalogue(), broken))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = " ".join(shown(app).replace("│", " ").split())
        assert "left out (and 1 more): mine.yaml: colors: unknown key" in screen
        assert "enter keep" in screen
        assert not app._notifications


async def test_a_theme_is_kept_by_name() -> None:
    app = Holder(ThemeDialog(theme_catalogue()))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"okabe", "enter")
        assert app.answers == ["okabe-ito"]
        assert app.theme == "okabe-ito"
        assert Color.parse(app.theme_variables["tier-core"]) == Color.parse("#56b4e9")


# Open a file


def test_names_that_begin_like_what_is_typed(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.jsonl").write_text("12", encoding="utf-8")
    (tmp_path / "Data.jsonl").write_text("1", encoding="utf-8")
    (tmp_path / ".hidden").write_text("", encoding="utf-8")
    (tmp_path / "z").write_text("", encoding="utf-8")
    directory, found = matching_files("d", tmp_path)
    assert directory == tmp_path
    assert [(item.name, item.is_directory) for item in found] == [("deep", True), ("Data.jsonl", False)]
    assert [item.name for item in matching_files("deep/", tmp_path)[1]] == ["b.jsonl"]
    assert [item.name for item in matching_files(".h", tmp_path)[1]] == [".hidden"]
    assert matching_files("absent/x", tmp_path)[1] == []


@given(st.text(max_size=30))
def test_any_text_lists_something_or_nothing(text: str) -> None:
    matching_files(text, Path("/nonexistent"))
    complaint_about(text, Path("/nonexistent"))


async def test_a_file_is_completed_and_opened(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    target = tmp_path / "sub" / "talk.jsonl"
    target.write_text("{}", encoding="utf-8")
    app = Holder(OpenFileDialog(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s", "tab")
        assert app.screen.query_one(Input).value == "sub/"
        assert "talk.jsonl" in shown(app)
        await pilot.press("down", "enter")
        assert app.answers == [target]


async def test_a_path_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    app = Holder(OpenFileDialog(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await type_text(pilot, "nothing.jsonl")
        assert "Nothing here begins like that." in shown(app)
        await pilot.press("enter")
        assert "there is no file" in complaint(app)
        await type_text(pilot, ".")
        await pilot.press("enter")
        assert "is a directory" in complaint(app)
        assert app.answers == []


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)])
async def test_every_dialog_stays_inside_the_screen(size: tuple[int, int], tmp_path: Path) -> None:
    replay = sample_replay()
    for dialog in (
        GoToDialog(replay, HERE),
        PolicyDialog("lru@1"),
        BudgetDialog(replay),
        ThemeDialog(theme_catalogue()),
        OpenFileDialog(tmp_path),
    ):
        app = Holder(dialog)
        async with app.run_test(size=size) as pilot:
            await app.workers.wait_for_complete()
            await pilot.pause()
            box, hints = app.screen.children[0].region, app.screen.query_one(".hints").region
            assert app.screen.region.contains_region(box)
            assert box.contains_region(hints)
