"""The scoreboard's lines: every one has its width, every fact is there, hostile names stay in their cells."""

from __future__ import annotations

from dataclasses import replace

import pytest
from holder import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from memview.evaluate.curve import Band, Curve, CurvePoint, PolicyLine
from memview.evaluate.reuse import AccessProfile
from memview.evaluate.scoreboard import Score
from memview.model.session import Probe
from memview.optimum.miss_ratio_curve import Bucket
from memview.replay.probes import ProbeResult
from memview.tui.lines import Line, line_width
from memview.tui.views import scoreboard_view
from memview.tui.views.chart_view import BAND, Plot, Scale, Series
from memview.tui.views.curve_view import SERIES, curve_lines, legend_lines, optimum_words, place_at, saving_words
from memview.tui.views.histogram_view import (
    histogram_height,
    histogram_lines,
    turn_at_column,
    verdict_words,
    working_set_lines,
)
from memview.tui.views.metrics_view import BEST, WORST, amount, explained, figure, ordered_metrics
from memview.tui.views.probes_view import probe_line, probe_words, probes_heading
from memview.tui.views.scoreboard_view import GUTTER, POLICY, Entry, Order, Progress, board_of, entry_line, heading
from memview.tui.widgets import row_list

WIDTHS = [36, 56, 76, 116, 196]


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


def entry(name: str, group: str = "shipped", **metrics: float | int | None) -> Entry:
    probes = (ProbeResult("q1", 2, 1, 1),)
    return Entry(name, group, "what it does", Score(name, 600, metrics, probes), {"q1": probes[0]})


def curve(labels: tuple[str, ...] = ("lru@1", "arc@1")) -> Curve:
    budgets = (100, 200, 400, 800)
    lines = tuple(
        PolicyLine(label, tuple(CurvePoint(b, b, 100, 10 * place + 3 * n) for place, b in enumerate(budgets)))
        for n, label in enumerate(labels)
    )
    return Curve(budgets, lines, (Band(0.3, 0.35), Band(0.4, 0.4), None, Band(0.6, 0.7)))


def profile(
    sizes: tuple[int, ...] = (50, 150, 250), within: int = 6, double: int = 9, largest: int = 500
) -> AccessProfile:
    buckets = (Bucket(-1, 1, 0), Bucket(1, 2, 0), Bucket(2, 4, 2), Bucket(4, 128, 3), Bucket(128, 512, 4))
    return AccessProfile("lru@1", 130, 12, 3, within, double, largest, buckets, 8, sizes)


def test_the_gutter_of_headings_is_that_of_the_rows() -> None:
    assert GUTTER == row_list.GUTTER


@pytest.mark.parametrize("width", WIDTHS)
def test_headings_and_rows_have_the_same_columns(width: int) -> None:
    board = board_of([entry("lru@1", "loaded", faults=9, regret=0.25), entry(HOSTILE, faults=7, regret=None)], Order())
    for chosen in (POLICY, "faults", "regret"):
        head = heading(board, 0, chosen, width)
        assert all(line_width(line) == width for line in head.lines)
        for place in range(2):
            line = entry_line(board, place, 0, chosen, width, width - GUTTER)
            assert line_width(line) == width - GUTTER
            assert text_of(line).isprintable()
        start, stop, metric = head.targets[1]
        assert metric == "faults"
        row = "  " + text_of(entry_line(board, 0, 0, chosen, width, width - GUTTER))
        assert row[start:stop].strip() == f"9{WORST}"


def test_the_best_and_the_worst_are_marked_and_what_knows_the_future_is_not_compared() -> None:
    entries = [entry("a", faults=9, promotions=1), entry("b", faults=7, promotions=2), entry("f", "offline", faults=1)]
    board = board_of(entries, Order())
    assert board.best["faults"] == {"b"}
    assert board.worst["faults"] == {"a"}
    assert not board.best["promotions"]
    rows = [text_of(entry_line(board, place, 0, POLICY, 100, 98)) for place in range(3)]
    assert f"7{BEST}" in rows[1]
    assert BEST not in rows[2]


@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=1, max_size=8), st.booleans())
def test_sorting_puts_the_better_first_and_what_has_no_value_last(values: list[int | None], reverse: bool) -> None:
    entries = [entry(f"p{place}", faults=value) for place, value in enumerate(values)]
    found = [each.value("faults") for each in board_of(entries, Order("faults", reverse)).entries]
    known = [value for value in found if value is not None]
    assert known == sorted(known, reverse=reverse)
    assert found[len(known) :] == [None] * (len(found) - len(known))


def test_choosing_a_column_sorts_turns_round_and_gives_up() -> None:
    order = Order().by("faults")
    assert order == Order("faults")
    assert order.by("faults") == Order("faults", reverse=True)
    assert order.by("faults").by("faults") == Order()
    assert order.by("lost") == Order("lost")


def test_what_is_not_computed_or_cannot_run_says_so() -> None:
    board = board_of([Entry("a", "shipped"), Entry("b", "shipped", problem=HOSTILE), entry("c", faults=1)], Order())
    assert "waiting" in text_of(entry_line(board, 0, 0, POLICY, 80, 78))
    told = text_of(entry_line(board, 1, 0, POLICY, 80, 78))
    assert "cannot run" in told
    assert told.isprintable()


def test_values_in_their_units() -> None:
    assert amount("regret", 0.125) == "12.5%"
    assert amount("prompt_tokens_mean", 1234.6) == "1 235"
    assert amount("faults", 7) == "7"
    assert amount("faults", None) == "n/a"
    assert amount("of_a_later_version", 0.25) == "0.250"
    assert figure(31_000) == "31 000"
    assert ordered_metrics(["zeta", "faults", "probe_recall"]) == ["probe_recall", "faults", "zeta"]
    assert "less is better" in explained("regret")


def test_progress_in_words() -> None:
    told = scoreboard_view.progress_words(Progress(3, 12, "arc@1", 120, 419), 60)
    assert "3/12 arc@1 turn 120/419" in told
    assert scoreboard_view.progress_words(Progress(12, 12), 60) == "computed 12"
    for width in (20, 60, 120):
        assert line_width(scoreboard_view.title_line("s", 600, 7, Progress(1, 2), width)) == width


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("height", [9, 18, 40])
def test_the_chart_fills_its_pane_and_has_every_policy(width: int, height: int) -> None:
    labels = tuple(f"policy-{number}@1" for number in range(len(SERIES)))
    for cursor in range(4):
        lines = curve_lines(curve(labels), 200, cursor, width, height)
        assert len(lines) == height
        assert all(line_width(line) == width for line in lines)
    told = "\n".join(map(text_of, curve_lines(curve(), 200, 1, 116, 30)))
    for words in ("● lru@1", "■ arc@1", BAND, "200 tokens (now)", "13.0%", "100", "800", "core now"):
        assert words in told


def test_the_readout_says_what_a_policy_saves_and_how_far_the_optimum_is() -> None:
    assert saving_words(curve().savings(1)) == [
        "A core of 400 tokens under lru@1 would hit as often as arc@1 at 200: the better policy saves up to 200 tokens."
    ]
    assert saving_words(curve().savings(3)) == ["No core in this chart lets lru@1 hit as often as arc@1 at 800."]
    assert "27.0 points" in optimum_words(curve(), 1)
    assert "17.0 to 32.0 points" not in optimum_words(curve(), 1)
    assert "being computed" in optimum_words(curve(), 2)


def test_a_click_on_the_chart_finds_the_nearest_budget() -> None:
    assert place_at(curve(), 0, 100) == 0
    assert place_at(curve(), 99, 100) == 3


def test_lines_in_dots_do_not_leave_the_plot() -> None:
    plot = Plot(Scale(0, 10, 12), Scale(0, 1, 4))
    series = Series("●", "text", [(0, 0), (10, 1), (5, 2.5), (10, -3)], frozenset({0, 1}))
    plot.line(series)
    plot.markers(series)
    rows = plot.rows(range(3, 4))
    assert [len(row) for row in rows] == [12] * 4
    assert rows[3][0][0] == "●"
    assert rows[0][11][0] == "●"
    assert all(style.endswith("on cursor") for _, style in (row[3] for row in rows))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("height", [6, 12, 30])
def test_accesses_fill_their_panes(width: int, height: int) -> None:
    for lines in (histogram_lines(profile(), width, height), working_set_lines(profile(), 2, width, height)):
        assert len(lines) == height
        assert all(line_width(line) == width for line in lines)
    for sizes in ((), (0,), tuple(range(1000))):
        assert len(working_set_lines(profile(sizes), 1, width, height)) == height
    assert len(histogram_lines(None, width, height)) == height


def test_the_chart_says_where_the_window_ends_it() -> None:
    limited = replace(curve(), most=800)
    assert any("800: no room for more" in text_of(line) for line in legend_lines(limited, 116))
    assert not any("no room" in text_of(line) for line in legend_lines(curve(), 116))


def test_the_histogram_has_the_core_between_what_fits_and_what_does_not() -> None:
    lines = [text_of(line).strip() for line in histogram_lines(profile(), 100, histogram_height(profile(), 100))]
    core = next(place for place, line in enumerate(lines) if "core now: 130 tokens" in line)
    assert lines[core - 1].split()[:4] == ["129", "–", "130", "1"]
    assert lines[core + 1].split()[:4] == ["131", "–", "512", "3"]
    assert any(line.startswith("first use") for line in lines)
    for within, near, far in ((5, "5 – 130", "131 – 512"), (9, "129 – 130", "131 – 512")):
        told = histogram_lines(profile(within=within), 100, histogram_height(profile(within=within), 100))
        lines = [text_of(line).strip() for line in told]
        core = next(place for place, line in enumerate(lines) if "core now" in line)
        assert lines[core - 1].startswith(near)
        assert lines[core + 1].startswith(far)


def test_the_verdict_in_words() -> None:
    assert "A bigger core helps" in verdict_words(profile())[1]
    assert "hardly helps" in verdict_words(profile(within=5, double=5))[1]
    assert "does not help" in verdict_words(profile(within=9, double=9))[1]


def test_a_click_on_the_working_set_finds_the_turn() -> None:
    assert turn_at_column(profile(), 8, 100) == 1
    assert turn_at_column(profile(), 99, 100) is None
    assert turn_at_column(profile(()), 9, 100) is None


@pytest.mark.parametrize("width", WIDTHS)
def test_probes_keep_their_columns_and_hostile_text_stays_in_its_cell(width: int) -> None:
    probe = Probe("q1", 12, HOSTILE, (HOSTILE,), answer=HOSTILE)
    entries = [entry("lru@1", "loaded", faults=1), Entry(HOSTILE, "shipped"), entry("generative-agents-as-coded@1")]
    head = probes_heading(entries, 0, 1, width)
    assert all(line_width(line) == width for line in head.lines)
    line = probe_line(probe, entries, 0, 1, True, HOSTILE, width - GUTTER)
    assert line_width(line) == width - GUTTER
    assert text_of(line).isprintable()
    assert "◐ 2/2" in text_of(line)
    for each in probe_words(probe, entries[0], entries, lambda text: text, width, 5):
        assert text_of(each).isprintable()
    assert "covered" in "".join(map(text_of, probe_words(probe, entries[0], entries, lambda text: text, width, 9)))


def test_a_disputed_probe_names_the_policies_it_fares_otherwise_under() -> None:
    def rival(name: str, visible: int) -> Entry:
        result = ProbeResult("q1", 1, visible, 0)
        return Entry(name, "shipped", "", Score(name, 600, {}, (result,)), {"q1": result})

    probe = Probe("q1", 12, "Where is it?", ("FCT-1",))
    few = [rival("lru@1", 1), rival("arc@1", 1), rival("s3fifo@1", 0), Entry("2q@1", "shipped")]
    told = "\n".join(map(text_of, probe_words(probe, few[0], few, str, 76, 5)))
    assert "≠ ✗ fail under s3fifo@1" in told
    assert "arc@1" not in told
    assert "≠ ✓ pass under lru@1, arc@1" in "\n".join(map(text_of, probe_words(probe, few[2], few, str, 76, 5)))
    many = [few[0], *(rival(f"p{number}", 0) for number in range(9))]
    assert "≠ ✗ fail under 9 others" in "\n".join(map(text_of, probe_words(probe, many[0], many, str, 76, 5)))
    agreed = [few[0], few[1]]
    assert "≠" not in "".join(map(text_of, probe_words(probe, few[0], agreed, str, 76, 5)))
