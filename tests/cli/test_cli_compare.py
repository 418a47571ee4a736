"""`memview compare`: its table, its JSON, and what it refuses."""

from __future__ import annotations

import pytest
from cli_harness import Memview, Program, SessionFile

from memview.cli.text_table import figure, table_lines

SAMPLE = ("compare", "session_03", "--budget", "300", "--policies")


def test_the_table_marks_the_best_and_tells_the_first_divergence(memview: Memview) -> None:
    done = memview(*SAMPLE, "lru,lfu")
    assert (done.status, done.err) == (0, b"")
    table = {line.split("  ")[0]: line for line in done.lines}
    heading = next(line for line in done.lines if line.startswith("metric"))
    assert heading.split() == ["metric", "(*", "best)", "lru@1", "lfu@1"]
    assert table["thrash"].split()[1:] == ["19*", "33"]
    first = next(line for line in done.lines if line.startswith("First divergence"))
    assert first == "First divergence: turn 8 of 123; in 116 of 123 turns the prompts differ"
    assert "  In core: lru@1 has FCT-00012; lfu@1 has FCT-00011" in done.lines
    assert "  lru@1: evict FCT-00011: lru: idle 4 turns, longest of 5" in done.lines


def test_columns_line_up(memview: Memview) -> None:
    lines = memview(*SAMPLE, "lru,lfu,fifo,random,importance-recency,lru,lfu,random,fifo").lines
    blocks = [place for place, line in enumerate(lines) if line.startswith("metric")]
    assert len(blocks) == 2
    assert max(map(len, lines[blocks[0] : blocks[1]])) <= 120
    assert "fifo@1#2" in lines[blocks[1]]


def test_json(memview: Memview) -> None:
    answer = memview(*SAMPLE, "lru,lfu", "--json").json
    assert list(answer) == ["session", "turns", "seed", "policies", "first_divergence", "divergences"]
    assert (answer["session"], answer["turns"], answer["first_divergence"]) == ("session_03", 123, 8)
    assert [each["label"] for each in answer["policies"]] == ["lru@1", "lfu@1"]
    assert answer["policies"][0]["budgets"]["core"] == 300
    assert answer["divergences"][0] == {
        "turn": 8,
        "sections": {"core": {"lru@1": ["FCT-00012"], "lfu@1": ["FCT-00011"]}},
    }
    assert len(answer["divergences"]) == 116
    replayed = memview("replay", "session_03", "--policy", "lfu", "--budget", "300", "--json").json
    assert answer["policies"][1]["digest"] == replayed["digest"]
    assert answer["policies"][1]["metrics"] == replayed["metrics"]


def test_equal_policies_do_not_diverge(memview: Memview) -> None:
    done = memview("compare", "session_01", "--policies", "LRU, lru@1")
    assert done.lines[-1].startswith("First divergence: none; the prompts of all ")
    assert not any("*" in line for line in done.lines if not line.startswith("metric"))


def test_a_session_without_probes_has_no_recall(memview: Memview, session_file: SessionFile) -> None:
    path = session_file(
        {"type": "session", "session_id": "s"}, {"type": "turn", "turn_id": "t", "role": "user", "text": "x"}
    )
    lines = memview("compare", path, "--policies", "lru,fifo").lines
    assert next(line for line in lines if line.startswith("probe_recall ")).split() == ["probe_recall", "n/a", "n/a"]
    answer = memview("compare", path, "--policies", "lru,fifo", "--json").json
    assert answer["policies"][0]["metrics"]["probe_recall"] is None
    assert answer["first_divergence"] is None


def test_bytes_are_the_same_whatever_the_hash_seed(program: Program) -> None:
    outputs = {program(*SAMPLE, "lru,random", PYTHONHASHSEED=seed) for seed in ("1", "2")}
    assert len(outputs) == 1


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("session_01", "--policies", "lru"), 1, "a comparison needs two or more"),
        (("session_01", "--policies", "lru,lruu"), 1, "unknown policy 'lruu'; did you mean lru"),
        (("session_01", "--policies", "lru,,fifo"), 2, "an empty name between commas"),
        (("session_01", "--policies", ""), 2, "an empty name between commas"),
        (("session_01",), 2, "Missing option '--policies'"),
        (("nowhere", "--policies", "lru,fifo"), 1, "no session 'nowhere'"),
        (("session_01", "--policies", "lru,fifo", "--window", "10"), 1, "window budget 10"),
        (("session_01", "--policies", "lru,fifo", "--budget", "-1"), 2, "--budget"),
    ],
)
def test_bad_input_is_one_line(memview: Memview, arguments: tuple[str, ...], status: int, told: str) -> None:
    done = memview("compare", *arguments)
    assert done.status == status
    assert told in done.error


def test_tables_are_plain() -> None:
    lines = table_lines(["a", "b"], [["x", figure(0.5, True)], ["longer", figure(None)], ["y", figure(1234567)]])
    assert lines == ["a             b", "x        0.5000*", "longer      n/a", "y       1234567"]


def test_a_wide_table_is_continued_below() -> None:
    lines = table_lines(["name", *(f"column {n}" for n in range(20))], [["x", *(figure(n) for n in range(20))]])
    assert [line.split()[0] if line else "" for line in lines] == ["name", "x", "", "name", "x", "", "name", "x"]
    assert [word for line in lines if line.startswith("x") for word in line.split()[1:]] == [str(n) for n in range(20)]
    assert max(map(len, lines)) <= 120
