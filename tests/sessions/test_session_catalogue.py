from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from memview.model.errors import SessionFileError
from memview.sessions import catalogue

HEADER = b'{"type":"session","session_id":"session_01","title":"T","lesson":"L"}\n'


@pytest.fixture
def samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "samples"
    directory.mkdir()
    turns = b'{"type":"turn","text":"\\"type\\":\\"turn\\""}\n{ "turn_id": "t", "type" : "turn"}\n'
    (directory / "session_01.jsonl").write_bytes(HEADER + turns + b'{"type":"memory","text":"turn"}\n')
    (directory / "Long_Story.jsonl.gz").write_bytes(gzip.compress(b'{"type":"session","session_id":"long_story"}\n'))
    (directory / "README.md").write_text("not a session")
    monkeypatch.setattr(catalogue, "sample_directory", lambda: directory)
    return directory


def test_samples_are_listed_with_their_lesson_and_turns(samples):
    assert catalogue.list_samples() == [
        catalogue.SampleInfo("long_story", "", "", 0, samples / "Long_Story.jsonl.gz"),
        catalogue.SampleInfo("session_01", "T", "L", 2, samples / "session_01.jsonl"),
    ]


@pytest.mark.parametrize("name", ["session_01", "SESSION_01", "session_01.jsonl", "session_01.jsonl.gz"])
def test_a_sample_is_found_by_name(samples, name):
    assert catalogue.find_session(name) == samples / "session_01.jsonl"


def test_a_path_goes_before_a_sample(samples, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("session_01").touch()
    assert catalogue.find_session("session_01") == Path("session_01")


def test_a_directory_does_not_hide_a_sample(samples, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("session_01").mkdir()
    assert catalogue.find_session("session_01") == samples / "session_01.jsonl"


def test_home_is_expanded(samples, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.jsonl").touch()
    assert catalogue.find_session("~/mine.jsonl") == tmp_path / "mine.jsonl"


def test_an_unknown_name_offers_the_nearest(samples):
    with pytest.raises(SessionFileError, match="no session 'sesion_1'; did you mean session_01"):
        catalogue.find_session("sesion_1")


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 5000, "~nobody-of-this-name/x", "\x1b[2J", "."])
def test_hostile_names_give_one_printable_line(samples, name):
    with pytest.raises(SessionFileError) as caught:
        catalogue.find_session(name)
    assert str(caught.value).isprintable()


def test_a_broken_sample_names_its_file(samples):
    (samples / "broken.jsonl").write_text("[]\n")
    with pytest.raises(SessionFileError, match=r"broken\.jsonl:1: session: not a session header"):
        catalogue.list_samples()


def test_without_samples_the_list_is_empty(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "sample_directory", lambda: tmp_path / "none")
    assert catalogue.list_samples() == []


def test_the_directory_is_in_the_package_or_beside_it(tmp_path, monkeypatch):
    package = tmp_path / "memview"
    package.mkdir()
    monkeypatch.setattr(catalogue.memview, "__file__", str(package / "__init__.py"))
    assert catalogue.sample_directory() == tmp_path / "sample_sessions"
    (package / "_shipped" / "sample_sessions").mkdir(parents=True)
    assert catalogue.sample_directory() == package / "_shipped" / "sample_sessions"


@pytest.mark.parametrize("module", ["catalogue", "importers", "writer"])
def test_importing_loads_no_pydantic(module):
    code = f"import sys, memview.sessions.{module}; sys.exit('pydantic' in sys.modules)"
    root = Path(catalogue.__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
