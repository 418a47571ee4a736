"""An installed memview has the template: all of it, dot files too."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from memview.scaffold.write import scaffold_files

REPOSITORY = Path(__file__).parents[2]
_TEMPLATE = "memview/scaffold/template/"


@pytest.mark.skipif(find_spec("hatchling") is None, reason="the build backend, hatchling, is not installed here")
def test_the_wheel_holds_the_template(tmp_path: Path) -> None:
    build = "import sys, hatchling.build; hatchling.build.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=REPOSITORY, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("memview-*.whl"))) as wheel:
        found = {
            name.removeprefix(_TEMPLATE): wheel.read(name).decode()
            for name in wheel.namelist()
            if name.startswith(_TEMPLATE)
        }
    assert found == scaffold_files()
