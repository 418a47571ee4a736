"""Blocks of core memory in the header of a session, and as a file of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.model.block import Block, ToolLimits
from memview.model.errors import SessionFileError
from memview.sessions.blocks import LoadedBlocks, read_blocks, write_blocks
from memview.sessions.reader import read_session
from memview.sessions.writer import write_session

HEADER = {"type": "session", "session_id": "s"}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def header(**fields: object) -> dict[str, object]:
    return {**HEADER, **fields}


# In the header


def test_blocks_and_limits_are_read_with_their_defaults(session_file, tmp_path):
    blocks = [
        {"label": "human", "value": "Ada."},
        {"label": "notes", "limit": 7, "description": "x", "read_only": True},
    ]
    path = session_file(header=header(blocks=blocks, tool_limits={"block_chars": 500, "page_size": 10}))
    loaded = read_session(path)
    assert loaded.warnings == ()
    assert loaded.session.blocks == (Block("human", "Ada.", 500), Block("notes", "", 7, "x", True))
    assert loaded.session.tool_limits == ToolLimits(block_chars=500, page_size=10)
    write_session(loaded.session, tmp_path / "copy.jsonl")
    assert read_session(tmp_path / "copy.jsonl").session == loaded.session


def test_a_session_without_them_has_none(session_file, tmp_path):
    loaded = read_session(session_file())
    assert (loaded.session.blocks, loaded.session.tool_limits) == ((), ToolLimits())
    write_session(loaded.session, tmp_path / "copy.jsonl")
    assert not {"blocks", "tool_limits"} & json.loads((tmp_path / "copy.jsonl").read_text()).keys()


def test_unknown_keys_go_back_where_they_were(session_file, tmp_path):
    fields = {"blocks": [{"label": "human", "value": "", "mood": [1]}], "tool_limits": {"page_size": 9, "pace": 1}}
    loaded = read_session(session_file(header=header(**fields)))
    assert [warning.split(": ", 1)[1] for warning in loaded.warnings] == [
        "session.tool_limits.pace: unknown key, kept",
        "session.blocks.mood: unknown key, kept",
    ]
    write_session(loaded.session, tmp_path / "copy.jsonl")
    written = json.loads((tmp_path / "copy.jsonl").read_text())
    assert {key: written[key] for key in fields} == fields


def test_a_value_above_its_limit_warns_and_loads(session_file):
    loaded = read_session(session_file(header=header(blocks=[{"label": "human", "value": "x" * 2001}])))
    assert len(loaded.session.blocks[0].value) == 2001
    (warning,) = loaded.warnings
    assert warning.endswith(":1: session.blocks[0].value: 2001 characters, the limit of 'human' is 2000; kept whole")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"blocks": {"human": "x"}}, "1: session.blocks: must be a list, not an object"),
        ({"blocks": ["x"]}, "1: session.blocks[0]: "),
        ({"blocks": [{}]}, "1: session.blocks[0].label: is missing"),
        ({"blocks": [{"label": ""}]}, "1: session.blocks[0].label: is empty"),
        ({"blocks": [{"label": "  "}]}, "1: session.blocks[0].label: is empty"),
        ({"blocks": [{"label": "a"}, {"label": "a"}]}, "1: session.blocks[1].label: 'a' is already the label"),
        ({"blocks": [{"label": "a", "value": 3}]}, "1: session.blocks[0].value: must be text, not a number"),
        ({"blocks": [{"label": "a", "limit": 0}]}, "1: session.blocks[0].limit: must be at least 1, not 0"),
        ({"blocks": [{"label": "a", "read_only": 1}]}, "1: session.blocks[0].read_only: must be true or false"),
        ({"tool_limits": {"page_size": 0}}, "1: session.tool_limits.page_size: must be at least 1, not 0"),
        ({"tool_limits": []}, "1: session.tool_limits: must be an object, not a list"),
    ],
)
def test_bad_blocks_are_named(session_file, fields, message):
    with pytest.raises(SessionFileError) as caught:
        read_session(session_file(header=header(**fields)))
    assert f"session.jsonl:{message}" in str(caught.value)


# As a file


def test_the_shape_of_memgpt(tmp_path):
    path = tmp_path / "memory.json"
    path.write_text('{"persona": "I am Sam.", "human": {"value": "Ada.", "limit": 30}}')
    assert read_blocks(path).blocks == (Block("persona", "I am Sam."), Block("human", "Ada.", 30))
    write_blocks(path, read_blocks(path).blocks)
    assert json.loads(path.read_text()) == {"persona": "I am Sam.", "human": {"value": "Ada.", "limit": 30}}


def test_the_state_of_an_agent_as_memgpt_keeps_it(tmp_path):
    path = tmp_path / "memory.json"
    path.write_text('{"memory": {"persona": "I am Sam.", "human": {"value": "Ada."}}, "prompt_template": "{% %}"}')
    loaded = read_blocks(path)
    assert loaded == LoadedBlocks((Block("persona", "I am Sam."), Block("human", "Ada.")))
    path.write_text('{"memory": {"value": "A block called so."}, "human": "Ada."}')
    assert [block.label for block in read_blocks(path).blocks] == ["memory", "human"]


@pytest.mark.parametrize("around", [False, True])
def test_the_shape_of_letta(tmp_path, around):
    entries = [{"label": "human", "value": "Ada.", "limit": 5000, "description": "Who it is", "id": "block-1"}]
    path = tmp_path / "memory.json"
    path.write_text(json.dumps({"blocks": entries} if around else entries))
    loaded = read_blocks(path)
    assert loaded.blocks == (Block("human", "Ada.", 5000, "Who it is"),)
    assert loaded.warnings == (f"{path}: [0].id: unknown key, kept",)
    write_blocks(path, loaded.blocks)
    assert json.loads(path.read_text()) == entries


def test_a_file_value_above_its_limit_warns_and_loads(tmp_path):
    path = tmp_path / "memory.json"
    path.write_text(json.dumps({"human": "x" * 2001}))
    assert read_blocks(path).warnings == (
        f"{path}: human.value: 2001 characters, the limit of 'human' is 2000; kept whole",
    )


BLOCK = st.builds(Block, TEXT.filter(str.strip), TEXT, st.sampled_from((1, 2000, 5000)), TEXT, st.booleans())


@given(blocks=st.lists(BLOCK, max_size=4, unique_by=lambda block: block.label))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, blocks: list[Block]) -> None:
    path = tmp_path_factory.mktemp("blocks") / "memory.json"
    write_blocks(path, blocks)
    assert read_blocks(path).blocks == tuple(blocks)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("3", "json: must be an object or a list of blocks"),
        ('{"human": 3}', "human: must be text or an object with a value"),
        ('{"human": "a", "human": "b"}', "json: a key is given twice"),
        ('[{"value": "a"}]', "[0].label: is missing"),
        ('[{"label": "a"}, {"label": "a"}]', "blocks[1].label: 'a' is already the label of an earlier block"),
        ('{"a": {"value": "x", "limit": "7"}}', "a.limit: must be a whole number, not text"),
        ('{"a": {"value": NaN}}', "json: holds nan"),
        ("\udc80", "is not JSON"),
    ],
    ids=range(11),
)
def test_a_file_that_holds_no_blocks(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "memory.json"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(SessionFileError) as caught:
        read_blocks(path)
    assert str(caught.value).startswith(f"{path}: {message}")
    assert "\n" not in str(caught.value)


def test_places_that_cannot_be_read_or_written(tmp_path):
    with pytest.raises(SessionFileError, match="cannot be read"):
        read_blocks(tmp_path / "nowhere.json")
    with pytest.raises(SessionFileError, match="is a directory"):
        write_blocks(tmp_path, ())
    with pytest.raises(SessionFileError, match="half a character"):
        write_blocks(tmp_path / "memory.json", (Block("human", "\ud800"),))
    assert list(tmp_path.iterdir()) == []
