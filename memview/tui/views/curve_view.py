"""Hit ratio over core budget as a chart, with what it says at a budget in whole sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.lines import BLANK, Line, Span, cells, fitted, grouped_number, wrap
from memview.tui.views.chart_view import (
    BAND,
    CURSOR,
    NOW,
    Plot,
    Scale,
    Series,
    axis,
    filled,
    framed,
    round_marks,
    share_labels,
)
from memview.tui.views.metrics_view import percent

if TYPE_CHECKING:
    from memview.evaluate.curve import Curve, Saving

SERIES: tuple[tuple[str, str], ...] = (
    ("●", "tier-core"),
    ("■", "tier-retrieved"),
    ("▲", "tier-window"),
    ("◆", "action-evict"),
    ("○", "custody-lost"),
    ("□", "tier-summary"),
)
"""Glyph and style of each policy in the chart; so many can be drawn at once."""

_AXIS = 7
_LEAST_HEIGHT = 6


def curve_lines(curve: Curve | None, now: int, cursor: int, width: int, height: int) -> list[Line]:
    """The chart with legend and readout, `height` lines of `width` cells. `cursor` is a budget's place in the curve."""
    if curve is None or not curve.budgets:
        return filled(
            [BLANK, (("  The curve is computed once the first policy is measured…", "muted"),)], height, width
        )
    readout = readout_lines(curve, now, cursor, width)
    legend = legend_lines(curve, width)
    room = height - len(readout) - len(legend) - 2
    if room < _LEAST_HEIGHT:
        keep = max(2, height - len(legend) - 2 - _LEAST_HEIGHT)
        readout = readout[:keep]
        room = height - len(readout) - len(legend) - 2
    return filled([*legend, *_chart(curve, now, cursor, width, max(1, room)), *readout], height, width)


def _chart(curve: Curve, now: int, cursor: int, width: int, height: int) -> list[Line]:
    across = _across(curve, width)
    up = Scale(0.0, _top(curve), height)
    plot = Plot(across, up)
    edges = [
        (float(budget), band.achieved, band.certified)
        for budget, band in zip(curve.budgets, curve.bands, strict=True)
        if band is not None
    ]
    plot.band(edges, "muted")
    plot.upright(now, NOW, "action-warn")
    series = list(_series(curve))
    for each in series:
        plot.line(each)
    for each in series:
        plot.markers(each)
    column = across.cell(curve.budgets[cursor])
    rows = plot.rows(range(column, column + 1))
    marks = [curve.budgets[0], *round_marks(curve.budgets[0] * 1.3, curve.budgets[-1] * 0.8), curve.budgets[-1]]
    line, numbers = axis(across, marks, _AXIS)
    return [*framed(rows, share_labels(up), _AXIS), line, numbers]


def place_at(curve: Curve, x: int, width: int) -> int:
    """The place of the budget that is drawn nearest to cell `x` of a chart of `width` cells."""
    across = _across(curve, width)
    return min(range(len(curve.budgets)), key=lambda place: abs(across.cell(curve.budgets[place]) + _AXIS - x))


def _across(curve: Curve, width: int) -> Scale:
    return Scale(curve.budgets[0], curve.budgets[-1], max(10, width - _AXIS - 3), is_log=True)


def _top(curve: Curve) -> float:
    """The next tenth above everything that is drawn."""
    ratios = [point.ratio for line in curve.lines for point in line.points if point is not None]
    ratios += [band.certified for band in curve.bands if band is not None]
    return min(1.0, (int(max(ratios, default=0.0) * 10 + 0.999)) / 10) or 0.1


def _series(curve: Curve) -> list[Series]:
    """Markers stand on other budgets for every policy, so that lines on top of each other can be told apart."""
    made = []
    for number, (line, (glyph, style)) in enumerate(zip(curve.lines, SERIES, strict=False)):
        points = [(float(point.budget), point.ratio) for point in line.points if point is not None]
        step = max(2, len(curve.lines))
        marked = frozenset(place for place in range(len(points)) if place % step == number % step)
        made.append(Series(glyph, style, points, marked))
    return made


def legend_lines(curve: Curve, width: int) -> list[Line]:
    """Every policy with its glyph, the band, the budget in force, the window's limit: on as many lines as it takes."""
    entries: list[tuple[Span, Span]] = []
    for line, (glyph, style) in zip(curve.lines, SERIES, strict=False):
        note = " (heeds no core budget)" if line.is_unlimited else ""
        entries.append(((f"{glyph} ", f"bold {style}"), (f"{printable(line.label)}{note}", "text")))
    entries.append(((f"{BAND * 2} ", "muted"), ("optimum: found … no more than", "muted")))
    entries.append(((f"{NOW} ", "action-warn"), ("core now", "muted")))
    if curve.most is not None:
        entries.append((("┤ ", "muted"), (f"{grouped_number(curve.most)}: no room for more", "muted")))
    lines: list[Line] = []
    current: list[Span] = [(" ", "text")]
    used = 1
    for mark, words in entries:
        size = cells(mark[0]) + cells(words[0]) + 3
        if used + size > width and used > 1:
            lines.append(tuple(current))
            current, used = [(" ", "text")], 1
        current += [mark, words, ("   ", "text")]
        used += size
    return [*lines, tuple(current)]


def readout_lines(curve: Curve, now: int, cursor: int, width: int) -> list[Line]:
    """The budget under the cursor: what each policy hits there, how far the optimum is, and what a policy saves."""
    budget = curve.budgets[cursor]
    where = " (now)" if budget == now else ""
    spans: list[Span] = [(f" {CURSOR} {grouped_number(budget)} tokens{where}:", "bold text")]
    for line, (glyph, style) in zip(curve.lines, SERIES, strict=False):
        point = line.points[cursor]
        told = "…" if point is None else percent(point.ratio)
        spans += [(f"  {glyph} ", f"bold {style}"), (f"{printable(line.label)} ", "muted"), (told, "bold text")]
    lines = _flow(spans, width)
    sentences = [optimum_words(curve, cursor), *saving_words(curve.savings(cursor))]
    for sentence in filter(None, sentences):
        lines += [((f" {piece}", "text"),) for piece in wrap(sentence, width - 2)]
    return [fitted(line, width) for line in lines]


def _flow(spans: Sequence[Span], width: int) -> list[Line]:
    """Entries of three spans each behind a first one, broken before an entry that does not fit."""
    lines: list[Line] = []
    current: list[Span] = [spans[0]]
    used = cells(spans[0][0])
    for place in range(1, len(spans), 3):
        entry = spans[place : place + 3]
        size = sum(cells(text) for text, _ in entry)
        if used + size > width:
            lines.append(tuple(current))
            current, used = [("  ", "text")], 2
        current += entry
        used += size
    return [*lines, tuple(current)]


def optimum_words(curve: Curve, cursor: int) -> str:
    """How far the best policy is from what could be had at that budget."""
    band = curve.bands[cursor]
    ratios = [point.ratio for line in curve.lines if (point := line.points[cursor]) is not None]
    if band is None or not ratios:
        return "The optimum at this budget is still being computed." if ratios else ""
    found, most = band.achieved - max(ratios), band.certified - max(ratios)
    edges = (
        f"{percent(band.achieved)} was found with the future known, more than {percent(band.certified)} is impossible"
    )
    if most <= 0.0005:
        return f"The optimum: {edges}. No policy can do better here: only a bigger core can."
    gap = f"{100 * found:.1f}" if most - found < 0.0005 else f"{100 * max(0.0, found):.1f} to {100 * most:.1f}"
    return f"The optimum: {edges}. The gap that a better policy could close: {gap} points."


def saving_words(savings: Sequence[Saving]) -> list[str]:
    """What the best policy saves against each other one, between two budgets of the curve."""
    told = []
    for saving in savings:
        better, worse = printable(saving.better), printable(saving.worse)
        if saving.needed is None:
            told.append(
                f"No core in this chart lets {worse} hit as often as {better} at {grouped_number(saving.budget)}."
            )
        else:
            least, most = saving.short - saving.budget, saving.needed - saving.budget
            saved = f"{grouped_number(least)} to {grouped_number(most)}" if least else f"up to {grouped_number(most)}"
            told.append(
                f"A core of {grouped_number(saving.needed)} tokens under {worse} would hit as often as {better} at "
                f"{grouped_number(saving.budget)}: the better policy saves {saved} tokens."
            )
    return told


def curve_json(curve: Curve, now: int) -> Mapping[str, object]:
    """The chart's numbers."""
    return {
        "budgets": list(curve.budgets),
        "now": now,
        "policies": [
            {"label": line.label, "hit_ratio": [None if point is None else point.ratio for point in line.points]}
            for line in curve.lines
        ],
        "optimum": [None if band is None else [band.achieved, band.certified] for band in curve.bands],
    }
