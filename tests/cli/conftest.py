from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_harness import REPOSITORY, SMALL, Memview, Output, Program, SessionFile, encoded

from memview.cli.main import run


@pytest.fixture(autouse=True)
def nobodys_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEMVIEW_CONFIG", raising=False)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


@pytest.fixture
def memview(capsysbinary: pytest.CaptureFixture[bytes]) -> Memview:
    """Runs the command line in this process."""

    def call(*arguments: object) -> Output:
        capsysbinary.readouterr()
        status = run([str(argument) for argument in arguments])
        return Output(status, *capsysbinary.readouterr())

    return call


@pytest.fixture
def program() -> Program:
    """Runs the command line as a program of its own, with pipes for stdin and both outputs."""

    def call(*arguments: object, **environment: str) -> Output:
        done = subprocess.run(
            [sys.executable, "-m", "memview", *map(str, arguments)],
            env={**os.environ, **environment},
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        )
        return Output(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def session_file(tmp_path: Path) -> SessionFile:
    """Writes lines, JSON values or raw bytes, to a session file; the small session when there are none."""

    def write(*lines: object, name: str = "session.jsonl") -> Path:
        path = tmp_path / name
        path.write_bytes(encoded(lines or SMALL))
        return path

    return write
