"""The map's lines without a screen: every scale fits its width, signs tell tiers apart, hostile ids stay in place."""

from __future__ import annotations

import pytest
from holder import HOSTILE, hostile_replay
from hypothesis import given
from hypothesis import strategies as st

from memview.model import Memory
from memview.replay.page_table import PageRow
from memview.replay.tier_map import IN, LOSS, MOVES, TIER_CODE, TIERS, UNSEEN
from memview.tui.lines import Line, line_width
from memview.tui.views.map_view import (
    BLOCKS,
    CARDS,
    DENSE,
    MOVE_MARKS,
    PAGES,
    SPACED,
    TIER_MARKS,
    TILES,
    WIDE_TILES,
    Chosen,
    MapShown,
    Scale,
    detail_lines,
    event_words,
    legend_lines,
    map_line,
    map_title,
    scale_for,
    turn_words,
)
from memview.tui.views.page_table_view import SORTS, page_table_rows, sorted_rows

SCALES = (CARDS, PAGES, WIDE_TILES, TILES, BLOCKS, SPACED, DENSE)


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


def shown_of(tiers: list[int], moves: dict[int, int] | None = None, memory_id: str = "M-00001") -> MapShown:
    return MapShown(bytes(tiers), moves or {}, [memory_id] * len(tiers), lambda _: HOSTILE)


def test_every_tier_and_every_move_has_a_sign_of_its_own() -> None:
    assert len(TIER_MARKS) == len(TIERS)
    assert len(MOVE_MARKS) == len(MOVES)
    assert len({mark.glyph for mark in TIER_MARKS}) == len(TIERS)
    lit = {mark.glyph for mark in MOVE_MARKS[1:]}
    assert len(lit) == len(MOVES) - 1
    # Lost is lost, whether now or before; no other sign means two things.
    assert lit & {mark.glyph for mark in TIER_MARKS} == {"✗"}


@given(st.integers(0, 200_000), st.integers(20, 200), st.integers(3, 60))
def test_the_largest_tiles_that_find_room_are_taken(count: int, width: int, height: int) -> None:
    scale = scale_for(count, width, height)

    def lines(of: Scale) -> int:
        return max(0, -(-count // of.columns(width)) * of.down - (of.down - of.height))

    assert lines(scale) <= height or scale is DENSE
    for larger in SCALES[: SCALES.index(scale)]:
        assert lines(larger) > height


@pytest.mark.parametrize("scale", SCALES)
@given(data=st.data())
def test_lines_stay_within_their_width_whatever_the_ids(scale: Scale, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 60))
    tiers = data.draw(st.lists(st.integers(0, len(TIERS) - 1), min_size=count, max_size=count))
    moves = data.draw(st.dictionaries(st.integers(0, count - 1), st.integers(1, len(MOVES) - 1)))
    memory_id = data.draw(st.sampled_from(["M-1", HOSTILE, "票" * 30, "t-0001/reply", "", "\u202e" * 9]))
    width = data.draw(st.integers(scale.across + 1, 130))
    shown = shown_of(tiers, moves, memory_id)
    rows = -(-count // scale.columns(width))
    drawn = 0
    for index in range(rows * scale.down + 2):
        line = map_line(shown, scale, width, index, data.draw(st.integers(0, count - 1)))
        assert line_width(line) <= width
        assert text_of(line).isprintable()
        drawn += bool(line)
    assert drawn == rows * scale.height


def test_a_tile_says_where_it_is_and_what_moved_it() -> None:
    core, archive = TIER_CODE["core"], TIER_CODE["archive"]
    shown = shown_of([core, archive, UNSEEN], {0: IN, 1: LOSS})
    dense = map_line(shown, DENSE, 40, 0, None)
    assert text_of(dense) == "▲✗·"
    assert [style for _, style in dense] == ["bold ink on action-promote", "bold ink on custody-lost", "faint"]
    assert text_of(map_line(shown, TILES, 40, 0, 1)) == " ▲C▲[✗•✗] ·  "
    assert text_of(map_line(shown, WIDE_TILES, 40, 0, None)) == " ▲ C ▲ ✗ • ✗   ·   "
    assert text_of(map_line(shown, PAGES, 40, 0, None)) == "  ▲ in C      ✗ lost •    · not yet  "
    assert text_of(map_line(shown, PAGES, 40, 1, None)) == "  M-00001     M-00001     M-00001    "
    still = map_line(shown_of([core]), DENSE, 40, 0, None)
    assert still == (("C", "bold ink on tier-core"),)
    assert map_line(shown_of([core]), DENSE, 40, 0, 0) == (("C", "bold text on primary"),)


def test_a_card_tells_the_text_of_what_has_arrived_and_nothing_of_what_is_to_come() -> None:
    shown = MapShown(bytes([TIER_CODE["archive"], UNSEEN]), {}, ["M-1", "M-2"], {"M-1": "the violin", "M-2": "x"}.get)  # type: ignore[arg-type]
    assert text_of(map_line(shown, CARDS, 60, 2, None)).split() == ["the", "violin"]


def test_the_legend_counts_everything_once() -> None:
    tiers = [code for code in range(len(TIERS)) for _ in range(code + 1)]
    told = " ".join(text_of(line) for line in legend_lines(shown_of(tiers, {0: IN, 5: IN}), 200, 3))
    words = " ".join(told.split())
    for code, mark in enumerate(TIER_MARKS):
        assert f"{mark.word} {code + 1}" in words
    assert "▲ in 2" in words
    assert "lost 0" in words


@pytest.mark.parametrize("width", [60, 76, 116, 196])
@pytest.mark.parametrize("height", [2, 3])
def test_the_legend_keeps_its_height_and_width(width: int, height: int) -> None:
    for tiers in ([], [1] * 9_999, list(range(len(TIERS))) * 10_000):
        lines = legend_lines(shown_of(tiers), width, height)
        assert 1 <= len(lines) <= height
        assert all(line_width(line) <= width for line in lines)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_details_and_words_fit_and_are_harmless(width: int) -> None:
    memory = Memory(HOSTILE, HOSTILE * 9, kind=HOSTILE[:20])
    for tier in range(len(TIERS)):
        for move in range(len(MOVES)):
            lines = detail_lines(Chosen(memory, tier, move, 12, 0, memory.text), 1, width)
            assert len(lines) == 2
            assert all(line_width(line) <= width and text_of(line).isprintable() for line in lines)
    assert "No item has arrived" in text_of(detail_lines(None, 0, width)[0])
    assert "choose one" in text_of(detail_lines(None, 5, width)[0])
    for event in hostile_replay().events:
        line = event_words(event, 1, width)
        assert line_width(line) <= width
        assert text_of(line).isprintable()
    assert text_of(turn_words(HOSTILE, HOSTILE, width)).isprintable()
    assert line_width(map_title((HOSTILE, HOSTILE), ("computing…", "turn 1/9"), width)) == width


def row(name: str, slot: int | None, used: int = 1, uses: int = 1, importance: float = 0.5, tokens: int = 9) -> PageRow:
    return PageRow(name, slot, used, uses, importance, tokens, left=None if slot else 7)


def test_rows_are_sorted_and_those_that_are_out_stay_below() -> None:
    rows = [row("a", 1, 5, 2, 0.9, 10), row("b", 2, 3, 9, 0.1, 30), row("c", None, 1, 1, 0.0, 99), row("d", None, 2)]
    orders = {order: "".join(each.memory_id for each in sorted_rows(rows, order)) for order in SORTS}
    assert orders == {"slot": "abcd", "last use": "bacd", "uses": "abcd", "importance": "bacd", "tokens": "bacd"}


@pytest.mark.parametrize("width", [48, 60, 76])
@pytest.mark.parametrize("order", SORTS)
def test_the_table_fits_and_names_every_page(width: int, order: str) -> None:
    rows = [
        row("FCT-00001", 1),
        PageRow(HOSTILE, 2, 0, 1, 1.0, 10**12, pinned=True),
        PageRow("v", 3, 9, 12_345, 0.25, 7, is_next_victim=True),
        PageRow("n", 4, 9, 1, 0.25, 7, is_new=True),
        row("gone", None),
        PageRow("faulted", None, 4, 1, 0.5, 9, left=5, faulted=12),
    ]
    shown = page_table_rows(rows, order, 420, width)
    told = "\n".join(map(text_of, shown.lines))
    assert {target for target in shown.targets if target} == {each.memory_id for each in rows}
    assert all(line_width(line) <= width for line in shown.lines)
    assert all(sign in told for sign in ("▽ next", "■ pin", "▲ new", "▼ t7", "○ t12", "out of the core"))
    assert all(text_of(line).isprintable() for line in shown.lines)


def test_an_empty_table_says_so() -> None:
    assert "No page is in the core" in text_of(page_table_rows([], "slot", 420, 48).lines[1])
