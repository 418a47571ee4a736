"""Views: every line has its width at every size, every fact is there, hostile text stays in its cell."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import pytest
from holder import hostile_replay, sample_replay

from memview.model import Session, Turn
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.tui.lines import Line, line_width
from memview.tui.position import Position, at_event
from memview.tui.scene import Scene, scene_at
from memview.tui.views.core_view import core_rows, slots_at
from memview.tui.views.custody_view import custody_line
from memview.tui.views.events_view import event_detail, event_lines
from memview.tui.views.footer_view import Hint, footer_line
from memview.tui.views.gauge_view import bar_line, gauge_lines
from memview.tui.views.header_view import Status, header_line
from memview.tui.views.hits_view import hits_rows
from memview.tui.views.notice_view import failure_lines, small_lines
from memview.tui.views.pane_rows import start_of_text, text_lines_of
from memview.tui.views.prompt_diff_view import prompt_diff_rows
from memview.tui.views.tabs_view import tabs_line
from memview.tui.views.timeline_view import ROWS, Timeline
from memview.tui.views.turn_view import turn_rows

WIDTHS = [36, 56, 76, 96, 116, 196]


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


def words(lines: tuple[Line, ...]) -> str:
    return "\n".join(text_of(line) for line in lines)


def scene(turn: int = 7, replay: Replay | None = None) -> Scene:
    return scene_at(replay or sample_replay(), Position(turn))


def pane_lines(at: Scene, width: int, height: int) -> dict[str, tuple[Line, ...]]:
    return {
        "core": core_rows(at, width, height).lines,
        "turn": turn_rows(at, width).lines,
        "hits": hits_rows(at, width, height).lines,
        "prompt": prompt_diff_rows(at, width).lines,
        "events": event_lines(at, list(at.span), width),
        "detail": event_detail(at, width, 2),
    }


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("height", [6, 14, 40])
@pytest.mark.parametrize("turn", [0, 1, 7, 24])
def test_no_pane_is_wider_than_it_may_be(width: int, height: int, turn: int) -> None:
    for name, lines in pane_lines(scene(turn), width, height).items():
        for line in lines:
            assert line_width(line) <= width, (name, text_of(line))


@pytest.mark.parametrize("width", WIDTHS)
def test_hostile_text_neither_widens_nor_commands(width: int) -> None:
    for turn in (0, 1, 2):
        at = scene(turn, hostile_replay())
        for name, lines in pane_lines(at, width, 20).items():
            for line in lines:
                assert line_width(line) <= width, name
                assert text_of(line).isprintable(), name


@pytest.mark.parametrize("width", [56, 76, 116, 196])
def test_the_lines_of_the_screen_fill_it_exactly(width: int) -> None:
    at = scene()
    tokenizer = at.replay.workload.tokenizer
    timeline = Timeline(at.replay, width)
    lines = [
        *gauge_lines(at, tokenizer, width, 3),
        custody_line(at, width),
        timeline.scrubber(7),
        *(timeline.density(action, 7) for action in ROWS),
    ]
    assert {line_width(line) for line in lines} == {width}


def test_the_core_tells_sections_pins_news_and_the_next_victim() -> None:
    at = scene()
    shown = words(core_rows(at, 36, 13).lines)
    slots = slots_at(at)
    assert all(slot.memory_id in shown for slot in slots)
    assert shown.count("▲ new") == sum(slot.is_new for slot in slots) > 0
    assert shown.count("▽ next") == 1
    assert "■ pin" in shown
    assert "left this turn" in shown


def test_slot_lines_are_made_of_columns_that_line_up() -> None:
    at = scene()
    lines = [text_of(line) for line in core_rows(at, 36, 13).lines]
    ends = {len(line.rstrip()) for line in lines if any(slot.memory_id in line for slot in slots_at(at))}
    assert len(ends) == 1


def test_the_core_fills_the_room_there_is_and_marks_a_cut_text() -> None:
    at = scene(24)
    slots = slots_at(at)
    needed = len(core_rows(at, 60, 0).lines)
    for spare in range(5):
        rows = core_rows(at, 60, needed + spare)
        assert len(rows.lines) == needed + spare
        told = [target for target in rows.targets if target]
        untold = {slot.memory_id for slot in slots if told.count(slot.memory_id) == 1}
        assert set(rows.captions) == untold
    shown = [
        text_of(line).strip() for line in core_rows(at, 40, needed + len(slots)).lines if "RUL" not in text_of(line)
    ]
    text = at.replay.memory(slots[0].memory_id).text
    line = next(line for line in shown if line and text.startswith(line.rstrip("…").strip()))
    assert line.endswith("…")


def test_a_text_that_fits_has_no_ellipsis() -> None:
    assert start_of_text("a few words", 20, 2) == ["a few words"]
    assert start_of_text("a few words more", 8, 1) == ["a few…"]
    assert start_of_text("a few words more", 8, 2) == ["a few", "words…"]
    assert start_of_text("ab cdefgh ijk", 9, 1) == ["ab cdefg…"]
    assert start_of_text("words", 8, 0) == []


def test_lines_left_over_go_to_the_first_named() -> None:
    assert text_lines_of(4, 1, 8, first=(2, 3)) == [1, 0, 1, 1]
    assert text_lines_of(2, 0, 100) == [3, 3]
    assert text_lines_of(4, 1, 0) == [0, 0, 0, 0]
    assert text_lines_of(0, 1, 10) == []


def test_a_turn_tells_what_moved_and_why() -> None:
    at = scene()
    shown = " ".join(words(turn_rows(at, 120).lines).split())
    assert "PRF-00012 faulted: not resident" in shown
    assert "PRF-00012 paged in: importance 0.95 > 0.7" in shown
    assert "EPI-00004 paged out to archive: lru: idle 6 turns" in shown
    assert "archival_memory_search" in shown
    assert str(at.turn and at.turn.text) in shown


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("reject", "M-1 rejected: too large"),
        ("compact", "M-1 compacted: too large"),
        ("invalidate", "M-1 invalidated: too large"),
        ("drop", "M-1 dropped: too large"),
        ("merge", "M-1 merged: too large"),
        ("update", "M-1 updated: too large"),
    ],
)
def test_a_turn_tells_every_kind_of_change(action: str, told: str) -> None:
    at = scene()
    event = dataclasses.replace(at.happened[0], action=action, memory_id="M-1", reason="too large", signal=None)
    shown = words(turn_rows(dataclasses.replace(at, happened=(event,)), 100).lines)
    assert told in shown


def test_inside_a_turn_only_what_has_happened_is_told() -> None:
    replay = sample_replay()
    promote = next(seq for seq in replay.event_span(7) if replay.events[seq].action == "promote")
    before = scene_at(replay, at_event(replay, promote - 1))
    after = scene_at(replay, at_event(replay, promote))
    promoted = replay.events[promote].memory_id
    assert promoted not in [slot.memory_id for slot in slots_at(before)]
    assert promoted in [slot.memory_id for slot in slots_at(after)]
    assert "paged in" not in words(turn_rows(before, 100).lines)
    assert "paged in" in words(turn_rows(after, 100).lines)


def test_hits_are_in_rank_order_with_their_outcome_in_words() -> None:
    at = scene()
    rows = hits_rows(at, 76, 30)
    hits = at.replay.hits(7)
    assert list(dict.fromkeys(target for target in rows.targets if target)) == [hit.memory_id for hit in hits]
    shown = words(rows.lines)
    assert all(hit.outcome in shown and hit.note in shown for hit in hits)


def test_inside_a_turn_hits_have_only_the_outcomes_of_events_so_far() -> None:
    replay = sample_replay()
    span = replay.event_span(7)
    at_end = {hit.memory_id: hit.outcome for hit in replay.hits(7)}
    for seq in span[:-1]:
        seen = {event.memory_id for event in replay.events[span.start : seq + 1]}
        for hit in replay.hits(7, seq):
            assert (hit.outcome == "pending") or hit.memory_id in seen
            assert hit.memory_id in at_end
    assert {hit.outcome for hit in replay.hits(7, span.start)} == {"pending"}
    assert "promoted" not in words(hits_rows(scene_at(replay, at_event(replay, span.start)), 76, 30).lines)
    assert replay.hits(7, span.stop - 1) == replay.hits(7)


def test_the_gauge_names_its_counter_and_shows_both_counts_when_there_are_two() -> None:
    at = scene()
    tokenizer = at.replay.workload.tokenizer
    line = text_of(gauge_lines(at, tokenizer, 116, 3)[0])
    assert "≈estimate" in line
    for name in ("system", "core", "window", "query", "free", "reserve"):
        assert name in text_of(gauge_lines(at, tokenizer, 116, 3)[2])


def test_recorded_tokens_stand_beside_the_estimate() -> None:
    turn = Turn("t-1", "user", "a question of some words", input_tokens=1234)
    replay = Replay(Workload(Session("s", turns=(turn,))), load_policy("lru")).run()
    at = scene(1, replay)
    for width in (56, 116):
        line = text_of(gauge_lines(at, replay.workload.tokenizer, width, 3)[0])
        assert "recorded 1 234" in line
        assert f"≈{at.frame.tokens.total}" in line


def test_without_colour_every_section_of_the_bar_has_its_letter_or_name() -> None:
    at = scene()
    bar = text_of(gauge_lines(at, at.replay.workload.tokenizer, 116, 3)[1])
    for piece in ("S", "core", "window", "Q", "·", "╱"):
        assert piece in bar


@pytest.mark.parametrize("width", [30, 56, 60, 76, 116])
@pytest.mark.parametrize("turn", [0, 1, 7, 24])
def test_without_colour_blocks_that_touch_have_an_edge_between_them(width: int, turn: int) -> None:
    at = scene(turn)
    bar = bar_line(at, width)
    assert line_width(bar) == width
    blocks = [text for text, style in bar if style.startswith("bold ink")]
    for one, other in pairwise(blocks):
        letters_touch = len(other) == 1 and one[-1].isalpha()
        assert one[-1] == "▕" or other[0] == "▏" or letters_touch, (one, other)
        assert not (one[-1] == "▕" and other[0] == "▏")


@pytest.mark.parametrize("width", [56, 76, 116])
def test_custody_counts_add_up_on_screen(width: int) -> None:
    for turn in range(25):
        at = scene(turn)
        custody = at.frame.custody
        shown = text_of(custody_line(at, width))
        for count, word in zip(
            (custody.visible, custody.covered, custody.recoverable, custody.lost),
            ("visible", "covered", "recoverable", "lost"),
            strict=True,
        ):
            assert f"{word} {count}" in shown
        assert custody.visible + custody.covered + custody.recoverable + custody.lost == custody.total


def status(**changes: object) -> Status:
    facts: dict[str, object] = {
        "session": "session_01", "title": "Trip planner", "policies": ["lru@1", "fifo@1"], "active": 1, "budget": 600,
        "turn": 7, "turns": 24, "event": "event 7.3", "playing": False, "speed": 1.0, "busy": "", "warnings": 2,
    }  # fmt: skip
    return Status(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [60, 72, 80, 100, 120, 200])
def test_the_header_keeps_its_facts_at_every_width(width: int) -> None:
    header = header_line(status(), width)
    shown = text_of(header.line)
    assert line_width(header.line) == width
    for fact in ("session_01", "▸fifo@1", "600", "7/24", "event 7.3", "! 2"):
        assert fact in shown, (width, fact)


@pytest.mark.parametrize("width", [80, 100, 120, 160, 200])
@pytest.mark.parametrize("title", ["", "Trip planner"])
def test_the_header_says_what_was_decided_and_what_is_masked(width: int, title: str) -> None:
    what_if = "what-if: approved WEB-00001 at turn 12"
    labels = ["lru@1", "lru@1 ✓WEB-00001"]
    line = header_line(
        status(title=title, what_if=what_if, policies=labels, event="", warnings=0, masking="masked"), width
    ).line
    shown = text_of(line)
    assert line_width(line) == width
    assert what_if in shown
    assert "7/24" in shown
    assert width < 100 or "▒ masked" in shown


@pytest.mark.parametrize("width", range(60, 160, 5))
def test_the_header_leaves_a_gap_and_cuts_a_title_only_between_words(width: int) -> None:
    title = "A long planning session for a trip to northern Portugal in May"
    shown = text_of(header_line(status(title=title, policies=["lru@1"], active=0, event="", warnings=0), width).line)
    start, _, end = shown.rpartition("  turn 7/24")
    assert start
    assert end
    assert "budget 600" in shown
    _, mark, rest = start.partition(" · ")
    told = rest.partition("  policy")[0].rstrip("…")
    assert not mark or (title + " ").startswith(told + " ")


def test_clicks_on_the_header_meet_the_policy_that_is_drawn_there() -> None:
    header = header_line(status(), 120)
    shown = text_of(header.line)
    start, stop = header.tabs[0]
    assert "lru@1" in shown[start:stop]
    start, stop = header.tabs[1]
    assert "fifo@1" in shown[start:stop]


def test_the_footer_shows_a_few_hints_and_none_cut() -> None:
    hints = [Hint("x", f"label{number}", f"action{number}") for number in range(12)]
    assert len(footer_line(hints, 200).targets) == 10
    assert len(footer_line(hints, 100).targets) == 7
    narrow = footer_line(hints, 30)
    assert line_width(narrow.line) == 30
    assert all(f"label{number}" in text_of(narrow.line) for number in range(len(narrow.targets)))


def test_the_way_to_all_keys_stays_in_the_footer_when_others_give_way() -> None:
    hints = [Hint("x", f"label{number}", f"action{number}") for number in range(6)]
    hints += [Hint("?", "keys", "help_keys"), Hint("^p", "palette", "command_palette")]
    for width in range(22, 120):
        footer = footer_line(hints, width, ("help_keys", "command_palette"))
        assert line_width(footer.line) == width
        actions = [action for _, _, action in footer.targets]
        assert actions[-2:] == ["help_keys", "command_palette"]
        assert actions[:-2] == [f"action{number}" for number in range(len(actions) - 2)]
        for start, stop, action in footer.targets:
            assert next(hint.label for hint in hints if hint.action == action) in text_of(footer.line)[start:stop]


def test_notices_fit_any_terminal() -> None:
    for width, height in ((20, 4), (59, 15), (120, 40)):
        for lines in (small_lines(width, height), failure_lines("x", "y " * 200, width, height)):
            assert len(lines) <= height
            assert all(line_width(line) == width for line in lines)


def test_tabs_are_numbered_and_the_active_one_is_marked_without_colour() -> None:
    bar = tabs_line([("core", "Core 5"), ("turn", "Turn")], "turn", 60)
    assert text_of(bar.line).startswith("  1 Core 5  ▸2 Turn ")
    assert [name for _, _, name in bar.targets] == ["core", "turn"]
