"""The settings file, validated: every wrong key or value becomes one line that names it and says what would do."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from memview.settings import (
    DEFAULT_POLICY,
    DEFAULT_THEME,
    BudgetSettings,
    Settings,
    SettingsError,
    did_you_mean,
)
from memview.settings_yaml import YamlLoader, yaml_complaint

Tokens = Annotated[int, Field(gt=0, strict=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BudgetsInFile(_Strict):
    """`budgets:`, tokens."""

    core: Tokens | None = None
    window: Tokens | None = None
    retrieval: Tokens | None = None


class SettingsInFile(_Strict):
    """The whole file."""

    theme: str = DEFAULT_THEME
    policy: str = DEFAULT_POLICY
    budgets: BudgetsInFile = BudgetsInFile()
    keymap: dict[str, str] = {}
    spacing: Literal["normal", "compact"] = "normal"
    play_speed: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] = 2.0


def parse_settings(text: str, path: Path) -> Settings:
    """Settings from the text of a file; raises `SettingsError`, whose line names `path`, the key and the mend."""
    try:
        content = yaml.load(text, Loader=YamlLoader)  # noqa: S506 - the loader is the safe one
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SettingsError(f"{path}: {yaml_complaint(error)}") from error
    if content is None:
        return Settings(source=path)
    if not isinstance(content, dict):
        raise SettingsError(f"{path}: write settings as `key: value` lines, for example `theme: {DEFAULT_THEME}`")
    try:
        parsed = SettingsInFile.model_validate(content)
    except ValidationError as error:
        raise SettingsError(f"{path}: {_complaint(error.errors()[0])}") from error
    return Settings(
        theme=parsed.theme,
        policy=parsed.policy,
        budgets=BudgetSettings(parsed.budgets.core, parsed.budgets.window, parsed.budgets.retrieval),
        keymap=MappingProxyType(dict(parsed.keymap)),
        spacing=parsed.spacing,
        play_speed=parsed.play_speed,
        source=path,
    )


def _complaint(details: ErrorDetails) -> str:
    place = details["loc"]
    key = ".".join(str(part) for part in place)
    if details["type"] == "extra_forbidden":
        known = _keys_beside(place)
        return f"{key}: unknown key{did_you_mean(str(place[-1]), known)}; known are {', '.join(known)}"
    if place and place[0] == "keymap":
        return f"{key}: write keys as text, for example `step.forward: right,l`"
    return f"{key}: {_said_plainly(details)}, got {_shown(details['input'])}"


def _keys_beside(place: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = BudgetsInFile if place[0] == "budgets" else SettingsInFile
    return list(model.model_fields)


def _said_plainly(details: ErrorDetails) -> str:
    context: Mapping[str, object] = details.get("ctx", {})
    plain = {
        "int_type": "must be a whole number of tokens",
        "int_from_float": "must be a whole number of tokens",
        "greater_than": f"must be more than {context.get('gt')}",
        "less_than_equal": f"must be at most {context.get('le')}",
        "literal_error": f"must be {context.get('expected')}",
        "string_type": "must be text",
        "float_type": "must be a number",
        "float_parsing": "must be a number",
        "finite_number": "must be a finite number",
        "model_type": "must hold `key: value` lines",
        "dict_type": "must hold `action: keys` lines",
    }
    return plain.get(details["type"], details["msg"])


def _shown(value: object) -> str:
    """Short whatever it is: YAML aliases can make a value whose full text would fill the memory."""
    if isinstance(value, int) and value.bit_length() > 128:
        return "a huge number"
    return reprlib.repr(value)
