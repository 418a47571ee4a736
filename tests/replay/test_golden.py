"""Replays that are pinned to the byte. See tests/data/README.md before changing a number here."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from building import told
from write_golden import DATA, POLICIES, computed, golden_replay, pinned

from memview.kernel.memory_tools.calls import is_memory_tool
from memview.kernel.workload import Workload
from memview.policies import load_policy
from memview.replay import Replay
from memview.sessions.reader import read_session

ROOT = Path(__file__).parents[2]
PRINT_DIGESTS = """
import json, sys
sys.path.insert(0, sys.argv[1])
from write_golden import computed
print(json.dumps(computed()))
"""


def test_every_policy_gives_what_is_pinned() -> None:
    assert computed() == pinned()


def test_a_session_without_memory_tools_is_what_it_was_before_they_were_executed() -> None:
    session = read_session(DATA / "golden_session.jsonl").session
    turns = tuple(
        replace(turn, tool_calls=tuple(call for call in turn.tool_calls if not is_memory_tool(call.tool)))
        for turn in session.turns
    )
    workload = Workload(replace(session, turns=turns))
    digests = {name: Replay(workload, load_policy(name), seed=7).run().digest[7:15] for name in POLICIES}
    assert digests == {
        "fifo": "d23c18df",
        "importance-recency": "0e41d016",
        "lfu": "c7b0af58",
        "lru": "b2c89568",
        "random": "7fa4dfd4",
    }


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_another_process_with_another_hash_seed_gives_the_same(hash_seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRINT_DIGESTS, str(Path(__file__).parent)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == pinned()


def test_the_five_policies_differ() -> None:
    assert len({json.dumps(each["evicted"]) for each in pinned().values()}) == len(POLICIES)


def test_the_session_covers_what_the_engine_does() -> None:
    assert {event.action for event in golden_replay("lru").events} == {
        "approve", "compact", "drop", "evict", "fault", "hit", "insert", "invalidate", "promote", "quarantine",
        "reject", "route", "search", "tool", "trim",
    }  # fmt: skip


def test_a_few_events_in_words() -> None:
    replay = golden_replay("lru")
    wanted = [
        ("insert", "RUL-1", None, "core", "loaded into the core, pinned"),
        ("quarantine", "SEC-1", "archive", None, "sensitive: needs an approval"),
        ("promote", "PRF-1", "archive", "core", "importance 0.9 > 0.7"),
        ("evict", "FCT-1", "core", "archive", "lru: idle 4 turns, longest of 2"),
        ("promote", "TSK-1", "archive", "core", "written to the core by the agent"),
        ("approve", "SEC-1", None, None, "released by a person"),
        ("invalidate", "PRF-1", None, None, "superseded by PRF-3"),
        ("reject", "BIG-1", None, None, "larger than the whole core: 60 > 46 tok"),
        ("fault", "WEB-1", "archive", "retrieved", "untrusted: shown as data only"),
        ("fault", "SHR-1", "shared", None, "used in the recording, not found by retrieval"),
        ("trim", "t-17", "window", "window", "the query alone is too long: cut to 108 of 227 tok"),
    ]
    found = [told(event) for event in replay.events]
    places = [found.index(each) for each in wanted]
    assert places == sorted(places)


def test_one_event_to_the_byte() -> None:
    replay = golden_replay("lru")
    (seq,) = [event.seq for event in replay.events if event.action == "promote" and event.turn == 4]
    assert replay.events[seq].canonical() == (
        '{"action":"promote","covered_by":null,"from":"archive","memory_id":"PRF-1","policy":"lru@1",'
        '"reason":"importance 0.9 > 0.7",' + f'"seq":{seq},'
        '"signal":{"name":"importance","threshold":0.7,"value":0.9},"to":"core","tokens":10,"turn":4}'
    )


def test_the_digest_is_that_of_the_canonical_lines() -> None:
    replay = golden_replay("random")
    lines = "".join(event.canonical() + "\n" for event in replay.events)
    assert replay.digest == "sha256:" + hashlib.sha256(lines.encode()).hexdigest()
    for line, event in zip(lines.splitlines(), replay.events, strict=True):
        assert json.loads(line) == event.as_dict()


def test_another_seed_is_another_random_replay() -> None:
    first = golden_replay("random")
    other = type(first)(first.workload, first.spec, seed=8).run()
    assert other.digest != first.digest
    lru = golden_replay("lru")
    assert type(lru)(lru.workload, lru.spec, seed=8).run().digest == lru.digest


def test_the_event_log_is_a_sequence() -> None:
    events = golden_replay("lru").events
    assert events[-1] == events[len(events) - 1] == list(events)[-1]
    assert events[3:9:2] == [events[3], events[5], events[7]]
    assert [event.seq for event in events] == list(range(len(events)))
    for index in (len(events), -len(events) - 1):
        with pytest.raises(IndexError):
            events[index]


def test_history_tells_every_event_of_one_memory() -> None:
    replay = golden_replay("lru")
    for name in ("PRF-1", "t-05", "RUL-1"):
        assert replay.history(name) == [event.seq for event in replay.events if event.memory_id == name]
    assert replay.history("PRF-1")
    with pytest.raises(KeyError):
        replay.history("nobody")


def test_place_and_custody_of_one_memory_through_time() -> None:
    replay = golden_replay("lru")
    assert [replay.place_of("TSK-1", turn) for turn in (6, 7, 8, 9)] == [None, "archive", "core", "archive"]
    assert [replay.custody_of("TSK-1", turn) for turn in (6, 7, 8, 9)] == [
        "unseen", "recoverable", "visible", "recoverable",
    ]  # fmt: skip
    assert [replay.place_of("t-01", turn) for turn in (0, 1, 20)] == [None, "window", "recall"]


def test_tallies_count_the_events() -> None:
    replay = golden_replay("lru")
    for action in ("evict", "hit", "compact"):
        assert list(replay.tally(action)) == [
            sum(replay.events[seq].action == action for seq in replay.event_span(turn))
            for turn in range(replay.turn_count + 1)
        ]
    with pytest.raises(ValueError, match="not in tuple"):
        replay.tally("nonsense")
