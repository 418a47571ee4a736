"""Several agents in one session: what is whose, blocks of their own, and who wins where they do not agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import memory, of_turn, reasons, run, session, turn
from tool_stories import ROOM, call

from memview.model.block import Block
from memview.model.errors import PolicyError
from memview.model.memory import Memory
from memview.model.session import Undo
from memview.policies import load_policy
from memview.replay import Replay
from memview.replay.cross_agent import cross_agent_effects

OSLO = "User lives in Oslo."
ROME = "User lives in Rome."
ASK = "Where does the user live?"


def shared(name: str, text: str, **fields: object) -> Memory:
    return Memory(name, text, tier="shared", importance=0.6, tokens=10, **fields)


def two_writers(older: Memory, newer: Memory, rule: str = "higher-trust-wins", **fields: object) -> Replay:
    """Ada's is there from the start, Bob writes the newer in turn 1; Ada asks in turns 2 and 3."""
    turns = (
        turn(1, "x", agent="bob", remember=(newer,)),
        turn(2, ASK, agent="ada"),
        turn(3, ASK, agent="ada"),
    )
    story = session(*turns, loaded=(older,), agents=("ada", "bob"), tokenizer="words", **fields)
    return run(story, shared_writes=rule, promote_if="rank < 0")


@pytest.mark.parametrize(
    ("rule", "newer_trust", "stands", "reason"),
    [
        ("owner-wins", "user", "a", "owner-wins: lives in: oslo, then rome is told by a, which ada wrote"),
        ("last-writer-wins", "model", "b", "last-writer-wins: lives in: oslo, then rome; by b, which bob wrote"),
        ("higher-trust-wins", "user", "b", "higher-trust-wins: lives in: oslo, then rome; by b, which bob wrote"),
        ("higher-trust-wins", "model", "a",
         "higher-trust-wins: lives in: oslo, then rome is told by a, which ada wrote"),
        ("last-writer-wins", "document", "a",
         "last-writer-wins: lives in: oslo, then rome is told by a, which ada wrote"),
    ],
)  # fmt: skip
def test_what_two_agents_say_of_one_thing(rule: str, newer_trust: str, stands: str, reason: str) -> None:
    older, newer = shared("a", OSLO, agent="ada"), shared("b", ROME, agent="bob", trust=newer_trust)
    replay = two_writers(older, newer, rule)
    loser, action = ("b", "reject") if stands == "a" else ("a", "invalidate")
    assert reasons(replay, 1, action) == [(loser, reason)]
    (event,) = of_turn(replay, 1, action)
    assert event.signal is not None
    assert replay.frame(2).retrieved == (stands,)
    assert loser in {name for name, _ in reasons(replay, 2, "reject")}


def test_the_same_words_of_two_agents_are_merged_and_covered() -> None:
    replay = two_writers(shared("a", OSLO, agent="ada"), shared("b", "user lives in Oslo", agent="bob"))
    (event,) = of_turn(replay, 1, "merge")
    assert (event.memory_id, event.origin, event.destination, event.covered_by) == ("b", "shared", "cold", "a")
    assert event.reason == "higher-trust-wins: ada wrote the same as a"
    assert replay.custody_of("b", 2) == "covered"


@pytest.mark.parametrize("changes", [{"agent": "ada"}, {"agent": "bob", "tier": "archive"}, {"kind": "episode"}])
def test_what_is_no_conflict(changes: dict[str, str]) -> None:
    newer = {"memory_id": "b", "text": ROME, "tier": "shared", "agent": "bob", **changes}
    replay = two_writers(shared("a", OSLO, agent="ada"), Memory(**newer))
    assert of_turn(replay, 1, "invalidate", "reject", "merge") == []


@pytest.mark.parametrize(("rule", "core"), [("owner-wins", ("a",)), ("last-writer-wins", ("b",))])
def test_superseding_what_another_agent_wrote(rule: str, core: tuple[str, ...]) -> None:
    older = memory("a", tier="core", agent="ada", readers=("bob",))
    newer = memory("b", tier="core", agent="bob", readers=("ada",), supersedes="a")
    replay = two_writers(older, newer, rule)
    assert replay.frame(2).core == core
    action, name = ("reject", "b") if rule == "owner-wins" else ("invalidate", "a")
    ((found, reason),) = reasons(replay, 1, action)
    assert (found, rule in reason) == (name, True)


def test_one_agent_disputes_nothing_with_itself() -> None:
    alone = session(turn(1, "x", remember=(shared("b", ROME),)), loaded=(shared("a", OSLO),), agent="ada")
    assert of_turn(run(alone), 1, "invalidate", "reject") == []


# Blocks


def blocks_of(replay: Replay, number: int) -> dict[tuple[str | None, str], str]:
    return {(block.agent, block.label): block.value for block in replay.blocks(number)}


def with_blocks(*turns_: object, rule: str = "last-writer-wins") -> Replay:
    blocks = (
        Block("persona", "I plan.", agent="ada"),
        Block("persona", "I code.", agent="bob"),
        Block("team", "Deadline: May."),
    )
    story = session(*turns_, blocks=blocks, agents=("ada", "bob"), budgets=ROOM, tokenizer="words")
    return run(story, shared_writes=rule)


def test_each_agent_sees_and_edits_its_own_block_and_the_shared_one() -> None:
    replay = with_blocks(
        turn(1, "x", agent="ada", tool_calls=(call("core_memory_append", section="persona", text="Slowly."),)),
        turn(2, "x", agent="bob", tool_calls=(call("core_memory_append", section="team", text="No mail."),)),
        turn(3, "x", agent="ada"),
        turn(4, "x", agent="bob"),
    )
    assert blocks_of(replay, 4) == {
        ("ada", "persona"): "I plan.\nSlowly.",
        ("bob", "persona"): "I code.",
        (None, "team"): "Deadline: May.\nNo mail.",
    }
    assert set(replay.frame(3).core) == {"block/ada/persona", "block/team", "t1/core-1", "t2/core-1"}
    assert set(replay.frame(4).core) == {"block/bob/persona", "block/team", "t2/core-1"}


def test_another_agents_block_is_out_of_reach() -> None:
    blocks = (Block("notes", "Mine.", agent="ada"), Block("team", "Ours."))
    first = turn(1, "x", agent="bob", tool_calls=(call("core_memory_append", section="notes", text="Yours."),))
    story = session(first, blocks=blocks, agents=("ada", "bob"), budgets=ROOM, tokenizer="words")
    (outcome,) = run(story).tool_calls(1)
    assert outcome.error == "Block field notes does not exist (available sections = team)"


@pytest.mark.parametrize(("rule", "kept"), [("owner-wins", "t1/core-1"), ("last-writer-wins", "t2/core-1")])
def test_an_edit_of_what_another_agent_wrote_into_a_shared_block(rule: str, kept: str) -> None:
    replay = with_blocks(
        turn(1, "x", agent="ada", tool_calls=(call("core_memory_append", section="team", text="Go on Monday."),)),
        turn(2, "x", agent="bob",
             tool_calls=(call("core_memory_replace", section="team", old="Go on Monday.", new="Go on Friday."),)),
        turn(3, "x", agent="ada"),
        rule=rule,
    )  # fmt: skip
    assert kept in replay.frame(3).core
    assert not {"t1/core-1", "t2/core-1"} - {kept} & set(replay.frame(3).core)
    if rule == "owner-wins":
        assert reasons(replay, 2, "reject") == [
            ("t2/core-1", "owner-wins: may not replace t1/core-1, which ada wrote"),
        ]


# Owners


def test_the_header_names_the_owner_of_what_names_none() -> None:
    turns = (turn(1, "kiwi"), turn(2, "kiwi", agent="bob"), turn(3, "kiwi"))
    replay = run(session(*turns, loaded=(memory("a"),), agent="ada"), promote_if="rank < 0")
    assert [replay.frame(number).retrieved for number in (1, 2, 3)] == [("a",), (), ("a",)]
    assert ("a", "private to another agent") in reasons(replay, 2, "reject")


def test_where_the_header_lists_agents_what_names_no_owner_is_everybodys() -> None:
    turns = (turn(1, "kiwi"), turn(2, "kiwi", agent="bob"))
    replay = run(session(*turns, loaded=(memory("a"),), agent="ada", agents=("ada", "bob")), promote_if="rank < 0")
    assert [replay.frame(number).retrieved for number in (1, 2)] == [("a",), ("a",)]


# Time


def timed(*days: str | None, **fields: object) -> Replay:
    turns = tuple(turn(number, "kiwi", at=day) for number, day in enumerate(days, start=1))
    return run(session(*turns, loaded=(memory("a", **fields),)), promote_if="rank < 0")


def test_what_begins_later_is_out_of_the_prompt_until_then() -> None:
    replay = timed("2026-01-01", "2026-01-05", "2026-01-09", valid_from="2026-01-05", valid_until="2026-01-09")
    assert [replay.frame(number).retrieved for number in (1, 2, 3)] == [(), ("a",), ()]
    assert reasons(replay, 1, "reject") == [("a", "not yet valid at this turn")]
    assert replay.place_of("a", 3) == "archive"


def test_an_unknown_time_holds_nothing_back() -> None:
    assert timed(None, valid_from="2030-01-01").frame(1).retrieved == ("a",)


def test_a_pinned_memory_comes_into_the_core_when_it_begins() -> None:
    replay = timed("2026-01-01", "2026-01-05", valid_from="2026-01-05", tier="core", pinned=True)
    assert [replay.frame(number).core for number in (1, 2)] == [(), ("a",)]


# Across agents


def test_what_one_agents_write_does_to_the_others_prompt() -> None:
    older, newer = shared("a", OSLO, agent="ada"), shared("b", ROME, agent="bob")
    turns = (
        turn(1, ASK, agent="ada"),
        turn(2, "x", agent="bob", remember=(newer,)),
        turn(3, ASK, agent="ada"),
        turn(4, "thanks", agent="ada"),
    )
    story = session(*turns, loaded=(older,), agents=("ada", "bob"), tokenizer="words")
    (effect,) = cross_agent_effects(run(story, promote_if="rank < 0"))
    assert effect.as_dict() == {
        "writer": "bob", "reader": "ada", "memory_id": "b", "written_turn": 2,
        "held_turn": 3, "lost_turn": 4, "turns_held": 1, "took": ["a"],
    }  # fmt: skip


def test_one_agent_has_no_effect_on_another() -> None:
    assert cross_agent_effects(run(session(turn(1, "kiwi"), loaded=(memory("a"),)))) == []


def test_the_rule_is_a_setting_of_a_policy(tmp_path: Path) -> None:
    assert load_policy("lru").shared_writes == "higher-trust-wins"
    file = tmp_path / "mine.yaml"
    file.write_text("policy: {eviction: lru, shared_writes: owner-wins}", encoding="utf-8")
    assert load_policy(str(file)).shared_writes == "owner-wins"
    file.write_text("policy: {eviction: lru, shared_writes: strongest}", encoding="utf-8")
    with pytest.raises(PolicyError, match="shared_writes"):
        load_policy(str(file))


def test_what_is_pinned_is_not_ended_by_the_way() -> None:
    older, newer = shared("a", OSLO, agent="ada", pinned=True), shared("b", ROME, agent="bob")
    assert [event.memory_id for event in of_turn(two_writers(older, newer, "last-writer-wins"), 1, "reject")] == ["b"]


def test_an_overruled_write_is_heard_once_it_is_undone() -> None:
    older, newer = shared("a", OSLO, agent="ada"), shared("b", ROME, agent="bob")
    replay = two_writers(older, newer, "owner-wins", undos=(Undo(2, "b"),))
    assert [replay.frame(number).retrieved for number in (2, 3)] == [("a",), ("a", "b")]
    merged = two_writers(older, shared("b", OSLO, agent="bob"), "owner-wins", undos=(Undo(2, "b"),))
    assert set(merged.frame(3).retrieved) == {"a", "b"}
    ended = two_writers(older, newer, "last-writer-wins", undos=(Undo(2, "a"),))
    assert set(ended.frame(3).retrieved) == {"a", "b"}
