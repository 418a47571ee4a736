"""The shipped script: what it promises to show is what the kernel does."""

from __future__ import annotations

from pathlib import Path

import pytest

import memview
from memview.agents.agent_loop import Agent
from memview.agents.script import SCRIPTS, load_script
from memview.agents.scripted_mind import ScriptedMind
from memview.model.errors import MemviewError
from memview.replay import Replay
from memview.responders.citations import ids_named_in
from memview.sessions.reader import read_session
from memview.sessions.writer import write_session


def played(name: str) -> tuple[Agent, list[Replay]]:
    script = load_script(name)
    agent = Agent(script, ScriptedMind(script))
    replays = []
    while not agent.is_done:
        replays.append(agent.take_turn())
    return agent, replays


@pytest.fixture(scope="module")
def memgpt() -> tuple[Agent, list[Replay]]:
    return played("memgpt")


def actions(replay: Replay, turn: int) -> set[str]:
    span = replay.event_span(turn)
    return {event.action for event in replay.events[span.start : span.stop]}


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_answer_names_only_what_the_agent_saw(name: str) -> None:
    agent, _ = played(name)
    script = load_script(name)
    for number, (turn, part) in enumerate(zip(agent.session.turns, script.turns, strict=True), 1):
        bracketed = [word.strip("].;,") for word in part.answer.split("[")[1:] for word in word.split("]")[:1]]
        assert list(turn.used) == bracketed, number
        assert turn.response == part.answer


def test_the_window_warns_then_overflows_and_the_agent_pages_in_what_it_needs(
    memgpt: tuple[Agent, list[Replay]],
) -> None:
    _, replays = memgpt
    last = replays[-1]
    first = {
        action: min((turn for turn in range(1, 13) if action in actions(last, turn)), default=None)
        for action in ("warn", "summarize", "compact", "fault", "promote", "evict", "error", "update")
    }
    assert None not in first.values()
    assert first["warn"] < first["summarize"] == first["compact"]
    assert all(last.frame(turn).tokens.total + 100 <= 800 for turn in range(13))


def test_what_was_written_down_is_found_by_a_search_that_the_users_words_do_not_make(
    memgpt: tuple[Agent, list[Replay]],
) -> None:
    _, replays = memgpt
    (outcome,) = replays[-1].tool_calls(9)
    assert outcome.memory_ids == ("MEM-00004",)
    assert "MEM-00004" not in replays[-1].prompt(9).text()
    assert "walnuts" not in replays[-1].prompt(9).text().partition("# summary")[0]


def test_what_was_not_written_down_is_only_in_the_conversation(memgpt: tuple[Agent, list[Replay]]) -> None:
    _, replays = memgpt
    archive, conversation = replays[-1].tool_calls(10)
    assert (archive.result, archive.memory_ids) == ("No results found.", ())
    assert conversation.memory_ids == ("t-0005",)
    assert "t-0005" not in replays[-1].frame(10).window + replays[-1].frame(10).retrieved


def test_a_refused_call_is_a_result_that_the_agent_mends(memgpt: tuple[Agent, list[Replay]]) -> None:
    agent, replays = memgpt
    refused, mended = replays[-1].tool_calls(7)
    assert refused.error == "Old content '3rd of March' not found in memory block 'human'"
    assert agent.session.turns[6].tool_calls[0].result == refused.error
    assert mended.error is None
    human = {block.label: block.value for block in replays[-1].blocks(12)}["human"]
    assert "14 April" in human
    assert "3 March" not in human


def test_what_is_written_is_recorded_with_its_source(memgpt: tuple[Agent, list[Replay]]) -> None:
    agent, _ = memgpt
    written = {memory.memory_id: memory for turn in agent.session.turns for memory in turn.remember}
    assert list(written) == [f"MEM-{number:05}" for number in range(1, 8)]
    lease = written["MEM-00003"].citation
    assert (lease.session_id, lease.turn_id) == ("demo-memgpt", "t-0002")
    assert lease.source_url == "https://lettings.example/rua-do-almada-112"
    assert (written["MEM-00007"].supersedes, written["MEM-00007"].derived_from) == ("MEM-00002", ("MEM-00002",))


def test_the_replay_of_the_kept_file_gives_the_recorded_results(
    memgpt: tuple[Agent, list[Replay]], tmp_path: Path
) -> None:
    agent, replays = memgpt
    write_session(agent.session, tmp_path / "kept.jsonl")
    loaded = read_session(tmp_path / "kept.jsonl")
    assert loaded.warnings == ()
    again = memview.replay(loaded.session, policy="memgpt")
    assert again.digest == replays[-1].digest
    outcomes = [outcome for turn in range(1, 13) for outcome in again.tool_calls(turn)]
    assert len(outcomes) == 13
    assert all(outcome.agrees for outcome in outcomes)
    assert not any(again.events[seq].action == "tool" and "differs" in again.events[seq].reason for seq in range(157))


def test_the_replay_after_a_turn_is_the_beginning_of_the_last_one(memgpt: tuple[Agent, list[Replay]]) -> None:
    _, replays = memgpt
    whole = [event.canonical() for event in replays[-1].events]
    for replay in replays:
        assert [event.canonical() for event in replay.events] == whole[: len(replay.events)]


def test_the_lesson_is_one_sentence() -> None:
    lesson = load_script("MemGPT").lesson
    assert lesson.endswith(".")
    assert lesson.count(". ") == 0
    assert ids_named_in(lesson, ["MEM-00001"]) == []


def test_a_script_that_is_not_there() -> None:
    with pytest.raises(MemviewError, match="no demo is called 'x'; choose one of memgpt"):
        load_script("x")
