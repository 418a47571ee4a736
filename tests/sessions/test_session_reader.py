from __future__ import annotations

import gc
import gzip
import json
from pathlib import Path

import pytest

from memview.model.errors import SessionFileError
from memview.model.memory import Citation
from memview.model.session import Budgets
from memview.sessions.reader import read_session

TURN = {"type": "turn", "turn_id": "t-1", "role": "user", "text": "hello"}
MEMORY = {"type": "memory", "memory_id": "m-1", "text": "likes tea"}


def test_only_ids_texts_and_roles_are_needed(session_file):
    loaded = read_session(session_file(MEMORY, TURN))
    session = loaded.session
    assert loaded.warnings == ()
    assert session.session_id == "s"
    assert session.budgets == Budgets()
    assert session.arrivals[0].after_turn == 0
    memory = session.arrivals[0].memory
    assert (memory.tier, memory.kind, memory.importance, memory.trust) == ("archive", "fact", 0.5, "user")
    assert memory.citation == Citation()
    assert session.turns[0].text == "hello"


def test_every_field_arrives(session_file):
    header = {
        "type": "session", "session_id": "s", "title": "T", "lesson": "L", "agent": "a", "agents": ["a", "b"],
        "tokenizer": "o200k_base", "budgets": {"window": 1, "core": 2, "retrieval": 3, "reserve": 4}, "system": "S",
        "source": {"format": "x"},
    }  # fmt: skip
    memory = {
        "type": "memory", "memory_id": "m-2", "text": "x", "tier": "core", "kind": "rule", "section": "human",
        "importance": 1, "created_at": "2026-01-01T10:00:00Z", "last_used": "2026-01-02", "tags": ["a"], "pinned": True,
        "trust": "model", "sensitivity": "secret", "citation": {"turn_id": "t-1"}, "tokens": 3, "agent": "a",
        "readers": ["b"], "derived_from": ["m-1", "t-1"], "supersedes": "m-1", "valid_from": "2026-01-01",
        "valid_until": "2027-01-01", "quarantined": True,
    }  # fmt: skip
    turn = {
        **TURN, "at": "2026-01-01T10:00:00Z", "tool_calls": [{"tool": "f", "arguments": {"a": [1]}, "result": None}],
        "remember": [MEMORY], "used": ["m-1"], "response": "r", "tokens": 9, "agent": "a", "window": ["t-1"],
        "compaction": {"k": 1}, "usage": {"input_tokens": 7, "cache": 1},
    }  # fmt: skip
    probe = {"type": "probe", "probe_id": "p", "after_turn": "t-1", "question": "q", "evidence": ["m-1", "t-1"],
             "answer": "a", "category": "c"}  # fmt: skip
    approval = {"type": "approval", "memory_id": "m-2", "by": "sam", "at": "2026-01-01T10:00:00+00:00"}
    loaded = read_session(session_file(turn, memory, probe, approval, header=header))
    session = loaded.session
    assert loaded.warnings == ()
    assert session.budgets == Budgets(1, 2, 3, 4)
    assert (session.title, session.lesson, session.agents, session.system) == ("T", "L", ("a", "b"), "S")
    read_turn = session.turns[0]
    assert read_turn.input_tokens == 7
    assert read_turn.usage == {"input_tokens": 7, "cache": 1}
    assert read_turn.tool_calls[0].arguments == {"a": [1]}
    assert read_turn.window == ("t-1",)
    read_memory = session.arrivals[0].memory
    assert read_memory.derived_from == ("m-1", "t-1")
    assert read_memory.readers == ("b",)
    assert (read_memory.pinned, read_memory.quarantined, read_memory.is_sensitive) == (True, True, True)
    assert session.arrivals[0].after_turn == 1
    assert session.probes[0].after_turn == 1
    assert session.approvals[0].after_turn == 1
    assert session.memory_count == 2


def test_unknown_keys_are_kept_and_warned_about_once(session_file):
    second = {**TURN, "turn_id": "t-2", "mood": "bad"}
    memory = {**MEMORY, "colour": "red", "citation": {"page": 3}}
    loaded = read_session(session_file(memory, {**TURN, "mood": "good"}, second))
    assert loaded.session.turns[0].extra == {"mood": "good"}
    assert loaded.session.arrivals[0].memory.extra == {"colour": "red", "citation": {"page": 3}}
    assert [warning.partition("session.jsonl")[2] for warning in loaded.warnings] == [
        ":2: memory.colour: unknown key, kept",
        ":2: memory.citation.page: unknown key, kept",
        ":3: turn.mood: unknown key, kept (and 1 more)",
    ]


def test_an_unknown_kind_is_kept_and_warned_about(session_file):
    loaded = read_session(session_file({**MEMORY, "kind": "hunch"}))
    assert loaded.session.arrivals[0].memory.kind == "hunch"
    assert "memory.kind: unknown kind 'hunch', kept" in loaded.warnings[0]


@pytest.mark.parametrize("tail", [b'{"type":"tu', b'{"type":"turn","turn_id":"t-2","text":"\xc3', b"\0\0\0\0"])
def test_a_torn_last_line_is_reported_and_the_rest_loads(session_file, tail):
    loaded = read_session(session_file(TURN, tail))
    assert len(loaded.session.turns) == 1
    assert "session.jsonl:3: line: the last line is cut off" in loaded.warnings[0]


def test_a_whole_last_line_without_a_line_end_is_not_torn(session_file):
    loaded = read_session(session_file(json.dumps(TURN).encode()))
    assert len(loaded.session.turns) == 1
    assert loaded.warnings == ()


def test_a_torn_line_that_has_a_line_end_is_an_error(session_file):
    with pytest.raises(SessionFileError, match=r"session\.jsonl:2: json: this line is not JSON"):
        read_session(session_file(b'{"type":"tu\n', TURN))


def test_gzip_is_known_by_its_bytes(session_file):
    path = session_file(TURN)
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert len(read_session(path).session.turns) == 1


@pytest.mark.parametrize("kept", [0.5, 0.9])
def test_a_gzip_stream_that_breaks_off_loads_what_is_whole(session_file, kept):
    turns = [{**TURN, "turn_id": f"t-{n}", "text": f"{n * 2654435761 % 2**32:08x}"} for n in range(20000)]
    path = session_file(*turns)
    packed = gzip.compress(path.read_bytes())
    path.write_bytes(packed[: int(len(packed) * kept)])
    loaded = read_session(path)
    assert 0 < len(loaded.session.turns) < 20000
    assert "break off" in loaded.warnings[-1]


def test_damaged_gzip_is_one_line(session_file):
    path = session_file(*[{**TURN, "turn_id": f"t-{n}"} for n in range(500)])
    packed = bytearray(gzip.compress(path.read_bytes()))
    packed[len(packed) // 2] ^= 0xFF
    path.write_bytes(packed)
    with pytest.raises(SessionFileError, match=r"^[^\n]*$"):
        read_session(path)


def test_byte_order_mark_line_ends_and_blank_lines_are_accepted(session_file):
    path = session_file(b"\n", TURN)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(read_session(path).session.turns) == 1


def test_naive_times_are_utc(session_file):
    later = {**TURN, "turn_id": "t-2", "at": "2026-01-01T11:00:00+01:00"}
    assert len(read_session(session_file({**TURN, "at": "2026-01-01T10:00:00"}, later)).session.turns) == 2


def test_a_probe_may_stand_anywhere_after_its_turn(session_file):
    probe = {"type": "probe", "probe_id": "p", "question": "q", "after_turn": "t-1", "evidence": ["m-1"]}
    session = read_session(session_file(TURN, {**TURN, "turn_id": "t-2"}, probe, MEMORY)).session
    assert session.probes[0].after_turn == 1


def test_the_garbage_collector_is_left_as_it_was(session_file):
    with pytest.raises(SessionFileError):
        read_session(session_file(b"x\n"))
    assert gc.isenabled()


def test_a_memory_may_derive_from_its_own_turn(session_file):
    turn = {**TURN, "remember": [{**MEMORY, "derived_from": ["t-1"]}], "used": ["m-1"]}
    assert read_session(session_file(turn)).session.turns[0].remember[0].derived_from == ("t-1",)


def test_reading_a_path_as_text_or_path_is_the_same(session_file):
    path = session_file(TURN)
    assert read_session(str(path)) == read_session(Path(path))
