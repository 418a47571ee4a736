"""The package in docs/own_policy: built as an installer builds it, found, replayed under, and its own test run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from memview.kernel.protocols import Page

REPOSITORY = Path(__file__).parents[2]
EXAMPLE = REPOSITORY / "docs" / "own_policy"

Python = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that the package is installed into."""
    room = tmp_path_factory.mktemp("own_policy")
    source, site = room / "source", room / "site"
    shutil.copytree(EXAMPLE, source)
    build = "import sys, hatchling.build; print(hatchling.build.build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(room)], cwd=source, check=True, capture_output=True, timeout=60)
    with zipfile.ZipFile(next(room.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    return site


@pytest.fixture
def python(installed: Path, tmp_path: Path) -> Python:
    """Runs Python with the package installed and nobody's settings."""
    paths = os.pathsep.join([str(installed), str(REPOSITORY)])
    environment = {**os.environ, "PYTHONPATH": paths, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    environment.pop("PYTEST_XDIST_WORKER", None)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    return run


def test_the_commands_of_its_readme_work(python: Python) -> None:
    listed = python("-m", "memview", "policies", "--json")
    assert listed.stderr == ""
    (row,) = [row for row in json.loads(listed.stdout) if row["name"] == "dense"]
    assert row["provenance"] == "plugin 'dense' of memview-dense 0.1.0"
    for command in re.findall(
        r"^\$ memview (.*?)(?: +#.*)?$", (EXAMPLE / "README.md").read_text("utf-8"), re.MULTILINE
    ):
        done = python("-m", "memview", *command.split())
        assert (done.returncode, done.stderr) == (0, ""), command
        assert "dense" in done.stdout


def test_its_own_test_passes(python: Python) -> None:
    done = python("-m", "pytest", "-q", "-p", "no:cacheprovider", "-n0", "--rootdir", str(EXAMPLE), str(EXAMPLE))
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_it_is_as_short_as_the_document_says() -> None:
    assert len((EXAMPLE / "memview_dense.py").read_text("utf-8").splitlines()) <= 20


def test_without_it_nobody_knows_the_policy() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "memview", "replay", "session_01", "--policy", "dense"],
        cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "unknown policy 'dense'" in done.stderr


def test_the_document_shows_the_package_as_it_is() -> None:
    document = (EXAMPLE.parent / "own_policy.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", document, re.DOTALL | re.MULTILINE)
    assert code == (EXAMPLE / "memview_dense.py").read_text("utf-8")
    (entry,) = re.findall(r"^```toml\n(.*?)^```", document, re.DOTALL | re.MULTILINE)
    assert entry in (EXAMPLE / "pyproject.toml").read_text("utf-8")
    described = {
        word for row in re.findall(r"^\| (`.*?) \|", document, re.MULTILINE) for word in re.findall(r"\w+", row)
    }
    assert {field.name for field in fields(Page)} - {"item", "pinned"} == described
