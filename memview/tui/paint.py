"""Style names to terminal styles, for one theme. Widgets ask here and nowhere else, so a theme restyles everything.

A style name is a colour name with optional words around it: `muted`, `bold tier-core`, `ink on tier-core`. A colour is
a theme variable or one of the mixtures below; `ink` is whatever can be read on the ground it stands on.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from memview.tui.lines import Line

_ATTRIBUTES = frozenset({"bold", "dim", "italic", "underline", "reverse"})

_MIXTURES: dict[str, tuple[str, str, float]] = {
    "muted": ("ground", "text", 0.66),
    "faint": ("ground", "text", 0.5),
    "frame": ("ground", "text", 0.24),
    "track": ("ground", "text", 0.16),
    "bar": ("ground", "text", 0.07),
    "cursor": ("ground", "primary", 0.34),
}
"""Name: mixed from the first colour towards the second by this share."""

_DRAWN = frozenset({"frame", "track", "bar", "cursor", "primary"})
"""What lines and blocks are drawn with; everything else is read."""

_BLACK, _WHITE = Color(0, 0, 0), Color(255, 255, 255)
_READABLE, _VERY_READABLE, _STARK = 4.5, 7.0, 18.0
"""Contrasts of WCAG 2.2, levels AA and AAA; a theme whose own text is this stark asks for the second."""

_NAMES = {"ground": "background", "text": "foreground", "focus": "accent"}


class Paint:
    """Styles of one theme, each made once. `variables` are `App.theme_variables`."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._colours: dict[str, Color] = {}
        self._styles: dict[tuple[str, str], Style] = {}
        stark = contrast(self._colour("text"), self._colour("ground")) >= _STARK
        self._least_contrast = _VERY_READABLE if stark else _READABLE

    def style(self, name: str, ground: str = "ground") -> Style:
        """The style called `name` on the colour called `ground`, unless the name brings its own ground."""
        key = (name, ground)
        style = self._styles.get(key)
        if style is None:
            style = self._styles[key] = self._make(name, ground)
        return style

    def strip(self, line: Line, width: int, ground: str = "ground") -> Strip:
        """`line` as Textual draws it; it has to be `width` cells wide. Neighbours of one style become one segment."""
        segments: list[Segment] = []
        last_text, last_style = "", None
        for text, name in line:
            style = self.style(name, ground)
            if style is last_style or (
                last_style is not None and text.isspace() and style.bgcolor == last_style.bgcolor
            ):
                last_text += text
                continue
            if last_text:
                segments.append(Segment(last_text, last_style))
            last_text, last_style = text, style
        if last_text:
            segments.append(Segment(last_text, last_style))
        return Strip(segments, width)

    def _make(self, name: str, ground: str) -> Style:
        words = name.split()
        attributes: set[str] = set()
        if "on" in words:
            at = words.index("on")
            ground = words[at + 1]
            words = words[:at]
        colour = "text"
        for word in words:
            if word in _ATTRIBUTES:
                attributes.add(word)
            else:
                colour = word
        back = self._colour(ground)
        front = _ink(back) if colour == "ink" else self._readable(colour, back)
        if front.ansi is not None and colour in _MIXTURES:
            attributes.add("dim")
        return Style(
            color=front.rich_color,
            bgcolor=back.rich_color,
            bold="bold" in attributes or None,
            dim="dim" in attributes or None,
            italic="italic" in attributes or None,
            underline="underline" in attributes or None,
            reverse="reverse" in attributes or None,
        )

    def _readable(self, name: str, back: Color) -> Color:
        """The colour called `name`, moved towards that of text as far as it has to be to be read on `back`."""
        front = self._colour(name)
        if name in _DRAWN or front.ansi is not None or back.ansi is not None:
            return front
        for target in (self._colour("text"), _ink(back)):
            for tenth in range(11):
                mixed = front.blend(target, tenth / 10)
                if contrast(mixed, back) >= self._least_contrast:
                    return mixed
        return _ink(back)

    def _colour(self, name: str) -> Color:
        colour = self._colours.get(name)
        if colour is None:
            colour = self._colours[name] = self._find(name)
        return colour

    def _find(self, name: str) -> Color:
        if name in _MIXTURES:
            base_name, towards_name, share = _MIXTURES[name]
            base, towards = self._colour(base_name), self._colour(towards_name)
            if base.ansi is not None or towards.ansi is not None:
                return towards if name not in ("track", "bar", "cursor") else base
            return base.blend(towards, share)
        colour = _parsed(self._variables[_NAMES.get(name, name)])
        if colour.a < 1 and colour.ansi is None:
            return _parsed(self._variables["background"]) + colour
        return colour


def contrast(first: Color, second: Color) -> float:
    """How well one is read on the other: the ratio of WCAG 2.2 (1.4.3), 1 to 21."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.r / 255, colour.g / 255, colour.b / 255)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _ink(back: Color) -> Color:
    return max((_WHITE, _BLACK), key=lambda ink: contrast(ink, back))


def _parsed(value: str) -> Color:
    """A colour as style sheets write it: `#rrggbb`, a name, and either with a share of it: `#rrggbb 60%`."""
    plain, _, share = value.rpartition(" ")
    if plain and share.endswith("%"):
        return Color.parse(plain).multiply_alpha(float(share[:-1]) / 100)
    return Color.parse(value)
