"""Lines: everything that is laid out has exactly the width that was asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.tui.lines import (
    apportion,
    cells,
    clip,
    fitted,
    left,
    line_width,
    meter,
    number,
    right,
    score,
    short_number,
    signed,
    wrap,
)

TEXT = st.text(alphabet=st.sampled_from("ab é→漢字🙂 "), max_size=40)
WIDTH = st.integers(0, 40)


@given(TEXT, WIDTH)
def test_padded_text_has_its_width(text: str, width: int) -> None:
    assert cells(left(text, width)) == width
    assert cells(right(text, width)) == width
    assert cells(clip(text, width)) <= width


@given(st.lists(st.tuples(TEXT, st.just("text")), max_size=5), WIDTH)
def test_a_fitted_line_has_its_width(spans: list[tuple[str, str]], width: int) -> None:
    assert line_width(fitted(tuple(spans), width)) == width


@given(TEXT, st.integers(2, 40))
def test_wrapping_keeps_every_word_and_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=8), st.integers(8, 200))
def test_shares_add_up_and_nothing_that_is_there_disappears(amounts: list[int], width: int) -> None:
    parts = apportion(amounts, width)
    assert sum(parts) == (width if sum(amounts) else 0)
    assert all((part > 0) == (amount > 0) for part, amount in zip(parts, amounts, strict=True))


@given(st.floats(0, 1e6), st.floats(0.1, 1e6), st.integers(1, 60))
def test_a_meter_fills_its_width_and_shows_the_least_amount(value: float, most: float, width: int) -> None:
    filled, track = meter(value, most, width)
    assert len(filled) + len(track) == width
    assert bool(filled) == (value > 0)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.9, "0.9"),
        (7.3098, "7.31"),
        (412.0, "412"),
        (1412.0, "1 412"),
        (0.0, "0"),
        (0.00123, "0.0012"),
        (float("nan"), "n/a"),
        (-2.5, "-2.5"),
    ],
)
def test_signal_numbers_are_short(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(6.6, "6.60"), (12.0, "12.00"), (float("nan"), "n/a")])
def test_scores_have_two_decimals(value: float, shown: str) -> None:
    assert score(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(2278, "+2 278"), (-1, "−1"), (0, "")])
def test_changes_have_a_sign_and_are_grouped(value: int, shown: str) -> None:
    assert signed(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(9999, "9 999"), (812, "812"), (12_345, "12.3k"), (120_000, "120k"), (1_234_567, "1.2M")]
)
def test_short_numbers_take_five_cells_at_most(value: int, shown: str) -> None:
    assert short_number(value) == shown
