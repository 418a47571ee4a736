"""`import` and `validate`."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from cli_harness import Memview, SessionFile

from memview.sessions.reader import read_session

LOCOMO = {
    "sample_id": "conv-1",
    "conversation": {
        "speaker_a": "Ana",
        "speaker_b": "Ben",
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            {"speaker": "Ana", "dia_id": "D1:1", "text": "I adopted a greyhound."},
            {"speaker": "Ben", "dia_id": "D1:2", "text": "What is its name?", "img_url": ["x"]},
            {"speaker": "Ana", "dia_id": "D1:3", "text": "Comet."},
        ],
    },
    "observation": {"session_1_observation": {"Ana": [["Ana has a greyhound called Comet.", "D1:3"]]}},
    "qa": [{"question": "What is Ana's dog called?", "answer": "Comet", "evidence": ["D1:3"], "category": 4}],
}
CHAT = [
    {"role": "system", "content": "You help."},
    {"role": "user", "content": "Remember that I am vegetarian."},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": "call_1",
                "type": "function",
                "function": {"name": "core_memory_append", "arguments": '{"label":"human","content":"Vegetarian."}'},
            }
        ],
    },
    {"role": "tool", "tool_call_id": "call_1", "content": "OK"},
    {"role": "assistant", "content": "Noted."},
    {"role": "user", "content": "Suggest a dinner."},
]


def test_a_locomo_conversation_is_imported(memview: Memview, session_file: SessionFile, tmp_path: Path) -> None:
    source, target = session_file(LOCOMO, name="conv.json"), tmp_path / "out.jsonl"
    done = memview("import", source, "-o", target)
    assert done.status == 0
    assert done.lines[0] == f"{target}: 3 turns, 1 memories, 1 probes from locomo"
    assert "note: 1 img_url of dialogue lines not mapped" in done.lines
    session = read_session(target).session
    assert [turn.turn_id for turn in session.turns] == ["D1:1", "D1:2", "D1:3"]
    assert session.probes[0].evidence == ("D1:3",)
    assert memview("validate", target).status == 0
    replayed = memview("replay", target, "--policy", "lru", "--json").json
    assert (replayed["session"], replayed["turns"]) == ("conv-1", 3)
    assert replayed["metrics"]["probe_recall"] is not None


def test_the_recorded_locomo_conversation_is_imported_whole(
    memview: Memview, shared_data: Path, tmp_path: Path
) -> None:
    target = tmp_path / "conv-26.jsonl"
    done = memview("import", shared_data / "locomo" / "conv-26.json", "-f", "locomo", "-o", target)
    assert done.status == 0
    assert done.lines[0].startswith(f"{target}: 419 turns, ")
    assert done.lines[0].endswith(" 199 probes from locomo")
    assert memview("replay", target, "--policy", "lru", "--json").json["turns"] == 419


def test_a_chat_log_is_imported(memview: Memview, session_file: SessionFile, tmp_path: Path) -> None:
    source, target = session_file({"messages": CHAT}, name="chat.json"), tmp_path / "out.jsonl.gz"
    done = memview("import", source, "--format", "openai", "--output", target)
    assert done.lines == [f"{target}: 2 turns, 1 memories, 0 probes from openai"]
    assert gzip.decompress(target.read_bytes()).startswith(b'{"type":"session"')
    session = read_session(target).session
    assert session.turns[0].tool_calls[0].result == "OK"
    assert session.turns[0].response == "Noted."
    replayed = memview("replay", target, "--frames").lines
    assert "MEM-00001" in json.loads(replayed[1])["core"]


def test_importing_twice_gives_the_same_bytes(memview: Memview, session_file: SessionFile, tmp_path: Path) -> None:
    source = session_file(LOCOMO, name="conv.json")
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        memview("import", source, "-o", tmp_path / name)
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


def test_one_of_several_conversations_is_selected(memview: Memview, session_file: SessionFile, tmp_path: Path) -> None:
    second = {**LOCOMO, "sample_id": "conv-2"}
    source, target = session_file([LOCOMO, second], name="convs.json"), tmp_path / "out.jsonl"
    refused = memview("import", source, "-o", target)
    assert (refused.status, refused.error) == (1, f"{source}: holds 2 conversations; select one of conv-1, conv-2")
    assert not target.exists()
    assert memview("import", source, "-o", target, "--select", "conv-2").status == 0
    assert read_session(target).session.session_id == "conv-2"


def test_an_unknown_format_offers_the_nearest(memview: Memview, session_file: SessionFile, tmp_path: Path) -> None:
    done = memview("import", session_file(), "-f", "locomoo", "-o", tmp_path / "out.jsonl")
    assert (done.status, done.error) == (1, "unknown format 'locomoo'; did you mean locomo?")


def test_an_import_never_writes_over_its_source(memview: Memview, session_file: SessionFile) -> None:
    source = session_file({"messages": CHAT}, name="chat.json")
    before = source.read_bytes()
    done = memview("import", source, "-o", source.parent / "." / "chat.json")
    assert done.status == 1
    assert "the output is the file that is imported" in done.error
    assert source.read_bytes() == before


def test_an_output_that_cannot_be_written_is_told(memview: Memview, session_file: SessionFile, tmp_path: Path) -> None:
    done = memview("import", session_file(), "-o", tmp_path / "nowhere" / "out.jsonl")
    assert done.status == 1
    assert "cannot be written" in done.error


@pytest.mark.parametrize("arguments", [(), ("a.json",), ("-o", "out.jsonl"), ("a.json", "b.json", "-o", "out.jsonl")])
def test_wrong_usage_of_import_is_status_2(memview: Memview, arguments: tuple[str, ...]) -> None:
    done = memview("import", *arguments)
    assert done.status == 2
    assert done.error.endswith("; see `memview import --help`")


def test_a_valid_file_is_counted(memview: Memview, session_file: SessionFile) -> None:
    path = session_file()
    done = memview("validate", path)
    assert done == (0, f"{path}: valid: 2 turns, 4 memories, 1 probes, 0 warnings\n".encode(), b"")


def test_a_sample_is_valid_by_its_name(memview: Memview) -> None:
    assert memview("validate", "session_01").status == 0


def test_oddities_are_warned_about_on_stderr(memview: Memview, session_file: SessionFile) -> None:
    turn = {"type": "turn", "turn_id": "t", "role": "user", "text": "x", "mood": "fine"}
    path = session_file({"type": "session", "session_id": "s"}, turn, b'{"type":"tur')
    done = memview("validate", path)
    assert done.status == 0
    assert done.lines == [f"{path}: valid: 1 turns, 0 memories, 0 probes, 2 warnings"]
    assert done.err.decode().splitlines() == [
        f"[WARN] {path}:2: turn.mood: unknown key, kept",
        f"[WARN] {path}:3: line: the last line is cut off; the 1 turns before it are loaded",
    ]


def test_a_fault_names_line_and_field(memview: Memview, session_file: SessionFile) -> None:
    path = session_file({"type": "session", "session_id": "s"}, {"type": "turn", "turn_id": "t", "role": 1, "text": ""})
    done = memview("validate", path)
    assert done.status == 1
    assert done.error.startswith(f"{path}:2: turn.role: ")


def test_a_foreign_file_is_named_as_such(memview: Memview, session_file: SessionFile) -> None:
    path = session_file(LOCOMO, name="conv.json")
    done = memview("validate", path)
    assert done.status == 1
    assert done.error == f"{path}: is a foreign file (locomo), not a session file; `memview import` makes it one"


def test_the_schema_is_json_schema(memview: Memview) -> None:
    schema = memview("validate", "--schema").json
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["discriminator"]["propertyName"] == "type"


def test_validate_needs_a_file(memview: Memview) -> None:
    done = memview("validate")
    assert (done.status, done.error) == (2, "missing argument FILE; see `memview validate --help`")
