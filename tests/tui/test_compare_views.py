"""The lines of the Compare screen: as wide as they may be, every fact there, marks that say what one column has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest
from holder import hostile_replay, sample_replay

from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.replay.divergence import Divergences
from memview.replay.governance_masks import Masks
from memview.sessions.catalogue import find_session
from memview.sessions.importers import open_session
from memview.tui.compared import ONLY, SOME, Column, ColumnScene, Totals, scenes_of
from memview.tui.lines import Line, line_width
from memview.tui.position import Position, at_event
from memview.tui.views.compare_column_view import aligned, column_blocks, folding_for, waiting_blocks
from memview.tui.views.compare_diff_view import diff_rows
from memview.tui.views.compare_gauges_view import METRICS, Measures, grid, head_lines
from memview.tui.views.compare_header_view import CompareStatus, columns_bar, compare_header, said_line
from memview.tui.views.compare_strip_view import Strip

WIDTHS = [26, 34, 36, 48, 56, 74, 96]


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


@cache
def replays(*policies: str, name: str = "session_01") -> tuple[Replay, ...]:
    workload = Workload(open_session(find_session(name)).session)
    return tuple(Replay(workload, load_policy(policy)).run() for policy in policies)


def scenes(
    compared: Sequence[Replay], turn: int, event: int | None = None, masks: Masks | None = None
) -> tuple[ColumnScene | None, ...]:
    """The columns at a turn, the first of them perhaps inside it."""
    columns = [Column(place, f"{each.spec.label}", each) for place, each in enumerate(compared, start=1)]
    positions = [Position(turn, event), *[Position(turn)] * (len(columns) - 1)]
    return scenes_of(columns, positions, [Totals(each) for each in compared], masks or Masks(), ())


def known(compared: Sequence[Replay], turn: int, event: int | None = None) -> list[ColumnScene]:
    return [scene for scene in scenes(compared, turn, event) if scene is not None]


def column_lines(compared: Sequence[Replay], turn: int, width: int, height: int) -> list[tuple[Line, ...]]:
    found = known(compared, turn)
    measures = Measures([each.metrics for each in compared])
    folding = folding_for(found, width, height)
    blocks = [column_blocks(each, measures, place, width, folding) for place, each in enumerate(found)]
    return [rows.lines for rows, _ in aligned(blocks, height)]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("height", [10, 17, 31, 50])
@pytest.mark.parametrize("turn", [0, 1, 8, 24])
def test_no_line_is_wider_than_its_column(width: int, height: int, turn: int) -> None:
    for lines in column_lines(replays("lru", "fifo", "arc"), turn, width, height):
        for line in lines:
            assert line_width(line) <= width, text_of(line)


@pytest.mark.parametrize("width", WIDTHS)
def test_hostile_text_neither_widens_nor_commands(width: int) -> None:
    compared = (hostile_replay(), hostile_replay())
    for turn in (0, 1, 2):
        lines = [line for each in column_lines(compared, turn, width, 60) for line in each]
        for line in lines:
            assert line_width(line) <= width
            assert text_of(line).isprintable()
        for line in diff_rows(scenes(compared, turn), turn, width + 30).lines:
            assert line_width(line) <= width + 30
            assert text_of(line).isprintable()


@pytest.mark.parametrize("width", WIDTHS)
def test_every_figure_is_there_at_every_width(width: int) -> None:
    (first, *_) = known(replays("lru", "fifo"), 7)
    frame = first.scene.frame
    told = " ".join(text_of(line) for line in head_lines(first, width))
    for name in ("system", "core", "retrieved", "window", "query"):
        assert str(getattr(frame.tokens, name)) in told, name
    for state in ("visible", "covered", "recoverable", "lost"):
        assert f"{state[:3]}" in told
        assert str(getattr(frame.custody, state)) in told
    for fact in ("faults 17", "2", "281 tok", "21 %", "31 %"):
        assert fact in told, fact


def test_the_same_part_stands_on_the_same_line_in_every_column() -> None:
    for height in (17, 31, 60):
        for words in ("After all", "Core ", "Turn 8"):
            at = [
                [text_of(line).startswith(words) for line in lines].index(True)
                for lines in column_lines(replays("lru", "fifo", "arc"), 8, 56, height)
            ]
            assert len(set(at)) == 1, (height, words, at)


def test_residents_are_marked_by_how_many_columns_hold_them() -> None:
    compared = replays("lru", "fifo", "arc")
    for turn in range(25):
        cores = [set(each.frame(turn).core) for each in compared]
        for scene, core in zip(known(compared, turn), cores, strict=True):
            for memory_id in core:
                holders = sum(memory_id in other for other in cores)
                assert scene.marks.get(memory_id) == {1: ONLY, 2: SOME, 3: None}[holders]


def test_what_only_one_prompt_holds_outside_the_core_is_listed_too() -> None:
    paging, compacting = replays("lru", "letta@0.16.8")
    found = 0
    for turn in range(1, 25):
        both = known((paging, compacting), turn)
        for scene, other in zip(both, reversed(both), strict=True):
            ours, theirs = scene.scene.frame, other.scene.frame
            expected = [
                (name, memory_id, ONLY)
                for name in ("summary", "retrieved", "window")
                for memory_id in getattr(ours, name)
                if memory_id not in getattr(theirs, name)
            ]
            assert list(scene.elsewhere) == expected
            lines = column_blocks(scene, Measures([None, None]), 0, 56, folding_for(both, 56, 31)).core
            told = " ".join(text_of(line) for line, _ in lines)
            assert all(memory_id[:12] in told for _, memory_id, _ in expected[:3])
            assert (f"… {len(expected) - 3} more in the prompt" in told) == (len(expected) > 3)
            found += len(expected)
    assert found


def test_events_are_marked_by_how_many_columns_have_them() -> None:
    compared = replays("lru", "fifo", "arc")

    def doing(replay: Replay, turn: int) -> list[tuple[object, ...]]:
        span = replay.event_span(turn)
        events = replay.events[span.start : span.stop]
        return [(event.action, event.memory_id, event.origin, event.destination) for event in events]

    for turn in range(1, 25):
        done = [doing(each, turn) for each in compared]
        for place, scene in enumerate(known(compared, turn)):
            for seq, what in zip(scene.scene.span, done[place], strict=True):
                others = sum(what in other for other in done)
                assert scene.event_marks.get(seq) == {1: ONLY, 2: SOME, 3: None}[others]


def test_counts_so_far_are_those_of_the_log() -> None:
    (replay,) = replays("lru")
    totals = Totals(replay)
    for seq in range(0, len(replay.events), 7):
        position = at_event(replay, seq)
        stop = seq + 1
        for action in ("fault", "evict"):
            assert totals.at(action, position) == sum(event.action == action for event in replay.events[:stop])


def test_counts_grow_with_the_replay() -> None:
    growing = Replay(replays("lru")[0].workload, load_policy("lru"))
    totals = Totals(growing)
    for turn in range(25):
        growing.advance(1)
        at = min(turn, growing.computed)
        assert totals.at("fault", Position(at)) == sum(growing.tally("fault")[: at + 1])


def test_the_prefix_reused_is_that_of_the_metric() -> None:
    for replay in replays("lru", "fifo"):
        reused = sum(replay.reused_tokens(turn) for turn in range(1, 25))
        sent = sum(replay.frame(turn).tokens.total for turn in range(2, 25))
        assert reused / sent == replay.metrics["prefix_reuse"]
        assert (replay.reused_tokens(0), replay.reused_tokens(1)) == (0, 0)


def test_inside_a_turn_the_first_column_tells_what_is_ahead_and_keeps_its_line_in_sight() -> None:
    compared = replays("lru", "fifo")
    span = compared[0].event_span(8)
    found = known(compared, 8, span.start + 4)
    measures = Measures([None, None])
    folding = folding_for(found, 56, 31)
    first, second = (column_blocks(each, measures, place, 56, folding) for place, each in enumerate(found))
    told = [text_of(line) for line, _ in first.events]
    assert "event 8.5" in told[0]
    assert sum(line.startswith("▌") for line in told) == 5
    assert sum(line.startswith("╎") for line in told) == len(span) - 5
    (rows, seen), (_, none) = aligned([first, second], 31)
    assert none is None
    assert seen is not None
    assert text_of(rows.lines[seen]).lstrip("▌ ◆◇").startswith("5 ")


def test_what_all_columns_have_is_folded_into_a_count_that_adds_up() -> None:
    compared = replays("lru", "fifo", "arc")
    found = known(compared, 8)
    folding = folding_for(found, 26, 17)
    assert folding.slots
    assert folding.events
    for place, each in enumerate(found):
        blocks = column_blocks(each, Measures([None] * 3), place, 26, folding)
        listed = len({target for _, target in blocks.core if target})
        (more,) = [text_of(line) for line, target in blocks.core if text_of(line).startswith("= ")]
        assert listed + int(more.split()[1]) == len(each.slots)
    alone = [found[0]]
    assert not folding_for(alone, 26, 17).slots


def test_the_best_metric_is_marked_once_all_are_measured() -> None:
    compared = replays("lru", "fifo")
    found = known(compared, 8)
    folding = folding_for(found, 56, 40)
    waiting = Measures([compared[0].metrics, None])
    done = Measures([each.metrics for each in compared])
    lines = {}
    for name, measures in (("waiting", waiting), ("done", done)):
        lines[name] = [
            " ".join(text_of(line) for line in column_blocks(each, measures, place, 56, folding).metrics)
            for place, each in enumerate(found)
        ]
        assert len({len(column_blocks(each, measures, 0, 56, folding).metrics) for each in found}) == 1
    assert "★" not in "".join(lines["waiting"])
    assert "measuring…" in lines["waiting"][1]
    assert any("★" in line for line in lines["done"])
    assert all(words[0] in lines["done"][0] for words in METRICS.values())


def test_a_column_that_is_behind_says_so() -> None:
    (replay,) = replays("lru")
    behind = Replay(replay.workload, load_policy("fifo"))
    behind.advance(6)
    for column, turn, words in (
        (Column(2, "fifo@1", behind), 9, "Turn 9 is not computed yet. 6 of 24 turns are ready."),
        (Column(2, "fifo@1", behind, is_stopped=True), 9, "Its policy failed on the way: there are no more turns."),
        (Column(1, "lru@1", replay), 30, "There is no turn 30 here."),
    ):
        blocks = waiting_blocks(column, turn, 26)
        assert words in " ".join(text_of(line) for line in blocks.head)
        assert all(line_width(line) <= 26 for line in blocks.head)
    assert Column(2, "fifo@1", behind).progress == "computing 25 %"
    assert Column(2, "fifo@1", behind, is_stopped=True).progress == "stopped after turn 6"


def test_prompts_against_the_first_one() -> None:
    compared = replays("lru", "fifo", "arc")
    rows = diff_rows(scenes(compared, 8), 8, 100)
    told = [text_of(line) for line in rows.lines]
    assert sum(line.startswith("◀ 1 lru@1") for line in told) == 2
    ours, theirs, _ = (set(each.frame(8).core) for each in compared)
    for names, number in ((ours - theirs, 1), (theirs - ours, 2)):
        for name in names:
            assert any(line.startswith(f"  {'◀' if number == 1 else '▶'} only {number} {name}") for line in told)
            assert f"item {number} {name}" in rows.targets
    assert any(line.strip().startswith("2 ▼ evict fifo: resident") for line in told)
    assert rows.info == "7 items apart"


def test_equal_prompts_are_said_to_be_equal() -> None:
    rows = diff_rows(scenes(replays("lru", "fifo"), 3), 3, 80)
    told = " ".join(text_of(line) for line in rows.lines)
    assert rows.info == "the same"
    assert "the same size" in told
    assert "≠" not in told
    assert "no prompt" in text_of(diff_rows(scenes(replays("lru", "fifo"), 0), 0, 80).lines[0])


def test_texts_are_masked_until_they_are_revealed() -> None:
    compared = replays("lru", "fifo", name="session_05")
    sensitive = [
        memory_id
        for turn in range(1, 33)
        for memory_id in compared[0].frame(turn).core
        if compared[0].memory(memory_id).is_sensitive
    ]
    masks = Masks()
    for turn in range(1, 33):
        for scene in scenes(compared, turn, masks=masks):
            assert scene is not None
            for slot in scene.slots:
                shown = scene.scene.text_of(slot.memory_id)
                assert slot.memory_id not in sensitive or "masked" in shown


@pytest.mark.parametrize("width", [60, 100, 116, 196])
def test_the_strip_fills_its_width_and_tells_of_every_turn(width: int) -> None:
    compared = replays("lru", "fifo", "arc")
    found = Divergences(compared)
    strip = Strip(found, 24, width)
    for _ in range(5):
        found.advance(6)
        for turn in (0, 1, 12, 24):
            rows = strip.rows(turn, 5)
            assert [line_width(row) for row in rows] == [width] * 5
    assert "18 of 24 turns differ · the first is turn 7" in text_of(strip.rows(7, 5)[0])
    assert "so far" not in text_of(strip.rows(7, 5)[0])
    for turn in range(1, 25):
        row = text_of(strip.rows(turn, 3)[2])
        amount = found.amounts[turn]
        assert row.rstrip().endswith(f"{amount} here" if amount else "same")
        start, _ = strip.ruler.span(turn)
        assert (row[12 + start] == "·") == (not amount)
        assert strip.turn_at(12 + start) == turn


def test_a_long_session_shows_the_largest_of_the_turns_of_a_cell() -> None:
    class Many:
        def __init__(self) -> None:
            self.replays = (None, None)
            self.turns = [500]
            self.first = 500
            self.compared = 1000
            self.amounts = [0] * 500 + [9] + [0] * 500

    strip = Strip(Many(), 1000, 69)  # type: ignore[arg-type]
    row = text_of(strip.rows(1, 3)[2])[12:62]
    assert row.count("█") == 1
    assert row.count("·") == 49


def test_a_strip_that_is_still_compared_says_how_far_it_is() -> None:
    found = Divergences(replays("lru", "fifo"))
    found.advance(4)
    title, scale, row = (text_of(line) for line in Strip(found, 24, 100).rows(2, 3))
    assert "No divergence · compared 4 so far" in title
    assert "┄" in scale
    assert row[12:].count("·") == 4


def status(**changes: object) -> CompareStatus:
    values: dict[str, object] = {
        "session": "session_01", "title": "Trip planner", "columns": 4, "lanes": 6, "turn": 7, "turns": 24, "amount": 2,
        "playing": False, "speed": 1.0, "busy": "computing 12", "masking": "masked", **changes,
    }  # fmt: skip
    return CompareStatus(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_header_fits_and_its_targets_are_on_what_they_do(width: int) -> None:
    header = compare_header(status(), width)
    told = text_of(header.line)
    assert line_width(header.line) == width
    assert "7/24" in told
    assert "≠ 2" in told
    by_action = {action: told[start:stop] for start, stop, action in header.targets}
    assert "≠" in by_action["prompts_toggle"]
    assert by_action["go_to"] == "7/24"
    assert "‖" in by_action["play_toggle"]
    assert "= same" in text_of(compare_header(status(amount=0), width).line)
    assert "…" in text_of(compare_header(status(amount=None), width).line)
    assert "1×" in text_of(compare_header(status(playing=True), width).line)


def test_columns_without_room_are_told_of_above() -> None:
    bar = columns_bar(["lru@1", "fifo@1", "arc@1", "sieve@1"], range(1, 3), 2, 80)
    told = text_of(bar.line)
    assert line_width(bar.line) == 80
    assert "▸3 arc@1" in told
    assert [name for _, _, name in bar.targets] == ["0", "1", "2", "3"]


def test_what_was_said_is_one_line() -> None:
    line = said_line("user", "Book it\nnow \x1b[31m", 40)
    assert line_width(line) == 40
    assert text_of(line).isprintable()
    assert "no prompt was sent" in text_of(said_line("", "", 80))


def test_a_grid_is_balanced() -> None:
    parts: list[Line] = [((str(number), "text"),) for number in range(8)]
    assert [text_of(line).split() for line in grid(parts, 7, 60)] == [["0", "1", "2", "3"], ["4", "5", "6", "7"]]
    assert grid([], 7, 60) == []


def test_the_sample_of_the_other_tests_is_the_same() -> None:
    assert sample_replay().digest == replays("lru")[0].digest
