"""The scale of turns: clicks and drawing agree, and sums kept up slice by slice equal sums made at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from memview.replay import Replay
from memview.tui.views.ruler import Density, Ruler, bars


class Growing:
    """As much of a replay as a density row asks for."""

    def __init__(self, amounts: Sequence[int]) -> None:
        self.amounts = [0, *amounts]
        self.computed = 0

    def tally(self, action: str) -> Sequence[int]:
        return self.amounts[: self.computed + 1]


@given(st.integers(1, 5000), st.integers(1, 200))
def test_a_click_where_a_turn_is_drawn_means_that_turn_or_its_neighbour_in_the_column(turns: int, columns: int) -> None:
    ruler = Ruler(turns, columns)
    for turn in {1, turns, (turns + 1) // 2}:
        start, stop = ruler.span(turn)
        assert 0 <= start < stop
        meant = ruler.turn_at(start)
        assert ruler.first_column(meant) == start or turns > columns
        if turns <= columns:
            assert meant == turn
        else:
            assert abs(meant - turn) <= turns // columns + 1


@given(st.lists(st.integers(0, 9), min_size=1, max_size=300), st.integers(1, 60), st.data())
def test_a_row_that_grows_equals_a_row_made_at_once(amounts: list[int], columns: int, data: st.DataObject) -> None:
    grown, whole = Growing(amounts), Growing(amounts)
    whole.computed = len(amounts)
    ruler = Ruler(len(amounts), columns)
    row = Density(cast("Replay", grown), "evict", ruler)
    while grown.computed < len(amounts):
        grown.computed += data.draw(st.integers(1, len(amounts) - grown.computed))
        row.update()
    made = Density(cast("Replay", whole), "evict", ruler)
    assert made.update() == row.text
    assert len(row.text) == columns
    assert row.total == made.total == sum(amounts)


def test_bars_are_full_for_the_most_and_never_empty_for_something() -> None:
    assert bars([0, 1, 100]) == " ▁█"
    assert bars([0, 0]) == "  "
