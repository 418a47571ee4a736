from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import call

from agent_memory import AgentMemory, Archive, Memory
from agent_memory.search import Bm25Index, FullTextIndex, Index

TEXTS = {
    "MEM-00001": "The queen of hive 1 is marked red.",
    "MEM-00002": "The queen of hive 2 is marked green.",
    "MEM-00003": "Heather honey is dark.",
}


def full_text() -> Index:
    try:
        return FullTextIndex(sqlite3.connect(":memory:"))
    except sqlite3.OperationalError:
        pytest.skip("this Python's SQLite has no FTS5")


@pytest.fixture(params=[full_text, Bm25Index], ids=["fts5", "bm25"])
def index(request: pytest.FixtureRequest) -> Index:
    build: Callable[[], Index] = request.param
    filled = build()
    for name, text in TEXTS.items():
        filled.add(name, text)
    return filled


def test_the_rarest_words_decide(index: Index) -> None:
    found = index.search("Which queen is green?", 2)
    assert [name for name, _ in found] == ["MEM-00002", "MEM-00001"]
    assert found[0][1] > found[1][1] > 0


@pytest.mark.parametrize("query", ["", "the of is", '") OR NEAR(', "aubergine", "text: *", "\x00"])
def test_queries_that_find_nothing(index: Index, query: str) -> None:
    assert index.search(query, 5) == []


def test_what_is_removed_is_not_found(index: Index) -> None:
    index.remove("MEM-00003")
    index.remove("MEM-00003")
    assert index.search("heather", 5) == []
    index.add("MEM-00003", TEXTS["MEM-00003"])
    assert len(index.search("heather", 5)) == 1


def test_ids_are_never_used_twice(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    for expected in ("MEM-00001", "MEM-00002"):
        archive = Archive(path)
        assert archive.new_id("MEM") == expected
        archive.add(Memory(expected, f"fact {expected}"))
        archive.close()
    with pytest.raises(sqlite3.IntegrityError):
        Archive(path).add(Memory("MEM-00001", "again"))


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    path.write_text("this is a text of more than sixteen bytes, and no database " * 20, encoding="utf-8")
    with pytest.raises(sqlite3.DatabaseError):
        Archive(path)


def test_what_is_replaced_is_kept_and_not_found() -> None:
    archive = Archive()
    archive.add(Memory("MEM-00001", "Nora lives in Bern."))
    archive.add(Memory("MEM-00002", "Nora lives in Chur.", supersedes="MEM-00001"))
    assert [hit.memory.memory_id for hit in archive.search("Nora lives", 5)] == ["MEM-00002"]
    assert archive.get("MEM-00001") is not None
    assert archive.counts() == (1, 0)
    with pytest.raises(KeyError):
        archive.approve("MEM-00001", "Ada")


def test_a_fact_comes_back_with_its_citation(memory: AgentMemory) -> None:
    assert call(memory, "archival_memory_insert", text="Nora likes green tea.").startswith("Stored as MEM-00001")
    assert call(memory, "archival_memory_insert", text="Nora likes green tea.") == "Already stored as MEM-00001."
    result = call(memory, "archival_memory_search", query="tea")
    assert result.startswith("Showing 1 of 1 results:")
    assert '"learned": "s-1/t-0001"' in result


def test_past_conversation_is_searched_page_by_page(memory: AgentMemory) -> None:
    for number in range(7):
        memory.end_turn(None)
        memory.begin_turn(f"Hive {number} is fine.")
    memory.end_turn(None)
    memory.begin_turn("Which Hive did I mention first?")
    assert call(memory, "conversation_search", query="hive").startswith("Showing 5 of 7 results (page 0/1):")
    assert "Hive 0" in call(memory, "conversation_search", query="hive", page=1)
    assert "out of range: the last one is 1" in call(memory, "conversation_search", query="hive", page=2)
    assert call(memory, "conversation_search", query="aubergine") == "No results found."


def test_half_a_surrogate_pair_does_no_harm(memory: AgentMemory) -> None:
    assert call(memory, "archival_memory_insert", text="broken \ud800 emoji").startswith("Stored")
    assert "broken ? emoji" in call(memory, "archival_memory_search", query="emoji")
