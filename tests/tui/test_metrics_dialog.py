"""The metrics box: every metric of every lane, the best marked, at every size."""

from __future__ import annotations

import pytest
from driving import inspecting, settled
from holder import HOSTILE, sample_replay, shown

from memview.replay.ranking import best_of
from memview.tui.lines import Line, line_width
from memview.tui.screens.metrics import MetricsBox
from memview.tui.views.metrics_view import BEST, Measured, figure, metric_lines


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


def measured(label: str, **metrics: float | int | None) -> Measured:
    return Measured(label, metrics, 10)


@pytest.mark.parametrize("width", [40, 56, 74, 96, 118, 190])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_metric_of_every_lane_is_there_and_nothing_is_too_wide(width: int, count: int) -> None:
    metrics = dict(sample_replay().metrics)
    lanes = [Measured(f"policy-{number}@1", metrics, 24) for number in range(count)]
    lines = metric_lines(lanes, 24, width)
    assert all(line_width(line) <= width for line in lines)
    told = "\n".join(text_of(line) for line in lines)
    for lane in lanes:
        assert lane.label in told
    for name, value in metrics.items():
        assert told.count(f"  {name} ") >= 1
        assert figure(value) in told


def test_the_best_is_marked_where_there_is_a_better_and_a_worse() -> None:
    lines = metric_lines([measured("a@1", faults=9, promotions=3), measured("b@1", faults=7, promotions=4)], 10, 90)
    rows = {text_of(line).split()[0]: text_of(line) for line in lines if text_of(line).strip()}
    assert f"7{BEST}" in rows["faults"]
    assert f"9{BEST}" not in rows["faults"]
    assert BEST not in rows["promotions"]
    assert best_of([9, 7], "faults") == {1}


def test_a_metric_of_a_later_version_is_listed_and_a_replay_under_way_says_so() -> None:
    lines = metric_lines([Measured("a@1", {"landfill_ratio": 0.25, "lost": None}, 4)], 10, 80)
    told = "\n".join(text_of(line) for line in lines)
    assert "landfill_ratio" in told
    assert "0.250" in told
    assert "n/a" in told
    assert "4 of 10" in told


def test_a_hostile_label_stays_in_its_cell() -> None:
    for line in metric_lines([measured(HOSTILE, faults=1), measured("b@1", faults=2)], 10, 100):
        assert line_width(line) <= 100
        assert text_of(line).isprintable()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_m_opens_the_metrics_and_escape_closes_them(size: tuple[int, int]) -> None:
    async with inspecting(policies=("lru", "fifo"), size=size) as (pilot, inspector):
        await pilot.press("m")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MetricsBox)
        told = shown(pilot.app)
        assert "lru@1" in told
        assert "fifo@1" in told
        assert "probe_recall" in told
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is inspector
