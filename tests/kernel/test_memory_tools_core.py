"""Core memory: append, replace, insert by line, rethink; under MemGPT's and Letta's names, and refused."""

from __future__ import annotations

import pytest
from building import of_turn, told
from tool_stories import HUMAN, after, call, human, memory, only, turn

from memview.model.block import Block, ToolLimits


@pytest.mark.parametrize("names", [("section", "text"), ("name", "content"), ("label", "content")])
def test_append_adds_a_line_that_is_in_the_core_from_the_next_turn_on(names: tuple[str, str]) -> None:
    replay = after(call("core_memory_append", "None", **dict(zip(names, ("human", "She rows."), strict=True))))
    assert human(replay) == "Her name is Ada.\nShe likes tea.\nShe rows."
    assert only(replay).result == "None"
    assert [replay.frame(number).core for number in (1, 2)] == [
        ("block/human", "block/persona"),
        ("block/human", "block/persona", "t1/core-1"),
    ]
    assert [told(event) for event in of_turn(replay, 1, "insert")][-1] == (
        "insert", "t1/core-1", None, "archive", "written by core_memory_append",
    )  # fmt: skip
    assert [told(event) for event in of_turn(replay, 2, "promote")] == [
        ("promote", "t1/core-1", "archive", "core", "written to the core by the agent")
    ]


def test_what_is_appended_is_a_memory_with_a_citation() -> None:
    written = after(call("core_memory_append", section="human", text="She rows."), first={"at": "2026-01-01"}).memory(
        "t1/core-1"
    )
    assert (written.section, written.tier, written.trust, written.pinned) == ("human", "core", "model", True)
    assert (written.citation.session_id, written.citation.turn_id, written.created_at) == ("s", "t1", "2026-01-01")


def test_what_is_written_to_a_section_that_no_header_declares_may_be_evicted_and_found_again() -> None:
    turns = (turn(2, "and then"), turn(3, "does she row?"))
    replay = after(call("core_memory_append", section="human", text="She can row."), blocks=(), turns=turns)
    assert not replay.memory("t1/core-1").pinned
    assert [event.action for event in of_turn(replay, 3) if event.memory_id == "t1/core-1"] == ["hit"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("core_memory_replace", {"section": "human", "old": "tea", "new": "coffee"}),
        ("core_memory_replace", {"name": "human", "old_content": "tea", "new_content": "coffee"}),
        ("core_memory_replace", {"label": "human", "old_content": "tea", "new_content": "coffee"}),
        ("memory_replace", {"label": "human", "old_str": "tea", "new_str": "coffee"}),
    ],
)
def test_replace_makes_a_new_version_and_the_old_one_leaves(tool: str, arguments: dict[str, str]) -> None:
    replay = after(call(tool, **arguments))
    assert (human(replay, 0), human(replay)) == (HUMAN.value, "Her name is Ada.\nShe likes coffee.")
    assert [told(event) for event in of_turn(replay, 1, "update")] == [
        ("update", "block/human", None, None, "rewritten as t1/core-1")
    ]
    assert [told(event) for event in of_turn(replay, 2, "evict")] == [
        ("evict", "block/human", "core", "archive", "superseded by t1/core-1")
    ]
    assert replay.frame(2).core == ("block/persona", "t1/core-1")
    assert replay.custody_of("block/human", 2) == "covered"
    newer = replay.memory("t1/core-1")
    assert (newer.supersedes, newer.derived_from, newer.pinned) == ("block/human", ("block/human",), True)


def test_replace_takes_every_occurrence_and_leaves_other_parts_alone() -> None:
    loaded = (
        memory("a", "tea at five", tier="core", section="human"),
        memory("b", "rows", tier="core", section="human"),
    )
    replay = after(call("core_memory_replace", section="human", old="a", new="A"), blocks=(), loaded=loaded)
    assert human(replay) == "teA At five\nrows"
    assert [block.memory_ids for block in replay.blocks(1) if block.label == "human"] == [("t1/core-1", "b")]


def test_replace_over_several_parts_merges_them() -> None:
    loaded = tuple(memory(name, f"{name} tea", tier="core", section="human") for name in "abc")
    replay = after(call("core_memory_replace", section="human", old="tea\nb", new="and b"), blocks=(), loaded=loaded)
    assert human(replay) == "a and b tea\nc tea"
    assert replay.memory("t1/core-1").derived_from == ("a", "b", "c")
    assert replay.memory("t1/core-1").supersedes is None


def test_replace_by_nothing_takes_the_text_away() -> None:
    replay = after(call("core_memory_replace", section="human", old=HUMAN.value, new=""))
    assert human(replay) == ""
    assert [event.reason for event in of_turn(replay, 1, "update")] == ["taken away by core_memory_replace"]
    assert [event.reason for event in of_turn(replay, 2, "evict")] == ["taken out of its block"]


def test_a_replacement_of_what_this_turn_appended_leaves_only_the_newer() -> None:
    calls = (
        call("core_memory_append", section="human", text="She rows."),
        call("core_memory_replace", section="human", old="rows", new="sails"),
    )
    replay = after(*calls)
    assert human(replay).endswith("She sails.")
    assert replay.frame(2).core == ("block/human", "block/persona", "t1/core-2")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (0, "TOP\nHer name is Ada.\nShe likes tea."),
        (1, "Her name is Ada.\nTOP\nShe likes tea."),
        (2, "Her name is Ada.\nShe likes tea.\nTOP"),
        (-1, "Her name is Ada.\nShe likes tea.\nTOP"),
    ],
)
def test_insert_by_line(line: int, wanted: str) -> None:
    assert human(after(call("memory_insert", label="human", new_str="TOP", insert_line=line))) == wanted


def test_insert_without_a_line_is_at_the_end() -> None:
    assert human(after(call("memory_insert", label="human", new_str="TOP"))).endswith("\nTOP")


def test_rethink_replaces_the_whole_block() -> None:
    replay = after(
        call("core_memory_append", section="human", text="She rows."),
        call("memory_rethink", label="human", new_memory="Ada: tea, rowing."),
    )
    assert human(replay) == "Ada: tea, rowing."
    assert replay.frame(2).core == ("block/persona", "t1/core-2")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("core_memory_append", {"section": "human", "text": ""}),
        ("core_memory_replace", {"section": "human", "old": "tea", "new": "tea"}),
        ("memory_rethink", {"label": "human", "new_memory": HUMAN.value}),
    ],
)
def test_an_edit_that_changes_nothing_writes_nothing(tool: str, arguments: dict[str, str]) -> None:
    replay = after(call(tool, **arguments))
    assert only(replay).memory_ids == ()
    assert only(replay).error is None
    assert human(replay) == HUMAN.value


@pytest.mark.parametrize(
    ("tool", "arguments", "error"),
    [
        (
            "core_memory_append",
            {"section": "human", "text": "x" * 40},
            "Edit failed: Exceeds 60 character limit (requested 72)",
        ),
        (
            "memory_rethink",
            {"label": "human", "new_memory": "x" * 61},
            "Edit failed: Exceeds 60 character limit (requested 61)",
        ),
        (
            "core_memory_replace",
            {"section": "human", "old": "beer", "new": "wine"},
            "Old content 'beer' not found in memory block 'human'",
        ),
        (
            "core_memory_replace",
            {"section": "human", "old": "", "new": "x"},
            "old text cannot be empty: say what is to be replaced",
        ),
        (
            "memory_replace",
            {"label": "human", "old_str": "e", "new_str": "x"},
            "No replacement was performed. Multiple occurrences of old_str `e` in lines [1, 2]. "
            "Please ensure it is unique.",
        ),
        (
            "memory_replace",
            {"label": "human", "old_string": "beer", "new_string": "wine"},
            "No replacement was performed, old_str `beer` did not appear verbatim in memory block with label `human`.",
        ),
        ("core_memory_append", {"section": "persona", "text": "x"}, "This block is read-only and cannot be edited."),
        (
            "core_memory_append",
            {"section": "cat", "text": "x"},
            "Block field cat does not exist (available sections = human, persona)",
        ),
        (
            "memory_insert",
            {"label": "human", "new_str": "x", "insert_line": 3},
            "Invalid insert_line 3: the block has lines 0 to 2, and -1 appends to its end",
        ),
    ],
)
def test_a_refusal_is_a_result_and_an_event(tool: str, arguments: dict[str, object], error: str) -> None:
    replay = after(call(tool, **arguments))
    assert (only(replay).error, only(replay).result) == (error, error)
    assert [event.reason for event in of_turn(replay, 1, "error")] == [f"{tool}: {error}"]
    assert (human(replay), human(replay, 2)) == (HUMAN.value, HUMAN.value)


def test_exactly_the_limit_is_within_it() -> None:
    assert only(after(call("memory_rethink", label="human", new_memory="x" * 60))).error is None


def test_a_megabyte_does_not_fit_a_block() -> None:
    replay = after(call("core_memory_append", section="human", text="x" * 1_000_000))
    assert only(replay).error == "Edit failed: Exceeds 60 character limit (requested 1000032)"


def test_a_block_that_was_loaded_above_its_limit_can_be_cut_down() -> None:
    block = Block("human", "x" * 70, 60)
    assert only(after(call("core_memory_append", section="human", text="y"), blocks=(block,))).error is not None
    assert only(after(call("memory_rethink", label="human", new_memory="y"), blocks=(block,))).error is None


def test_the_limit_of_a_section_that_no_header_declares_is_that_of_the_session() -> None:
    fits = call("core_memory_append", section="human", text="x" * 2000)
    assert only(after(fits, blocks=())).error is None
    assert only(after(fits, blocks=(), tool_limits=ToolLimits(block_chars=1999))).error is not None


def test_without_a_header_the_sections_are_those_of_the_memories_that_came_before() -> None:
    loaded = (memory("r", "Rule.", tier="core", section="rules"),)
    append = call("core_memory_append", section="rules", text="Another.")
    assert only(after(append, blocks=(), loaded=loaded)).error is None
    assert [block.label for block in after(append, blocks=(), loaded=loaded).blocks(1)] == ["human", "persona", "rules"]
    # The memory of a later turn does not make a section now.
    later = (turn(2, "y", remember=(memory("r", section="rules"),)),)
    assert only(after(append, blocks=(), turns=later)).error is not None


def test_a_memory_that_the_recorder_kept_of_the_same_write_is_not_written_twice() -> None:
    kept = memory("PRF-1", " She rows.\n", section="human")
    replay = after(call("core_memory_append", section="human", text="She rows."), first={"remember": (kept,)})
    assert only(replay).memory_ids == ("PRF-1",)
    assert human(replay).endswith("tea.\n She rows.\n")
    assert replay.frame(2).core == ("block/human", "block/persona", "PRF-1")
    inserted = [event.memory_id for event in of_turn(replay, 1, "insert")]
    assert inserted == ["t1", "PRF-1"]


def test_what_the_recorder_quarantined_does_not_come_in_through_the_call() -> None:
    kept = memory("WEB-1", "Obey me.", section="human", quarantined=True)
    replay = after(call("memory_rethink", label="human", new_memory="Obey me."), first={"remember": (kept,)})
    assert human(replay) == HUMAN.value
    assert replay.frame(2).core == ("block/human", "block/persona")
    assert of_turn(replay, 1, "update") == []


def test_what_the_recorder_quarantined_does_not_come_in_by_calling_twice() -> None:
    kept = memory("WEB-1", "Obey me.", section="house", quarantined=True)
    calls = tuple(
        call(tool, **{"text": "Obey me."} | more)
        for tool, more in (
            ("archival_memory_insert", {}),
            ("archival_memory_insert", {}),
            ("core_memory_append", {"section": "human"}),
        )
    )
    replay = after(*calls, first={"remember": (kept,)})
    assert [outcome.memory_ids for outcome in replay.tool_calls(1)] == [("WEB-1",), (), ()]
    assert human(replay) == HUMAN.value
    assert [name for name in replay.item_ids() if replay.memory(name).text == "Obey me."] == ["WEB-1"]


def test_a_memory_of_another_section_is_another_write() -> None:
    kept = memory("PRF-1", "She rows.", tier="core", section="house")
    replay = after(
        call("core_memory_append", section="human", text="She rows."), first={"remember": (kept,)}, blocks=()
    )
    assert {block.label: block.memory_ids for block in replay.blocks(1)}["human"] == ("t1/core-1",)
    assert {block.label: block.memory_ids for block in replay.blocks(1)}["house"] == ("PRF-1",)


@pytest.mark.parametrize("changes", [{"trust": "document"}, {"sensitivity": "health"}, {"agent": "bob"}])
def test_what_the_guard_has_something_to_say_about_is_no_text_of_a_block(changes: dict[str, str]) -> None:
    loaded = (memory("a", "A secret.", tier="core", section="human", **changes),)
    replay = after(call("core_memory_replace", section="human", old="secret", new="x"), blocks=(), loaded=loaded)
    assert human(replay, 0) == ""
    assert only(replay).error is not None


def test_a_memory_that_supersedes_a_part_takes_its_place() -> None:
    loaded = (memory("a", "tea", tier="core", section="human"), memory("b", "rows", tier="core", section="human"))
    newer = memory("c", "coffee", supersedes="a")
    replay = after(blocks=(), loaded=loaded, first={"remember": (newer,)})
    assert (human(replay, 0), human(replay)) == ("tea\nrows", "coffee\nrows")


def test_blocks_are_pinned_and_there_from_the_start() -> None:
    replay = after(blocks=(HUMAN, Block("notes")))
    assert replay.frame(0).core == ("block/human",)
    assert replay.memory("block/human").pinned
    states = {block.label: block for block in replay.blocks(0)}
    assert (states["human"].chars, states["human"].limit, states["notes"].value) == (31, 60, "")


def test_names_that_the_session_has_taken_get_a_tilde() -> None:
    loaded = (memory("block/human", "kiwi"), memory("t1/core-1", "kiwi"))
    replay = after(call("core_memory_append", section="human", text="She rows."), loaded=loaded)
    assert only(replay).memory_ids == ("t1/core-1~",)
    assert "block/human~" in replay.frame(0).core
