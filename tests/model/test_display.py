"""Hostile text: every character seen, none obeyed, and exactly the cells asked for."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from memview.model.display import fit, printable, printable_lines

odd = st.sampled_from("\x1b\r\n\t\x7f\x9b\u200d\ufe0f\u202e\u2066\ufeff\u0301\u0489\ud800\u1160\u3164漢🎉👍🏽é ़ा")
hostile = st.one_of(st.text(st.characters()), st.text(odd), st.text(st.one_of(odd, st.characters(max_codepoint=127))))
hostile = st.one_of(
    hostile, st.characters(categories=["Cc", "Cf", "Cs", "Mn", "Me", "Mc", "Zl", "Zp"]).map("a{}b".format)
)


@given(hostile)
def test_printable_holds_nothing_invisible(text: str) -> None:
    shown = printable(text)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not any("\ufe00" <= char <= "\ufe0f" or "\U000e0000" <= char <= "\U000e0fff" for char in shown)


@given(hostile)
def test_printable_is_idempotent(text: str) -> None:
    assert printable(printable(text)) == printable(text)


@given(hostile)
def test_marks_sit_on_a_character_and_two_at_most(text: str) -> None:
    marks = 2
    for char in printable(text):
        marks = 0 if get_character_cell_size(char) else marks + 1
        assert marks <= 2


@given(hostile, st.integers(-2, 40))
@example("漢" * 10, 4)
@example("a" + "\u0301" * 500 + "b" * 5, 3)
@example("a" + "\u0301" * 500, 3)
def test_fit_has_exactly_the_width(text: str, width: int) -> None:
    fitted = fit(text, width)
    assert cell_len(fitted) == max(width, 0)
    assert printable(fitted) == fitted


@given(hostile, st.integers(1, 40))
def test_fit_is_the_text_or_its_beginning(text: str, width: int) -> None:
    shown, fitted = printable(text), fit(text, width)
    if cell_len(shown) <= width:
        assert fitted == shown + " " * (width - cell_len(shown))
    else:
        head, ellipsis, blanks = fitted.rpartition("…")
        assert ellipsis
        assert shown.startswith(head)
        assert blanks in ("", " ")


@given(hostile)
def test_lines_together_are_the_line(text: str) -> None:
    lines = printable_lines(text)
    assert lines
    assert all("\n" not in line and printable(line) == line for line in lines)
    assert cell_len("⏎".join(lines)) >= cell_len(printable(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("plain ASCII ~", "plain ASCII ~"),
        ("café – 漢字 ✓ Привет", "café – 漢字 ✓ Привет"),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x00\x07\x7f", "␀␇␡"),
        ("\x9b31m", "␦31m"),
        ("a\nb\r\nc\u2028d", "a⏎b⏎c⏎d"),
        ("over\rwritten", "over␍written"),
        ("a\tb", "a⇥b"),
        ("\u202etxt.exe\u2066", "·txt.exe·"),
        ("zero\u200bwidth\ufeff\u00ad", "zero·width··"),
        ("hi\U000e0041\U000e0042", "hi··"),
        ("❤\ufe0f", "❤"),
        ("👩\u200d👧", "👩·👧"),
        ("👍🏽 ok", "👍 ok"),
        ("🤝🏿", "🤝"),
        ("👩🏽\u200d💻", "👩·💻"),
        ("漢🏽", "漢·"),
        ("☝🏽", "☝"),
        ("a🏽", "a·"),
        ("\ud800\udfff\uffff", "���"),
        ("\u3164\u115f", "··"),
        ("e\u0301\u0302\u0303\u0304x", "e\u0301\u0302x"),
        ("\u0301x", "◌\u0301x"),
        ("\u200b\u0301", "·\u0301"),
        ("[bold]not markup[/]", "[bold]not markup[/]"),
    ],
)
def test_printable_examples(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a\nb", ["a", "b"]),
        ("a\r\n\r\nb\n", ["a", "", "b", ""]),
        ("\u0301a\n\u0301b", ["◌\u0301a", "◌\u0301b"]),
        ("a\x0bb\x0cc\x85d", ["a␋b␌c␦d"]),
    ],
)
def test_lines_examples(text: str, lines: list[str]) -> None:
    assert printable_lines(text) == lines


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [
        ("abc", 5, "abc  "),
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("abcd", 1, "…"),
        ("abcd", 0, ""),
        ("漢字漢字", 8, "漢字漢字"),
        ("漢字漢字", 7, "漢字漢…"),
        ("漢字漢字", 6, "漢字… "),
        ("漢", 1, "…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("a\nb", 4, "a⏎b "),
    ],
)
def test_fit_examples(text: str, width: int, fitted: str) -> None:
    assert fit(text, width) == fitted
