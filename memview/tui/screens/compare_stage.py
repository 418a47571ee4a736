"""The Compare screen without its decisions: its parts, where they stand, and what they draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen

from memview.tui.actions import COMPARE, actions_on
from memview.tui.compared import Column, ColumnScene
from memview.tui.lines import BLANK
from memview.tui.position import Position
from memview.tui.screens.compare_pane import ColumnPane
from memview.tui.views.compare_column_view import aligned, column_blocks, folding_for, waiting_blocks
from memview.tui.views.compare_diff_view import diff_rows
from memview.tui.views.compare_gauges_view import Measures
from memview.tui.views.compare_header_view import CompareStatus, columns_bar, compare_header, said_line
from memview.tui.views.compare_rows_view import Blocks, Folding
from memview.tui.views.notice_view import small_lines
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.divergence_strip import DivergenceStrip
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from memview.replay.divergence import Divergences
    from memview.replay.governance_masks import Masks

MOST_COLUMNS = 4
_UNTOLD = ("go.to", "play.toggle")
_FOOTER = tuple(replace(each, footer="") if each.id in _UNTOLD else each for each in actions_on(COMPARE))
"""The line of keys has room for what this screen is about."""
_LEAST_WIDTH = 30
"""Cells that a column needs; those that find no room wait behind the tabs."""
_STRIP = 3
ALL_SLOTS = "-all-slots"
"""The class under which cores list what every column holds as well."""
PROMPTS = "-prompts"
"""The class under which the prompts stand in the place of the columns."""


@dataclass(frozen=True, slots=True)
class CompareView:
    """All that is drawn at once. `scenes` run beside `columns`; None is a column not computed that far."""

    columns: Sequence[Column]
    scenes: Sequence[ColumnScene | None]
    measures: Measures
    divergences: Divergences
    position: Position
    turns: int
    focused: int
    masks: Masks
    status: CompareStatus


class CompareStage(Screen[tuple[int, Position]]):
    """Columns side by side, as many as find room; under them the divergences of all turns."""

    CSS_PATH = Path(__file__).parent.parent / "styles" / "compare.tcss"
    SCOPE = COMPARE
    HORIZONTAL_BREAKPOINTS = [(0, "-thin"), (60, "-narrow"), (112, "-normal"), (176, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (16, "-low"), (20, "-short"), (30, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._first_shown = 0

    def compose(self) -> ComposeResult:
        yield ClickBar(id="title")
        yield LineWidget(id="said")
        yield ClickBar(id="tabs")
        with Horizontal(id="columns"):
            for place in range(MOST_COLUMNS):
                yield ColumnPane(id=f"column-{place}")
        yield Pane(id="prompts")
        yield DivergenceStrip(id="divergences")
        yield LineWidget(id="notice")
        yield KeyBar(_FOOTER, id="footer")

    @property
    def shows_prompts(self) -> bool:
        """The prompts of the turn stand in the place of the columns."""
        return self.has_class(PROMPTS)

    def pane_of(self, place: int) -> ColumnPane:
        """The pane at a place on the screen, from 0."""
        return self.query_one(f"#column-{place}", ColumnPane)

    def place_on_screen(self, pane: Pane) -> int:
        """Which column of the comparison a pane shows."""
        return self._first_shown + int((pane.id or "column-0").rpartition("-")[2])

    def draw(self, view: CompareView) -> None:
        """Draw everything that is in sight."""
        if self.has_class("-thin") or self.has_class("-flat"):
            rows = small_lines(*self.size)
            self.query_one("#notice", LineWidget).set_rows([(line, LineWidget.GROUND) for line in rows])
            return
        shown = self._arrange(view)
        if self.shows_prompts:
            pane = self.query_one("#prompts", Pane)
            if pane.size:
                pane.show(diff_rows(view.scenes, view.position.turn, pane.inner_width))
        else:
            self._draw_columns(view, shown)
        self._draw_lines(view, shown)

    def draw_strip(self, view: CompareView) -> None:
        """More turns are compared or computed, nothing else has changed."""
        self.query_one("#divergences", DivergenceStrip).show_turn(view.divergences, view.turns, view.position.turn)
        self._draw_title(view)

    def _arrange(self, view: CompareView) -> range:
        """As many columns as find room, the focused one among them; returns which."""
        count = len(view.columns)
        room = max(1, min(count, self.size.width // _LEAST_WIDTH))
        first = max(0, min(self._first_shown, count - room, view.focused))
        first = max(first, view.focused - room + 1)
        self._first_shown = first
        for place in range(MOST_COLUMNS):
            self.pane_of(place).set_class(place < room, "-shown")
        self.set_class(room < count, "-crowded")
        rows = _STRIP + (count - 1 if count > 2 and self.has_class("-tall") else 0)
        strip = self.query_one("#divergences")
        if strip.styles.height is None or strip.styles.height.value != rows:
            strip.styles.height = rows
        return range(first, first + room)

    def _draw_columns(self, view: CompareView, shown: range) -> None:
        panes = [self.pane_of(place - shown.start) for place in shown]
        if not all(pane.size for pane in panes):
            return
        height = min(pane.inner_height for pane in panes)
        folding = folding_for(view.scenes, panes[0].inner_width, height)
        if self.has_class(ALL_SLOTS):
            folding = Folding(slots=False, events=False, texts=False)
        blocks = [self._blocks(view, place, pane, folding) for place, pane in zip(shown, panes, strict=True)]
        for pane, (rows, seen) in zip(panes, aligned(blocks, height), strict=True):
            pane.show(rows)
            if seen is not None:
                pane.reveal(seen)

    def _blocks(self, view: CompareView, place: int, pane: ColumnPane, folding: Folding) -> Blocks:
        scene, column = view.scenes[place], view.columns[place]
        if scene is not None:
            return column_blocks(scene, view.measures, place, pane.inner_width, folding)
        return waiting_blocks(column, view.position.turn, pane.inner_width)

    def _draw_lines(self, view: CompareView, shown: range) -> None:
        said = self.query_one("#said", LineWidget)
        if said.size.width:
            scene = next((each.scene for each in view.scenes if each is not None), None)
            turn = scene.turn if scene else None
            text = view.masks.of_text(turn.text) if turn else ""
            line = said_line(turn.role if turn else "", text, said.size.width) if scene else BLANK
            said.set_rows([(line, LineWidget.GROUND)])
        tabs = self.query_one("#tabs", ClickBar)
        if tabs.size.width:
            bar = columns_bar([column.label for column in view.columns], shown, view.focused, tabs.size.width)
            tabs.show(bar.line, bar.targets)
        self.draw_strip(view)

    def _draw_title(self, view: CompareView) -> None:
        title = self.query_one("#title", ClickBar)
        if title.size.width:
            header = compare_header(view.status, title.size.width)
            title.show(header.line, header.targets)

    def on_column_pane_scrolled(self, message: ColumnPane.Scrolled) -> None:
        for place in range(MOST_COLUMNS):
            pane = self.pane_of(place)
            if pane is not message.pane and pane.has_class("-shown"):
                pane.follow(message.top)

    def on_pane_resized(self) -> None:
        self.refresh_soon()

    def on_resize(self) -> None:
        self.call_after_refresh(self.refresh_soon)

    def refresh_soon(self) -> None:
        """Draw everything when the messages that wait are dealt with."""
        raise NotImplementedError
