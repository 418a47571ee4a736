"""`memview [SESSION]` where there is no terminal: the same command prints a plain account."""

from __future__ import annotations

import pytest
from cli_harness import Memview, SessionFile


def test_without_a_terminal_the_account_is_printed(memview: Memview) -> None:
    done = memview("session_01")
    assert done == memview("session_01", "--plain")
    assert done == memview("open", "session_01", "--plain")
    assert done == memview("replay", "session_01")


def test_policy_and_budget_are_those_of_replay(memview: Memview) -> None:
    done = memview("session_01", "--policy", "lru", "--budget", 400, "--plain")
    assert done == memview("replay", "session_01", "--policy", "lru", "--budget", 400)


def test_several_policies_are_told_one_after_the_other(memview: Memview, session_file: SessionFile) -> None:
    path = session_file()
    lru, lfu = (memview("replay", path, "--policy", name).out for name in ("lru", "lfu"))
    assert memview(path, "--policy", "lru", "--policy", "lfu").out == lru + b"\n" + lfu


def test_alone_it_lists_the_samples(memview: Memview) -> None:
    done = memview()
    assert done == memview("--plain")
    ids = [row["session_id"] for row in memview("sessions", "--json").json]
    assert [line.split(":")[0] for line in done.lines[1:]] == ids


def test_every_line_of_the_account_is_labelled(memview: Memview) -> None:
    for line in memview("session_05").lines:
        assert not line or ": " in line


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("nowhere.jsonl",), 1),
        (("session_01", "--policy", "lruu"), 1),
        (("session_01", "--budget", "x"), 2),
        (("a", "b"), 2),
    ],
)
def test_mistakes_are_one_line(memview: Memview, arguments: tuple[str, ...], status: int) -> None:
    done = memview(*arguments)
    assert done.status == status
    assert done.error
