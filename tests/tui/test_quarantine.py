"""The quarantine screen, its two decisions as what-ifs, and keeping one as a session file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from driving import inspecting, settled, toasts
from holder import HOSTILE, shown
from textual.pilot import Pilot
from textual.widgets import Input

from memview.model import Memory
from memview.replay.governance import Withheld
from memview.sessions.catalogue import find_session
from memview.sessions.reader import read_session
from memview.tui.dialogs.keep_session import SESSION_ENDINGS, KeepForkDialog
from memview.tui.dialogs.new_file import complaint_about_new, free_name
from memview.tui.lines import Line, line_width
from memview.tui.position import Position
from memview.tui.screens.inspector import Inspector
from memview.tui.screens.memory import MemoryScreen
from memview.tui.screens.quarantine import QuarantineScreen
from memview.tui.views.quarantine_view import explanation, fenced_lines, withheld_json, withheld_line

POISONED = find_session("session_05")
SIZES = [(60, 20), (80, 24), (120, 40), (200, 60)]


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


async def quarantine_at(pilot: Pilot[None], inspector: Inspector, turn: int) -> QuarantineScreen:
    inspector.move_to(Position(turn))
    await pilot.pause()
    await pilot.press("Q")
    await settled(pilot)
    assert isinstance(pilot.app.screen, QuarantineScreen)
    return pilot.app.screen


async def decided(pilot: Pilot[None], inspector: Inspector, turn: int, memory_id: str, key: str) -> None:
    screen = await quarantine_at(pilot, inspector, turn)
    while screen.entry is None or screen.entry.memory_id != memory_id:
        await pilot.press("down")
    await pilot.press(key)
    await settled(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_it_lists_what_is_kept_out_at_the_turn_shown_and_fences_the_text(size: tuple[int, int]) -> None:
    async with inspecting(POISONED, size=size) as (pilot, inspector):
        screen = await quarantine_at(pilot, inspector, 12)
        told = shown(pilot.app)
        for name in ("FCT-00006", "WEB-00001", "WEB-00004", "⊗ waiting", "document", "turn 12/32"):
            assert name in told, name
        await pilot.press("down")
        await pilot.pause()
        told = shown(pilot.app)
        assert "‹‹‹ untrusted data WEB-00001" in told
        await pilot.press(*["left"] * 6)
        await settled(pilot)
        assert screen.entry is not None
        assert "turn 6/32" in shown(pilot.app)
        assert "WEB-00004" not in shown(pilot.app)


async def test_an_approval_replays_in_a_lane_beside_the_recording() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        await decided(pilot, inspector, 12, "WEB-00001", "a")
        assert pilot.app.screen is inspector
        assert len(inspector.lanes) == 2
        assert "what-if: approved WEB-00001 at turn 12" in shown(pilot.app)
        what_if, recorded = inspector.replay, next(iter(inspector.lanes)).replay
        assert what_if is not None
        assert what_if is not recorded
        approvals = [event.turn for event in what_if.events if event.action == "approve"]
        assert approvals == [12]
        assert [event.turn for event in recorded.events if event.action == "approve"] == [25]
        assert inspector.position.turn == 12
        await pilot.press("left_square_bracket")
        await pilot.pause()
        assert "what-if: approved" not in shown(pilot.app).splitlines()[0]


async def test_a_refusal_and_a_second_decision_on_top_of_it() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        await decided(pilot, inspector, 12, "WEB-00001", "r")
        assert "what-if: refused WEB-00001 at turn 12" in shown(pilot.app)
        assert inspector.replay is not None
        assert all(event.action != "approve" for event in inspector.replay.events)
        await decided(pilot, inspector, 13, "WEB-00004", "a")
        assert len(inspector.lanes) == 3
        lane = inspector.lanes.active
        assert lane is not None
        assert lane.what_if == "what-if: refused WEB-00001 at turn 12, approved WEB-00004 at turn 13"


async def test_the_same_decision_twice_is_one_lane_and_a_new_budget_keeps_it() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        await decided(pilot, inspector, 12, "WEB-00001", "a")
        await pilot.press("left_square_bracket")
        await decided(pilot, inspector, 12, "WEB-00001", "a")
        assert len(inspector.lanes) == 2
        inspector.rebudget_in_thread(inspector.budgets)
        await settled(pilot)
        assert inspector.replay is not None
        assert [event.turn for event in inspector.replay.events if event.action == "approve"] == [12]


async def test_what_cannot_be_decided_says_why() -> None:
    async with inspecting(POISONED) as (pilot, inspector):
        await decided(pilot, inspector, 19, "SUM-00001", "a")
        assert "SUM-00001 is withheld: an approval would change nothing" in toasts(pilot)
        assert isinstance(pilot.app.screen, QuarantineScreen)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MemoryScreen)
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is inspector


async def test_an_empty_quarantine_says_so() -> None:
    async with inspecting(find_session("session_02")) as (pilot, inspector):
        await quarantine_at(pilot, inspector, 1)
        assert "Nothing waits for an approval" in shown(pilot.app)
        await pilot.press("a", "y")
        assert "no memory to decide about" in toasts(pilot)


async def test_a_what_if_is_kept_as_a_new_file_and_never_over_an_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    recording = tmp_path / "mine.jsonl"
    recording.write_bytes(POISONED.read_bytes())
    async with inspecting(recording) as (pilot, inspector):
        await pilot.press("ctrl+s")
        assert "shows the recording" in toasts(pilot)
        await decided(pilot, inspector, 12, "WEB-00001", "r")
        await pilot.press("ctrl+s")
        await pilot.pause()
        dialog = pilot.app.screen
        assert isinstance(dialog, KeepForkDialog)
        assert dialog.query_one(Input).value == "mine-what-if.jsonl"
        dialog.query_one(Input).value = "mine.jsonl"
        await pilot.press("enter")
        await pilot.pause()
        assert "exists already" in " ".join(shown(pilot.app).split())
        dialog.query_one(Input).value = "kept.jsonl"
        await pilot.press("enter")
        await settled(pilot)
        assert "Saved kept.jsonl" in toasts(pilot)
    kept = read_session(tmp_path / "kept.jsonl").session
    assert [(each.memory_id, each.after_turn, each.decision) for each in kept.approvals] == [
        ("WEB-00001", 12, "refused"), ("WEB-00001", 25, "approved"),
    ]  # fmt: skip
    assert recording.read_bytes() == POISONED.read_bytes()
    assert kept.turns == read_session(recording).session.turns


def test_names_that_no_session_can_have(tmp_path: Path) -> None:
    assert complaint_about_new("", tmp_path, SESSION_ENDINGS)
    assert "jsonl" in complaint_about_new("x.txt", tmp_path, SESSION_ENDINGS)
    assert "no directory" in complaint_about_new("nowhere/x.jsonl", tmp_path, SESSION_ENDINGS)
    assert complaint_about_new("\0.jsonl", tmp_path, SESSION_ENDINGS)
    assert complaint_about_new("x.jsonl.gz", tmp_path, SESSION_ENDINGS) == ""
    (tmp_path / "s-what-if.jsonl").touch()
    assert free_name(tmp_path, "s-what-if", ".jsonl") == "s-what-if-2.jsonl"


@pytest.mark.parametrize("width", [40, 56, 76, 116, 196])
def test_hostile_memories_stay_in_their_cells(width: int) -> None:
    memory = Memory(f"M{HOSTILE}", HOSTILE * 4, kind=HOSTILE, quarantined=True)
    entry = Withheld(memory, "document", "waiting", f"quarantined {HOSTILE}", 3, 1)
    lines = [withheld_line(entry, [entry], width), *fenced_lines(entry, memory.text, width)]
    for line in lines[:-1]:
        assert text_of(line).isprintable()
    assert line_width(lines[0]) == width
    assert explanation(entry).isprintable()
    assert json.loads(withheld_json(entry, "shown", 5))["memory"]["text"] == "shown"
