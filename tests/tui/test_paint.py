"""Styles: whatever is read can be read, on every ground of every theme."""

from __future__ import annotations

import pytest
from rich.color import ColorTriplet
from textual.color import Color

from memview.tui import themes
from memview.tui.glyphs import ACTION_MARKS, CUSTODY_MARKS, OUTCOME_MARKS, SECTION_MARKS
from memview.tui.paint import Paint, contrast

SHIPPED = ("high-contrast", "memview-dark", "memview-light", "monochrome", "okabe-ito")
MARKS = (ACTION_MARKS, CUSTODY_MARKS, OUTCOME_MARKS, SECTION_MARKS)
READ = {"text", "muted", "faint", "accent", "focus", "tier-reserve"} | {
    mark.style for marks in MARKS for mark in marks.values()
}
GROUNDS = ("ground", "panel", "surface", "bar", "cursor")


def paint_of(name: str) -> Paint:
    theme = themes.load_theme(name)
    return Paint({**themes.variable_defaults(), **theme.to_color_system().generate(), **theme.variables})


def drawn_contrast(paint: Paint, style: str, ground: str) -> float:
    made = paint.style(style, ground)
    front, back = (part.triplet if part else None for part in (made.color, made.bgcolor))
    assert isinstance(front, ColorTriplet)
    assert isinstance(back, ColorTriplet)
    return contrast(Color(*front), Color(*back))


@pytest.mark.parametrize("name", SHIPPED)
def test_all_text_can_be_read(name: str) -> None:
    paint, wanted = paint_of(name), 7.0 if name == "high-contrast" else 4.5
    ratios = {(style, ground): drawn_contrast(paint, style, ground) for style in sorted(READ) for ground in GROUNDS}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < wanted} == {}


@pytest.mark.parametrize("name", SHIPPED)
def test_ink_can_be_read_on_every_block(name: str) -> None:
    paint, wanted = paint_of(name), 7.0 if name == "high-contrast" else 4.5
    blocks = ["primary", *(mark.style for mark in SECTION_MARKS.values())]
    ratios = {block: drawn_contrast(paint, f"bold ink on {block}", "ground") for block in blocks}
    assert {block: ratio for block, ratio in ratios.items() if ratio < wanted} == {}


@pytest.mark.parametrize("name", SHIPPED)
def test_faint_text_is_fainter_than_muted_and_muted_than_text(name: str) -> None:
    paint = paint_of(name)
    faint, muted, text = (drawn_contrast(paint, style, "ground") for style in ("faint", "muted", "text"))
    assert faint < muted < text


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(Color(0, 0, 0), Color(255, 255, 255)) == pytest.approx(21)
    assert contrast(Color(119, 119, 119), Color(255, 255, 255)) == pytest.approx(4.48, abs=0.01)
