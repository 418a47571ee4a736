"""Settings: defaults for nothing, one-line errors that name file, key and mend."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.model.errors import MemviewError
from memview.settings import (
    BudgetSettings,
    Settings,
    SettingsError,
    did_you_mean,
    load_settings,
    settings_path,
)
from memview.settings_schema import parse_settings


def load(text: str, folder: Path) -> Settings:
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return load_settings({"MEMVIEW_CONFIG": str(path)})


def test_no_file_gives_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load_settings({}) == Settings()


def test_the_default_path_is_the_users_configuration_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    if sys.platform.startswith("linux"):
        assert settings_path({}) == tmp_path / "memview" / "config.yaml"
    assert settings_path({}).parts[-2:] == ("memview", "config.yaml")


def test_defaults_cost_neither_pydantic_nor_yaml(tmp_path: Path) -> None:
    code = (
        "import sys; from memview.settings import load_settings; load_settings({}); "
        "print(sorted({'pydantic', 'yaml', 'textual'} & set(sys.modules)))"
    )
    environment = {"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "[]"


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    settings = load(
        "theme: okabe-ito\npolicy: arc\nbudgets:\n  core: 300\nkeymap:\n  step.forward: right,l\n"
        "spacing: compact\nplay_speed: 4\n",
        tmp_path,
    )
    assert settings == Settings(
        "okabe-ito",
        "arc",
        BudgetSettings(core=300),
        {"step.forward": "right,l"},
        "compact",
        4.0,
        tmp_path / "config.yaml",
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_an_empty_file_is_the_defaults(text: str, tmp_path: Path) -> None:
    assert load(text, tmp_path) == Settings(source=tmp_path / "config.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("thme: x", ["thme", "did you mean 'theme'?"]),
        ("budgets: {cor: 3}", ["budgets.cor", "did you mean 'core'?", "retrieval"]),
        ("budgets: {core: many}", ["budgets.core", "whole number of tokens", "'many'"]),
        ("budgets: {core: 0}", ["budgets.core", "more than 0"]),
        ("budgets: {core: true}", ["budgets.core", "whole number of tokens"]),
        ("budgets: 3", ["budgets", "key: value"]),
        ("spacing: wide", ["spacing", "'normal' or 'compact'", "'wide'"]),
        ("play_speed: .inf", ["play_speed"]),
        ("play_speed: -1", ["play_speed", "more than 0"]),
        ("theme: [a]", ["theme", "must be text"]),
        ("keymap: {step.forward: [l]}", ["keymap.step.forward", "write keys as text"]),
        ("theme: 'open", ["line ", "not valid YAML"]),
        ("- a\n- b", ["key: value"]),
        ("just text", ["key: value"]),
        ("!!python/object/apply:os.system ['true']", ["not valid YAML"]),
        ("budgets: {core: 0x" + "f" * 9000 + "e0.5}", ["budgets.core"]),
    ],
)
def test_an_error_is_one_line_that_names_file_key_and_mend(text: str, said: list[str], tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(text, tmp_path)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 400
    for part in [str(tmp_path / "config.yaml"), *said]:
        assert part in message


def test_aliases_that_multiply_are_refused_quickly(tmp_path: Path) -> None:
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
    )
    with pytest.raises(SettingsError):
        load(laughs + "theme: *a11\n", tmp_path)
    with pytest.raises(SettingsError):
        load("theme: &a [&b [x, x], *b]\n", tmp_path)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings({"MEMVIEW_CONFIG": str(tmp_path / "absent.yaml")})


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"\xff\xfe\x00theme")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings({"MEMVIEW_CONFIG": str(path)})


@given(st.text(max_size=60))
def test_any_text_gives_settings_or_a_plain_error(text: str) -> None:
    message = ""
    try:
        parse_settings(text, Path("config.yaml"))
    except MemviewError as error:
        message = str(error)
    assert "\n" not in message


def test_the_nearest_name_is_offered() -> None:
    assert did_you_mean("Themes", ["theme", "policy"]) == "; did you mean 'theme'?"
    assert did_you_mean("zzz", ["theme", "policy"]) == ""


def test_the_default_policy_and_theme_exist() -> None:
    from memview.policies.registry import DEFAULT_POLICY as ENGINE_DEFAULT
    from memview.tui.themes import theme_paths

    assert Settings().policy == ENGINE_DEFAULT
    assert Settings().theme in theme_paths()
