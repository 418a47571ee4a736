"""Colour themes as YAML files: those shipped and the user's own, validated when read.

At start only the chosen file is read; `load_themes` reads the others after the first paint. Textual and YAML are
imported by the functions that need them, so that the catalogue costs the command line no screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from memview.model.errors import MemviewError
from memview.settings import did_you_mean

if TYPE_CHECKING:
    from textual.theme import Theme

VARIABLES: Mapping[str, str] = {
    "tier-system": "foreground",
    "tier-core": "primary",
    "tier-summary": "secondary",
    "tier-retrieved": "success",
    "tier-window": "accent",
    "tier-query": "foreground",
    "tier-reserve": "secondary",
    "tier-free": "secondary",
    "tier-archive": "secondary",
    "tier-recall": "secondary",
    "tier-shared": "accent",
    "tier-quarantine": "error",
    "action-promote": "success",
    "action-evict": "warning",
    "action-hit": "primary",
    "action-fault": "error",
    "action-reject": "secondary",
    "action-quarantine": "error",
    "action-insert": "success",
    "action-warn": "warning",
    "action-error": "error",
    "action-route": "secondary",
    "action-search": "secondary",
    "action-tool": "accent",
    "custody-visible": "success",
    "custody-covered": "secondary",
    "custody-recoverable": "primary",
    "custody-lost": "error",
}
"""Our theme variables, and the base colour that each takes where a theme does not name it."""

COLOURS = (
    "primary", "secondary", "accent", "warning", "error", "success", "foreground", "background", "surface", "panel",
    "boost",
)  # fmt: skip
KEYS = ("name", "description", "dark", *COLOURS, "variables")

_FALLBACK_COLOURS = {
    "primary": "#2f6fab", "secondary": "#9aa5b5", "accent": "#e5c057", "warning": "#edb836", "error": "#ff6b6b",
    "success": "#3fa968", "foreground": "#dce2ec",
}  # fmt: skip
_NO_STEPS_UP = ("/", "\\", "..", "\0")
_MAXIMUM_BYTES = 64 * 1024


class ThemeError(MemviewError):
    """A theme that is not there or cannot be used: names file and key, and how to mend it."""


@dataclass(frozen=True, slots=True)
class ThemeInfo:
    """A theme as a list shows it. `path` is its file."""

    name: str
    dark: bool
    description: str
    path: Path


@dataclass(frozen=True, slots=True)
class ThemeLoad:
    """What `load_themes` found: themes by name order, and one line for each file that cannot be used."""

    loaded: tuple[Theme, ...]
    failed: tuple[str, ...]


def variable_defaults() -> dict[str, str]:
    """For `App.get_theme_variable_defaults`: without them the style sheets do not parse under a foreign theme."""
    return {variable: _FALLBACK_COLOURS[base] for variable, base in VARIABLES.items()}


def shipped_directory() -> Path:
    """The themes that come with memview: inside the wheel, or beside the package in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_shipped" / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def user_directory() -> Path:
    """Where a person puts themes of their own; it need not exist."""
    import platformdirs

    return platformdirs.user_config_path("memview", appauthor=False) / "themes"


def theme_paths() -> dict[str, Path]:
    """Every theme file by name (the file's name without `.yaml`); the user's own take the place of shipped ones."""
    paths: dict[str, Path] = {}
    for directory in (shipped_directory(), user_directory()):
        paths.update((path.stem, path) for path in _yaml_files(directory))
    return dict(sorted(paths.items()))


def load_theme(name: str) -> Theme:
    """The theme called `name`; reads that one file only. Raises `ThemeError`, offering the nearest name."""
    if name and not any(part in name for part in _NO_STEPS_UP):
        for directory in (user_directory(), shipped_directory()):
            path = directory / f"{name}.yaml"
            if path.is_file():
                return read_theme(path)
    known = theme_paths()
    raise ThemeError(f"theme {name!r} does not exist{did_you_mean(name, known)}; known are {', '.join(known)}")


def load_themes() -> ThemeLoad:
    """Every theme there is; a broken file costs only itself."""
    loaded: list[Theme] = []
    failed: list[str] = []
    for path in theme_paths().values():
        try:
            loaded.append(read_theme(path))
        except ThemeError as error:
            failed.append(str(error))
    return ThemeLoad(tuple(loaded), tuple(failed))


def theme_catalogue() -> list[ThemeInfo]:
    """What there is to choose from, by name. Files that cannot be used are left out; `load_themes` says why."""
    return [info for path in theme_paths().values() if (info := _info(path)) is not None]


def read_theme(path: Path) -> Theme:
    """The theme in a file, every variable of ours set. Raises `ThemeError`, whose line names the file and the key."""
    content = _read(path)
    colours = {key: _colour(path, key, content[key]) for key in COLOURS if content.get(key) is not None}
    if "primary" not in colours:
        raise ThemeError(f'{path}: primary: missing; write for example `primary: "#2f6fab"`')
    given = content.get("variables") or {}
    if not isinstance(given, dict):
        raise ThemeError(f'{path}: variables: write `name: "#rrggbb"` lines under it')
    variables = {variable: colours.get(base, colours["primary"]) for variable, base in VARIABLES.items()}
    variables.update(_variables(path, given))
    from textual.theme import Theme

    return Theme(
        name=path.stem,
        dark=_is_dark(path, content),
        variables=variables,
        primary=colours["primary"],
        secondary=colours.get("secondary"),
        accent=colours.get("accent"),
        warning=colours.get("warning"),
        error=colours.get("error"),
        success=colours.get("success"),
        foreground=colours.get("foreground"),
        background=colours.get("background"),
        surface=colours.get("surface"),
        panel=colours.get("panel"),
        boost=colours.get("boost"),
    )


def _variables(path: Path, given: Mapping[object, object]) -> dict[str, str]:
    checked: dict[str, str] = {}
    foreign = [key for key in given if key not in VARIABLES]
    known = _textual_variables() if foreign else frozenset()
    for key, value in given.items():
        if not isinstance(key, str) or (key not in VARIABLES and key not in known):
            nearest = did_you_mean(str(key), [*VARIABLES, *known])
            raise ThemeError(f"{path}: variables.{key}: no such variable{nearest}")
        if key.endswith("-style"):
            checked[key] = _text_style(path, key, value)
        else:
            checked[key] = _colour(path, f"variables.{key}", value)
    return checked


def _textual_variables() -> frozenset[str]:
    from textual.design import ColorSystem

    return frozenset(ColorSystem(_FALLBACK_COLOURS["primary"], dark=True).generate())


def _colour(path: Path, key: str, value: object) -> str:
    """A colour as Textual's style sheets take it: `#rrggbb`, a name or `rgb(...)`, perhaps with ` 50%` after it."""
    from textual.color import Color, ColorParseError

    text = value.strip() if isinstance(value, str) else ""
    plain, _, share = text.rpartition(" ")
    is_faded = share.endswith("%") and share[:-1].isdecimal()
    try:
        if not text:
            raise ColorParseError("not a colour")
        Color.parse(plain if is_faded and plain else text)
    except ColorParseError as error:
        shown = repr(value) if len(repr(value)) < 40 else "that value"
        raise ThemeError(f'{path}: {key}: {shown} is no colour; write "#rrggbb" with the quotation marks') from error
    return text


def _text_style(path: Path, key: str, value: object) -> str:
    from textual.css.constants import VALID_STYLE_FLAGS

    words = value.split() if isinstance(value, str) else []
    if not words or not all(word in VALID_STYLE_FLAGS for word in words):
        raise ThemeError(f"{path}: variables.{key}: write text styles such as `bold` or `bold underline`")
    return " ".join(words)


def _is_dark(path: Path, content: Mapping[str, object]) -> bool:
    dark = content.get("dark", True)
    if not isinstance(dark, bool):
        raise ThemeError(f"{path}: dark: write true or false")
    return dark


def _info(path: Path) -> ThemeInfo | None:
    try:
        content = _read(path)
        description = content.get("description")
        shown = " ".join(description.split()) if isinstance(description, str) else ""
        return ThemeInfo(path.stem, _is_dark(path, content), shown, path)
    except ThemeError:
        return None


def _read(path: Path) -> Mapping[str, object]:
    import yaml

    from memview.settings_yaml import YamlLoader, yaml_complaint

    try:
        if path.stat().st_size > _MAXIMUM_BYTES:
            raise ThemeError(f"{path}: too large for a theme; keep it under {_MAXIMUM_BYTES // 1024} KiB")
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=YamlLoader)  # noqa: S506 - the loader is the safe one
    except UnicodeDecodeError as error:
        raise ThemeError(f"{path}: not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise ThemeError(f"{path}: cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ThemeError(f"{path}: {yaml_complaint(error)}") from error
    if not isinstance(content, dict):
        raise ThemeError(f"{path}: write a theme as `key: value` lines, beginning with `name: {path.stem}`")
    for key in content:
        if key not in KEYS:
            raise ThemeError(f"{path}: {key}: unknown key{did_you_mean(str(key), KEYS)}; known are {', '.join(KEYS)}")
    if content.get("name", path.stem) != path.stem:
        raise ThemeError(f"{path}: name: must be {path.stem!r}, as the file is called; rename one of them")
    return content


def _yaml_files(directory: Path) -> Iterator[Path]:
    try:
        yield from sorted(path for path in directory.iterdir() if path.suffix == ".yaml" and path.is_file())
    except OSError:
        return
