"""`memview fork`: what differs, as text and JSON; what it keeps; what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_harness import Memview


def test_it_tells_everything_that_differs(memview: Memview) -> None:
    done = memview(
        "fork", "session_05", "--policy", "lru", "--pin", "EPI-00001@3", "--drop", "WEB-00001", "--budget", "200"
    )
    assert done.status == 0
    assert "What if: pinned EPI-00001 at turn 3, without WEB-00001, core budget 200" in done.lines
    assert "Mended: WEB-00001 is no evidence of 1 probe (q-05); not scored any more: q-05" in done.lines
    assert "    + pin EPI-00001: pinned by a person" in done.lines
    assert "  probe q-05 after turn 26: pass -> not scored" in done.lines


def test_what_it_keeps_replays_to_the_digest_of_the_fork(memview: Memview, tmp_path: Path) -> None:
    session, policy = tmp_path / "s.jsonl", tmp_path / "p.yaml"
    changes = ("--set", "top_k=3", "--budget", "200", "--refuse", "FCT-00001@5", "--say", "7=What now?")
    kept = ("-o", str(session), "--policy-out", str(policy))
    told = memview("fork", "session_05", "--policy", "lru", *changes, *kept, "--json").json
    replayed = memview("replay", session, "--policy", policy, "--json").json
    assert told["fork"]["digest"] == replayed["digest"]
    assert told["fork"]["policy"] == "lru@1-what-if"
    assert told["origin"]["policy"] == "lru@1"
    assert told["first_effect"] is not None
    assert told["turns"][0]["turn"] == told["first_effect"] >= told["fork_turn"]
    again = memview("fork", "session_05", *changes, "-o", str(session))
    assert (again.status, "never overwritten" in again.error) == (1, True)


def test_a_change_that_changes_nothing_says_so(memview: Memview) -> None:
    done = memview("fork", "session_05", "--policy", "lru", "--unpin", "EPI-00001@3")
    assert (done.status, done.lines[-1]) == (0, "Nothing differs.")


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ((), 2, "nothing is changed"),
        (("--pin", "EPI-00001"), 2, "write MEMORY@TURN"),
        (("--pin", "EPI-00001@99"), 1, "turn 99: the session has turns 0 to 32"),
        (("--drop", "NO-1"), 1, "the session records no memory 'NO-1'"),
        (("--set", "topk=3"), 1, "did you mean top_k?"),
        (("--set", "top_k"), 2, "write KEY=VALUE"),
        (("--set", "top_k=many"), 1, "top_k: write a number"),
        (("--importance", "EPI-00001=high"), 2, "write a number from 0 to 1"),
        (("--importance", "EPI-00001=2"), 1, "importance 2: write a number from 0 to 1"),
        (("--drop-turn", "-1"), 2, "write the number of a turn"),
        (("--budget", "1"), 1, "below the pinned core"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    memview: Memview, arguments: tuple[str, ...], status: int, message: str
) -> None:
    done = memview("fork", "session_05", "--policy", "lru", *arguments)
    assert done.status == status
    assert message in done.error
