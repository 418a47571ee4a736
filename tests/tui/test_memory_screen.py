"""One memory's life: the bar, the numbers, the events, and the way back to the inspector."""

from __future__ import annotations

import json

import pytest
from holder import Holder, hostile_replay, sample_replay, shown
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from memview.model import Memory
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.replay.changes import Pin, Unpin
from memview.replay.fork import fork_replay
from memview.sessions.catalogue import find_session
from memview.sessions.importers import open_session
from memview.tui.life import STATES, Life, Stay, life_of
from memview.tui.lines import line_width
from memview.tui.position import Position, at_event
from memview.tui.screens.memory import MemoryScreen
from memview.tui.views.memory_view import (
    bar_legend,
    bar_lines,
    fact_flow,
    fact_table,
    facts,
    life_event_detail,
    life_event_line,
    memory_json,
    number_lines,
    score_lines,
)
from memview.tui.widgets.row_list import RowList

TASK = "TSK-00003"
"""Of session_01 under lru: paged in at turn 2, evicted at turn 20."""


def life(stays: list[Stay], turns: int, computed: int | None = None) -> Life:
    done = turns if computed is None else computed
    return Life(Memory("M", "text"), 5, turns, done, (), {}, tuple(stays), None, None)


async def read(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def test_a_pin_is_told_in_time() -> None:
    changes = [Pin(TASK, 5), Unpin(TASK, 9), Unpin("RUL-00001", 9)]
    replay = fork_replay(
        Workload(open_session(find_session("session_01")).session), load_policy("lru"), changes=changes
    ).run()

    def marked(name: str, turn: int) -> str:
        return dict(facts(replay, replay.memory(name), turn)).get("marked", "")

    assert [marked(TASK, turn) for turn in (4, 5, 8, 9)] == ["", "■ pinned", "■ pinned", ""]
    assert marked("RUL-00001", 8) == "■ pinned"
    assert marked("RUL-00001", 9) == "□ recorded as pinned, unpinned since"
    assert replay.is_pinned(TASK, 5)


# The life


@pytest.mark.parametrize("memory_id", [TASK, "FCT-00001", "EPI-00004"])
def test_stays_are_the_custody_of_every_turn(memory_id: str) -> None:
    replay = sample_replay()
    told = life_of(replay, memory_id)
    states = [stay.state for stay in told.stays for _ in range(stay.first, stay.last + 1)]
    assert states == [replay.custody_of(memory_id, turn) for turn in range(1, replay.turn_count + 1)]
    assert told.visible_turns == states.count("visible")


def test_the_numbers_are_counted_from_the_events() -> None:
    replay = sample_replay()
    told = life_of(replay, TASK)
    actions = [event.action for event in replay.events if event.memory_id == TASK]
    assert dict(told.counts) == {action: actions.count(action) for action in set(actions)}
    assert (told.first_used, told.last_used) == (2, 18)


def test_a_replay_under_way_tells_what_is_computed() -> None:
    whole = sample_replay()
    replay = Replay(Workload(whole.session), whole.spec)
    replay.advance(6)
    told = life_of(replay, TASK)
    assert told.computed == 6
    assert told.cells(24)[6:] == ("",) * 18
    assert "computed to turn 6" in bar_legend(told, 80)


def test_a_stretch_shows_the_state_nearest_to_the_prompt() -> None:
    told = life([Stay(1, 3, "unseen"), Stay(4, 9, "recoverable"), Stay(10, 10, "visible")], 10)
    assert told.cells(10)[3] == "recoverable"
    assert told.cells(5) == ("unseen", "recoverable", "recoverable", "recoverable", "visible")
    assert told.cells(1) == ("visible",)


@given(st.integers(1, 400), st.integers(1, 200), st.data())
def test_a_bar_of_any_width_covers_every_turn(turns: int, count: int, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(2, turns), max_size=6))) if turns > 1 else []
    starts = [1, *cuts]
    ends = [cut - 1 for cut in cuts] + [turns]
    states = data.draw(st.lists(st.sampled_from(STATES), min_size=len(starts), max_size=len(starts)))
    told = life([Stay(*stay) for stay in zip(starts, ends, states, strict=True)], turns)
    count = min(count, turns)
    assert all(told.cells(count))
    assert {told.cell_of(turn, count) for turn in range(1, turns + 1)} == set(range(count))
    for line in bar_lines(told, data.draw(st.integers(0, turns)), count):
        assert line_width(line) == count


# The lines


def test_the_bar_carries_glyph_and_word() -> None:
    told = life_of(sample_replay(), TASK)
    bar = "".join(text for text, _ in bar_lines(told, 7, 96)[0])
    assert bar == "○" * 4 + "●" * 72 + "○" * 20
    assert "▲ turn 7" in "".join(text for text, _ in bar_lines(told, 7, 96)[1])
    assert "visible" in bar_legend(told, 96)
    assert "recoverable" in bar_legend(told, 96)


def test_the_last_turn_is_marked_inside_the_bar() -> None:
    marked = "".join(text for text, _ in bar_lines(life([Stay(1, 24, "visible")], 24), 24, 24)[1])
    assert marked.endswith("turn 24 ▲")


def test_an_event_shows_the_number_that_decided_beside_its_threshold() -> None:
    replay = sample_replay()
    event = next(event for event in replay.events if event.memory_id == TASK and event.action == "promote")
    line = "".join(text for text, _ in life_event_line(event, 7, True, 140))
    assert "2.7" in line
    assert "▲ promote" in line
    assert "archive → core" in line
    assert line.count("importance 0.9 > 0.7") == 1


def test_a_number_is_said_once_and_beside_its_threshold() -> None:
    replay = sample_replay()
    fault = next(event for event in replay.events if event.reason == "importance 0.45 is not > 0.7")
    line = "".join(text for text, _ in life_event_line(fault, 1, False, 160))
    assert line.count("importance") == 1
    evicted = next(event for event in replay.events if event.reason.startswith("lru: idle 6 turns"))
    line = "".join(text for text, _ in life_event_line(evicted, 1, False, 160))
    assert "(idle turns 6 > 4)" in line


@pytest.mark.parametrize("width", [56, 80, 110, 160])
def test_lines_are_as_wide_as_asked_for(width: int) -> None:
    for replay in (sample_replay(), hostile_replay()):
        for memory_id in list(replay.item_ids())[:12]:
            told = life_of(replay, memory_id)
            known = facts(replay, told.memory, 1)
            terms = replay.score_breakdown(memory_id, 1)
            events = [replay.events[seq] for seq in told.seqs]
            lines = [
                *bar_lines(told, 1, width),
                *number_lines(told, width),
                *score_lines(terms, 1, width),
                *fact_table(known, width),
                *(life_event_line(event, 1, False, width) for event in events),
                *(line for event in events for line in life_event_detail(event, width)),
            ]
            assert {line_width(line) for line in lines} == {width}
            text = "".join(text for line in (*lines, *fact_flow(known, width)) for text, _ in line)
            assert not {"\x1b", "\u202e", "\u200b", "\n"} & set(text)


def test_the_score_is_taken_apart() -> None:
    replay = sample_replay()
    terms = replay.score_breakdown(TASK, 7)
    line = "".join(text for text, _ in score_lines(terms, 7, 100)[0])
    assert line.startswith("score  ")
    for term in terms:
        assert term.term in line
    assert "no word of turn 3" in score_lines([], 3, 80)[0][1][0]
    assert "before turn 1" in score_lines([], 0, 80)[0][1][0]


def test_the_copy_is_the_record_with_its_events() -> None:
    replay = sample_replay()
    told = life_of(replay, TASK)
    copied = json.loads(memory_json(replay, told, told.memory.text, 7))
    assert copied["memory"]["memory_id"] == TASK
    assert copied["memory"]["text"] == told.memory.text
    assert copied["at"] == {"turn": 7, "policy": "lru@1", "place": "core", "custody": "visible", "pinned": False}
    assert [event["seq"] for event in copied["events"]] == list(told.seqs)


# The screen


async def test_the_whole_life_is_on_the_screen() -> None:
    app = Holder(MemoryScreen(sample_replay(), TASK, Position(7)))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        screen = shown(app)
        for part in (TASK, "turn 7/24", "● visible", "Open task since February", "importance", "porto-2026", "t-0012",
                     "18 of 24 turns", "▲ turn 7", "16 events", "importance 0.9 > 0.7", "lru@1"):  # fmt: skip
            assert part in screen


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)])
async def test_every_size_shows_bar_numbers_events_and_score(size: tuple[int, int]) -> None:
    app = Holder(MemoryScreen(sample_replay(), TASK, Position(7)))
    async with app.run_test(size=size) as pilot:
        await read(pilot)
        screen = " ".join(shown(app).replace("│", " ").split())
        for part in ("● visible", "▲ turn 7", "18 of 24 turns", "score", "hit", "6.", "Events"):
            assert part in screen
        await pilot.press("down")
        # Whatever the list cuts off is told below it, or stands in its columns.
        event = sample_replay().events[life_of(sample_replay(), TASK).seqs[5]]
        assert event.reason in " ".join(shown(app).replace("│", " ").split())


@pytest.mark.parametrize("size", [(60, 16), (60, 20), (60, 24), (80, 24), (120, 22), (120, 40)])
async def test_there_is_room_for_events_and_every_frame_is_as_wide_as_the_screen(size: tuple[int, int]) -> None:
    app = Holder(MemoryScreen(sample_replay(), TASK, Position(7)))
    async with app.run_test(size=size) as pilot:
        await read(pilot)
        events = app.screen.query_one(RowList)
        assert events.size.height >= (1 if size[1] < 20 else 3)
        assert "7." in shown(app)
        assert {events.outer_size.width, app.screen.query_one("#life").outer_size.width} == {size[0]}
        title, bar = (app.screen.query_one(name).region.y for name in ("#title", "#bar"))
        assert "session_01" in shown(app).splitlines()[title]
        row = shown(app).splitlines()[bar]
        assert set(row[2 : size[0] - 2]) <= set("●○")


async def test_the_turn_can_be_stepped() -> None:
    app = Holder(MemoryScreen(sample_replay(), TASK, Position(19)))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        await pilot.press("right")
        assert "turn 20/24   ○ recoverable" in shown(app)
        await pilot.press("left", "left")
        assert "turn 18/24   ● visible" in shown(app)
        await pilot.press(*["right"] * 9)
        assert "turn 24/24" in shown(app)
        await pilot.press(*["left"] * 30)
        assert "turn 0/24" in shown(app)


async def test_enter_goes_to_the_event_and_escape_goes_nowhere() -> None:
    replay = sample_replay()
    app = Holder(MemoryScreen(replay, TASK, Position(7)))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        await pilot.press("home", "down", "enter")
        assert app.answers == [at_event(replay, life_of(replay, TASK).seqs[1])]
    app = Holder(MemoryScreen(replay, TASK, Position(7)))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        await pilot.press("escape")
        assert app.answers == [None]


async def test_the_cursor_starts_at_the_turn_one_came_from() -> None:
    replay = sample_replay()
    app = Holder(MemoryScreen(replay, TASK, Position(10)))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        cursor = app.screen.query_one(RowList).cursor
        assert cursor is not None
        assert replay.turn_of(life_of(replay, TASK).seqs[cursor]) == 10


async def test_y_copies() -> None:
    app = Holder(MemoryScreen(sample_replay(), TASK, Position(7)))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        await pilot.press("y")
        assert json.loads(app.clipboard)["memory"]["memory_id"] == TASK


@pytest.mark.parametrize("size", [(60, 20), (120, 40)])
async def test_hostile_text_changes_nothing_but_its_own_cells(size: tuple[int, int]) -> None:
    replay = hostile_replay()
    hostile_id = next(memory_id for memory_id in replay.item_ids() if memory_id.startswith("M-1"))
    app = Holder(MemoryScreen(replay, hostile_id, Position(1)))
    async with app.run_test(size=size) as pilot:
        await read(pilot)
        screen = shown(app)
        assert "[@click=app.quit]x[/] [red]y" in screen
        assert not {"\x1b", "\u202e", "\u200b", "\x07"} & set(screen)
        await pilot.click("#text", offset=(4, 1))
        assert app.is_running


async def test_a_message_has_a_life_too() -> None:
    app = Holder(MemoryScreen(sample_replay(), "t-0003", Position(7)))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot)
        assert "message" in shown(app)
        assert "+ insert" in shown(app)


def test_provenance_is_told_to_its_end_with_places() -> None:
    from memview.model.memory import Citation
    from memview.replay.governance_citations import Source
    from memview.tui.views.memory_view import provenance_words

    chain = [
        Source("A", Citation("s", "t-1"), 1),
        Source("B", Citation(source_url="https://example.org"), 2, is_untrusted=True),
        Source("C", Citation(), 1, is_known=False),
    ]
    assert provenance_words(chain) == "A [s, turn t-1] (from B [https://example.org] untrusted); C [unknown here]"
    assert provenance_words(chain[:2]) == "A [s, turn t-1] (from B [https://example.org] untrusted)"
    assert provenance_words([]) == ""
    assert provenance_words([Source(f"M{n}", Citation(), 1) for n in range(20)]).endswith("; and 8 more")
