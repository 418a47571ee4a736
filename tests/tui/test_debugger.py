"""The debugger under a pilot: every key, runs that wait, state that comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from driving import SAMPLE, inspecting, settled, toasts
from holder import shown
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input

from memview.debug_state import load_debug_state
from memview.replay import Replay
from memview.replay.breakpoints import Breakpoint
from memview.sessions.catalogue import find_session
from memview.tui.dialogs.breakpoint import ExpressionDialog
from memview.tui.news import BreakpointsSearched, Progressed
from memview.tui.notebook import position_of
from memview.tui.position import Position, cursor_of
from memview.tui.screens.debugger import DebuggerScreen
from memview.tui.screens.inspector import Inspector
from memview.tui.widgets.timeline import Scrubbed

LOSING = find_session("session_02")
TOOLS = find_session("session_07")
SENSITIVE = find_session("session_05")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path))
    return tmp_path


def replay_of(inspector: Inspector) -> Replay:
    assert inspector.replay is not None
    return inspector.replay


def seqs(inspector: Inspector, action: str) -> list[int]:
    return [event.seq for event in replay_of(inspector).events if event.action == action]


def cursor(inspector: Inspector) -> int:
    return cursor_of(replay_of(inspector), inspector.here)


async def set_breakpoint(pilot: Pilot[None], source: str, *, key: str = "b") -> None:
    await pilot.press(key)
    await pilot.pause()
    dialog = pilot.app.screen
    assert isinstance(dialog, ExpressionDialog)
    dialog.query_one("#expression", Input).value = source
    await pilot.press("enter")
    await settled(pilot)


async def pressed(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


async def test_running_to_hits_and_back_says_what_was_hit() -> None:
    async with inspecting() as (pilot, inspector):
        await set_breakpoint(pilot, 'action == "evict" and importance > 0.5')
        replay = replay_of(inspector)
        hits = [
            event.seq
            for event in replay.events
            if event.action == "evict" and replay.memory(event.memory_id or "").importance > 0.5
        ]
        assert len(hits) > 2
        await pressed(pilot, "home", "c")
        assert cursor(inspector) == hits[0]
        assert "evict" in toasts(pilot)
        assert "importance" in toasts(pilot)
        await pressed(pilot, "c")
        assert cursor(inspector) == hits[1]
        await pressed(pilot, "C")
        assert cursor(inspector) == hits[0]
        await pressed(pilot, "C")
        assert cursor(inspector) == hits[0]
        assert "No earlier hit" in toasts(pilot)
        await pressed(pilot, "end", "C")
        assert cursor(inspector) == hits[-1]
        assert "●" in next(line for line in shown(pilot.app).splitlines() if "╋" in line)


async def test_a_breakpoint_that_never_hits_says_so_and_stays() -> None:
    async with inspecting() as (pilot, inspector):
        await set_breakpoint(pilot, "tokens > 1000000")
        await pressed(pilot, "right", "right")
        before = inspector.here
        await pressed(pilot, "c")
        assert inspector.here == before
        assert "Never hits: tokens > 1000000" in toasts(pilot)
        assert "events searched" in toasts(pilot)
        await pressed(pilot, "C")
        assert inspector.here == before


async def test_without_a_breakpoint_a_run_says_how_to_set_one() -> None:
    async with inspecting() as (pilot, inspector):
        await pressed(pilot, "c")
        assert "b sets one" in toasts(pilot)
        assert inspector.position == Position(1)


async def test_a_run_waits_for_what_is_not_computed_yet() -> None:
    async with inspecting() as (pilot, inspector):
        complete = replay_of(inspector)
        replay = Replay(complete.workload, complete.spec)
        replay.advance(3)
        lane = inspector.lanes.active
        assert lane is not None
        assert inspector.notebook is not None
        inspector.compute_in_thread = lambda: None  # type: ignore[method-assign]
        lane.replay = replay
        wanted = f"turn == {complete.turn_count - 2}"
        inspector.notebook.put_breakpoint(Breakpoint(wanted))
        inspector.noted()
        await settled(pilot)
        await pressed(pilot, "c")
        assert "the run goes on" in toasts(pilot)
        assert inspector.position == Position(1)
        replay.run()
        inspector.post_message(Progressed())
        await settled(pilot)
        assert inspector.position.turn == complete.turn_count - 2


@pytest.mark.parametrize(("on", "back", "action"), [("e", "E", "evict"), ("u", "U", "fault")])
async def test_running_to_evictions_and_faults(on: str, back: str, action: str) -> None:
    async with inspecting() as (pilot, inspector):
        await pressed(pilot, "home")
        wanted = [seq for seq in seqs(inspector, action) if seq > cursor(inspector)]
        await pressed(pilot, on)
        assert cursor(inspector) == wanted[0]
        await pressed(pilot, on, on)
        assert cursor(inspector) == wanted[2]
        await pressed(pilot, back)
        assert cursor(inspector) == wanted[1]
        await pressed(pilot, "end", on)
        assert "No further" in toasts(pilot)


async def test_running_to_losses() -> None:
    async with inspecting(LOSING, policies=("inspect-ai-trim@1",)) as (pilot, inspector):
        losses = [event.seq for event in replay_of(inspector).events if event.destination == "nowhere"]
        assert len(losses) > 2
        await pressed(pilot, "home", "l")
        assert cursor(inspector) == losses[0]
        await pressed(pilot, "L")
        assert "No earlier loss" in toasts(pilot)
        await pressed(pilot, "end", "L")
        assert cursor(inspector) == losses[-1]


async def test_running_to_changes_of_the_memory_under_the_cursor() -> None:
    async with inspecting() as (pilot, inspector):
        await pressed(pilot, "1")
        target = inspector.pane.target
        assert target is not None
        replay = replay_of(inspector)
        here = cursor(inspector)
        changes = [
            event.seq
            for event in replay.events
            if event.memory_id == target and event.action not in ("hit", "search", "reject", "route", "tool", "warn")
        ]
        await pressed(pilot, "V")
        earlier = [seq for seq in changes if seq < here]
        assert cursor(inspector) == (earlier[-1] if earlier else here)
        if not earlier:
            assert f"No earlier change of {target}" in toasts(pilot)
        at = cursor(inspector)
        await pressed(pilot, "1")
        target = inspector.pane.target
        later = [
            event.seq
            for event in replay.events
            if event.memory_id == target
            and event.seq > at
            and event.action not in ("hit", "search", "reject", "route", "tool", "warn")
        ]
        await pressed(pilot, "v")
        assert cursor(inspector) == (later[0] if later else at)


async def test_stepping_into_a_tool_call_and_out() -> None:
    async with inspecting(TOOLS) as (pilot, inspector):
        inspector.move_to(Position(10))
        await pressed(pilot, "i")
        replay = replay_of(inspector)
        assert replay.events[cursor(inspector)].action == "tool"
        assert "core_memory_append: call 1, event 1 of 2" in toasts(pilot)
        await pressed(pilot, "i")
        assert "event 2 of 2" in toasts(pilot)
        await pressed(pilot, "i")
        assert inspector.position == Position(10)
        assert "Out of the tool calls" in toasts(pilot)
        inspector.move_to(Position(9))
        await pressed(pilot, "i")
        assert "Turn 9 has no tool calls; the next one with a call is turn 10" in toasts(pilot)
        assert inspector.position == Position(9)


async def test_bookmarks_and_the_way_back() -> None:
    async with inspecting() as (pilot, inspector):
        inspector.move_to(Position(7))
        await pressed(pilot, "k", *"why", "enter")
        inspector.move_to(Position(12))
        await pressed(pilot, "k", "enter")
        assert "◆" in next(line for line in shown(pilot.app).splitlines() if "╋" in line)
        await pressed(pilot, "K")
        assert inspector.position == Position(7)
        assert "turn 7: why" in toasts(pilot)
        await pressed(pilot, "K")
        assert inspector.position == Position(12)
        await pressed(pilot, "less_than_sign")
        assert inspector.position == Position(7)
        await pressed(pilot, "alt+left")
        assert inspector.position == Position(12)
        await pressed(pilot, "greater_than_sign", "alt+right")
        assert inspector.position == Position(12)
        await pressed(pilot, "greater_than_sign")
        assert "No position further on" in toasts(pilot)
        await pressed(pilot, "right", "right", "less_than_sign")
        assert inspector.position == Position(7)


async def test_the_way_one_came_is_kept_and_a_drag_is_one_jump() -> None:
    async with inspecting() as (pilot, inspector):
        for turn in (5, 9, 15, 20):
            inspector.post_message(Scrubbed(turn))
            await pilot.pause()
        assert inspector.notebook is not None
        assert [place.turn for place in inspector.notebook.trail.behind] == [1]
        await pressed(pilot, "less_than_sign")
        assert inspector.position == Position(1)
        await pressed(pilot, "greater_than_sign")
        assert inspector.position == Position(20)
    async with inspecting() as (pilot, inspector):
        await pressed(pilot, "end", "less_than_sign", "less_than_sign")
        assert inspector.position == Position(1)


async def test_a_mistake_is_under_its_caret_and_sets_nothing() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("b")
        await pilot.pause()
        dialog = pilot.app.screen
        assert isinstance(dialog, ExpressionDialog)
        dialog.query_one("#expression", Input).value = "tokens > 1 and importnce > 1"
        await settled(pilot)
        lines = shown(pilot.app).splitlines()
        row = next(index for index, line in enumerate(lines) if "▲ unknown name" in line)
        assert "did you mean importance?" in lines[row]
        assert lines[row].index("▲") == lines[row - 1].index("importnce")
        await pressed(pilot, "enter")
        assert pilot.app.screen is dialog
        await pressed(pilot, "escape")
        assert inspector.notebook is not None
        assert inspector.notebook.breakpoints == []


async def test_what_is_suggested_is_replaced_by_typing_and_kept_by_moving() -> None:
    async with inspecting() as (pilot, _):
        await pressed(pilot, "4", "b")
        dialog = pilot.app.screen
        assert isinstance(dialog, ExpressionDialog)
        field = dialog.query_one("#expression", Input)
        suggested = field.value
        assert suggested.startswith("action == ")
        await pressed(pilot, "end", "space")
        assert field.value == f"{suggested} "
        await pressed(pilot, "escape", "b")
        again = pilot.app.screen.query_one("#expression", Input)
        await pressed(pilot, "l", "o")
        assert again.value == "lo"


async def test_a_key_that_comes_before_the_field_has_the_focus_is_not_lost() -> None:
    async with inspecting() as (pilot, _):
        await pressed(pilot, "g")
        dialog = pilot.app.screen
        for key in "12":
            dialog.post_message(Key(key, key))
        await settled(pilot)
        assert dialog.query_one(Input).value == "12"


async def test_names_and_words_are_completed() -> None:
    async with inspecting() as (pilot, _):
        await pilot.press("b")
        await pilot.pause()
        dialog = pilot.app.screen
        assert isinstance(dialog, ExpressionDialog)
        field = dialog.query_one("#expression", Input)
        field.value = ""
        await pressed(pilot, *"impo", "tab")
        assert field.value == "importance"
        field.value = 'action == "ev'
        field.cursor_position = len(field.value)
        await pressed(pilot, "tab")
        assert field.value == 'action == "evict"'
        field.value = ""
        await pressed(pilot, "t", "down", "tab")
        assert field.value == "tokens"


async def test_watches_stay_on_screen_and_follow() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("b")
        await pilot.pause()
        await pressed(pilot, "ctrl+o")
        pilot.app.screen.query_one("#expression", Input).value = "turn * 1000"
        await pressed(pilot, "enter")
        assert "turn * 1000 1 000" in shown(pilot.app)
        await pressed(pilot, "right")
        assert "turn * 1000 2 000" in shown(pilot.app)
        await set_breakpoint(pilot, "evictions > 3")
        assert inspector.notebook is not None
        inspector.notebook.put_watch("evictions")
        inspector.noted()
        await settled(pilot)
        await pressed(pilot, "end")
        assert f"evictions {replay_of(inspector).metrics['evictions']}" in shown(pilot.app)
        await pilot.click("#watches")
        await settled(pilot)
        assert isinstance(pilot.app.screen, DebuggerScreen)


async def test_the_panel_lists_toggles_edits_and_removes() -> None:
    async with inspecting() as (pilot, inspector):
        await set_breakpoint(pilot, 'action == "evict"')
        await pressed(pilot, "x")
        panel = pilot.app.screen
        assert isinstance(panel, DebuggerScreen)
        book = inspector.notebook
        assert book is not None
        count = len(seqs(inspector, "evict"))
        assert f"{count} hits" in shown(pilot.app)
        await pressed(pilot, "space")
        assert book.breakpoints == [Breakpoint('action == "evict"', enabled=False)]
        assert "○ off" in shown(pilot.app)
        await pressed(pilot, "space", "e")
        pilot.app.screen.query_one("#expression", Input).value = 'action == "fault"'
        pilot.app.screen.query_one("#from-hit", Input).value = "3"
        await pressed(pilot, "enter")
        assert book.breakpoints == [Breakpoint('action == "fault"', from_hit=3)]
        assert "stops from no. 3" in shown(pilot.app)
        await set_breakpoint(pilot, "core_tokens / budget", key="w")
        assert book.watches == ["core_tokens / budget"]
        await pressed(pilot, "enter")
        assert pilot.app.screen is inspector
        assert cursor(inspector) == seqs(inspector, "fault")[2]
        await pressed(pilot, "x", "delete")
        assert book.breakpoints == []
        await pressed(pilot, "delete")
        assert book.watches == []
        await pressed(pilot, "escape")
        assert not inspector.query("#watches")


async def test_what_was_set_comes_back_with_the_session(state: Path) -> None:
    async with inspecting() as (pilot, inspector):
        await set_breakpoint(pilot, "lost > 0")
        inspector.move_to(Position(9))
        await pressed(pilot, "k", *"here", "enter")
    saved = load_debug_state(SAMPLE, "session_01").state
    assert [each.source for each in saved.breakpoints] == ["lost > 0"]
    assert [(each.place.turn, each.note) for each in saved.bookmarks] == [(9, "here")]
    async with inspecting() as (pilot, inspector):
        assert inspector.notebook is not None
        assert inspector.notebook.state == saved
        await pressed(pilot, "K")
        assert inspector.position == Position(9)


@pytest.mark.parametrize("content", ['{"memview_debug": 99}', "{torn", ""])
async def test_state_of_another_version_is_told_once_and_kept(content: str, state: Path) -> None:
    path = load_debug_state(SAMPLE, "session_01").file.path
    path.parent.mkdir(parents=True)
    path.write_text(content)
    async with inspecting() as (pilot, _):
        assert "It is kept as it is" in toasts(pilot)
        assert path.read_text() == content
        await set_breakpoint(pilot, "lost > 0")
        assert path.with_name(f"{path.name}.bak").read_text() == content
        assert json.loads(path.read_text())["breakpoints"][0]["source"] == "lost > 0"


async def test_a_saved_expression_that_cannot_be_read_is_shown_and_kept(state: Path) -> None:
    from memview.debug_state import DebugState, SavedBreakpoint, save_debug_state

    file = load_debug_state(SAMPLE, "session_01").file
    save_debug_state(DebugState((SavedBreakpoint("future_name > 1"),), ("older + ",)), file)
    async with inspecting() as (pilot, inspector):
        assert "cannot be read" in shown(pilot.app)
        await pressed(pilot, "c")
        assert "cannot be read" in toasts(pilot)
        await pressed(pilot, "x")
        assert "unknown name" in shown(pilot.app)
        assert inspector.notebook is not None
        assert [each.source for each in inspector.notebook.state.breakpoints] == ["future_name > 1"]


async def test_playing_stops_at_a_breakpoint() -> None:
    async with inspecting() as (pilot, inspector):
        await set_breakpoint(pilot, "turn == 3 and action == 'route'")
        inspector._play(True)
        for _ in range(9):
            if inspector.playback.is_playing:
                inspector._play_step()
                await pilot.pause()
        assert not inspector.playback.is_playing
        assert inspector.position.turn == 3
        assert replay_of(inspector).events[cursor(inspector)].action == "route"


async def test_hammered_keys_queue_no_searches_and_lose_no_step() -> None:
    async with inspecting() as (pilot, inspector):
        await set_breakpoint(pilot, 'action == "evict"')
        await pressed(pilot, "home")
        for _ in range(30):
            await pilot.press("right")
            inspector.noted()
            searching = [worker for worker in inspector.workers if worker.group == "breakpoints" and worker.is_running]
            assert len(searching) <= 1
        await settled(pilot)
        assert inspector.position.turn == min(30, replay_of(inspector).turn_count)
        evictions = seqs(inspector, "evict")
        await pressed(pilot, "home", *["c"] * 5)
        assert cursor(inspector) == evictions[4]


async def test_runs_asked_for_while_the_search_is_on_are_all_made() -> None:
    async with inspecting() as (pilot, inspector):
        await set_breakpoint(pilot, 'action == "evict"')
        await pressed(pilot, "home")
        search = inspector.search_of(replay_of(inspector))
        assert search is not None
        hits = search.hits('action == "evict"')
        assert hits is not None
        found, searched = hits.seqs[:], hits.searched
        del hits.seqs[:]
        hits.searched = 0
        start = inspector._search_on
        inspector._search_on = lambda: None  # type: ignore[method-assign]
        await pilot.press("c", "c", "c")
        await pilot.pause()
        assert inspector.position == Position(0)
        assert "Searching" in toasts(pilot)
        hits.seqs.extend(found)
        hits.searched = searched
        inspector._search_on = start  # type: ignore[method-assign]
        inspector.post_message(BreakpointsSearched())
        await settled(pilot)
        assert cursor(inspector) == found[2]


async def test_resized_to_almost_nothing_and_back_during_play() -> None:
    async with inspecting() as (pilot, inspector):
        await set_breakpoint(pilot, "tokens > 1000000")
        assert inspector.notebook is not None
        inspector.notebook.put_watch("core_tokens")
        inspector.noted()
        await pilot.press("space")
        for size in ((20, 5), (120, 40), (80, 24), (20, 5), (200, 60), (120, 40)):
            await pilot.resize_terminal(*size)
            inspector._play_step()
            await pilot.pause()
        await pilot.press("space", "x")
        for size in ((20, 5), (60, 16), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await pilot.press("b")
        for size in ((20, 5), (60, 16), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await pressed(pilot, "escape", "escape")
        assert "core_tokens" in shown(pilot.app)


async def test_a_place_holds_under_another_policy() -> None:
    from memview.debug_state import Place

    async with inspecting(policies=("lru", "fifo")) as (pilot, inspector):
        replay = replay_of(inspector)
        assert position_of(replay, Place(7, 10**6)) == Position(7)
        assert position_of(replay, Place(10**6)) == Position(replay.turn_count)
        assert position_of(replay, Place(0, 1)).turn == 0
        await set_breakpoint(pilot, 'action == "evict"')
        await pressed(pilot, "right_square_bracket", "home", "c")
        assert cursor(inspector) == seqs(inspector, "evict")[0]


async def test_sensitive_texts_are_masked_where_values_are_shown() -> None:
    async with inspecting(SENSITIVE) as (pilot, inspector):
        secret = replay_of(inspector).memory("FCT-00006")
        assert secret.is_sensitive
        await set_breakpoint(pilot, 'memory_id == "FCT-00006" and text != ""')
        assert inspector.notebook is not None
        inspector.notebook.put_watch("text")
        inspector.noted()
        await pressed(pilot, "home", "c")
        assert "masked" in toasts(pilot)
        assert secret.text[:20] not in toasts(pilot)
        assert secret.text[:20] not in shown(pilot.app)
        await pressed(pilot, "x")
        assert secret.text[:20] not in shown(pilot.app)
