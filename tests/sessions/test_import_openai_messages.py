from __future__ import annotations

import json
from pathlib import Path

import pytest

from memview.model.errors import SessionFileError
from memview.sessions.importers import import_session
from memview.sessions.reader import read_session
from memview.sessions.writer import write_session


def call(call_id: str, name: str, arguments: object) -> dict[str, object]:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


MESSAGES = [
    {"role": "system", "content": "Be kind."},
    {"role": "developer", "content": [{"type": "text", "text": "Be brief."}]},
    {"role": "user", "content": "Remember tea."},
    {"role": "assistant", "content": None, "tool_calls": [
        call("c1", "archival_memory_insert", '{"content": "likes tea"}'), call("c2", "look", "{oops"),
    ]},
    {"role": "tool", "tool_call_id": "c2", "content": "seen"},
    {"role": "tool", "tool_call_id": "c1", "content": "ok"},
    {"role": "assistant", "content": "Noted."},
    {"role": "assistant", "content": "Anything else?"},
    {"role": "user", "content": [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {}}]},
]  # fmt: skip


def written(tmp_path: Path, text: str, name: str = "chat.json") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def forms() -> dict[str, str]:
    return {
        "object": json.dumps({"messages": MESSAGES}),
        "list": json.dumps(MESSAGES),
        "indented": json.dumps({"model": "x", "messages": MESSAGES}, indent=2),
        "lines": "\n".join(json.dumps(message) for message in MESSAGES) + "\n",
        "one conversation a line": json.dumps({"messages": MESSAGES}) + "\n\n",
    }


@pytest.mark.parametrize("form", forms())
def test_every_form_gives_the_same_session(tmp_path, form):
    imported = import_session(written(tmp_path, forms()[form]))
    session = imported.session
    assert imported.format == "openai"
    assert session.session_id == "chat"
    assert session.system == "Be kind.\n\nBe brief."
    first, second = session.turns
    assert (first.turn_id, first.role, first.text) == ("t-0001", "user", "Remember tea.")
    assert first.response == "Noted.\n\nAnything else?"
    assert [(found.tool, dict(found.arguments), found.result) for found in first.tool_calls] == [
        ("archival_memory_insert", {"content": "likes tea"}, "ok"),
        ("look", {"text": "{oops"}, "seen"),
    ]
    assert (second.text, second.response) == ("What is this?\n[image]", None)
    assert imported.notes == ("1 image parts shown as [image]",)


@pytest.mark.parametrize(
    ("tool", "arguments", "tier", "section"),
    [
        ("core_memory_append", {"label": "human", "content": "x"}, "core", "human"),
        ("core_memory_append", {"name": "human", "content": "x"}, "core", "human"),
        ("core_memory_append", {"section": "human", "text": "x"}, "core", "human"),
        ("memory_insert", {"label": "persona", "new_str": "x"}, "core", "persona"),
        ("archival_memory_insert", {"content": "x"}, "archive", None),
    ],
)
def test_memory_tools_also_remember(tmp_path, tool, arguments, tier, section):
    messages = [
        {"role": "user", "content": ""},
        {"role": "assistant", "tool_calls": [call("c", tool, json.dumps(arguments))]},
    ]
    turn = import_session(written(tmp_path, json.dumps(messages))).session.turns[0]
    memory = turn.remember[0]
    assert (memory.memory_id, memory.text, memory.kind, memory.tier, memory.section) == (
        "MEM-00001",
        "x",
        "fact",
        tier,
        section,
    )
    assert (memory.citation.session_id, memory.citation.turn_id) == ("chat", "t-0001")


def test_what_comes_before_any_user_message_is_a_turn_of_its_own_role(tmp_path):
    messages = [
        {"role": "tool", "content": "boot"},
        {"role": "assistant", "content": "Welcome.", "tool_calls": [call("c", "now", "{}")]},
        {"role": "tool", "tool_call_id": "c", "content": "noon"},
        {"role": "user", "content": "Hi"},
    ]
    session = import_session(written(tmp_path, json.dumps(messages))).session
    assert [(turn.role, turn.text) for turn in session.turns] == [
        ("tool", "boot"),
        ("assistant", "Welcome."),
        ("user", "Hi"),
    ]
    assert session.turns[1].tool_calls[0].result == "noon"


def test_calls_without_results_and_results_without_calls_are_noted(tmp_path):
    messages = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "tool_calls": [call("c", "f", None), {"id": "d"}]},
        {"role": "tool", "tool_call_id": "zzz", "content": "lost"},
    ]
    imported = import_session(written(tmp_path, json.dumps(messages)))
    assert [found.tool for found in imported.session.turns[0].tool_calls] == ["f", "unknown"]
    assert imported.notes == (
        "1 tool calls without a name left out",
        "1 tool results that answer no call of their turn",
        "1 tool calls without a result",
    )


def test_several_conversations_in_json_lines_are_selected_by_number(tmp_path):
    text = "\n".join(json.dumps({"messages": [{"role": "user", "content": word}]}) for word in ("one", "two"))
    path = written(tmp_path, text, "many.jsonl")
    with pytest.raises(SessionFileError, match="holds 2 conversations; select one of 1, 2"):
        import_session(path)
    session = import_session(path, select="2").session
    assert (session.session_id, session.turns[0].text) == ("many-2", "two")


def test_half_characters_and_infinities_do_not_reach_a_session_file(tmp_path):
    arguments = '{"a": "\\ud83d", "n": 1}'
    messages = [
        {"role": "user", "content": "cut \ud83d"},
        {"role": "assistant", "tool_calls": [call("c", "f", arguments), call("d", "g", '{"n": 1e999}')]},
    ]
    session = import_session(written(tmp_path, json.dumps(messages))).session
    assert session.turns[0].text == "cut \ufffd"
    assert session.turns[0].tool_calls[0].arguments == {"a": "\ufffd", "n": 1}
    assert session.turns[0].tool_calls[1].arguments == {"text": '{"n": 1e999}'}
    write_session(session, tmp_path / "out.jsonl")
    assert read_session(tmp_path / "out.jsonl").session == session


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"messages": 3}', "messages: must be a list"),
        ("[3]", r"messages\[0\]: must be an object"),
        ('[{"role": "king"}]', r"messages\[0\]\.role: unknown role 'king'; use one of"),
        ('[{"role": {}}]', r"messages\[0\]\.role: unknown role"),
        ('{"messages": [', "json: not JSON"),
        ("[NaN]", "json: holds NaN"),
        ("[" * 100000, "json: nested too deeply"),
        ("[" * 300 + "]" * 300, "json: nested too deeply"),
        ("nonsense", "json: not JSON"),
        ("{}", "messages: must be a list"),
    ],
)
def test_hostile_files_give_one_line(tmp_path, text, expected):
    with pytest.raises(SessionFileError, match=expected) as caught:
        import_session(written(tmp_path, text), "openai")
    assert str(caught.value).isprintable()
