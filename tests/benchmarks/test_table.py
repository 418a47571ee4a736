from __future__ import annotations

import pytest

from benchmarks.table import HEADINGS, Row, Target, cells, table_lines
from benchmarks.timing import median, percentile


@pytest.mark.parametrize(("ours", "met"), [(130.0, True), (131.0, False)])
def test_a_ratio_is_judged_against_its_bound(ours: float, met: bool) -> None:
    row = Row("startup", "first paint", ours, "ms", 100.0, "empty app", Target("ratio", 1.3))
    assert row.is_met is met


@pytest.mark.parametrize(("alternative", "met"), [(100.0, True), (99.0, False)])
def test_a_speed_up_is_the_alternative_over_ours(alternative: float, met: bool) -> None:
    row = Row("decision", "retrieval", 2.0, "ms", alternative, "rebuilt", Target("speed-up", 50.0))
    assert row.ratio == alternative / 2.0
    assert row.is_met is met


def test_an_own_figure_needs_no_alternative() -> None:
    assert Row("large", "peak", 600.0, "MB", target=Target("ours", 600.0)).is_met is True
    assert Row("large", "peak", 600.1, "MB", target=Target("ours", 600.0)).is_met is False


def test_a_ratio_to_nothing_is_not_met() -> None:
    assert Row("startup", "first paint", 1.0, "ms", target=Target("ratio", 1.3)).is_met is False


def test_a_row_without_a_target_is_neither_met_nor_missed() -> None:
    row = Row("stepping", "bytes a key", 9873.0, "bytes", 205.0, "one Static")
    assert row.is_met is None
    assert cells(row) == ("stepping", "bytes a key", "9,873 bytes", "205 bytes one Static", "48", "", "")


def test_the_columns_of_the_table_are_aligned() -> None:
    rows = [
        Row("a", "short", 1.0, "ms", 2.0, "other", Target("ratio", 1.3)),
        Row("a longer case", "something longer", 1234.0, "ms", 1.0, "x", Target("ours", 16.0)),
    ]
    heading, rule, first, second = table_lines(rows)
    assert heading.split() == list(HEADINGS)
    assert set(rule) == {"-", " "}
    met = heading.index("met")
    assert first[met:] == "yes"
    assert second[met:] == "NO"


def test_percentiles_are_interpolated_between_samples() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert percentile([10.0, 20.0], 0.95) == pytest.approx(19.5)
    assert median([3.0]) == 3.0


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="no samples"):
        percentile([], 0.5)
