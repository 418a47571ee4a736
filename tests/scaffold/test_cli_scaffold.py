"""The command: what it prints, and its errors in one line."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from memview.cli.main import run


def test_it_prints_what_it_wrote_and_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["scaffold", "my memory", "--name", "bee_notes"]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    first, *listed = out.splitlines()
    *files, empty, title, one, two, three = listed
    assert first == f"my memory: {len(files)} files"
    assert all((tmp_path / "my memory" / file.strip()).is_file() for file in files)
    assert (empty, title) == ("", "Next:")
    assert shlex.split(one) == ["cd", "my memory", "&&", "python3", "-m", "pytest", "-q"]
    assert (two.strip(), three.strip()) == ("python3 -m bee_notes session.jsonl", "memview session.jsonl")


@pytest.mark.parametrize(
    ("directory", "shown"),
    [("~/a b", "~/'a b'"), ("~", "~"), ("./x", "./x"), ("it's", """'it'"'"'s'"""), ("-x", "./-x"), ("a;b", "'a;b'")],
)
def test_the_directory_is_printed_as_a_shell_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], directory: str, shown: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert run(["scaffold", "--", directory]) == 0
    assert f"  cd {shown} && " in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["taken"], 1, "taken: is a file; name a new or an empty directory"),
        (["full"], 1, "full: is not empty; name a new or an empty directory"),
        (["new", "--name", "my-memory"], 1, "--name 'my-memory': no name for a package"),
        (["new", "--name", "import"], 1, "--name 'import': is a keyword of Python"),
        (["full\n\x1b[2J"], 0, ""),
        ([], 2, "DIR"),
        (["one", "two"], 2, "unexpected extra argument"),
    ],
)
def test_bad_input_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    arguments: list[str], status: int, message: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").touch()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    assert run(["scaffold", *arguments]) == status
    out, err = capfd.readouterr()
    assert "\x1b" not in out + err
    if status:
        assert out == ""
        assert err.count("\n") == 1
        assert message in err
        assert not (tmp_path / "new").exists()
