"""Saved debugging state: whole after a crash, never in the way, never written over what is not ours."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.debug_state import (
    VERSION,
    Bookmark,
    DebugState,
    Loaded,
    Place,
    SavedBreakpoint,
    load_debug_state,
    save_debug_state,
)

FULL = DebugState(
    (SavedBreakpoint('action == "evict"', False, 3), SavedBreakpoint("lost > 0")),
    ("core_tokens / budget",),
    (Bookmark(Place(7, 2), "here it went, é \U0001f600"), Bookmark(Place(0))),
    (Place(3), Place(4, 1)),
)


def load(directory: Path, session_id: str = "s") -> Loaded:
    return load_debug_state(directory / "session.jsonl", session_id, directory)


def put(directory: Path, content: str | bytes) -> Path:
    path = load(directory).file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def saved(directory: Path, **changes: object) -> str:
    loaded = load(directory)
    save_debug_state(FULL, loaded.file)
    content = json.loads(loaded.file.path.read_text())
    loaded.file.path.unlink()
    return json.dumps({**content, **changes})


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    assert load(tmp_path) == Loaded(DebugState(), load(tmp_path).file, "")
    file, notice = save_debug_state(FULL, load(tmp_path).file)
    assert notice == ""
    assert load(tmp_path).state == FULL
    assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]


places = st.builds(Place, st.integers(0, 10**6), st.one_of(st.none(), st.integers(1, 10**6)))
states = st.builds(
    DebugState,
    st.lists(st.builds(SavedBreakpoint, st.text(max_size=50), st.booleans(), st.integers(1, 9)), max_size=3).map(tuple),
    st.lists(st.text(max_size=50), max_size=3).map(tuple),
    st.lists(st.builds(Bookmark, places, st.text(max_size=50)), max_size=3).map(tuple),
    st.lists(places, max_size=3).map(tuple),
)


@given(state=states)
def test_any_state_comes_back(state: DebugState, tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("state")
    assert save_debug_state(state, load(directory).file)[1] == ""
    assert load(directory).state == state


def test_two_session_files_have_nothing_in_common(tmp_path: Path) -> None:
    one = load_debug_state(tmp_path / "a.jsonl", "s", tmp_path).file
    two = load_debug_state(tmp_path / "b.jsonl", "s", tmp_path).file
    save_debug_state(FULL, one)
    assert one.path != two.path
    assert load_debug_state(tmp_path / "b.jsonl", "s", tmp_path).state == DebugState()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"memview_debug": VERSION + 1}, "is of version '2'"),
        ({"memview_debug": True}, "is of version"),
        ({"memview_debug": "1"}, "is of version"),
        ({"session_path": "/elsewhere"}, "belongs to another file"),
        ({"session_id": "older"}, "was in this file before"),
        ({"breakpoints": {}}, "is damaged"),
        ({"breakpoints": [{"source": 3}]}, "is damaged"),
        ({"breakpoints": [{"source": "x", "enabled": 1}]}, "is damaged"),
        ({"breakpoints": [{"source": "x" * 501}]}, "is damaged"),
        ({"watches": [None]}, "is damaged"),
        ({"bookmarks": [3]}, "is damaged"),
        ({"bookmarks": [{"place": {"turn": -1}}]}, "is damaged"),
        ({"history": [{"turn": 1.5}]}, "is damaged"),
        ({"history": [{"turn": True}]}, "is damaged"),
    ],
)
def test_what_is_of_no_use_is_put_aside_and_never_lost(changes: dict[str, object], words: str, tmp_path: Path) -> None:
    path = put(tmp_path, saved(tmp_path, **changes))
    before = path.read_bytes()
    loaded = load(tmp_path)
    assert loaded.state == DebugState()
    assert words in loaded.notice
    assert "\n" not in loaded.notice
    assert path.read_bytes() == before
    file, notice = save_debug_state(FULL, loaded.file)
    aside = path.with_name(f"{path.name}.bak")
    assert str(aside) in notice
    assert aside.read_bytes() == before
    assert load(tmp_path).state == FULL
    assert save_debug_state(DebugState(), file)[1] == ""
    assert aside.read_bytes() == before


@pytest.mark.parametrize(
    "content", ["", "{", "null", "[]", '{"a": 1}', b"\xff\xfe", "[" * 100_000, b"\x00" * 3_000_000]
)
def test_torn_and_foreign_content(content: str | bytes, tmp_path: Path) -> None:
    put(tmp_path, content)
    loaded = load(tmp_path)
    assert loaded.state == DebugState()
    assert loaded.notice


def test_every_beginning_of_a_file_is_survived(tmp_path: Path) -> None:
    whole = saved(tmp_path)
    for length in range(0, len(whole), 7):
        put(tmp_path, whole[:length])
        assert load(tmp_path).state == DebugState()


def test_nothing_put_aside_is_overwritten(tmp_path: Path) -> None:
    for number in range(3):
        put(tmp_path, f"broken {number}")
        save_debug_state(FULL, load(tmp_path).file)
    path = load(tmp_path).file.path
    kept = {each.name: each.read_text() for each in path.parent.iterdir() if each != path}
    assert kept == {f"{path.name}.bak": "broken 0", f"{path.name}.bak2": "broken 1", f"{path.name}.bak3": "broken 2"}


def test_concurrent_writers_leave_one_whole_state(tmp_path: Path) -> None:
    states = [DebugState(watches=(f"tokens + {number}",) * 50) for number in range(8)]
    file = load(tmp_path).file
    threads = [threading.Thread(target=save_debug_state, args=(state, file)) for state in states]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    loaded = load(tmp_path)
    assert loaded.notice == ""
    assert loaded.state in states
    assert [each.name for each in file.path.parent.iterdir()] == [file.path.name]


def test_a_directory_that_cannot_be_made_is_a_notice(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    loaded = load_debug_state(tmp_path / "session.jsonl", "s", tmp_path / "taken")
    assert loaded.state == DebugState()
    assert "cannot be kept" in save_debug_state(FULL, loaded.file)[1]
