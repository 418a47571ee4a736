"""Themes: shipped ones can be read by people, broken ones cost only themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import Theme
from textual.widgets import Static

from memview.model.errors import MemviewError
from memview.settings import DEFAULT_THEME
from memview.tui import themes
from memview.tui.themes import VARIABLES, ThemeError, load_theme, load_themes, read_theme, theme_catalogue

SHIPPED = ("high-contrast", "memview-dark", "memview-light", "monochrome", "okabe-ito")
FILLS = {"tier-free", "tier-reserve"}
"""Drawn as blocks of the gauge, never as text; their words are in the ordinary text colour."""


@pytest.fixture(autouse=True)
def own_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    directory = tmp_path / "memview" / "themes"
    directory.mkdir(parents=True)
    monkeypatch.setattr(themes, "user_directory", lambda: directory)
    return directory


def write(directory: Path, name: str, text: str) -> Path:
    path = directory / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def luminance(colour: Color) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part / 255) for part in colour.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: Color, second: Color) -> float:
    """The ratio of WCAG 2.2 (1.4.3), 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def grounds(theme: Theme) -> list[Color]:
    background = Color.parse(theme.background or "")
    cursor_row = background.blend(Color.parse(theme.primary), 0.34)
    return [background, Color.parse(theme.surface or ""), Color.parse(theme.panel or ""), cursor_row]


def test_five_themes_are_shipped() -> None:
    assert tuple(theme.name for theme in theme_catalogue()) == SHIPPED
    assert load_themes().failed == ()
    assert DEFAULT_THEME in SHIPPED
    assert [theme.dark for theme in theme_catalogue()] == [True, True, False, True, True]
    assert all(theme.description and theme.path.is_file() for theme in theme_catalogue())


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_theme_names_every_variable(name: str) -> None:
    theme = load_theme(name)
    assert set(VARIABLES) <= set(theme.variables)
    text = Path(theme_catalogue()[SHIPPED.index(name)].path).read_text(encoding="utf-8")
    assert all(f"  {variable}: " in text for variable in VARIABLES)


@pytest.mark.parametrize("name", SHIPPED)
def test_text_can_be_read_on_every_ground(name: str) -> None:
    theme = load_theme(name)
    wanted = 7.0 if name == "high-contrast" else 4.5
    colours = {variable: theme.variables[variable] for variable in VARIABLES if variable not in FILLS}
    colours |= {"foreground": theme.foreground or "", "text-muted": theme.variables["text-muted"]}
    too_faint = [
        (variable, ground.hex)
        for variable, colour in colours.items()
        for ground in grounds(theme)
        if contrast(Color.parse(colour), ground) < wanted
    ]
    assert too_faint == []


@pytest.mark.parametrize("name", SHIPPED)
def test_fills_cursor_and_footer_can_be_told_from_their_ground(name: str) -> None:
    theme = load_theme(name)
    background = Color.parse(theme.background or "")
    for fill in FILLS:
        assert contrast(Color.parse(theme.variables[fill]), background) >= 1.8
    variables = {key: Color.parse(value) for key, value in theme.variables.items()}
    assert contrast(variables["block-cursor-foreground"], variables["block-cursor-background"]) >= 4.5
    assert contrast(variables["block-cursor-blurred-foreground"], variables["block-cursor-blurred-background"]) >= 4.5
    for footer in ("footer-key-foreground", "footer-description-foreground"):
        assert contrast(variables[footer], variables["footer-background"]) >= 4.5


def test_monochrome_has_no_hue() -> None:
    theme = load_theme("monochrome")
    for colour in [*theme.variables.values(), theme.primary, theme.background or "", theme.error or ""]:
        red, green, blue = Color.parse(colour).rgb
        assert red == green == blue


def test_the_pairs_that_decide_differ_for_every_kind_of_colour_vision() -> None:
    """Okabe-Ito keeps promote from evict, and visible from lost, by lightness or by the blue-yellow axis as well."""
    variables = load_theme("okabe-ito").variables
    for first, second in [("action-promote", "action-evict"), ("custody-visible", "custody-lost")]:
        one, other = Color.parse(variables[first]), Color.parse(variables[second])
        assert abs(one.b - other.b) > 80 or contrast(one, other) > 1.5


def test_the_catalogue_needs_no_textual() -> None:
    code = "import sys; from memview.tui.themes import theme_catalogue as c; c(); print('textual.app' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_one_theme_reads_one_file(own_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    original = themes.read_theme
    monkeypatch.setattr(themes, "read_theme", lambda path: read.append(path.stem) or original(path))
    assert load_theme("okabe-ito").name == "okabe-ito"
    assert read == ["okabe-ito"]


def test_missing_variables_are_derived(own_directory: Path) -> None:
    theme = read_theme(write(own_directory, "mine", 'primary: "#102030"\nerror: "#ff0000"\n'))
    assert theme.name == "mine"
    assert theme.dark
    assert theme.variables["tier-core"] == "#102030"
    assert theme.variables["custody-lost"] == "#ff0000"
    assert set(theme.variables) == set(VARIABLES)


def test_a_theme_of_ones_own_takes_the_place_of_a_shipped_one(own_directory: Path) -> None:
    write(own_directory, "memview-dark", 'primary: "#102030"\n')
    assert load_theme("memview-dark").primary == "#102030"
    assert len(load_themes().loaded) == len(SHIPPED)


def test_textual_variables_and_faded_colours_are_allowed(own_directory: Path) -> None:
    text = 'primary: red\nvariables: {border: "#fff 50%", block-cursor-text-style: bold underline, panel: ansi_blue}'
    theme = read_theme(write(own_directory, "mine", text))
    assert theme.variables["border"] == "#fff 50%"
    assert theme.variables["block-cursor-text-style"] == "bold underline"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("primry: red", ["primry", "did you mean 'primary'?"]),
        ("dark: true", ["primary", "missing"]),
        ("primary: notacolour", ["primary", "'notacolour' is no colour"]),
        ("primary: 123456", ["primary", "quotation marks"]),
        ("primary: #123456", ["primary"]),
        ("primary: red\ndark: maybe", ["dark", "true or false"]),
        ("primary: red\nname: other", ["name", "'mine'"]),
        ("primary: red\nvariables: {teir-core: red}", ["variables.teir-core", "'tier-core'"]),
        ("primary: red\nvariables: {tier-core: [1]}", ["variables.tier-core", "no colour"]),
        ("primary: red\nvariables: {block-cursor-text-style: fancy}", ["block-cursor-text-style", "bold"]),
        ("primary: red\nvariables: 7", ["variables"]),
        ("primary: 'red", ["not valid YAML", "line "]),
        ("- primary", ["key: value"]),
        ("", ["key: value"]),
        ("x: " + "y" * 70_000, ["too large"]),
    ],
)
def test_a_broken_theme_is_one_line_that_names_file_and_key(text: str, said: list[str], own_directory: Path) -> None:
    path = write(own_directory, "mine", text)
    with pytest.raises(ThemeError) as caught:
        read_theme(path)
    message = str(caught.value)
    assert "\n" not in message
    for part in [str(path), *said]:
        assert part in message
    load = load_themes()
    assert len(load.loaded) == len(SHIPPED)
    assert load.failed == (message,)


def test_bytes_that_are_no_text_are_refused(own_directory: Path) -> None:
    (own_directory / "mine.yaml").write_bytes(b"\xff\xfe")
    assert "UTF-8" in load_themes().failed[0]


@pytest.mark.parametrize("name", ["memview-drak", "", "../memview-dark", "/etc/passwd", "a\0b"])
def test_an_unknown_theme_lists_those_there_are(name: str) -> None:
    with pytest.raises(MemviewError, match="known are high-contrast"):
        load_theme(name)


class Sample(App[None]):
    CSS = "Static { color: $tier-core; background: $custody-lost; border: solid $action-hit; }"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.variable_defaults()

    def compose(self) -> ComposeResult:
        yield Static("text")


async def test_every_theme_and_a_foreign_one_paint() -> None:
    app = Sample()
    async with app.run_test() as pilot:
        for theme in load_themes().loaded:
            app.register_theme(theme)
            app.theme = theme.name
            await pilot.pause()
            assert app.query_one(Static).styles.color == Color.parse(theme.variables["tier-core"])
        app.theme = "nord"
        await pilot.pause()
        assert app.query_one(Static).styles.color == Color.parse(themes.variable_defaults()["tier-core"])
