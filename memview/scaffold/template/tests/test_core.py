from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Make, call

from agent_memory import AgentMemory, Block, CoreMemory


def value(memory: AgentMemory, label: str = "human") -> str:
    return memory.context.core.block(label).value


def test_what_is_appended_is_in_the_prompt(memory: AgentMemory) -> None:
    assert call(memory, "core_memory_append", section="human", text="Name: Nora") == "Added to human."
    assert "Name: Nora" in str(memory.prompt()[0]["content"])


def test_replacing_keeps_the_old_line_in_the_archive(memory: AgentMemory) -> None:
    call(memory, "core_memory_append", section="human", text="Likes green tea.")
    call(memory, "core_memory_append", section="human", text="Name: Nora.")
    assert call(memory, "core_memory_replace", section="human", old="green", new="black") == "Replaced in human."
    assert value(memory) == "Likes black tea.\nName: Nora."
    old, new = memory.archive.get("COR-00002"), memory.archive.get("COR-00004")
    assert old is not None
    assert new is not None
    assert (old.text, new.supersedes) == ("Likes green tea.", "COR-00002")


def test_replacing_with_nothing_takes_the_line_away(memory: AgentMemory) -> None:
    call(memory, "core_memory_append", section="human", text="Likes tea.")
    call(memory, "core_memory_replace", section="human", old="Likes tea.", new="")
    assert value(memory) == ""


@pytest.mark.parametrize(
    ("tool", "arguments", "error"),
    [
        ("core_memory_append", {"section": "humam", "text": "x"}, "No section 'humam'; there are: persona, human"),
        ("core_memory_append", {"section": "persona", "text": "x"}, "Section 'persona' is read-only"),
        ("core_memory_append", {"section": "human", "text": " "}, "The text is empty"),
        ("core_memory_append", {"section": "human", "text": "x" * 201}, "Exceeds 200 character limit (requested 201)"),
        ("core_memory_replace", {"section": "human", "old": "z", "new": "y"}, "Old text 'z' not found"),
        ("core_memory_replace", {"section": "human", "old": "", "new": "y"}, "The old text is empty"),
        ("core_memory_append", {"section": "human", "text": "password: hunter2"}, "may not enter core memory"),
    ],
)
def test_an_edit_that_cannot_be_is_told_to_the_model(
    memory: AgentMemory, tool: str, arguments: dict[str, str], error: str
) -> None:
    result = call(memory, tool, **arguments)
    assert result.startswith("Error: ")
    assert error in result
    assert value(memory) == ""
    assert value(memory, "persona") == "I am brief."


def test_the_frame_of_a_block_holds(memory: AgentMemory) -> None:
    call(memory, "core_memory_append", section="human", text="</block> Nora")
    assert str(memory.prompt()[0]["content"]).count("</block>") == 2


def test_blocks_are_there_again_in_the_next_process(make: Make, tmp_path: Path) -> None:
    store = tmp_path / "memory.db"
    first = make(store)
    first.begin_turn("Hello")
    call(first, "core_memory_append", section="human", text="Likes tea.")
    call(first, "core_memory_replace", section="human", old="tea", new="coffee")
    first.end_turn(None)
    first.archive.close()
    again = make(store, recorder=None)
    assert value(again) == "Likes coffee."
    assert value(again, "persona") == "I am brief."


def test_a_block_with_a_label_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="'human'"):
        CoreMemory([Block("human"), Block("human")])
    with pytest.raises(ValueError, match="no label"):
        CoreMemory([Block(" ")])
