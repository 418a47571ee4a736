"""What an import may cost. The static contract cannot see imports inside functions; a fresh interpreter can."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
ENGINE = {"pydantic", "pydantic_core", "numpy", "rank_bm25", "tiktoken", "yaml", "snowballstemmer", "openai"}
SCREEN = {"textual", "rich"}
EVERYTHING = ENGINE | SCREEN | {"click"}

MAY_NOT_IMPORT = {
    "memview": EVERYTHING | {"platformdirs"},
    "memview.model": EVERYTHING,
    "memview.model.display": EVERYTHING,
    "memview.expressions": EVERYTHING,
    "memview.tokens": EVERYTHING,
    "memview.sessions.catalogue": EVERYTHING,
    "memview.kernel.kernel": EVERYTHING,
    "memview.policies": EVERYTHING,
    "memview.replay": EVERYTHING,
    "memview.settings": EVERYTHING | {"platformdirs"},
    "memview.cli.main": EVERYTHING - {"click"},
    "memview.tui.app": ENGINE,
}


def loaded_by(code: str) -> set[str]:
    """Top-level modules in a fresh interpreter after `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=True,
    )
    return set(done.stdout.split("\n")[-2].split())


@pytest.mark.parametrize("module", MAY_NOT_IMPORT)
def test_an_import_stays_light(module: str) -> None:
    assert loaded_by(f"import {module}") & MAY_NOT_IMPORT[module] == set()


def test_one_command_does_not_load_the_others() -> None:
    loaded = loaded_by("from memview.cli.main import run\nrun(['--version'])")
    assert loaded & (EVERYTHING - {"click"}) == set()


def test_listing_the_samples_needs_no_validation_of_them() -> None:
    assert loaded_by("from memview.sessions.catalogue import list_samples\nassert list_samples()") & EVERYTHING == set()


def test_this_test_can_see_what_is_loaded() -> None:
    assert {"pydantic", "pydantic_core"} <= loaded_by("import memview.sessions.records")


def test_the_way_to_the_first_frame_goes_round_the_command_line() -> None:
    loaded = loaded_by("import memview.cli.launch, memview.tui.app, memview.tui.screens.opening")
    assert not loaded & {"click", "pydantic", "numpy", "rank_bm25", "tiktoken", "snowballstemmer"}
