"""`memview explain`: why, in sentences and as data, and what it says to questions that have no answer."""

from __future__ import annotations

import pytest
from cli_harness import Memview, SessionFile

ARGUMENTS = ("explain", "session_01", "EPI-00004", "--turn", "7", "--policy", "lru")


def test_the_answer_comes_first_then_what_would_have_kept_it(memview: Memview) -> None:
    done = memview(*ARGUMENTS)
    assert (done.status, done.err) == (0, b"")
    assert done.lines[0].startswith(
        "EPI-00004 is not in the prompt at turn 7: evicted at turn 7 (lru: idle 6 turns, longest of 8"
    )
    assert "to make room for" in done.lines[0]
    assert any(line.startswith("Of 33 eviction policies, all else as it is,") for line in done.lines)
    assert "Policy: lru@1, core budget 600" in done.lines
    assert any(line.startswith("Residency: ") for line in done.lines)
    assert any(line.startswith("  7.") and " evict from core to archive: " in line for line in done.lines)
    assert b"\x1b" not in done.out


def test_the_same_question_has_the_same_answer(memview: Memview) -> None:
    assert memview(*ARGUMENTS).out == memview(*ARGUMENTS).out


def test_json_has_the_events_the_standing_and_the_counterfactuals(memview: Memview) -> None:
    told = memview(*ARGUMENTS, "--json").json
    assert (told["memory_id"], told["turn"], told["in_prompt"], told["custody"]) == (
        "EPI-00004", 7, False, "recoverable",
    )  # fmt: skip
    evicted = next(event for event in told["events"] if event["seq"] == told["decisive"])
    assert evicted["action"] == "evict"
    assert evicted["signal"]["name"] == "idle_turns"
    assert evicted["made_room_for"] in told["sentences"][0]
    budget = told["counterfactuals"]["core_budget"]
    assert budget["now"] == 600
    assert budget["exact"]
    assert len([each for each in told["counterfactuals"]["policies"] if not each["preset"]]) == 33
    assert budget["smallest"] > 600
    for tokens, is_kept in ((budget["smallest"], True), (budget["smallest"] - 1, False)):
        told = memview(*ARGUMENTS, "--budget", tokens, "--no-counterfactuals", "--json").json
        assert told["in_prompt"] == is_kept


def test_without_counterfactuals_only_what_happened_is_told(memview: Memview) -> None:
    told = memview(*ARGUMENTS, "--no-counterfactuals", "--json").json
    assert told["counterfactuals"] is None
    assert not any("eviction policies" in line for line in memview(*ARGUMENTS, "--no-counterfactuals").lines)


def test_without_a_turn_it_is_the_last_one(memview: Memview) -> None:
    told = memview("explain", "session_01", "TSK-00003", "--no-counterfactuals", "--json").json
    assert told["turn"] == told["turns"] == 24


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("session_01", "TSK-0003"), "did you mean TSK-000"),
        (("session_01", "zzzzzzzzz"), "no memory or message is called 'zzzzzzzzz' in session_01"),
        (("session_01", "TSK-00003", "--turn", "25"), "--turn 25: session_01 has 24 turns; name one of 0 to 24"),
        (("session_01", "TSK-00003", "--policy", "lruu"), "unknown policy 'lruu'"),
        (("session_01", "TSK-00003", "--budget", "1"), "below the pinned core"),
        (("nowhere.jsonl", "TSK-00003"), "nowhere.jsonl"),
    ],
)
def test_a_question_without_an_answer_is_one_line(memview: Memview, arguments: tuple[str, ...], said: str) -> None:
    done = memview("explain", *arguments)
    assert done.status == 1
    assert said in done.error


def test_wrong_usage_is_status_2(memview: Memview) -> None:
    assert memview("explain", "session_01").status == 2
    assert memview("explain", "session_01", "TSK-00003", "--turn", "-1").status == 2


def test_what_is_sensitive_is_masked_until_it_is_revealed(memview: Memview, session_file: object) -> None:
    secret = "Key sk-live-4eC39HqLyjWDarjtT1zdp7dc of Mira"
    assert callable(session_file)
    header = {"type": "session", "schema": 1, "session_id": "small", "tokenizer": "words",
              "budgets": {"window": 600, "core": 60, "retrieval": 40, "reserve": 50}}  # fmt: skip
    memory = {"type": "memory", "memory_id": "SEC-1", "text": secret, "sensitivity": "credential"}
    turn = {"type": "turn", "turn_id": "t-1", "role": "user", "text": "Which key has Mira?"}
    path = session_file(header, memory, turn)
    masked, revealed = memview("explain", path, "SEC-1"), memview("explain", path, "SEC-1", "--reveal")
    assert b"4eC39HqLyjWDarjtT1zdp7dc" not in masked.out
    assert secret.encode() in revealed.out
    assert b"the guard keeps it out" in masked.out


def test_a_key_in_a_citation_is_masked_until_revealed(memview: Memview, session_file: SessionFile) -> None:
    key = "sk-" + "abcDEF1234567890" * 2
    path = session_file(
        {"type": "session", "schema": 1, "session_id": "keys"},
        {"type": "memory", "memory_id": "A", "text": "Mira likes tea.",
         "citation": {"source_url": f"https://x.example/?k={key}"}},
        {"type": "memory", "memory_id": "B", "text": "Tea it is for Mira.", "derived_from": ["A"]},
        {"type": "turn", "turn_id": "t1", "role": "user", "text": "tea for Mira?", "used": ["B"]},
    )  # fmt: skip
    asked = ("explain", path, "B", "--turn", "1", "--policy", "lru", "--no-counterfactuals")
    for mode in ((), ("--json",)):
        assert key not in memview(*asked, *mode).out.decode()
        assert key in memview(*asked, *mode, "--reveal").out.decode()
