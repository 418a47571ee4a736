from __future__ import annotations

import gzip
import io
import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memview.model.errors import SessionFileError
from memview.sessions.reader import read_session

TURN = {"type": "turn", "turn_id": "t-1", "role": "user", "text": "hello"}
MEMORY = {"type": "memory", "memory_id": "m-1", "text": "likes tea"}
PROBE = {"type": "probe", "probe_id": "p", "question": "q"}
APPROVAL = {"type": "approval", "memory_id": "m-1"}
PIN = {"type": "pin", "memory_id": "m-1"}


def message_for(path: Path) -> str:
    with pytest.raises(SessionFileError) as caught:
        read_session(path)
    text = str(caught.value)
    assert "\n" not in text
    assert text.isprintable()
    assert "; " in text, "it must say how to mend it"
    return text


FAULTS = [
    ([{**TURN, "text": 3}], "2: turn.text: must be text, not a number"),
    ([{**TURN, "turn_id": ""}], "2: turn.turn_id: is empty"),
    ([{**TURN, "turn_id": "  "}], "2: turn.turn_id: is empty"),
    ([{"type": "turn", "turn_id": "t", "role": "user"}], "2: turn.text: is missing"),
    ([{**TURN, "tokens": -1}], "2: turn.tokens: must be at least 0, not -1"),
    ([{**TURN, "tokens": 1.5}], "2: turn.tokens: must be a whole number, not 1.5"),
    ([{**TURN, "tokens": True}], "2: turn.tokens: must be a whole number, not true or false"),
    ([{**TURN, "usage": {"input_tokens": -4}}], "2: turn.usage.input_tokens: must be at least 0"),
    ([{**TURN, "at": "yesterday"}], "2: turn.at: 'yesterday' is not an ISO 8601 time"),
    ([{**TURN, "remember": [{"text": "x"}]}], "2: turn.remember[0].memory_id: is missing"),
    ([{**TURN, "remember": [{**MEMORY, "trust": "god"}]}], "2: turn.remember[0].trust: unknown value 'god'"),
    ([{**TURN, "remember": [{**MEMORY, "created_at": "x"}]}], "2: turn.remember[0].created_at: 'x' is not"),
    ([{**TURN, "tool_calls": [{"tool": "f", "arguments": []}]}], "2: turn.tool_calls[0].arguments: must be an object"),
    ([{**MEMORY, "importance": 1.5}], "2: memory.importance: must be at most 1, not 1.5"),
    ([{**MEMORY, "importance": -0.1}], "2: memory.importance: must be at least 0"),
    ([{**MEMORY, "importance": float("nan")}], "2: memory.importance: must be a finite number"),
    ([{**MEMORY, "importance": float("inf")}], "2: memory.importance: must be a finite number"),
    ([{**MEMORY, "tier": "ram"}], "2: memory.tier: unknown value 'ram'"),
    ([{**MEMORY, "valid_until": "2026-13-01"}], "2: memory.valid_until: '2026-13-01' is not an ISO 8601 time"),
    ([MEMORY, MEMORY], "3: memory.memory_id: 'm-1' is already the id of an earlier memory"),
    ([TURN, TURN], "3: turn.turn_id: 't-1' is already the id of an earlier turn"),
    ([TURN, {**MEMORY, "memory_id": "t-1"}], "3: memory.memory_id: 't-1' is already the id of an earlier turn"),
    ([MEMORY, {**TURN, "turn_id": "m-1"}], "3: turn.turn_id: 'm-1' is already the id of an earlier memory"),
    ([TURN, PROBE, PROBE], "4: probe.probe_id: 'p' is used by an earlier probe"),
    ([MEMORY, {**TURN, "used": ["m-2"]}], "3: turn.used[0]: nothing before this line has the id 'm-2'; did you mean m"),
    ([{**TURN, "used": ["m-1"]}, MEMORY], "2: turn.used[0]: nothing before"),
    ([{**MEMORY, "derived_from": ["m-1"]}], "2: memory.derived_from[0]: nothing before"),
    ([{**MEMORY, "supersedes": "m-0"}], "2: memory.supersedes: nothing before"),
    ([TURN, {**MEMORY, "supersedes": "t-1"}], "3: memory.supersedes: nothing before"),
    ([TURN, {**PROBE, "evidence": ["m-9"]}], "3: probe.evidence[0]: nothing"),
    ([TURN, {**PROBE, "after_turn": "t-9"}], "3: probe.after_turn: no turn before this line has the id 't-9'"),
    ([{**PROBE, "after_turn": "t-1"}, TURN], "2: probe.after_turn: no turn before"),
    ([APPROVAL], "2: approval.memory_id: nothing before"),
    ([PIN], "2: pin.memory_id: nothing before"),
    ([TURN, {**PIN, "memory_id": "t-1"}], "3: pin.memory_id: nothing before"),
    ([MEMORY, {**PIN, "pinned": "yes"}], "3: pin.pinned: must be true or false, not text"),
    ([MEMORY, {**PIN, "at": "soon"}], "3: pin.at: 'soon' is not an ISO 8601 time"),
    ([{"type": "tunr"}], "2: type: unknown type 'tunr'; did you mean turn?"),
    ([{"type": 5}], "2: type: unknown type"),
    ([{"turn_id": "t"}], "2: type: is missing"),
    ([{"type": "session", "session_id": "z"}], "2: session.type: a second header"),
    ([[1, 2]], "2: line: must be an object, not a list"),
    ([b"{oops}\n"], "2: json: this line is not JSON"),
    ([b'{"type":"turn","text":"\xff"}\n'], "2: json: this line is not JSON"),
    ([b'{"type":"turn","text":"\\ud83d"}\n'], "2: json: this line is not JSON"),
    ([b'{"type":"memory","memory_id":"m","text":"a","text":"b"}\n'], "2: memory.text: the key 'text' is given twice"),
    ([b'{"type":"memory","memory_id":"m","text":"a","x":{"a":1,"a":2}}\n'], "2: memory.a: the key 'a' is given twice"),
    (
        [b'{"type":"memory","memory_id":"m","text":"a","x":' + b"[" * 9000 + b"]" * 9000 + b"}\n"],
        "2: json: nested too deeply",
    ),
    ([b'{"type":"memory","memory_id":"m","text":"a","x":NaN}\n'], "2: memory.x: holds nan"),
    ([b'{"type":"memory","memory_id":"m","text":"a","x":[[1e999]]}\n'], "2: memory.x: holds inf"),
    ([{**TURN, "tool_calls": [{"tool": "f", "arguments": {"n": float("nan")}}]}], "2: turn: holds nan"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), FAULTS, ids=[expected[:50] for _, expected in FAULTS])
def test_a_fault_names_line_field_and_mending(session_file, lines, expected):
    path = session_file(*lines)
    assert message_for(path).startswith(f"{path}:{expected}")


def test_time_going_backwards(session_file):
    first, second = {**TURN, "at": "2026-01-02"}, {**TURN, "turn_id": "t-2", "at": "2026-01-01T23:59:59"}
    assert ":3: turn.at: time goes backwards, from 2026-01-02 to 2026-01-01T23:59:59" in message_for(
        session_file(first, second)
    )


def test_an_approval_shares_the_clock_of_the_turns(session_file):
    turn = {**TURN, "at": "2026-01-02T00:00:00Z"}
    path = session_file(MEMORY, turn, {**APPROVAL, "at": "2026-01-02T00:30:00+01:00"})
    assert ":4: approval.at: time goes backwards" in message_for(path)


def test_a_memory_may_be_older_than_the_turn_it_stands_behind(session_file):
    old = {**MEMORY, "created_at": "1999-01-01"}
    assert read_session(session_file({**TURN, "at": "2026-01-02"}, old)).session.memory_count == 1


def test_a_header_must_come_first(session_file):
    assert ":1: type: a turn before the header" in message_for(session_file(TURN, header=None))


def test_a_newer_schema_is_refused(session_file):
    header = {"type": "session", "session_id": "s", "schema": 2}
    assert ":1: session.schema: unknown value 2" in message_for(session_file(header=header))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "is empty"),
        (b"\n\n \n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        ('{"type":"session"}'.encode("utf-16"), "is UTF-16 text"),
        ('{"type":"session"}'.encode("utf-16-le"), "is binary data or UTF-16"),
        (b"\x7fELF\x00\x00", "is binary data"),
        (b"PK\x03\x04zip", "is a zip archive"),
        (b"\x1f\x8bnonsense", "gzip data are damaged"),
        (b"\x1f\x8b", "the compressed data break off"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"hello", ":1: json: this line is not JSON"),
    ],
)
def test_what_is_no_session_file_at_all(tmp_path, data, expected):
    path = tmp_path / "x.jsonl"
    path.write_bytes(data)
    assert expected in message_for(path)


def test_a_missing_file_offers_the_nearest_name(tmp_path):
    (tmp_path / "session_01.jsonl").touch()
    assert "no such file; did you mean session_01.jsonl?" in message_for(tmp_path / "sesion_01.jsonl")


def test_names_that_are_no_files(tmp_path):
    assert "is a directory" in message_for(tmp_path)
    assert "no such file" in message_for(tmp_path / "no" / "where.jsonl")
    assert "is not a file name" in message_for(Path("a\0b"))
    assert "cannot be read" in message_for(tmp_path / ("x" * 5000))
    (tmp_path / "plain").touch()
    assert "cannot be read" in message_for(tmp_path / "plain" / "below.jsonl")


def test_control_codes_in_a_name_do_not_reach_the_terminal(tmp_path):
    path = tmp_path / "a\x1b[31m.jsonl"
    path.write_text("{")
    assert "\\x1b" in message_for(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(session_file):
    path = session_file(TURN)
    path.chmod(0)
    assert "may not be read" in message_for(path)


def test_a_line_over_the_limit_is_refused_without_being_read_whole(session_file, monkeypatch):
    asked: list[int | None] = []
    readline = io.BufferedReader.readline

    class Watched(io.BufferedReader):
        def readline(self, size: int | None = -1, /) -> bytes:
            asked.append(size)
            return readline(self, size)

    monkeypatch.setattr("memview.sessions.lines.io.BufferedReader", Watched)
    path = session_file({**TURN, "text": "x" * 5000})
    with pytest.raises(SessionFileError, match=r"session\.jsonl:2: line: longer than"):
        read_session(path, line_limit=1000)
    assert set(asked) == {1001}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.data())
def test_no_damage_to_a_good_file_gives_a_traceback(tmp_path, data):
    lines = [{"type": "session", "session_id": "s"}, MEMORY, {**TURN, "used": ["m-1"], "at": "2026-01-01"}, PROBE]
    good = bytearray("".join(json.dumps(line) + "\n" for line in lines).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(good)))
        end = data.draw(st.integers(start, min(len(good), start + 8)))
        good[start:end] = data.draw(st.binary(max_size=6))
    path = tmp_path / "damaged.jsonl"
    path.write_bytes(good)
    with suppress(SessionFileError):
        read_session(path)
