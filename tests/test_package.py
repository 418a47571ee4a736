"""The project file, and what is shipped: true of a checkout and of an installed wheel alike."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import memview
from memview.sessions.catalogue import list_samples, sample_directory
from memview.tui.themes import shipped_directory, theme_catalogue

REPOSITORY = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))


def files_in(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir() if path.suffix in {".jsonl", ".gz", ".yaml"}}


def test_the_version_is_one() -> None:
    assert PROJECT["project"]["version"] == memview.__version__


def test_both_names_start_the_same_program() -> None:
    scripts = PROJECT["project"]["scripts"]
    assert scripts == {"memview": "memview.__main__:main", "memos": "memview.__main__:main"}


def test_the_extras_are_there() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    assert {"llm", "test", "dev"} <= extras.keys()
    assert any(need.startswith("openai") for need in extras["llm"])
    assert {need.split(">")[0] for need in extras["llm"]} <= {need.split(">")[0] for need in extras["test"]}
    assert "memview[test]" in extras["dev"]


def test_metadata_for_an_index() -> None:
    project = PROJECT["project"]
    assert project["license"] == "MIT"
    assert project["requires-python"] == ">=3.11"
    assert (REPOSITORY / project["readme"]).is_file()
    assert all((REPOSITORY / name).is_file() for name in project["license-files"])


def test_textual_is_pinned_exactly() -> None:
    pins = [need for need in PROJECT["project"]["dependencies"] if need.startswith("textual")]
    assert len(pins) == 1
    assert pins[0].startswith("textual==")


@pytest.mark.parametrize(
    ("found", "source"),
    [(sample_directory(), REPOSITORY / "sample_sessions"), (shipped_directory(), REPOSITORY / "themes")],
    ids=["sample_sessions", "themes"],
)
def test_samples_and_themes_are_found_where_this_memview_runs_from(found: Path, source: Path) -> None:
    assert files_in(found)
    assert files_in(found) == files_in(source)


def test_what_is_found_is_what_the_catalogues_list() -> None:
    assert len(list_samples()) == len(files_in(sample_directory()))
    assert {f"{theme.name}.yaml" for theme in theme_catalogue()} >= files_in(shipped_directory())


def test_the_wheel_takes_both_along() -> None:
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {"themes": "memview/_shipped/themes", "sample_sessions": "memview/_shipped/sample_sessions"}


@pytest.mark.skipif(find_spec("hatchling") is None, reason="the build backend, hatchling, is not installed here")
def test_a_built_wheel_holds_code_styles_presets_themes_and_samples(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        tmp_path,
        REPOSITORY,
    ]
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("memview-*.whl"))) as wheel:
        names = set(wheel.namelist())
    package = REPOSITORY / "memview"
    code = {path for path in package.rglob("*") if path.suffix in {".py", ".yaml", ".tcss", ".css", ".html", ".js"}}
    expected = {path.relative_to(REPOSITORY).as_posix() for path in code if "_shipped" not in path.parts}
    expected |= {f"memview/_shipped/themes/{name}" for name in files_in(REPOSITORY / "themes")}
    expected |= {f"memview/_shipped/sample_sessions/{name}" for name in files_in(REPOSITORY / "sample_sessions")}
    lessons = files_in(REPOSITORY / "sample_sessions" / "lessons")
    assert len(lessons) > 6
    expected |= {f"memview/_shipped/sample_sessions/lessons/{name}" for name in lessons}
    assert expected <= names
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)
