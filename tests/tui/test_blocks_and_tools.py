"""The screen of blocks and tools, and tool calls in the turn pane: what they did, what differs, nothing unsafe."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from driving import inspecting, settled, toasts
from holder import HOSTILE, shown
from textual.pilot import Pilot

from memview.agents.agent_loop import Agent
from memview.agents.script import load_script
from memview.agents.scripted_mind import ScriptedMind
from memview.model import Memory, Session, Turn
from memview.model.block import Block
from memview.model.session import Arrival, ToolCall
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.replay.governance_masks import Masks
from memview.replay.memory_surface import blocks_of_turn, calls_of_turn
from memview.sessions.catalogue import find_session
from memview.sessions.writer import write_session
from memview.tui.lines import Line, line_width
from memview.tui.position import Position, at_event
from memview.tui.scene import Scene, scene_at
from memview.tui.screens.blocks import BlocksScreen
from memview.tui.screens.inspector import Inspector
from memview.tui.screens.memory import MemoryScreen
from memview.tui.views.blocks_view import blocks_rows
from memview.tui.views.calls_view import call_target, calls_rows
from memview.tui.views.turn_view import turn_rows

SIZES = [(60, 20), (80, 24), (120, 40), (200, 60)]
WIDTHS = [30, 44, 76, 116]


def words(lines: tuple[Line, ...]) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


def flat(lines: tuple[Line, ...]) -> str:
    return " ".join(words(lines).split())


def replayed(session: Session) -> Replay:
    return Replay(Workload(session), load_policy("lru")).run()


def edits() -> Replay:
    """Turn 1 fills a block beyond its limit at load, edits another and fails once; turn 2 calls nothing."""
    calls = (
        ToolCall("core_memory_append", {"section": "human", "text": "Likes figs."}, None),
        ToolCall("core_memory_replace", {"section": "human", "old": "walnut", "new": "fig"}, "None"),
        ToolCall("web_search", {"query": "figs"}, "three pages"),
        ToolCall("archival_memory_search", {"query": "orchard"}, ["M-9"]),
    )
    session = Session(
        "edits",
        blocks=(
            Block("human", "Ada.", limit=100, description="whom it talks to"),
            Block("persona", "x" * 60, limit=50, read_only=True),
        ),
        arrivals=(
            Arrival(0, Memory("M-1", "The orchard lies in the north.")),
            Arrival(0, Memory("M-9", "Nothing of the kind.")),
        ),
        turns=(Turn("t-1", "user", "figs", tool_calls=calls, response="Noted."), Turn("t-2", "user", "and now?")),
    )
    return replayed(session)


@pytest.fixture(name="demo", scope="module")
def _demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    script = load_script("memgpt")
    agent = Agent(script, ScriptedMind(script))
    while not agent.is_done:
        agent.take_turn()
    path = tmp_path_factory.mktemp("demo") / "demo.jsonl"
    write_session(agent.session, path)
    return path


async def surface_at(pilot: Pilot[None], inspector: Inspector, turn: int) -> BlocksScreen:
    inspector.move_to(Position(turn))
    await pilot.pause()
    await pilot.press("5")
    await settled(pilot)
    assert isinstance(pilot.app.screen, BlocksScreen)
    return pilot.app.screen


def test_blocks_tell_their_limits_and_what_the_turn_changed() -> None:
    replay = edits()
    pane = blocks_rows(replay, blocks_of_turn(replay, 1), Masks(), 60)
    told = words(pane.lines)
    assert pane.info == "2 blocks · ± 1 changed · ! 1 over"
    assert "16/100 characters" in told
    assert "± changed +12" in told
    assert "▣ read-only" in told
    assert "! 10 characters over its limit" in told
    assert "whom it talks to" in told
    added = next(line for line in told.splitlines() if "Likes figs." in line)
    assert added.startswith("+ ")
    after = blocks_rows(replay, blocks_of_turn(replay, 2), Masks(), 60)
    assert after.info == "2 blocks · ! 1 over"
    assert "+ " not in words(after.lines)


def test_what_a_turn_takes_away_stays_to_be_read_in_that_turn(demo: Path) -> None:
    from memview.sessions.reader import read_session

    replay = replayed(read_session(demo).session)
    told = flat(blocks_rows(replay, blocks_of_turn(replay, 7), Masks(), 70).lines)
    assert "+ MEM-00007 Moves her workshop to Rua do Almada 112 on 14 April." in told
    assert "− MEM-00002 Moves her workshop to Rua do Almada 112 on 3 March." in told
    assert "−" not in flat(blocks_rows(replay, blocks_of_turn(replay, 8), Masks(), 70).lines)


def test_every_call_tells_outcome_arguments_result_and_the_recording_where_it_differs() -> None:
    replay = edits()
    calls = calls_of_turn(replay, 1)
    assert [call.state for call in calls] == ["ok", "error", "recorded", "ok"]
    pane = calls_rows(replay, calls, 1, Masks(), 80)
    told = flat(pane.lines)
    assert pane.info == "4 calls · 1 error · ≠ 2 differ"
    assert "old walnut" in told
    assert "not found in memory block 'human'" in told
    assert "ƒ as recorded" in told
    assert "three pages" in told
    assert "Showing 1 of 1 results (page 0/0)" in told
    assert '≠ recorded ["M-9"]' in told
    assert "M-9 only in the recording, M-1 only here" in told
    assert "orchard lies in the north" in told


def test_a_call_knows_its_event_and_what_it_made() -> None:
    replay = edits()
    for call, event in zip(
        calls_of_turn(replay, 1), (each for each in replay.events if each.action == "tool"), strict=True
    ):
        assert call.seq == event.seq
        assert event.reason.startswith(f"{call.tool}(")
    first, second, _, _ = calls_of_turn(replay, 1)
    assert [replay.events[seq].action for seq in first.made] == ["insert"]
    assert [replay.events[seq].action for seq in second.made] == ["error"]


def test_without_calls_it_says_where_the_next_are() -> None:
    replay = edits()
    assert "the next turn with tool calls is 1" in flat(calls_rows(replay, [], 0, Masks(), 60).lines)
    assert "No later turn has tool calls" in flat(calls_rows(replay, [], 2, Masks(), 60).lines)


@pytest.mark.parametrize("width", WIDTHS[1:])
def test_the_turn_pane_tells_calls_as_far_as_they_have_happened(width: int) -> None:
    replay = edits()
    whole = turn_rows(scene_at(replay, Position(1)), width)
    told = flat(whole.lines)
    assert all(line_width(line) <= width for line in whole.lines)
    assert "✖ tool core_memory_replace" in told
    assert "✓ tool core_memory_append" in told
    assert "recording differs:" in told
    tools = [event.seq for event in replay.events if event.action == "tool"]
    early = flat(turn_rows(scene_at(replay, at_event(replay, tools[0])), width).lines)
    assert "core_memory_append" in early
    assert "core_memory_replace" not in early


def test_no_warning_and_no_guard_decision_is_left_out_of_a_full_turn() -> None:
    calls = tuple(ToolCall("core_memory_append", {"section": "none", "text": str(n)}) for n in range(4))
    held = tuple(Arrival(0, Memory(f"Q-{n}", f"figs {n}", quarantined=True)) for n in range(3))
    many = tuple(Arrival(0, Memory(f"M-{n:02}", f"pears {n}", importance=0.9)) for n in range(40))
    turns = (Turn("t-1", "user", "figs", tool_calls=calls, used=tuple(f"M-{n:02}" for n in range(40))),)
    replay = replayed(Session("full", arrivals=(*many, *held), turns=turns))
    scene: Scene = scene_at(replay, Position(1))
    told = flat(turn_rows(scene, 80).lines)
    events = [event for event in scene.happened if event.action in ("quarantine", "warn")]
    assert events
    for event in events:
        assert event.memory_id is None or event.memory_id in told
    assert told.count("✖ tool") == 4
    assert "more in the timeline" in told


@pytest.mark.parametrize("width", WIDTHS)
def test_hostile_and_huge_texts_stay_in_their_cells_and_are_counted(width: int) -> None:
    huge = "a" * 1_000_000
    calls = (
        ToolCall(HOSTILE, {HOSTILE: HOSTILE, "nested": {"x": [HOSTILE]}}, HOSTILE),
        ToolCall("archival_memory_insert", {"text": huge}, huge),
        ToolCall("core_memory_append", {"section": HOSTILE, "text": HOSTILE}, HOSTILE),
    )
    session = Session(
        "hostile",
        blocks=(Block(f"b{HOSTILE}", HOSTILE * 3, description=HOSTILE, limit=10),),
        turns=(Turn("t-1", "user", HOSTILE, tool_calls=calls),),
    )
    replay = replayed(session)
    panes = (
        calls_rows(replay, calls_of_turn(replay, 1), 1, Masks(), width),
        blocks_rows(replay, blocks_of_turn(replay, 1), Masks(), width),
        turn_rows(scene_at(replay, Position(1)), width),
    )
    for pane in panes:
        for line in pane.lines:
            assert line_width(line) <= width
            assert words((line,)).isprintable()
    assert "and 998 000 more characters" in flat(panes[0].lines)
    assert len(panes[0].lines) < 800


def test_what_is_sensitive_is_masked_until_revealed() -> None:
    secret = "the password is Hunter2-Falcon-99"
    call = ToolCall("archival_memory_insert", {"text": secret}, secret)
    session = Session(
        "secret", blocks=(Block("human", secret),), turns=(Turn("t-1", "user", "keep it", tool_calls=(call,)),)
    )
    replay = replayed(session)
    for revealed in (False, True):
        masks = Masks(revealed=revealed)
        told = flat(calls_rows(replay, calls_of_turn(replay, 1), 1, masks, 100).lines)
        told += flat(blocks_rows(replay, blocks_of_turn(replay, 1), masks, 100).lines)
        assert ("Hunter2-Falcon-99" in told) is revealed


@pytest.mark.parametrize("size", SIZES)
async def test_the_key_opens_it_at_the_turn_shown_and_arrows_step(demo: Path, size: tuple[int, int]) -> None:
    async with inspecting(demo, size=size) as (pilot, inspector):
        await surface_at(pilot, inspector, 7)
        told = shown(pilot.app)
        for fact in ("Blocks and tools", "turn 7/", "persona", "core_memory_replace", "✖ error", "2 calls · 1 error"):
            assert fact in told, fact
        await pilot.press("right")
        await settled(pilot)
        assert "turn 8/" in shown(pilot.app)
        assert "No tool was called in this turn." in shown(pilot.app)
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is inspector
        assert inspector.position == Position(7)


async def test_enter_goes_to_the_event_of_the_call_and_to_the_memory_of_a_line(demo: Path) -> None:
    async with inspecting(demo) as (pilot, inspector):
        await surface_at(pilot, inspector, 7)
        assert inspector.replay is not None
        call = calls_of_turn(inspector.replay, 7)[0]
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.screen is inspector
        assert inspector.position == at_event(inspector.replay, call.seq)
        await surface_at(pilot, inspector, 7)
        await pilot.press("tab", "enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MemoryScreen)


async def test_a_row_is_copied_as_json(demo: Path) -> None:
    async with inspecting(demo) as (pilot, inspector):
        screen = await surface_at(pilot, inspector, 7)
        await pilot.press("y")
        assert "characters of JSON" in toasts(pilot)
        copied = json.loads(pilot.app.clipboard)
        assert copied["outcome"] == "error"
        screen.query_one("#blocks").focus()
        await pilot.pause()
        await pilot.press("y")
        blocks = json.loads(pilot.app.clipboard)
        assert [block["label"] for block in blocks] == ["persona", "human"]
        assert blocks[1]["removed"] == ["MEM-00002"]


async def test_it_survives_a_terminal_of_twenty_by_five(demo: Path) -> None:
    async with inspecting(demo) as (pilot, inspector):
        await surface_at(pilot, inspector, 9)
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert "archival_memory_search" in shown(pilot.app)


async def test_masks_are_lifted_and_laid_on_again() -> None:
    async with inspecting(find_session("session_05")) as (pilot, inspector):
        await surface_at(pilot, inspector, 27)
        await pilot.press("R")
        await pilot.pause()
        assert "○ revealed" in shown(pilot.app)
        await pilot.press("R")
        await pilot.pause()
        assert "revealed" not in shown(pilot.app)


async def test_every_event_of_the_demo_can_be_read_in_the_inspector(demo: Path) -> None:
    async with inspecting(demo, policies=("memgpt",), size=(160, 50)) as (pilot, inspector):
        replay = inspector.replay
        assert replay is not None
        for seq in range(len(replay.events)):
            inspector.move_to(at_event(replay, seq))
            await pilot.pause()
            event = replay.events[seq]
            number = f"{event.turn}.{seq - replay.event_span(event.turn).start + 1} "
            row = next(line for line in shown(pilot.app).splitlines() if f" {number}" in line and "▌" in line)
            assert (event.memory_id or "")[:12] in row
            assert event.reason[:12] in row


def test_a_call_stands_for_itself_and_not_for_a_memory() -> None:
    replay = edits()
    call = calls_of_turn(replay, 1)[0]
    assert call_target(call) not in replay.item_ids()


def test_a_flush_of_the_window_is_told_in_one_move(demo: Path) -> None:
    from memview.sessions.reader import read_session

    replay = Replay(Workload(read_session(demo).session), load_policy("memgpt")).run()
    scene = scene_at(replay, Position(11))
    compacted = [event.memory_id for event in scene.happened if event.action == "compact"]
    told = flat(turn_rows(scene, 100).lines)
    assert f"{compacted[0]} and {len(compacted) - 1} more compacted:" in told
    assert "✓ tool archival_memory_search ok" in told
