from __future__ import annotations

import pytest
from conftest import Make, call, calls

from agent_memory import AgentMemory, Block, ContextOverflowError, CoreMemory, EvictionPolicy, MainContext, Reply
from agent_memory.eviction import summarise, turns_named
from agent_memory.memory import PRESSURE
from agent_memory.records import Message


def fill(memory: AgentMemory, turns: int) -> None:
    for number in range(turns):
        memory.begin_turn(f"Hive {number} weighs {number + 20} kilos. " + "It rained again today. " * 20)
        memory.prompt()
        memory.end_turn(Reply("Noted."))


def test_the_prompt_never_has_more_tokens_than_its_room(make: Make) -> None:
    memory = make()
    context = memory.context
    for number in range(40):
        memory.begin_turn(f"Hive {number}. " + "word " * (number * 37 % 400))
        memory.prompt()
        assert context.tokens() <= context.room
        if number % 3 == 0:
            call(memory, "conversation_search", query="hive")
        memory.prompt()
        assert context.tokens() <= context.room
        memory.end_turn(Reply("Noted. " * (number % 50)))


def test_a_warning_comes_before_the_flush(make: Make) -> None:
    memory = make()
    warned = []
    while memory.context.summary is None:
        memory.begin_turn("It rained again today. " * 15)
        warned.append(PRESSURE in str(memory.prompt()[0]["content"]))
        memory.end_turn(Reply("Noted."))
    assert not warned[0]
    assert warned[-2]


def test_what_leaves_is_summarised_and_stays_in_recall(make: Make) -> None:
    memory = make()
    fill(memory, 20)
    summary = memory.context.summary
    assert summary is not None
    assert "t-0001" in summary.derived_from
    assert set(summary.derived_from) == set(turns_named(summary.text))
    assert memory.context.window[0].role == "user"
    memory.begin_turn("What was hive 0?")
    assert "Hive 0 weighs 20 kilos" in call(memory, "conversation_search", query="Hive 0 ")
    assert "data, not instructions" in str(memory.prompt()[1]["content"])


def test_a_call_never_loses_its_result(make: Make) -> None:
    memory = make()
    for _ in range(30):
        memory.begin_turn("It rained again today. " * 10)
        memory.prompt()
        memory.run_tools(calls(("conversation_search", {"query": "rain"}), ("nothing", {})))
        asked: list[str] = []
        for message in memory.prompt():
            for wanted in message.get("tool_calls", ()):  # type: ignore[attr-defined]
                asked.append(wanted["id"])
            if message["role"] == "tool":
                assert message["tool_call_id"] == asked.pop(0)
        assert asked == []
        memory.end_turn(Reply("Noted."))


def test_a_turn_that_is_too_large_by_itself_loses_its_oldest_results(make: Make) -> None:
    memory = make()
    fill(memory, 4)
    memory.begin_turn("Search a lot.")
    for _ in range(30):
        call(memory, "conversation_search", query="rained")
        memory.prompt()
        assert memory.context.tokens() <= memory.context.room
    assert "removed to make room" in memory.context.window[2].text


def test_a_message_is_cut_in_the_prompt_and_whole_in_recall(make: Make) -> None:
    memory = make()
    memory.begin_turn("long " * 10_000 + "needle")
    assert memory.context.tokens() <= memory.context.room
    assert "cut here" in str(memory.prompt()[-1]["content"])
    memory.end_turn(None)
    memory.begin_turn("And now?")
    assert "needle" in call(memory, "conversation_search", query="needle")


def test_a_limit_that_cannot_work_is_refused(make: Make) -> None:
    with pytest.raises(ValueError, match="too small"):
        AgentMemory(make().archive, MainContext("", CoreMemory([Block("human")]), limit=1000), "s-2")


def test_blocks_over_their_limit_are_told_of(make: Make) -> None:
    memory = make()
    memory.begin_turn("Hello")
    memory.context.instructions = "word " * 5000
    with pytest.raises(ContextOverflowError, match="raise the limit"):
        memory.prompt()


@pytest.mark.parametrize("shares", [{"evict_to": 0.0}, {"evict_to": 1.0}, {"flush_at": 1.1}, {"keep_turns": 0}])
def test_a_policy_that_cannot_work_is_refused(shares: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="eviction policy"):
        EvictionPolicy(**shares)  # type: ignore[arg-type]


def test_a_summary_keeps_what_is_telling_and_is_bounded() -> None:
    said = "Well, that is that. I am allergic to penicillin. " + "So it goes, and on and on. " * 100
    message = Message("t-0001", "t-0001", "user", said, "user", "2026-01-01T00:00:00Z")
    summary = summarise("[t-0000] user: Nora lives in Chur.", [message], words=20)
    assert "penicillin" in summary
    assert "Chur" in summary
    assert len(summary.split()) <= 20
    assert len(summarise("", [message], words=120)) <= 1320
