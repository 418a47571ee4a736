"""The debugger's lines and its book-keeping, without a screen."""

from __future__ import annotations

import pytest
from holder import HOSTILE, hostile_replay, sample_replay
from hypothesis import given
from hypothesis import strategies as st

from memview.debug_state import Bookmark, DebugState, Place, SavedBreakpoint
from memview.model import Memory
from memview.replay import Replay
from memview.replay.breakpoints import Breakpoint, BreakpointSearch
from memview.tui.completing import completion, quoted_text
from memview.tui.dialogs.breakpoint import caret_lines
from memview.tui.lines import Line, line_width
from memview.tui.notebook import BrokenSource, Notebook, Trail, place_of, position_of
from memview.tui.position import Position, at_event
from memview.tui.scene import Scene, scene_at
from memview.tui.views.debugger_view import (
    debugger_rows,
    debugger_title,
    detail_lines,
    hits_words,
    row_line,
)
from memview.tui.views.ruler import Ruler
from memview.tui.views.timeline_marks import BOOKMARK, BREAKPOINT, TimelineMarks, with_marks
from memview.tui.views.watch_view import WatchValue, may_be_seen, value_words, watch_line
from memview.tui.watching import watch_values

WIDTHS = [20, 60, 80, 120, 200]


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


def book_of(replay: Replay) -> tuple[Notebook, BreakpointSearch, Scene]:
    state = DebugState(
        (
            SavedBreakpoint('action == "evict" and importance > 0.5'),
            SavedBreakpoint("tokens > 1000000", enabled=False, from_hit=3),
            SavedBreakpoint("future > 1"),
        ),
        ("core_tokens / budget", "evictions", "text", "older +"),
        (Bookmark(Place(2), f"note {HOSTILE}"), Bookmark(Place(0)), Bookmark(Place(10**6, 3))),
        (Place(1), Place(2, 1)),
    )
    book, search = Notebook(state), BreakpointSearch(replay)
    search.want(book.sources, book.watched)
    search.run()
    return book, search, scene_at(replay, Position(min(2, replay.turn_count)))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("replay", [sample_replay(), hostile_replay()], ids=["sample", "hostile"])
def test_every_line_has_its_width_and_no_control_code(replay: Replay, width: int) -> None:
    book, search, scene = book_of(replay)
    watches = watch_values(book, scene, search)
    rows = debugger_rows(book, watches)
    assert [row.heading for row in rows if row.heading] == ["Breakpoints", "Watches", "Bookmarks", "Came from"]
    lines = [row_line(row, scene, search, width) for row in rows]
    assert {line_width(line) for line in lines} == {width}
    lines += [line for row in rows for line in detail_lines(row, book, scene, search, width)]
    lines += [watch_line(watches, width), debugger_title(replay, "turn 2", width)]
    assert max(line_width(line) for line in lines) <= width
    assert "\x1b" not in "".join(map(text_of, lines))
    assert "\u202e" not in "".join(map(text_of, lines))


def test_a_breakpoint_says_how_often_it_hits() -> None:
    replay = sample_replay()
    book, search, _ = book_of(replay)
    first, never, broken = book.breakpoints
    hits = search.hits(first.source)
    assert hits is not None
    assert hits_words(first, hits, search) == f"{len(hits.seqs)} hits"
    assert hits_words(never, search.hits(never.source), search) == "never hits, stops from no. 3"
    assert hits_words(broken, search.hits(broken.source), search) == "cannot be read"
    assert isinstance(book.expression(broken.source), BrokenSource)


def test_a_breakpoint_tells_why_it_does_not_hold() -> None:
    replay = sample_replay()
    book, search, _ = book_of(replay)
    promoted = next(event for event in replay.events if event.action == "promote")
    scene = scene_at(replay, at_event(replay, promoted.seq))
    book.put_breakpoint(Breakpoint("tokens > 999"))
    row = next(row for row in debugger_rows(book, []) if row.breakpoint and row.breakpoint.source == "tokens > 999")
    told = " ".join(text_of(line) for line in detail_lines(row, book, scene, search, 120))
    assert f"does not hold here: tokens is {promoted.tokens}, asked > 999" in told


def test_watches_that_have_no_room_are_counted() -> None:
    watches = [WatchValue(f"name_{number}", "12345") for number in range(9)]
    line = text_of(watch_line(watches, 60))
    assert len(line) == 60
    shown = sum(f"name_{number} 12345" in line for number in range(9))
    assert 0 < shown < 9
    assert f"+{9 - shown}" in line
    assert "+" not in text_of(watch_line(watches, 200))


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "none"), (True, "yes"), (False, "no"), (0.25, "0.25"), (1234, "1 234"), ("a\x1bb", "“a␛b”")],
)
def test_values_in_words(value: float | str | bool | None, words: str) -> None:
    assert value_words(value) == words


def test_what_a_sensitive_memory_says_is_not_told() -> None:
    replay = sample_replay()
    scene = scene_at(replay, Position(1))
    secret = next((name for name in replay.item_ids() if replay.memory(name).is_sensitive), None)
    name = secret or replay.item_ids()[0]
    memory: Memory = replay.memory(name)
    seen = may_be_seen(memory.text, {"text"}, name, scene)
    assert seen == scene.masks.of_memory(memory)
    assert (seen != memory.text) is memory.is_sensitive
    assert may_be_seen("core", {"origin"}, name, scene) == "core"
    assert "ada@example.com" not in str(may_be_seen("write to ada@example.com", {"text"}, name, scene))


@given(
    turns=st.integers(1, 400),
    columns=st.integers(1, 150),
    hits=st.sets(st.integers(0, 400)),
    marked=st.sets(st.integers(0, 400)),
)
def test_marks_stand_where_their_turns_are_drawn(turns: int, columns: int, hits: set[int], marked: set[int]) -> None:
    ruler = Ruler(turns, columns)
    hit_turns = sorted(turn for turn in hits if turn <= turns)
    bookmarks = sorted(turn for turn in marked if turn <= turns)
    marks = TimelineMarks((hit_turns,) if hit_turns else (), tuple(bookmarks)).columns(ruler)
    expected = {ruler.first_column(max(1, turn)): BREAKPOINT for turn in hit_turns}
    expected |= {ruler.first_column(max(1, turn)): BOOKMARK for turn in bookmarks}
    assert marks == expected


def test_marks_are_drawn_over_the_line_but_not_over_the_position() -> None:
    line = (("━━━", "primary"), ("╋", "focus"), ("──", "faint"))
    drawn = with_marks(line, {0: BREAKPOINT, 3: BREAKPOINT, 5: BOOKMARK}, kept=3)
    assert text_of(drawn) == "●━━╋─◆"


def test_a_caret_has_its_message_beside_it_or_under_it() -> None:
    first, second = caret_lines("unknown", 4, 40, "x")
    assert text_of(first).rstrip() == "    ▲ unknown"
    assert second == ()
    first, second = caret_lines("unknown name", 36, 40, "x")
    assert text_of(first) == " " * 36 + "▲" + "   "
    assert text_of(second).strip() == "unknown name"
    assert line_width(caret_lines("x" * 90, 500, 40, "x")[1]) == 40


def completed(text: str) -> list[str]:
    return [each.text for each in completion(text, len(text), sample_replay()).candidates]


def test_completion_knows_names_words_and_joins() -> None:
    assert "importance" in completed("")
    assert completed("impo") == ["importance"]
    assert completed('action == "pro') == ['promote"', 'approve"']
    assert "core'" in completed("origin in ('archive', '")
    assert 'PRF-00012"' in completed('memory_id == "PRF-0001')
    assert [text.strip() for text in completed('action == "evict"')] == ["and", "or"]
    assert [text.strip() for text in completed("tokens > 12 ")] == ["and", "or"]
    assert completed('text == "any') == []
    assert completion("tokens > impo", 13, sample_replay()).start == 9


@given(text=st.text(max_size=30))
def test_any_id_can_be_quoted(text: str) -> None:
    from memview.replay.breakpoints import read_breakpoint

    quoted = quoted_text(text)
    assert quoted.isprintable()
    if len(quoted) < 400:
        assert read_breakpoint(f"memory_id == {quoted}").holds({"memory_id": text})


places = st.builds(Place, st.integers(0, 5), st.one_of(st.none(), st.integers(1, 3)))


@given(jumps=st.lists(places, max_size=30))
def test_back_and_forward_lead_to_the_same_places(jumps: list[Place]) -> None:
    trail, here = Trail(), Place(99)
    for place in jumps:
        if place != here:
            trail.jumped(here)
            here = place
    end = here
    way = [here]
    while (before := trail.back(here)) is not None:
        assert before != here
        here = before
        way.append(here)
    assert here == Place(99)
    back = [here]
    while (after := trail.forward(here)) is not None:
        here = after
        back.append(here)
    assert here == end
    assert back == way[::-1]


def test_bookmarks_are_in_order_of_place_and_go_round() -> None:
    book = Notebook()
    for place in (Place(5), Place(5, 2), Place(1)):
        book.put_bookmark(place, "")
    assert [each.place for each in book.bookmarks] == [Place(1), Place(5, 2), Place(5)]
    book.put_bookmark(Place(1), "again")
    assert book.bookmark_at(Place(1)) == Bookmark(Place(1), "again")
    assert len(book.bookmarks) == 3
    after = book.bookmark_after(Place(5, 2))
    assert after is not None
    assert after.place == Place(5)
    around = book.bookmark_after(Place(5))
    assert around is not None
    assert around.place == Place(1)
    assert Notebook().bookmark_after(Place(1)) is None


def test_one_breakpoint_for_each_expression() -> None:
    book = Notebook()
    for source in ("tokens > 1", "tokens > 2", "tokens > 1"):
        book.put_breakpoint(Breakpoint(source))
    assert [each.source for each in book.breakpoints] == ["tokens > 2", "tokens > 1"]
    book.put_breakpoint(Breakpoint("tokens > 3"), book.breakpoints[0])
    assert [each.source for each in book.breakpoints] == ["tokens > 3", "tokens > 1"]
    book.put_watch("turn")
    book.put_watch("turn")
    book.put_watch("seq_is_no_name", "turn")
    assert book.watches == ["seq_is_no_name"]
    assert Notebook(book.state).state == book.state


def test_positions_and_places_are_the_same() -> None:
    replay = sample_replay()
    for seq in range(len(replay.events)):
        position = at_event(replay, seq)
        assert position_of(replay, place_of(replay, position)) == position
