"""What is written, where, and what is refused: all files or none."""

from __future__ import annotations

import ast
import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from memview.model.errors import MemviewError
from memview.scaffold import write as write_module
from memview.scaffold.write import scaffold_files, write_scaffold

TOOLS = (
    "core_memory_append",
    "core_memory_replace",
    "archival_memory_insert",
    "archival_memory_search",
    "conversation_search",
)


def files_in(directory: Path) -> set[str]:
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}


def test_all_files_are_written_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "mine"
    written = write_scaffold(str(target))
    assert files_in(target) == set(written)
    assert {"README.md", "SKILL.md", "pyproject.toml", ".gitignore", "agent_memory/memory.py"} <= set(written)
    assert any(name.startswith("tests/test_") for name in written)
    assert list(tmp_path.iterdir()) == [target]


def test_a_directory_is_as_open_as_one_that_a_person_makes(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    write_scaffold(str(tmp_path / "mine"))
    assert (tmp_path / "mine").stat().st_mode == plain.stat().st_mode


def test_the_name_of_the_package_takes_the_place_of_the_default_everywhere(tmp_path: Path) -> None:
    written = write_scaffold(str(tmp_path / "mine"), "bee_notes")
    assert "bee_notes/memory.py" in written
    for name in written:
        text = (tmp_path / "mine" / name).read_text("utf-8")
        assert "agent_memory" not in name + text
        if name.endswith(".py"):
            ast.parse(text)
    assert tomllib.loads((tmp_path / "mine/pyproject.toml").read_text("utf-8"))["project"]["name"] == "bee_notes"


def test_the_package_needs_nothing_but_python() -> None:
    files = scaffold_files()
    project = tomllib.loads(files["pyproject.toml"])["project"]
    assert project["dependencies"] == []
    assert project["requires-python"] == ">=3.11"


def test_the_skill_tells_of_every_part() -> None:
    skill = scaffold_files()["SKILL.md"]
    head, body = skill.removeprefix("---\n").split("\n---\n", 1)
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    assert fields["name"].replace("-", "").isalnum()
    assert fields["name"] == fields["name"].lower()
    assert 0 < len(fields["description"]) <= 1024
    for part in (*TOOLS, "main context", "archive", "eviction", "citation", "guard", "recording", "runtime"):
        assert part in body, part
    named = {f"agent_memory/{name}" for name in ("agent.py", "records.py", "eviction.py", "recorder.py", "archive.py")}
    assert named <= scaffold_files().keys()


@pytest.mark.parametrize("name", ["README.md", "SKILL.md"])
def test_files_that_the_documents_name_exist(name: str) -> None:
    files = scaffold_files()
    mentioned = {word.strip("`,") for word in files[name].split() if word.strip("`,").endswith(".py")}
    assert mentioned
    assert {f"agent_memory/{word}" for word in mentioned} <= files.keys()


def test_an_empty_directory_is_filled_and_stays_the_same_one(tmp_path: Path) -> None:
    inode = tmp_path.stat().st_ino
    written = write_scaffold(str(tmp_path))
    assert files_in(tmp_path) == set(written)
    assert tmp_path.stat().st_ino == inode


def test_the_directory_that_a_shell_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_scaffold(".")
    assert Path("SKILL.md").is_file()


def test_spaces_a_home_directory_and_directories_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write_scaffold("~/my agents/täglich/memory")
    assert (tmp_path / "my agents" / "täglich" / "memory" / "SKILL.md").is_file()


def test_a_link_to_an_empty_directory_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_scaffold(str(tmp_path / "link"))
    assert (tmp_path / "real" / "SKILL.md").is_file()
    assert (tmp_path / "link").is_symlink()


def a_file(room: Path) -> str:
    (room / "taken").write_text("mine", encoding="utf-8")
    return str(room / "taken")


def below_a_file(room: Path) -> str:
    return f"{a_file(room)}/memory"


def not_empty(room: Path) -> str:
    a_file(room)
    return str(room)


def too_long(room: Path) -> str:
    return str(room / ("x" * 300))


def with_nul(room: Path) -> str:
    return f"{room}/a\0b"


def no_name(_room: Path) -> str:
    return ""


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (a_file, "is a file"),
        (below_a_file, "cannot be written"),
        (not_empty, "is not empty"),
        (too_long, "cannot be written"),
        (with_nul, "cannot be written"),
        (no_name, "has no name"),
    ],
)
def test_a_directory_that_cannot_be_is_one_line_and_nothing_changes(
    tmp_path: Path, bad: Callable[[Path], str], message: str
) -> None:
    directory = bad(tmp_path)
    before = files_in(tmp_path)
    with pytest.raises(MemviewError, match=message) as caught:
        write_scaffold(directory)
    assert "\n" not in str(caught.value)
    assert files_in(tmp_path) == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root and other systems write anywhere")
def test_a_directory_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(MemviewError, match="Permission denied"):
            write_scaffold(str(tmp_path / "memory"))
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("into", ["new", "."])
@pytest.mark.parametrize("fails", ["write_text", "rename"])
def test_a_disk_that_fails_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str, into: str
) -> None:
    real = getattr(Path, fails)
    count = 0

    def full(self: Path, *arguments: object, **options: object) -> object:
        nonlocal count
        count += 1
        if count == (3 if (fails, into) != ("rename", "new") else 1):
            raise OSError(28, "No space left on device")
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, fails, full)
    with pytest.raises(MemviewError, match="No space left on device"):
        write_scaffold(str(tmp_path / into))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "no name for a package"),
        ("my-memory", "no name for a package"),
        ("1memory", "no name for a package"),
        ("_memory", "no name for a package"),
        ("memory_", "no name for a package"),
        ("a.b", "no name for a package"),
        ("../x", "no name for a package"),
        ("erinnerung\n", "no name for a package"),
        ("gedächtnis", "no name for a package"),
        ("x" * 61, "no name for a package"),
        ("class", "keyword"),
        ("json", "module has that name"),
        ("memview", "module has that name"),
        ("tests", "directory of that name"),
        ("Tests", "directory of that name"),
    ],
)
def test_a_name_that_no_package_can_have(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(MemviewError, match=message):
        write_scaffold(str(tmp_path / "memory"), name)
    assert list(tmp_path.iterdir()) == []


def test_what_tools_leave_in_the_template_is_not_taken_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_scaffold(str(tmp_path / "template"))
    expected = scaffold_files()
    caches = (".mypy_cache/x.json", ".ruff_cache/.gitignore", ".pytest_cache/README.md", ".venv/x.py")
    for name in ("agent_memory/__pycache__/memory.cpython-311.pyc", "session.jsonl", "memory.db", *caches):
        path = tmp_path / "template" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\xff")
    monkeypatch.setattr(write_module, "_TEMPLATE", tmp_path / "template")
    assert scaffold_files() == expected
