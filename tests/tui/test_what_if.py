"""What-if: the dialog, forks in lanes, the diff after the fork, keeping and closing one."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import inspecting, settled, toasts
from holder import HOSTILE, shown
from textual.pilot import Pilot
from textual.widgets import Input

from memview.kernel.workload import Workload
from memview.model import Memory, Session, Turn
from memview.model.session import Arrival
from memview.policies import load_policy
from memview.replay import Replay
from memview.replay.changes import DropMemory, Pin, SetBudgets, SetParameter
from memview.replay.governance_masks import Masks
from memview.sessions.catalogue import find_session
from memview.sessions.reader import read_session
from memview.sessions.writer import write_session
from memview.tui.dialogs.keep_session import KeepForkDialog
from memview.tui.dialogs.what_if import WhatIfDialog
from memview.tui.lanes import Lane, Lanes
from memview.tui.position import Position
from memview.tui.screens.fork_diff import ForkDiffScreen
from memview.tui.screens.inspector import Inspector
from memview.tui.views.change_words import short_words
from memview.tui.views.what_if_view import options_at

POISONED = find_session("session_05")
SIZES = [(60, 20), (80, 24), (120, 40), (200, 60)]


async def asked(pilot: Pilot[None], inspector: Inspector, turn: int = 12) -> WhatIfDialog:
    """The dialog, with the cursor of the core on its first slot."""
    inspector.move_to(Position(turn))
    await pilot.press("1", "f")
    await settled(pilot)
    assert isinstance(pilot.app.screen, WhatIfDialog)
    return pilot.app.screen


async def on_option(pilot: Pilot[None], dialog: WhatIfDialog, name: str) -> None:
    for _ in range(80):
        if dialog.option is not None and dialog.option.name.startswith(name):
            return
        await pilot.press("down")
    raise AssertionError(name)


async def forked(pilot: Pilot[None], inspector: Inspector, name: str, value: str | None = None) -> Lane:
    dialog = await asked(pilot, inspector)
    await on_option(pilot, dialog, name)
    if value is not None:
        dialog.query_one(Input).value = value
        await pilot.pause()
    await pilot.press("enter")
    await settled(pilot)
    lane = inspector.lanes.active
    assert lane is not None
    return lane


@pytest.mark.parametrize("size", SIZES)
async def test_it_offers_the_memory_the_turn_the_budgets_and_the_policy(size: tuple[int, int]) -> None:
    async with inspecting(POISONED, size=size) as (pilot, inspector):
        dialog = await asked(pilot, inspector)
        told = shown(pilot.app)
        assert "What if … · turn 12" in told
        assert "Memory FCT-00001" in told
        assert "enter replay" in told
        groups = list(dict.fromkeys(option.group for option in dialog._options))
        assert groups == ["Memory FCT-00001", "Turn 12", "Budgets", "Policy lru@1"]
        await on_option(pilot, dialog, "top_k")
        assert "top_k" in shown(pilot.app)
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        await pilot.resize_terminal(*size)
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is inspector
        assert len(inspector.lanes) == 1


async def test_a_pin_is_a_lane_beside_the_recording_and_the_fork_is_marked() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        lane = await forked(pilot, inspector, "Pin it")
        assert lane.changes == (Pin("FCT-00001", 12),)
        assert (lane.label, lane.forked_at) == ("lru@1 ↱■FCT-00001", 12)
        assert lane.origin is next(iter(inspector.lanes))
        told = shown(pilot.app)
        assert "what-if: pinned FCT-00001 at turn 12" in told
        scrubber = next(line for line in told.splitlines() if "turn 12   " in line and "32" in line)
        assert "↱" in scrubber
        await pilot.press("left_square_bracket")
        await pilot.pause()
        assert inspector.position == Position(12)
        assert "↱" not in next(line for line in shown(pilot.app).splitlines() if "turn 12   " in line and "32" in line)


async def test_several_changes_are_one_fork() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        dialog = await asked(pilot, inspector)
        await pilot.press("tab")
        await pilot.pause()
        assert "Replay with this change" in shown(pilot.app)
        await on_option(pilot, dialog, "Core budget")
        dialog.query_one(Input).value = "200"
        await pilot.press("tab")
        await pilot.pause()
        assert "Replay with these 2 changes" in shown(pilot.app)
        await on_option(pilot, dialog, "Without it")
        await pilot.press("tab", "shift+tab", "enter")
        await settled(pilot)
        lane = inspector.lanes.active
        assert lane is not None
        assert lane.changes == (Pin("FCT-00001", 12), SetBudgets(core=200))
        assert lane.replay.budgets.core == 200
        assert lane.forked_at == 0


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("Core budget", "many", "write a whole number of tokens"),
        ("Core budget", "1", "below the pinned core"),
        ("Its importance", "7", "write a number from 0 to 1"),
        ("promote_if", "importance >", "policy.promote_if"),
        ("top_k", "0", "policy.top_k"),
        ("eviction", "lruu", "did you mean lru?"),
    ],
)
async def test_what_is_wrong_is_told_while_it_is_written(name: str, value: str, complaint: str) -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        dialog = await asked(pilot, inspector)
        await on_option(pilot, dialog, name)
        dialog.query_one(Input).value = value
        await pilot.pause()
        assert complaint in " ".join(shown(pilot.app).split())
        await pilot.press("enter", "tab")
        await settled(pilot)
        assert pilot.app.screen is dialog
        assert dialog.stacked == ()


async def test_enter_on_what_nobody_changed_says_so() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        dialog = await asked(pilot, inspector)
        await on_option(pilot, dialog, "top_k")
        await pilot.press("enter")
        await pilot.pause()
        assert "nothing is changed yet" in shown(pilot.app)


async def test_a_fork_of_a_fork_and_the_same_one_twice() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        first = await forked(pilot, inspector, "Without it")
        second = await forked(pilot, inspector, "top_k", "3")
        assert second.origin is first
        assert second.changes == (DropMemory("FCT-00001"), SetParameter("top_k", 3))
        assert second.label == "lru@1 ↱−FCT-00001 top_k=3"
        inspector.lanes.turn_to(1)
        inspector.fork_in_thread([SetParameter("top_k", 3)])
        await settled(pilot)
        assert len(inspector.lanes) == 3
        inspector.rebudget_in_thread(inspector.budgets)
        await settled(pilot)
        assert [lane.replay.spec.top_k for lane in inspector.lanes] == [8, 8, 3]


async def test_what_cannot_be_replayed_leaves_everything_as_it_was() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        inspector.fork_in_thread([DropMemory("NO-1")])
        await settled(pilot)
        assert "no memory 'NO-1'" in toasts(pilot)
        assert (len(inspector.lanes), inspector.errand) == (1, "")


@pytest.mark.parametrize("size", SIZES)
async def test_the_diff_lists_what_differs_and_leads_to_its_turns(size: tuple[int, int]) -> None:
    async with inspecting(POISONED, size=size) as (pilot, inspector):
        await pilot.press("d")
        assert "shows the recording" in toasts(pilot)
        await forked(pilot, inspector, "Without it")
        await pilot.press("d")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, ForkDiffScreen)
        told = shown(pilot.app)
        assert "without FCT-00001" in told
        assert "turns differ" in told
        assert "core −FCT-00001" in told
        await pilot.press("home")
        await pilot.press("end")
        await pilot.pause()
        assert screen.turn == 32
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        await pilot.resize_terminal(*size)
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.screen is inspector
        assert inspector.position == Position(32)
        await pilot.press("d", "escape")
        await pilot.pause()
        assert pilot.app.screen is inspector


async def test_a_fork_that_changes_nothing_says_so() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        inspector.fork_in_thread([SetBudgets(retrieval=360)])
        await settled(pilot)
        await pilot.press("d")
        await settled(pilot)
        assert "Nothing differs" in shown(pilot.app)


async def test_both_sides_of_a_fork_are_kept_and_replay_to_its_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with inspecting(POISONED) as (pilot, inspector):
        inspector.fork_in_thread([Pin("FCT-00001", 12), SetParameter("top_k", 3), SetBudgets(core=250)])
        await settled(pilot)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(pilot.app.screen, KeepForkDialog)
        fields = [field.value for field in pilot.app.screen.query(Input)]
        assert fields == ["session_05-what-if.jsonl", "lru-what-if.yaml"]
        await pilot.press("enter")
        await settled(pilot)
        assert "Saved session_05-what-if.jsonl and lru-what-if.yaml" in toasts(pilot)
        assert inspector.replay is not None
        digest = inspector.replay.digest
    kept = read_session(tmp_path / fields[0]).session
    again = Replay(Workload(kept), load_policy(str(tmp_path / fields[1]))).run()
    assert again.digest == digest


async def test_a_lane_can_be_closed_but_not_the_last() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        await pilot.press("ctrl+w")
        assert "only policy" in toasts(pilot)
        await forked(pilot, inspector, "Without it")
        await pilot.press("ctrl+w")
        await settled(pilot)
        assert len(inspector.lanes) == 1
        assert "what-if" not in shown(pilot.app).splitlines()[0]


async def test_keys_that_are_hammered_while_forks_are_computed_are_not_lost() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        inspector.move_to(Position(1))
        for number in range(10):
            inspector.fork_in_thread([SetBudgets(core=200 + number)])
            await pilot.press("right", "right", "right")
        await settled(pilot)
        assert inspector.position == Position(31)
        assert len(inspector.lanes) == 11


def test_the_texts_of_a_session_are_shown_as_they_may_be() -> None:
    secret = Memory("key", "token sk-live-abcdefghijklmnop0123456789", sensitivity="credential", tier="core")
    hostile = Memory("m", HOSTILE)
    session = Session("s", arrivals=(Arrival(0, secret), Arrival(0, hostile)), turns=(Turn("t", "user", HOSTILE),))
    replay = Replay(Workload(session), load_policy("lru")).run()
    for name in ("key", "m"):
        texts = [option.present or "" for option in options_at(replay, 1, name, Masks())]
        assert all(text.isprintable() for text in texts)
        assert all("sk-live" not in text for text in texts)
    masked = next(each for each in options_at(replay, 1, "key", Masks()) if each.name == "Its text")
    assert masked.start == ""


def test_every_change_has_a_short_form_for_its_lane() -> None:
    assert [short_words(change) for change in (Pin("a", 1), DropMemory("a"), SetBudgets(core=8, window=9))] == [
        "■a", "−a", "core 8 window 9",
    ]  # fmt: skip


def test_closing_an_origin_leaves_its_fork(tmp_path: Path) -> None:
    session = Session("s", turns=(Turn("t", "user", "hello"),))
    write_session(session, tmp_path / "s.jsonl")
    replay = Replay(Workload(session), load_policy("lru")).run()
    lanes = Lanes()
    lanes.add(replay)
    origin = lanes.active
    lanes.turn_to(lanes.add_fork(Lane(replay, changes=(Pin("a", 1),), base=replay.spec, origin=origin)))
    lanes.turn_to(0)
    assert lanes.close()
    assert lanes.active is not None
    assert lanes.active.origin is origin
    assert not lanes.close()
