from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from memview.model.errors import SessionFileError
from memview.sessions.importers import FORMATS, detect_format, import_session, importer_named, open_session, sessions_in

HEADER = '{"type":"session","session_id":"s"}\n'
TURN = '{"type":"turn","turn_id":"t","role":"user","text":"hi"}\n'
LOCOMO = json.dumps([{"qa": [], "conversation": {"session_1": [{"dia_id": "D1:1", "speaker": "A", "text": "x"}]}}])
OPENAI = '[{"role":"user","content":"hi"}]'


@pytest.mark.parametrize(
    ("text", "expected"),
    [(HEADER + TURN, "native"), (TURN, "native"), (LOCOMO, "locomo"), (OPENAI, "openai")],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_format_is_known_by_content(tmp_path, text, expected, packed):
    path = tmp_path / "file.bin"
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    assert detect_format(path) == expected


def test_open_session_takes_native_and_foreign_files(tmp_path):
    native = tmp_path / "a.jsonl"
    native.write_text(HEADER + TURN.replace("}", ',"mood":1}'))
    opened = open_session(native)
    assert (opened.format, opened.session.session_id, len(opened.notes)) == ("native", "s", 1)
    foreign = tmp_path / "b.json"
    foreign.write_text(OPENAI)
    assert open_session(foreign).format == "openai"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is empty"),
        ("hello", "is of no known format"),
        ("{}", "is of no known format"),
        ("[" * 100000, "is of no known format"),
        ('{"agent_type":"x","messages":[{"role":"user","content":"x"}]}', "is of no known format"),
        ('{"type":"user","uuid":"u","message":{"role":"user","content":"x"}}', "is of no known format"),
    ],
)
def test_what_nothing_recognises(tmp_path, text, expected):
    path = tmp_path / "x"
    path.write_text(text)
    with pytest.raises(SessionFileError, match=expected):
        open_session(path)


def test_a_session_without_its_header_is_told_so(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(TURN)
    with pytest.raises(SessionFileError, match="before the header"):
        open_session(path)


def test_formats_are_named_in_any_case_and_nearly(tmp_path):
    assert importer_named("LoCoMo").name == "locomo"
    with pytest.raises(SessionFileError, match="unknown format 'locmo'; did you mean locomo"):
        import_session(Path("x"), "locmo")


def test_a_native_file_holds_one_session(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(HEADER)
    assert import_session(path, select="s").session.session_id == "s"
    with pytest.raises(SessionFileError, match="holds only the session 's'"):
        import_session(path, select="other")


def test_every_format_says_what_it_is():
    assert len({importer.name for importer in FORMATS}) == len(FORMATS)
    assert all(importer.summary for importer in FORMATS)


def test_every_session_of_a_file(tmp_path):
    several = tmp_path / "two.json"
    talk = {"session_1": [{"dia_id": "D1:1", "speaker": "A", "text": "x"}]}
    several.write_text(json.dumps([{"sample_id": name, "conversation": talk} for name in ("b", "a")]))
    assert [found.session.session_id for found in sessions_in(several)] == ["b", "a"]
    assert [found.session for found in sessions_in(several)] == [
        import_session(several, select=name).session for name in ("b", "a")
    ]
    lines = tmp_path / "chats.jsonl"
    lines.write_text(('{"messages":' + OPENAI + "}\n") * 2)
    assert [found.session.session_id for found in sessions_in(lines)] == ["chats-1", "chats-2"]
    native = tmp_path / "one.jsonl"
    native.write_text(HEADER)
    assert [(found.format, found.session.session_id) for found in sessions_in(native)] == [("native", "s")]


def test_a_file_of_no_format_has_no_sessions(tmp_path):
    path = tmp_path / "x"
    path.write_text("hello")
    with pytest.raises(SessionFileError, match="is of no known format"):
        list(sessions_in(path))
