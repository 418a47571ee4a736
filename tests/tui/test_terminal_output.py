"""What is sent to the terminal may be shorter, never other: a terminal emulator is the judge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from memview.tui.terminal_output import ShownScreen

pyte = pytest.importorskip("pyte")

COLOURS = [
    "38;2;1;2;3",
    "38;2;200;100;0;48;2;0;0;9",
    "1;38;2;9;9;9;48;2;0;0;9",
    "2;31",
    "1;97;44",
    "7",
    "38;5;77",
    "4;3",
]
RUN = st.tuples(st.sampled_from(COLOURS), st.text(alphabet="ab →▂é漢     ", min_size=1, max_size=12))
LINE = st.tuples(st.integers(1, 5), st.integers(1, 20), st.lists(RUN, min_size=1, max_size=4))
FRAME = st.lists(LINE, min_size=1, max_size=6)


def written(frame: list[tuple[int, int, list[tuple[str, str]]]]) -> str:
    """A frame as Textual writes it."""
    return "\n".join(
        f"\x1b[{row};{column}H" + "".join(f"\x1b[{codes}m{text}\x1b[0m" for codes, text in runs)
        for row, column, runs in frame
    )


def picture(screen: object) -> list[list[object]]:
    return [[screen.buffer[y][x] for x in range(80)] for y in range(8)]  # type: ignore[attr-defined]


@given(st.lists(FRAME, min_size=1, max_size=5))
def test_the_terminal_shows_the_same(frames: list[list[tuple[int, int, list[tuple[str, str]]]]]) -> None:
    plain, thrifty = pyte.Screen(80, 8), pyte.Screen(80, 8)
    feeds = pyte.Stream(plain), pyte.Stream(thrifty)
    shown = ShownScreen()
    for frame in frames:
        data = written(frame)
        feeds[0].feed(data)
        feeds[1].feed(shown.difference(data))
        assert picture(plain) == picture(thrifty)


@pytest.mark.parametrize("text", ["👍🏽", "👩\u200d💻", "❤\ufe0f", "漢e\u0301x", "e\u0301"])
def test_what_stands_behind_an_emoji_is_placed_by_column_not_by_its_width(text: str) -> None:
    """Terminals disagree on the width of an emoji; what follows must not move with it."""
    shown = ShownScreen()
    for row in range(2, 6):
        shown.difference(written([(row, 1, [("31", "words")])]))
    frame = written([(1, 3, [("31", f"ab{text}"), ("32", "│")])])
    assert f"\x1b[1;{5 + cell_len(text)}H" in shown.difference(frame)


def test_what_is_shown_already_is_not_sent_again() -> None:
    shown = ShownScreen()
    rows = [(row, 1, [("38;2;1;2;3", "some text here")]) for row in range(1, 6)]
    shown.difference(written(rows))
    assert "text" not in shown.difference(written(rows[:1]))
    assert "text" in shown.difference(written(rows))


def test_after_forgetting_everything_is_sent() -> None:
    shown = ShownScreen()
    rows = [(row, 1, [("31", "words")]) for row in range(1, 6)]
    shown.difference(written(rows))
    shown.forget()
    assert "words" in shown.difference(written(rows[:1]))


def test_sequences_that_are_not_known_pass_untouched_and_forget() -> None:
    shown = ShownScreen()
    rows = [(row, 1, [("31", "words")]) for row in range(1, 6)]
    shown.difference(written(rows))
    assert shown.difference("\x1b[2J") == "\x1b[2J"
    assert "words" in shown.difference(written(rows[:1]))


def test_the_marks_of_a_frame_pass_and_forget_nothing() -> None:
    shown = ShownScreen()
    rows = [(row, 1, [("31", "words")]) for row in range(1, 6)]
    shown.difference(written(rows))
    assert shown.difference("\x1b[?2026h") == "\x1b[?2026h"
    assert "words" not in shown.difference(written(rows[:1]))
