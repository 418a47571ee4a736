"""The Compare screen under a pilot: columns on one cursor, jumps, what is not computed yet, forks, the way back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from driving import SAMPLE, inspecting, settled, toasts
from holder import Holder, hostile_replay, shown
from textual.pilot import Pilot
from textual.widgets import Input

from memview.model import PolicySpec
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.replay.governance_masks import Masks
from memview.sessions.catalogue import find_session
from memview.sessions.importers import open_session
from memview.tui.actions import COMPARE, actions_on
from memview.tui.dialogs.policy_choice import PolicyDialog
from memview.tui.position import Position
from memview.tui.screens.compare import CompareScreen
from memview.tui.screens.comparing import nearest_lanes
from memview.tui.screens.inspector import Inspector
from memview.tui.screens.memory import MemoryScreen
from memview.tui.views.compare_column_view import aligned
from memview.tui.views.compare_rows_view import Blocks
from memview.tui.views.compare_strip_view import LABEL

SIZES = [(60, 16), (60, 20), (80, 24), (120, 40), (200, 60)]
TWO = ("lru", "fifo")
FOUR = ("lru", "fifo", "arc", "sieve")


@pytest.fixture(autouse=True)
def _nobodys_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path / "state"))


@asynccontextmanager
async def comparing(
    policies: tuple[str, ...] = TWO, size: tuple[int, int] = (120, 40), path: Path = SAMPLE, turn: int = 1
) -> AsyncIterator[tuple[Pilot[None], Inspector, CompareScreen]]:
    async with inspecting(path, policies, size) as (pilot, inspector):
        inspector.move_to(Position(turn))
        await pilot.pause()
        await pilot.press("m")
        await settled(pilot)
        await settled(pilot)
        assert isinstance(pilot.app.screen, CompareScreen)
        yield pilot, inspector, pilot.app.screen


class Lanes:
    """Stands in for the inspector: replays of one session, however far they are computed."""

    def __init__(self, replays: Sequence[Replay]) -> None:
        self.replays = list(replays)
        self.masks = Masks()
        self.stopped: list[Replay] = []

    def compared_lanes(self) -> list[tuple[str, Replay]]:
        return [(replay.spec.label, replay) for replay in self.replays]

    def compute_for(self, replays: Sequence[Replay]) -> None:
        """Nothing is computed here."""

    def hold(self) -> None:
        """Nothing is computed here."""

    def has_stopped(self, replay: Replay) -> bool:
        return any(replay is each for each in self.stopped)

    def load_beside(self, policy: PolicySpec) -> int | None:
        return next((place for place, each in enumerate(self.replays) if each.spec == policy), None)


@asynccontextmanager
async def holding(
    replays: Sequence[Replay], turn: int = 1, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Pilot[None], CompareScreen, Lanes]]:
    lanes = Lanes(replays)
    screen = CompareScreen(lanes, range(len(replays)), 0, Position(turn), 1.0)
    app = Holder(screen)  # type: ignore[arg-type]
    async with app.run_test(size=size, notifications=True) as pilot:
        await settled(pilot)
        yield pilot, screen, lanes


def workload() -> Workload:
    return Workload(open_session(SAMPLE).session)


async def test_both_policies_stand_side_by_side_and_what_only_one_holds_is_marked() -> None:
    async with comparing(turn=7) as (pilot, _, screen):
        told = shown(pilot.app)
        assert "1 lru@1" in told
        assert "2 fifo@1" in told
        assert told.count("budget 600") == 2
        ours, theirs = (set(column.replay.frame(7).core) for column in screen.columns)
        (mine,), (other,) = ours - theirs, theirs - ours
        marked = [line for line in told.splitlines() if "◆ only " in line]
        assert any(mine in line[:60] for line in marked)
        assert any(other in line[60:] for line in marked)
        for fact in ("Prompt ≈1 306 / 4 096", "● vis", "○ faults 17", "▼ evicts 2", "prefix 281 tok", "turn 7/24"):
            assert fact in told, fact
        assert "≠ 2 items apart" in told
        assert "18 of 24 turns differ · the first is turn 7" in told
        assert "0.362★" in told


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("policies", [TWO, FOUR])
async def test_no_size_breaks_a_border_or_loses_a_column(policies: tuple[str, ...], size: tuple[int, int]) -> None:
    async with comparing(policies, size, turn=8) as (pilot, _, screen):
        for key in ("right", "d", "right", "escape", *["tab"] * (len(policies) - 1)):
            await pilot.press(key)
            await pilot.pause()
            told = shown(pilot.app).splitlines()
            assert all(len(line) == size[0] for line in told)
            tops, ends = sum(line.count("╭") for line in told), sum(line.count("╯") for line in told)
            assert tops == ends > 0
        told_all = "\n".join(told)
        assert f"▸ {len(policies)} {screen.columns[-1].label}"[:14] in told_all
        assert all(f"{place + 1} {name}" in told_all for place, name in enumerate(policies))


async def test_steps_by_turn_move_all_columns_and_steps_by_event_the_focused_one() -> None:
    async with comparing(turn=7) as (pilot, _, screen):
        await pilot.press("right", "right", "left")
        assert screen.position == Position(8)
        await pilot.press("comma", "comma")
        await pilot.pause()
        span = screen.columns[0].replay.event_span(8)
        assert screen.position == Position(8, span.stop - 3)
        assert f"event 8.{len(span) - 2}" in shown(pilot.app)
        await pilot.press("full_stop")
        assert screen.position.event == span.stop - 2
        await pilot.press("tab")
        await pilot.pause()
        assert (screen.focused_place, screen.position) == (1, Position(8))
        await pilot.press("comma")
        other = screen.columns[1].replay.event_span(8)
        assert screen.position == Position(8, other.stop - 2)
        await pilot.press("home")
        assert screen.position == Position(0)
        await pilot.press("end", "right")
        assert screen.position == Position(24)
        await pilot.press("g", *"12", "enter")
        await pilot.pause()
        assert screen.position == Position(12)


async def test_n_goes_from_divergence_to_divergence_and_says_when_there_is_none() -> None:
    async with comparing() as (pilot, _, screen):
        turns = list(screen.divergences.turns)
        await pilot.press("N")
        assert "No earlier divergence: the first is turn 7" in toasts(pilot)
        for turn in turns[:3]:
            await pilot.press("n")
            assert screen.position == Position(turn)
        await pilot.press("N")
        assert screen.position == Position(turns[1])
        await pilot.press("end", "n")
        await pilot.pause()
        assert "No further divergence" in toasts(pilot)
        await pilot.press("f")
        assert screen.position == Position(turns[0])


async def test_without_any_divergence_it_says_so(tmp_path: Path) -> None:
    path = tmp_path / "calm.jsonl"
    header = {"type": "session", "schema": 1, "session_id": "calm", "title": "Calm"}
    turns = [{"type": "turn", "turn_id": f"t-{n}", "role": "user", "text": f"word {n}"} for n in (1, 2)]
    path.write_text("".join(json.dumps(line) + "\n" for line in (header, *turns)), encoding="utf-8")
    async with comparing(path=path) as (pilot, _, screen):
        told = shown(pilot.app)
        assert "No divergence: the prompts of all 2 turns hold the same" in told
        assert "= same items" in told
        for key in ("n", "N", "f"):
            await pilot.press(key)
            await pilot.pause()
            assert screen.position == Position(1)
            assert "the prompts of all 2 turns hold the same" in toasts(pilot)


async def test_a_column_that_is_behind_says_how_far_it_is_and_catches_up() -> None:
    shared = workload()
    ahead, behind = (Replay(shared, load_policy(name)) for name in TWO)
    ahead.run()
    behind.advance(6)
    async with holding([ahead, behind], turn=9) as (pilot, screen, _):
        told = shown(pilot.app)
        assert "Turn 9 is not computed yet." in told
        assert "6 of 24 turns are ready." in told
        assert "computing 25 %" in told
        assert "not compared yet" in told
        await pilot.press("n")
        assert "No further divergence up to turn 6; comparing goes on." in toasts(pilot)
        await pilot.press("d")
        await pilot.pause()
        assert "Not all prompts of turn 9 are computed yet" in shown(pilot.app)
        await pilot.press("escape", "tab", "full_stop")
        assert "has not come as far" in toasts(pilot)
        assert screen.position == Position(9)
        behind.run()
        screen.lanes_changed()
        await settled(pilot)
        await settled(pilot)
        told = shown(pilot.app)
        assert "18 of 24 turns differ · the first is turn 7" in told
        assert "not computed yet" not in told


async def test_a_policy_that_failed_on_the_way_is_said_to_have_stopped() -> None:
    shared = workload()
    ahead, failed = (Replay(shared, load_policy(name)) for name in TWO)
    ahead.run()
    failed.advance(6)
    async with holding([ahead, failed], turn=6) as (pilot, screen, lanes):
        lanes.stopped.append(failed)
        screen.lanes_changed()
        await pilot.press("right", "n")
        await pilot.pause()
        told = shown(pilot.app)
        assert "stopped after turn 6" in told
        assert "Its policy failed on the way" in told
        assert "computing" not in told
        assert "No further divergence up to turn 6." in toasts(pilot)


async def test_columns_scroll_together() -> None:
    async with comparing(size=(80, 24), turn=8) as (pilot, _, screen):
        await pilot.press("pagedown", *["down"] * 12)
        await pilot.pause()
        await pilot.pause()
        lines = shown(pilot.app).splitlines()
        heading = next(line for line in lines if "Turn 8 ·" in line)
        assert heading.count("Turn 8 ·") == 2
        assert screen.pane_of(0)._top == screen.pane_of(1)._top > 0


async def test_every_theme_and_no_colour_can_be_worn(monkeypatch: pytest.MonkeyPatch) -> None:
    from memview.settings import Settings
    from memview.tui.app import MemviewApp
    from memview.tui.themes import theme_catalogue

    monkeypatch.setenv("NO_COLOR", "1")
    for theme in theme_catalogue():
        app = MemviewApp(SAMPLE, TWO, None, theme.name, Settings())
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            await pilot.press("m")
            await settled(pilot)
            await pilot.press("f")
            await pilot.pause()
            told = shown(app)
            for sign in ("◆ only", "▽ next", "▲ new", "▸ 1 lru@1", "≠ 2 items apart", "★"):
                assert sign in told, (theme.name, sign)


async def test_a_session_without_turns(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text(SAMPLE.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    async with comparing(path=path, turn=0) as (pilot, _, screen):
        await pilot.press("right", "n", "f", "d", "escape", "space", "end")
        await pilot.pause()
        assert screen.position == Position(0)
        assert "the prompts of all 0 turns" in shown(pilot.app)
        assert not screen.playback.is_playing


async def test_replays_under_another_budget_take_the_places_of_the_old_ones() -> None:
    shared = workload()
    async with holding([Replay(shared, load_policy(name)).run() for name in TWO]) as (pilot, screen, lanes):
        before = list(screen.divergences.turns)
        lanes.replays = [Replay(shared, load_policy(name), core_budget=300).run() for name in TWO]
        screen.lanes_changed()
        await settled(pilot)
        await settled(pilot)
        assert shown(pilot.app).count("budget 300") == 2
        assert list(screen.divergences.turns) != before
        assert screen.divergences.compared == 24


async def test_d_shows_the_prompts_against_each_other_with_texts_and_reasons() -> None:
    async with comparing(("lru", "fifo", "arc"), turn=8) as (pilot, _, screen):
        await pilot.press("d")
        await pilot.pause()
        told = shown(pilot.app)
        assert "Prompts of turn 8" in told
        assert "◀ only 1 " in told
        assert "▶ only 2 " in told
        assert "2 ▼ evict fifo:" in told
        missing = set(screen.columns[0].replay.frame(8).core) - set(screen.columns[1].replay.frame(8).core)
        assert all(name in told for name in missing)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MemoryScreen)
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert not screen.shows_prompts
        assert pilot.app.screen is screen


async def test_enter_opens_the_memory_under_the_policy_of_its_column_and_comes_back() -> None:
    async with comparing(turn=7) as (pilot, _, screen):
        await pilot.press("tab", "down", "enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MemoryScreen)
        assert "fifo@1" in shown(pilot.app).splitlines()[0]
        await pilot.press("home", "enter")
        await settled(pilot)
        assert pilot.app.screen is screen
        assert (screen.focused_place, screen.position) != (0, Position(7))
        assert screen.focused_place == 1


async def test_escape_leaves_the_lane_and_the_turn_to_the_inspector() -> None:
    async with comparing(turn=7) as (pilot, inspector, screen):
        await pilot.press("n", "tab", "comma")
        position = screen.position
        await pilot.press("escape")
        await settled(pilot)
        assert pilot.app.screen is inspector
        assert inspector.lanes.index == 1
        assert inspector.position == position
        assert inspector.replay is not None
        assert inspector.replay.spec.name == "fifo"


async def test_with_one_policy_it_asks_which_one_to_put_beside_it() -> None:
    async with inspecting(policies=("lru",)) as (pilot, inspector):
        await pilot.press("m")
        await settled(pilot)
        dialog = pilot.app.screen
        assert isinstance(dialog, PolicyDialog)
        assert "Compare lru@1 with" in shown(pilot.app)
        dialog.query_one(Input).value = "arc"
        await pilot.press("enter")
        await settled(pilot)
        await settled(pilot)
        assert isinstance(pilot.app.screen, CompareScreen)
        assert [column.label for column in pilot.app.screen.columns] == ["lru@1", "arc@1"]
        assert len(inspector.lanes) == 2


async def test_the_policy_of_a_column_can_be_changed_added_and_taken_off() -> None:
    async with comparing(turn=8) as (pilot, inspector, screen):
        for key, policy in (("p", "arc"), ("a", "sieve"), ("a", "slru")):
            await pilot.press(key)
            await settled(pilot)
            pilot.app.screen.query_one(Input).value = policy
            await pilot.press("enter")
            await settled(pilot)
            await settled(pilot)
        assert [column.label for column in screen.columns] == ["arc@1", "fifo@1", "sieve@1", "slru@1"]
        assert screen.focused_place == 3
        await pilot.press("a")
        assert "4 columns are the most" in toasts(pilot)
        await pilot.press("right_square_bracket")
        assert [column.label for column in screen.columns][3] == "lru@1"
        await pilot.press("D", "D")
        await settled(pilot)
        assert len(screen.columns) == 2
        await pilot.press("D")
        assert "Two columns are the least" in toasts(pilot)
        await settled(pilot)
        assert screen.divergences.compared == 24
        assert len(inspector.lanes) == 5


def test_of_more_than_four_lanes_the_nearest_are_compared() -> None:
    assert nearest_lanes(0, 2) == [0, 1]
    assert nearest_lanes(4, 6) == [2, 3, 4, 5]
    assert nearest_lanes(0, 7) == [0, 1, 2, 3]
    assert nearest_lanes(6, 7) == [3, 4, 5, 6]


async def test_the_strip_is_pressed_to_travel_and_its_title_for_the_first_divergence() -> None:
    async with comparing() as (pilot, _, screen):
        await pilot.click("#divergences", offset=(2 + LABEL + 60, 1))
        await pilot.pause()
        assert screen.position.turn > 10
        await pilot.click("#divergences", offset=(8, 0))
        await pilot.pause()
        assert screen.position == Position(7)


async def test_columns_titles_and_the_header_are_clicked() -> None:
    async with comparing(turn=7) as (pilot, _, screen):
        await pilot.click("#column-1", offset=(8, 0))
        await pilot.pause()
        assert screen.focused_place == 1
        await pilot.click("#column-1", offset=(8, 0), times=2)
        await settled(pilot)
        assert isinstance(pilot.app.screen, PolicyDialog)
        await pilot.press("escape")
        await pilot.click("#column-1", offset=(20, 17), times=2)
        await settled(pilot)
        assert isinstance(pilot.app.screen, MemoryScreen)
        await pilot.press("escape")
        await settled(pilot)
        assert pilot.app.screen is screen
        header = shown(pilot.app).splitlines()[0]
        await pilot.click("#title", offset=(header.index("≠"), 0))
        await pilot.pause()
        assert screen.shows_prompts


async def test_it_plays_and_survives_a_terminal_of_20_by_5() -> None:
    async with comparing(FOUR) as (pilot, _, screen):
        await pilot.press("space", "plus")
        assert screen.playback.is_playing
        assert screen._timer is not None
        screen._timer.pause()  # the test steps instead: no clock
        before = screen.position
        screen._play_step()
        for size in ((20, 5), (80, 24), (20, 5), (200, 60), (59, 15), (120, 40)):
            await pilot.resize_terminal(*size)
            screen._play_step()
            await pilot.pause()
            told = shown(pilot.app)
            assert ("60×16" in told or size[0] == 20) if size[0] < 60 else "turn" in told
        assert screen.position.turn == before.turn + 7
        await pilot.press("space")
        assert not screen.playback.is_playing


async def test_what_every_column_holds_is_folded_where_cores_are_long_and_c_lists_it() -> None:
    async with comparing(size=(80, 24), turn=7) as (pilot, _, _screen):
        assert "6 more in every column" in shown(pilot.app)
        await pilot.press("c")
        await pilot.pause()
        assert "more in every column" not in shown(pilot.app)
        assert "RUL-00001" in shown(pilot.app)


async def test_masks_hold_here_too_and_r_lifts_them() -> None:
    async with comparing(path=find_session("session_05"), turn=20) as (pilot, inspector, screen):
        await pilot.press("R")
        assert inspector.masks.revealed
        await pilot.press("R", "y")
        assert not screen.masks.revealed
        assert "characters of JSON" in toasts(pilot)


async def test_a_fork_is_a_column_of_its_own() -> None:
    async with inspecting(find_session("session_05")) as (pilot, inspector):
        inspector.move_to(Position(12))
        await pilot.press("Q")
        await settled(pilot)
        while getattr(pilot.app.screen, "entry").memory_id != "WEB-00001":  # noqa: B009
            await pilot.press("down")
        await pilot.press("a")
        await settled(pilot)
        await pilot.press("m")
        await settled(pilot)
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, CompareScreen)
        assert len({column.label for column in screen.columns}) == 2
        assert screen.divergences.first is None or screen.divergences.first > 12


@pytest.mark.parametrize("size", [(60, 20), (120, 40)])
async def test_hostile_text_stays_in_its_cell(size: tuple[int, int]) -> None:
    async with holding([hostile_replay(), hostile_replay()], size=size) as (pilot, _, _lanes):
        for key in ("right", "d", "escape", "c"):
            await pilot.press(key)
            await pilot.pause()
            told = shown(pilot.app)
            assert all(line.isprintable() and len(line) == size[0] for line in told.splitlines())
        assert pilot.app.is_running


async def test_every_action_of_the_screen_has_its_method() -> None:
    async with holding([hostile_replay(), hostile_replay()]) as (pilot, screen, _):
        for action in actions_on(COMPARE):
            target = screen if hasattr(screen, f"action_{action.method}") else pilot.app
            assert hasattr(target, f"action_{action.method}") or action.textual_method or "app" in action.scopes
    keys = [key for action in actions_on(COMPARE) for key in action.keys]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_help_tells_of_the_pane_in_front(size: tuple[int, int]) -> None:
    async with comparing(size=size, turn=7) as (pilot, _, _screen):
        await pilot.press("f1")
        await pilot.pause()
        assert "◆ only" in shown(pilot.app)
        await pilot.press("f1")
        await pilot.pause()
        await pilot.press("d", "f1")
        await pilot.pause()
        assert "Prompts against each other" in shown(pilot.app)


def test_low_columns_begin_with_the_core() -> None:
    blocks = [Blocks("1", "", [(("head", "text"),)], [((("core", "text"),), None)], [], [(("metrics", "text"),)])]
    orders = [[line[0][0] for line in aligned(blocks, height)[0][0].lines if line] for height in (8, 17, 30)]
    assert orders == [["core", "head", "metrics"], ["head", "core", "metrics"], ["head", "metrics", "core"]]
