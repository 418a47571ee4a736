"""The Map under a pilot: stepped, played, chosen from, resized; the same tiers as the replay has, at every turn."""

from __future__ import annotations

import json

from driving import inspecting, settled, toasts
from holder import Holder, hostile_replay, sample_replay, shown

from memview.model import Budgets, Session
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.replay.tier_map import TIERS
from memview.sessions.catalogue import find_session
from memview.tui.actions import MAP, actions_only_on
from memview.tui.position import Position
from memview.tui.screens.inspector import Inspector
from memview.tui.screens.map import MapScreen
from memview.tui.screens.memory import MemoryScreen
from memview.tui.views.page_table_view import SORTS
from memview.tui.widgets.memory_map import MemoryMap
from memview.tui.widgets.pane import Pane


def the_map(screen: object) -> MapScreen:
    assert isinstance(screen, MapScreen)
    return screen


def tiers_on_screen(screen: MapScreen) -> dict[str, str]:
    drawn = screen.query_one(MemoryMap)._shown
    return {memory_id: TIERS[tier] for memory_id, tier in zip(drawn.ids, drawn.tiers, strict=True)}


def assert_true(screen: MapScreen) -> None:
    """What is drawn is what the replay says."""
    replay, turn = screen.replay, screen.position.turn
    for memory_id, tier in tiers_on_screen(screen).items():
        place = replay.place_of(memory_id, turn) or "unseen"
        assert tier == place or (tier == "quarantined" and place in ("archive", "recall", "shared")), memory_id


def test_every_action_of_the_map_has_a_method() -> None:
    for action in actions_only_on(MAP):
        assert hasattr(MapScreen, f"action_{action.method}"), action.id
    assert len({action.footer for action in actions_only_on(MAP) if action.footer}) <= 7


async def test_the_map_opens_at_the_turn_steps_and_gives_the_position_back() -> None:
    async with inspecting() as (pilot, inspector):
        await pilot.press("right", "right", "M")
        await settled(pilot)
        screen = the_map(pilot.app.screen)
        assert inspector.replay is not None
        assert screen.position == Position(3)
        assert len(tiers_on_screen(screen)) == len(inspector.replay.item_ids())
        assert_true(screen)
        for key in ("right", "right", "left", "end", "left", "home", "right"):
            await pilot.press(key)
            assert_true(screen)
        await pilot.press("g", *"12", "enter")
        await pilot.pause()
        assert_true(screen)
        assert "turn 12/24" in shown(pilot.app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Inspector)
        assert inspector.position == Position(12)


async def test_lit_is_what_the_turn_moved_and_events_light_one_after_the_other() -> None:
    async with inspecting() as (pilot, _):
        await pilot.press("g", *"7", "enter", "M")
        await settled(pilot)
        screen = the_map(pilot.app.screen)
        drawn = screen.query_one(MemoryMap)
        at_end = dict(drawn._shown.moves)
        assert at_end
        assert "▲" in shown(pilot.app)
        counts = []
        for _ in screen.replay.event_span(7):
            await pilot.press("comma")
            counts.append(len(drawn._shown.moves))
        assert counts[0] <= len(at_end)
        assert screen.position.turn == 6
        await pilot.press("right", "right")
        assert screen.position.turn == 8 or screen.position == Position(7)


async def test_run_to_the_next_fault_eviction_loss_and_change() -> None:
    async with inspecting() as (pilot, _):
        await pilot.press("right", "M")
        await settled(pilot)
        screen = the_map(pilot.app.screen)
        log = screen.replay.events
        for key, action in (("u", "fault"), ("e", "evict"), ("u", "fault")):
            before = screen.position
            await pilot.press(key)
            event = screen.position.event
            seq = screen.replay.event_span(screen.position.turn).stop - 1 if event is None else event
            assert log[seq].action == action
            assert screen.position != before
        await pilot.press("U", "E", "l")
        assert "No further loss" in toasts(pilot)
        await pilot.press("L", "V", "v", "n", "N", "v")
        assert_true_cell = screen.chosen_id
        assert assert_true_cell is not None


async def test_tiles_are_chosen_by_keys_and_mouse_and_opened() -> None:
    async with inspecting() as (pilot, _):
        await pilot.press("g", *"9", "enter", "M")
        await settled(pilot)
        screen = the_map(pilot.app.screen)
        drawn = screen.query_one(MemoryMap)
        await pilot.press("up", "up", "up", "up", "pageup")
        start = drawn.tile
        assert start is not None
        assert start < drawn._columns
        await pilot.press("shift+right")
        assert drawn.tile == start + 1
        await pilot.press("down", "shift+left")
        assert drawn.tile == start + drawn._columns
        assert screen.chosen_id == drawn.target
        assert (screen.chosen_id or "?") in shown(pilot.app)
        await pilot.press("pagedown", "pagedown", "down")
        assert drawn.tile is not None
        assert drawn.tile >= len(drawn._shown.tiers) - drawn._columns
        await pilot.click(MemoryMap, offset=(4, 1))
        assert drawn.tile == 0
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, MemoryScreen)
        await pilot.press("escape")
        assert pilot.app.screen is screen


async def test_messages_can_be_left_out_and_the_choice_stays_on_a_memory() -> None:
    async with inspecting() as (pilot, _):
        await pilot.press("g", *"9", "enter", "M")
        await settled(pilot)
        screen = the_map(pilot.app.screen)
        await pilot.press(*["pagedown"] * 5)
        await pilot.press("a")
        drawn = screen.query_one(MemoryMap)
        names = set(drawn._shown.ids)
        replay = screen.replay
        assert names == {name for name in replay.item_ids() if replay.memory(name).kind != "message"}
        assert screen.chosen_id in names
        assert drawn.target == screen.chosen_id
        for key in ("right", "left", "end", "shift+left", "n"):
            await pilot.press(key)
            assert_true(screen)
        assert drawn.target == screen.chosen_id
        await pilot.press("a")
        assert len(drawn._shown.ids) == len(replay.item_ids())


async def test_the_page_table_is_sorted_and_chooses_in_the_map() -> None:
    async with inspecting() as (pilot, _):
        await pilot.press("g", *"15", "enter", "M")
        await settled(pilot)
        screen = the_map(pilot.app.screen)
        table = screen.query_one("#page-table", Pane)
        slots = screen.replay.core_slots(15)
        present = [target for target in table._content.targets if target][: len(slots)]
        assert present == [slot.memory_id for slot in slots]
        for _ in SORTS:
            await pilot.press("o")
            assert set(present) == set([target for target in table._content.targets if target][: len(slots)])
        await pilot.click("#page-table", offset=(8, 1))
        assert "longest unused first" in table._content.info
        await pilot.press(*["o"] * (len(SORTS) - 1))
        await pilot.press("down")
        assert screen.chosen_id == table.target == present[1]
        await pilot.press("y")
        assert json.loads(pilot.app.clipboard)["slot"] == 2
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, MemoryScreen)
        await pilot.press("escape", "tab", "y")
        assert json.loads(pilot.app.clipboard)["memory_id"] == present[1]


async def test_a_narrow_terminal_shows_one_of_the_two() -> None:
    async with inspecting(size=(80, 24)) as (pilot, _):
        await pilot.press("right", "M")
        await settled(pilot)
        assert "Page table" not in shown(pilot.app)
        await pilot.press("tab")
        await pilot.pause()
        assert "Page table" in shown(pilot.app)
        assert "─ Map ─" not in shown(pilot.app)
        await pilot.press("tab")
        await pilot.pause()
        assert "─ Map ─" in shown(pilot.app)


async def test_playing_steps_to_the_end_and_stops() -> None:
    app = Holder(MapScreen(sample_replay(), Position(22)))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        screen = the_map(app.screen)
        await pilot.press("plus", "space")
        assert screen.playback.is_playing
        for _ in range(3):
            screen._play_step()
            await pilot.pause()
        assert screen.position == Position(24)
        assert not screen.playback.is_playing
        assert_true(screen)
        await pilot.press("space", "minus")
        assert "last turn" in toasts(pilot) or "Plays at" in toasts(pilot)


async def test_a_resize_to_nothing_and_back_while_playing_and_hammered_keys() -> None:
    async with inspecting(find_session("session_03")) as (pilot, _):
        await pilot.press("M")
        await settled(pilot)
        screen = the_map(pilot.app.screen)
        await pilot.press("plus", "plus", "plus", "space")
        for size in ((20, 5), (200, 60), (60, 16), (1, 1), (80, 24), (20, 5), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.press(*["right", "left", "full_stop", "comma", "a", "tab", "o", "n", "u", "down"] * 2)
        if screen.playback.is_playing:
            await pilot.press("space")
        pilot.app.clear_notifications()
        await pilot.resize_terminal(20, 5)
        await settled(pilot)
        assert "60×16" in shown(pilot.app)
        await pilot.resize_terminal(120, 40)
        await settled(pilot)
        assert not screen.playback.is_playing
        assert "Page table" in shown(pilot.app)
        assert isinstance(screen.focused, Pane)
        await pilot.press("home", "right")
        assert_true(screen)


async def test_a_session_without_anything_says_so() -> None:
    session = Session(session_id="empty", budgets=Budgets(window=500, core=50, retrieval=50, reserve=50))
    app = Holder(MapScreen(Replay(Workload(session), load_policy("lru")).run(), Position(0)))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert "No item has arrived" in shown(app)
        await pilot.press("right", "down", "shift+left", "n", "enter", "a", "o", "tab", "down", "space", "v", "u", "y")
        await pilot.pause()
        assert "No page is in the core" in shown(app)
        await pilot.press("escape")
        assert app.answers == [Position(0)]


async def test_hostile_ids_and_texts_change_nothing_but_their_tiles() -> None:
    app = Holder(MapScreen(hostile_replay(), Position(2)))
    async with app.run_test(size=(200, 60)) as pilot:
        await settled(pilot)
        for key in ("right", "left", "down", "n", "full_stop", "comma", "tab", "down", "R"):
            await pilot.press(key)
            told = shown(app)
            assert all(character == "\n" or character.isprintable() for character in told)
        assert app.is_running


async def test_what_is_masked_is_masked_in_tiles_and_details() -> None:
    replay = sample_replay("session_05")
    secrets = [memory for memory in map(replay.memory, replay.item_ids()) if memory.is_sensitive]
    assert secrets
    app = Holder(MapScreen(replay, Position(replay.turn_count), chosen=secrets[0].memory_id))
    async with app.run_test(size=(200, 60)) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await pilot.pause()
        assert secrets[0].text[:40] not in shown(app)
        assert "masked" in shown(app)
        await pilot.press("R")
        await pilot.pause()
        assert secrets[0].text[:40] in shown(app)
        assert "revealed" in shown(app)


async def test_the_map_grows_while_the_replay_is_computed() -> None:
    whole = sample_replay()
    replay = Replay(Workload(whole.session), load_policy("lru"))
    replay.advance(3)
    screen = MapScreen(replay, Position(1))
    app = Holder(screen)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        early = len(tiers_on_screen(screen))
        assert "computing" in shown(app)
        await pilot.press("end")
        assert screen.position == Position(3)
        replay.run()
        screen._grow()
        await settled(pilot)
        await pilot.press("end")
        assert screen.position == Position(24)
        assert len(tiers_on_screen(screen)) == len(replay.item_ids()) > early
        assert_true(screen)


async def test_a_change_of_theme_paints_everything_anew() -> None:
    app = Holder(MapScreen(sample_replay(), Position(9)))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        before = shown(app)
        for theme in ("memview-light", "monochrome", "high-contrast"):
            app.theme = theme
            await pilot.pause()
            assert shown(app) == before
