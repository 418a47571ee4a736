"""The list of recent files: newest first, whole after a crash, unmoved by foreign content."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memview.recent import LIMIT, RecentFile, forget_file, recent_files, remember_file, state_directory


def test_newest_first_each_file_once(tmp_path: Path) -> None:
    for name in ["a", "b", "a"]:
        remember_file(tmp_path / name, f"title {name}", 3, tmp_path)
    assert [Path(recent.path).name for recent in recent_files(tmp_path)] == ["a", "b"]
    assert recent_files(tmp_path)[0] == RecentFile(str(tmp_path / "a"), "title a", 3)


def test_the_list_stays_short(tmp_path: Path) -> None:
    for number in range(LIMIT + 5):
        remember_file(tmp_path / str(number), "", None, tmp_path)
    assert len(recent_files(tmp_path)) == LIMIT
    assert recent_files(tmp_path)[0].path.endswith(str(LIMIT + 4))


def test_a_forgotten_file_is_off_the_list(tmp_path: Path) -> None:
    remember_file(tmp_path / "a", "", None, tmp_path)
    forget_file(str(tmp_path / "a"), tmp_path)
    assert recent_files(tmp_path) == []


def test_no_list_is_an_empty_list(tmp_path: Path) -> None:
    assert recent_files(tmp_path / "absent") == []


@pytest.mark.parametrize(
    "text", ["", "{", "null", '{"path": 1}', "[1, null, {}]", '[{"path": ""}]', "\x00", "[" * 100_000]
)
def test_torn_or_foreign_content_is_an_empty_list(text: str, tmp_path: Path) -> None:
    (tmp_path / "recent.json").write_text(text, encoding="utf-8")
    assert recent_files(tmp_path) == []


def test_what_makes_sense_of_a_damaged_list_is_kept(tmp_path: Path) -> None:
    entries = [{"path": "/x", "title": 3}, {"path": "/y", "turns": -4}, {"path": "/z", "turns": 4, "more": 1}]
    (tmp_path / "recent.json").write_text(json.dumps(entries), encoding="utf-8")
    assert recent_files(tmp_path) == [RecentFile("/y"), RecentFile("/z", "", 4)]


def test_no_temporary_file_stays_behind(tmp_path: Path) -> None:
    remember_file(tmp_path / "a", "", None, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["recent.json"]


def test_a_directory_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    remember_file(tmp_path / "a", "", None, tmp_path / "file" / "below")
    assert recent_files(tmp_path / "file" / "below") == []


def test_a_file_with_a_nul_in_its_name_does_not_exist() -> None:
    assert not RecentFile("a\x00b").exists


def test_the_state_directory_can_be_named(tmp_path: Path) -> None:
    assert state_directory({"MEMVIEW_STATE": str(tmp_path)}) == tmp_path
