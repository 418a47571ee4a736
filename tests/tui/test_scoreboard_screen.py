"""The scoreboard under a pilot: filled in behind the screen, sorted, drawn, left at once, opened from."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from driving import inspecting, settled, toasts
from holder import shown
from scoring import few_policies  # noqa: F401
from textual.pilot import Pilot

from memview.evaluate.cache import ResultCache
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.sessions.catalogue import find_session
from memview.sessions.importers import open_session
from memview.tui.position import Position
from memview.tui.screens.inspector import Inspector
from memview.tui.screens.scoreboard import ScoreboardScreen

SIZES = [(60, 16), (80, 24), (120, 40), (200, 60)]
SAMPLE = find_session("session_05")
pytestmark = pytest.mark.usefixtures("few_policies")


@asynccontextmanager
async def scoring(
    size: tuple[int, int] = (120, 40), policies: tuple[str, ...] = ("lru",), session: Path = SAMPLE
) -> AsyncIterator[tuple[Pilot[None], Inspector, ScoreboardScreen]]:
    async with inspecting(session, policies=policies, size=size) as (pilot, inspector):
        inspector.move_to(Position(7))
        await pilot.press("S")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ScoreboardScreen)
        yield pilot, inspector, pilot.app.screen


async def pressed(pilot: Pilot[None], key: str, is_there: Callable[[], bool]) -> None:
    """Press `key` until it has led there."""
    for _ in range(60):
        if is_there():
            return
        await pilot.press(key)
        await pilot.pause()
    raise AssertionError(f"{key} does not lead there")


def row_of(told: str, name: str) -> str:
    return next(line for line in told.splitlines() if f" {name} " in line)


@pytest.mark.parametrize("size", SIZES)
async def test_all_four_sections_are_there_at_every_size(size: tuple[int, int]) -> None:
    async with scoring(size) as (pilot, _, _screen):
        for key, words in (
            ("1", ("probe", "lru@1", "act-r@1")),
            ("2", ("core now", "The optimum")),
            ("3", ("first use", "Working set")),
            ("4", ("question", "Evidence")),
        ):
            await pilot.press(key)
            await settled(pilot)
            told = shown(pilot.app)
            for word in words:
                assert word in told, (key, word)
        assert "computed" in told


async def test_the_metrics_are_those_of_the_replay_and_the_best_is_marked() -> None:
    async with scoring((200, 40)) as (pilot, _, _screen):
        told = shown(pilot.app)
        workload = Workload(open_session(SAMPLE).session)
        for name in ("lru", "arc", "act-r"):
            metrics = Replay(workload, load_policy(name)).run().metrics
            row = row_of(told, f"{name}@1")
            assert f"{100 * metrics['resident_hit_ratio']:.1f}%" in row
            assert f"{metrics['faults']}" in row
        assert "belady@1" not in told
        assert "memgpt@0.3.25" not in told


async def test_presets_and_yardsticks_are_measured_when_asked_for() -> None:
    async with scoring() as (pilot, _, _screen):
        await pilot.press("i")
        await settled(pilot)
        told = shown(pilot.app)
        assert "∞" in row_of(told, "belady@1")
        assert "◇" in row_of(told, "memgpt@0.3.25")
        assert "★" not in row_of(told, "belady@1")
        await pilot.press("i")
        await settled(pilot)
        assert "memgpt@0.3.25" not in shown(pilot.app)


def order_of(told: str) -> list[str]:
    names = ("lru@1", "arc@1", "act-r@1", "fifo@1")
    lines = told.splitlines()
    return sorted(
        names, key=lambda name: next(n for n, line in enumerate(lines) if f" {name} " in line and "%" in line)
    )


async def test_sorting_by_key_and_by_a_click_on_a_heading() -> None:
    async with scoring((200, 40)) as (pilot, _, screen):
        as_it_came = order_of(shown(pilot.app))
        workload = Workload(open_session(SAMPLE).session)
        hits = {
            name: Replay(workload, load_policy(name.split("@")[0])).run().metrics["prompt_tokens_mean"]
            for name in as_it_came
        }
        await pressed(pilot, "right", lambda: screen._metric == "prompt_tokens_mean")
        await pilot.press("o")
        await settled(pilot)
        less_first = order_of(shown(pilot.app))
        assert [hits[name] for name in less_first] == sorted(hits.values())
        heading = screen.query_one("#metrics")
        at = next(start for start, _, metric in heading._targets if metric == "prompt_tokens_mean")
        await pilot.click("#metrics", offset=(at + 4, 2))
        await settled(pilot)
        assert [hits[name] for name in order_of(shown(pilot.app))] == sorted(hits.values(), reverse=True)
        assert "▲" in shown(pilot.app)
        await pilot.press("o")
        await settled(pilot)
        assert order_of(shown(pilot.app)) == as_it_came


async def test_the_columns_scroll_with_the_cursor_and_are_explained() -> None:
    async with scoring((80, 24)) as (pilot, _, screen):
        await pressed(pilot, "right", lambda: screen._metric == screen._board.metrics[-1])
        told = shown(pilot.app)
        assert f"of {len(screen._board.metrics)}" in told
        assert "conflicting_ratio: memories that contradict another one" in told
        for metric in ("stale_ratio", "never_retrieved_ratio", "metadata_missing_ratio", "regret"):
            assert metric in screen._board.metrics


async def test_enter_opens_the_policy_at_the_same_turn() -> None:
    async with scoring() as (pilot, inspector, screen):
        await pressed(pilot, "down", lambda: screen._entry is not None and screen._entry.name == "arc@1")
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.screen is inspector
        assert inspector.replay is not None
        assert inspector.replay.spec.label == "arc@1"
        assert inspector.position == Position(7)


async def test_a_loaded_lane_is_shown_again_not_loaded_twice() -> None:
    async with scoring(policies=("lru", "fifo")) as (pilot, inspector, _screen):
        await pilot.press("down", "enter")
        await settled(pilot)
        assert len(inspector.lanes) == 2
        assert inspector.lanes.index == 1


async def test_a_probe_opens_its_turn_under_the_policy_of_the_column() -> None:
    async with scoring() as (pilot, inspector, screen):
        await pilot.press("4", "down", "right")
        await settled(pilot)
        probe = screen._probe
        assert probe is not None
        name = screen._entries[screen._policy].name
        assert name != "lru@1"
        assert f"under {name}" in shown(pilot.app)
        await pilot.press("enter")
        await settled(pilot)
        assert inspector.replay is not None
        assert inspector.replay.spec.label == name
        assert inspector.position == Position(probe.after_turn)


async def test_the_cursor_reads_the_curve_and_space_draws_another_policy() -> None:
    async with scoring() as (pilot, _, screen):
        await pilot.press("2")
        await settled(pilot)
        told = shown(pilot.app)
        assert "300 tokens (now)" in told
        assert "arc@1" in told
        await pilot.press("right")
        await settled(pilot)
        budget = screen._known.ladder[screen._budget]
        assert budget > 300
        assert f"{budget} tokens:" in shown(pilot.app)
        await pilot.click("#chart", offset=(9, 8))
        await settled(pilot)
        assert screen._budget == 0
        await pilot.press("1", "end", "space", "2")
        await settled(pilot)
        assert "fifo@1" in shown(pilot.app)
        assert screen._curve is not None
        assert all(None not in line.points for line in screen._curve.lines)


async def test_the_working_set_is_walked_and_opens_its_turn() -> None:
    async with scoring() as (pilot, inspector, _screen):
        await pilot.press("3", "right", "right")
        await settled(pilot)
        assert "Turn 9:" in shown(pilot.app)
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.screen is inspector
        assert inspector.position == Position(9)


async def test_the_work_is_cancelled_by_leaving_which_is_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MEMVIEW_CACHE", str(tmp_path))
    going, released = threading.Event(), threading.Event()
    turns: list[int] = []
    keep = ResultCache.keep

    def held(self: object, identity: object, value: object) -> None:
        turns.append(1)
        going.set()
        released.wait(20)
        keep(self, identity, value)  # type: ignore[arg-type]

    monkeypatch.setattr(ResultCache, "keep", held)
    async with inspecting(SAMPLE) as (pilot, inspector):
        await pilot.press("S")
        for _ in range(500):
            if going.is_set():
                break
            await pilot.pause(0.02)
        assert isinstance(pilot.app.screen, ScoreboardScreen)
        await pilot.press("down", "right", "2", "1")
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is inspector
        released.set()
        await settled(pilot)
        assert len(turns) == 1


async def test_a_second_look_replays_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scoring() as (pilot, _inspector, _screen):
        first = shown(pilot.app)
        await pilot.press("escape")
        await pilot.pause()

        def never(*_: object) -> None:
            raise AssertionError("it replays")

        monkeypatch.setattr("memview.evaluate.contender.Trial", never)
        monkeypatch.setattr("memview.evaluate.contender.PagingTrial", never)
        await pilot.press("S")
        await settled(pilot)
        assert shown(pilot.app) == first


async def test_a_policy_that_cannot_run_says_why_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    broken = replace(load_policy("arc"), name="broken", core_budget_tokens=1)
    monkeypatch.setattr("memview.policies.policy_catalogue", lambda: [broken, load_policy("fifo")])
    async with scoring() as (pilot, _, _screen):
        told = shown(pilot.app)
        row = row_of(told, "broken@1")
        assert "cannot run" in row or "%" in row
        assert "%" in row_of(told, "fifo@1")


async def test_it_survives_a_terminal_of_20x5_and_back() -> None:
    async with scoring((80, 24)) as (pilot, _, _screen):
        await pilot.resize_terminal(20, 5)
        await settled(pilot)
        assert "memview needs" in shown(pilot.app).replace("\n", " ")
        await pilot.press("right", "2", "3", "4", "1", "o")
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert "lru@1" in shown(pilot.app)


async def test_copying_gives_json() -> None:
    async with scoring() as (pilot, _, _screen):
        for key in "1234":
            await pilot.press(key, "y")
            await settled(pilot)
            assert json.loads(pilot.app.clipboard)
        assert "characters of JSON" in toasts(pilot)


async def test_a_session_without_probes_or_requests_says_so(tmp_path: Path) -> None:
    path = tmp_path / "bare.jsonl"
    lines = [
        {"type": "session", "schema": 1, "session_id": "bare", "tokenizer": "words"},
        {"type": "turn", "turn_id": "t1", "role": "user", "text": "hello"},
    ]
    path.write_text("\n".join(map(json.dumps, lines)) + "\n")
    async with scoring(session=path) as (pilot, _, _screen):
        for key, words in (("2", "core now"), ("3", "No turn asked for a memory"), ("4", "asks no probes")):
            await pilot.press(key)
            await settled(pilot)
            assert words in shown(pilot.app)
