"""What a line repaints: as little as possible, never too little."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from memview.tui import themes
from memview.tui.lines import Line, cells
from memview.tui.views.pane_rows import PaneRows
from memview.tui.widgets.line_widget import LineWidget, changed_cells
from memview.tui.widgets.pane import Pane

SPAN = st.tuples(st.text(alphabet="ab 漢", max_size=6), st.sampled_from(("text", "muted")))
LINE = st.lists(SPAN, max_size=4).map(tuple)


def columns(line: Line) -> list[tuple[str, str]]:
    """What each cell shows; a wide character's second cell shows its right half."""
    return [(char + half, style) for text, style in line for char in text for half in ("", "right half")[: cells(char)]]


@given(LINE, LINE)
def test_what_is_not_repainted_is_the_same(before: Line, after: Line) -> None:
    width = max(len(columns(before)), len(columns(after)), 1)
    kept = changed_cells((before, "ground"), (after, "ground"), width)
    if len(columns(before)) == len(columns(after)) == width:
        assert columns(before)[kept:] == columns(after)[kept:]
    else:
        assert kept == width or len(columns(before)) == len(columns(after))


@pytest.mark.parametrize("now", [120, 122, 128])
def test_a_line_for_another_width_is_repainted_whole(now: int) -> None:
    before: Line = (("turn 1/12", "text"), (" " * 100, "text"), ("‖ paused ", "muted"))
    after: Line = (("turn 1/12", "text"), (" " * (now - 18), "text"), ("‖ paused ", "muted"))
    assert changed_cells((before, "ground"), (after, "ground"), now) == now


def test_another_ground_is_repainted_whole() -> None:
    line: Line = (("words", "text"),)
    assert changed_cells((line, "ground"), (line, "cursor"), 5) == 5


class TwoPanes(App[None]):
    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.variable_defaults()

    def compose(self) -> ComposeResult:
        yield Pane(id="one")
        yield Pane(id="two")


def edge(pane: Pane) -> str:
    return pane._rows[0][0][0][1]


async def test_only_the_pane_with_the_focus_has_the_bright_frame() -> None:
    app = TwoPanes()
    async with app.run_test(size=(40, 20)) as pilot:
        one, two = app.query_one("#one", Pane), app.query_one("#two", Pane)
        for pane in (one, two):
            pane.show(PaneRows("Pane", "", ()))
        for focused, other in ((one, two), (two, one), (one, two)):
            focused.focus()
            await pilot.pause()
            assert (edge(focused), edge(other)) == ("focus", "frame")


async def test_the_frame_tells_more_of_the_selected_item() -> None:
    app = TwoPanes()
    async with app.run_test(size=(40, 20)) as pilot:
        pane = app.query_one("#one", Pane)
        lines: tuple[Line, ...] = ((("first", "text"),), (("second", "text"),))
        pane.show(PaneRows("Pane", "", lines, ("a", "b"), {"b": "the text of b " * 9}))
        pane.focus()
        await pilot.pause()
        assert "text of b" not in pane.render_line(9).text
        await pilot.press("down")
        assert "╰─ the text of b the text" in pane.render_line(9).text
        assert pane.render_line(9).text.endswith("… ─╯")
        assert cells(pane.render_line(9).text) == 40


async def test_a_line_widget_shows_its_last_rows() -> None:
    class OneLine(App[None]):
        def get_theme_variable_defaults(self) -> dict[str, str]:
            return themes.variable_defaults()

        def compose(self) -> ComposeResult:
            yield LineWidget(id="line")

    app = OneLine()
    async with app.run_test(size=(20, 4)) as pilot:
        line = app.query_one(LineWidget)
        for text in ("first", "second", "third"):
            line.set_rows([(((text.ljust(20), "text"),), "ground")])
            await pilot.pause()
            assert line.render_line(0).text.rstrip() == text
        for length in (5, 19, 21, 90):
            line.set_rows([((("x" * length, "text"),), "ground")])
            assert cells(line.render_line(0).text) == 20
