"""`memview evaluate`: files of any format in, tables, JSON and CSV out, and what happens when it is interrupted."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from cli_harness import REPOSITORY, Memview, Program, SessionFile

GRID = ("--policies", "lru,random", "--budgets", "60,90")
SAMPLE = ("evaluate", "session_01", "--policies", "lru,lfu", "--budgets", "250,1000")
needs_posix = pytest.mark.skipif(os.name != "posix", reason="signals and terminals are those of POSIX")


def conversation(name: str, thing: str) -> dict[str, object]:
    return {
        "sample_id": name,
        "conversation": {
            "speaker_a": "Ana",
            "speaker_b": "Ben",
            "session_1_date_time": "1:00 pm on 8 May, 2023",
            "session_1": [
                {"speaker": "Ana", "dia_id": "D1:1", "text": f"I bought a {thing} in Oslo"},
                {"speaker": "Ben", "dia_id": "D1:2", "text": "Was it dear?"},
            ],
        },
        "qa": [
            {"question": f"Where is the {thing} from?", "answer": "Oslo", "evidence": ["D1:1"], "category": 1},
            {"question": f"Who sold the {thing}?", "evidence": ["D1:1"], "category": 5},
        ],
    }


@pytest.fixture
def locomo(tmp_path: Path) -> Path:
    path = tmp_path / "two.json"
    path.write_text(json.dumps([conversation("conv-1", "lamp"), conversation("conv-2", "kettle")]))
    return path


def test_json_is_the_published_list(memview: Memview) -> None:
    answer = memview(*SAMPLE, "--json").json
    assert [(each["session"], each["policy"], each["budget"]) for each in answer] == [
        ("session_01", policy, budget) for policy in ("lru@1", "lfu@1") for budget in (250, 1000)
    ]
    assert {"session", "policy", "budget", "core_budget", "retrieval_budget", "metrics"} == answer[0].keys()
    replayed = memview("replay", "session_01", "--policy", "lru", "--budget", "250", "--json").json
    assert answer[0]["metrics"].items() >= replayed["metrics"].items()
    assert set(answer[0]["metrics"]["recall_at_10"]) == {"bm25", "overlap"}
    categories = answer[0]["metrics"]["probe_recall_by_category"]
    assert categories["knowledge-update"] == 1.0


def test_csv_has_a_column_a_metric(memview: Memview) -> None:
    rows = list(csv.DictReader(StringIO(memview(*SAMPLE, "--csv").out.decode())))
    whole = memview(*SAMPLE, "--json").json
    assert len(rows) == 4
    for row, result in zip(rows, whole, strict=True):
        assert (row["session"], row["policy"], int(row["budget"])) == (
            result["session"], result["policy"], result["budget"],
        )  # fmt: skip
        for name, value in result["metrics"].items():
            if not isinstance(value, dict):
                assert row[name] == ("n/a" if value is None else str(value))
    assert float(rows[0]["recall_at_10_bm25"]) == whole[0]["metrics"]["recall_at_10"]["bm25"]
    assert rows[0]["probes_category_paraphrase"] == "3"


def test_the_table(memview: Memview) -> None:
    lines = memview("evaluate", "session_01", "session_03", "--policies", "lru,lfu", "--budgets", "300").lines
    assert [line for line in lines if line.startswith(("Session", "All"))] == [
        "Session session_01",
        "Session session_03",
        "All 2 sessions: probe metrics over all their probes, the others as means over sessions",
    ]
    tables = [place for place, line in enumerate(lines) if line.startswith("policy")]
    assert lines[tables[0]].split()[:4] == ["policy", "budget", "recall", "or"]
    assert [line.split()[0] for line in lines[tables[2] + 1 : tables[2] + 3]] == ["lru@1", "lfu@1"]
    assert any("*" in line for line in lines[tables[0] + 1 : tables[0] + 3])
    assert sum(line.startswith("Recall@10 of the plain retrievers over ") for line in lines) == 3
    assert max(map(len, lines)) <= 120


def test_many_sessions_are_told_together(memview: Memview, tmp_path: Path) -> None:
    for number in range(11):
        (tmp_path / f"{number:02}.json").write_text(json.dumps(conversation(f"conv-{number}", f"lamp{number}")))
    lines = memview("evaluate", tmp_path, "--policies", "lru").lines
    assert not any(line.startswith("Session") for line in lines)
    assert lines[0].startswith("All 11 sessions")
    assert "Figures of single sessions: --json or --csv" in lines


def test_every_conversation_of_a_locomo_file_is_a_session(memview: Memview, locomo: Path) -> None:
    done = memview("evaluate", locomo, "--policies", "lru", "--core", "0", "--retrieval-budgets", "0,500", "--json")
    assert [(each["session"], each["budget"], each["core_budget"]) for each in done.json] == [
        ("conv-1", 0, 0), ("conv-1", 500, 0), ("conv-2", 0, 0), ("conv-2", 500, 0),
    ]  # fmt: skip
    assert all(each["metrics"]["probes"] == 2 for each in done.json)
    some = memview("evaluate", locomo, "--policies", "lru", "--categories", "1,2,3,4", "--json").json
    assert [each["metrics"]["probes_by_category"] for each in some] == [{"1": 1}, {"1": 1}]


def test_without_probes_it_says_so_in_every_shape(memview: Memview, session_file: SessionFile) -> None:
    path = session_file(
        {"type": "session", "session_id": "s"},
        {"type": "turn", "turn_id": "t", "role": "user", "text": "x", "at": "2026-01-01T00:00:00Z"},
    )
    metrics = memview("evaluate", path, "--policies", "lru", "--json").json[0]["metrics"]
    assert (metrics["probe_recall"], metrics["probe_recall_covered"], metrics["probes"]) == (None, None, 0)
    row = next(csv.DictReader(StringIO(memview("evaluate", path, "--policies", "lru", "--csv").out.decode())))
    assert (row["probe_recall"], row["recall_at_10_bm25"], row["faults"]) == ("n/a", "n/a", "0")
    lines = memview("evaluate", path, "session_01", "--policies", "lru").lines
    assert not any(line.startswith("Recall@10") for line in lines[:5])
    heading, figures = (line.split() for line in memview("evaluate", path, "--policies", "lru").lines[1:3])
    assert heading[2] == "recall"
    assert figures[2] == "n/a"


def test_all_policies(memview: Memview, session_file: SessionFile) -> None:
    listed = [f"{each['name']}@{each['version']}" for each in memview("policies", "--json").json]
    done = memview("evaluate", session_file(), "--policies", "all", "--json")
    assert sorted(each["policy"] for each in done.json) == sorted(listed)


def test_what_cannot_be_read_is_one_line_and_the_others_go_on(
    memview: Memview, session_file: SessionFile, tmp_path: Path
) -> None:
    broken = session_file(
        {"type": "session", "session_id": "b"}, b"{nonsense}\n", {"type": "turn"}, name="broken.jsonl"
    )
    done = memview("evaluate", broken, "nowhere", session_file(), "--policies", "lru", "--json")
    assert done.status == 1
    assert [each["session"] for each in done.json] == ["small"]
    errors = done.err.decode().splitlines()
    assert errors[0].startswith(f"[ERROR] {broken}:2: ")
    assert errors[1].startswith("[ERROR] no session 'nowhere'")
    assert len(errors) == 2


def test_a_budget_that_cannot_work_is_one_line_and_the_others_go_on(
    memview: Memview, session_file: SessionFile
) -> None:
    done = memview("evaluate", session_file(), "--policies", "lru", "--budgets", "0,60", "--json")
    assert done.status == 1
    assert [each["budget"] for each in done.json] == [60]
    assert done.err.decode().startswith("[ERROR] small, lru@1: core budget 0: below the pinned core")
    assert done.err.count(b"\n") == 1


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        ((), 2, "Missing argument 'SESSIONS...'"),
        (("session_01",), 2, "Missing option '--policies'"),
        (("session_01", "--policies", "lruu"), 1, "unknown policy 'lruu'"),
        (("session_01", "--policies", "lru,"), 2, "an empty name between commas"),
        (("session_01", "--policies", "lru", "--budgets", "1,x"), 2, "--budgets: 'x' is no number of tokens"),
        (("session_01", "--policies", "lru", "--budgets", "-5"), 2, "--budgets: '-5' is no number of tokens"),
        (("session_01", "--policies", "lru", "--budgets", "9" * 5000), 2, "is no number of tokens"),
        (("session_01", "--policies", "lru", "--retrieval-budgets", "²"), 2, "is no number of tokens"),
        (("session_01", "--policies", "lru", "--budgets", "1", "--core", "2"), 1, "leave one of them out"),
        (("session_01", "--policies", "lru", "--json", "--csv"), 2, "--json and --csv exclude each other"),
        (("session_01", "--policies", "lru", "--workers", "0"), 2, "--workers"),
        (("nowhere", "--policies", "lru"), 1, "no session 'nowhere'"),
        (("session_01", "--policies", "lru", "--out", "/dev/null"), 1, "is no regular file"),
        (("session_01", "--policies", "lru", "--out", "/nowhere/at/all.jsonl"), 1, "cannot be opened"),
    ],
)
def test_bad_input_is_one_line(memview: Memview, arguments: tuple[str, ...], status: int, told: str) -> None:
    done = memview("evaluate", *arguments)
    assert done.status == status
    assert told in done.error


def test_bytes_are_the_same_whatever_the_workers_and_the_hash_seed(
    program: Program, locomo: Path, tmp_path: Path
) -> None:
    outputs = set()
    files = set()
    for workers, seed in (("1", "1"), ("2", "2"), ("3", "3")):
        out = tmp_path / f"{workers}.jsonl"
        shape = ("evaluate", locomo, "session_01", *GRID[:2], "--budgets", "300", "--workers", workers, "--out", out)
        outputs.add(program(*shape, "--json", PYTHONHASHSEED=seed).out)
        files.add(out.read_bytes())
    assert (len(outputs), len(files)) == (1, 1)
    assert len(json.loads(outputs.pop())) == 6


def test_it_goes_on_where_it_stopped_and_says_so(memview: Memview, session_file: SessionFile, tmp_path: Path) -> None:
    out = tmp_path / "results.jsonl"
    whole = memview("evaluate", session_file(), *GRID, "--out", out, "--json")
    assert whole.err == b""
    lines = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(lines[0] + lines[1][:40])
    again = memview("evaluate", session_file(), *GRID, "--out", out, "--json")
    assert again.out == whole.out
    assert again.err.decode().splitlines() == [
        f"[NOTE] {out}: a torn last line was taken off; its cell is computed again",
        f"[NOTE] {out}: 1 of 4 cells are there already",
    ]
    assert out.read_bytes() == b"".join(lines)


def test_the_directory_may_hold_the_results_too(memview: Memview, session_file: SessionFile, tmp_path: Path) -> None:
    session_file()
    for _ in range(2):
        done = memview("evaluate", tmp_path, *GRID, "--out", tmp_path / "results.jsonl", "--json")
        assert (done.status, len(done.json)) == (0, 4)


def test_budgets_of_the_settings_are_the_sessions(
    memview: Memview, session_file: SessionFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "config.yaml"
    settings.write_text("budgets:\n  core: 77\n")
    monkeypatch.setenv("MEMVIEW_CONFIG", str(settings))
    assert memview("evaluate", session_file(), "--policies", "lru", "--json").json[0]["budget"] == 77


def test_names_of_sessions_are_hostile_text(memview: Memview, session_file: SessionFile) -> None:
    path = session_file(
        {"type": "session", "session_id": "\x1b[31m=1+1"}, {"type": "turn", "turn_id": "t", "role": "user", "text": "x"}
    )
    for shape in ((), ("--csv",), ("--json",)):
        assert b"\x1b" not in memview("evaluate", path, "--policies", "lru", *shape).out


@pytest.fixture
def busy(tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """Starts a sweep that lasts for minutes, in a group of its own, as a shell does."""
    turns = ({"type": "turn", "turn_id": f"t{n}", "role": "user", "text": f"word {n % 7} again"} for n in range(4000))
    path = tmp_path / "long.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in ({"type": "session", "session_id": "long"}, *turns)) + "\n")

    def start(*more: str, **streams: int) -> subprocess.Popen[bytes]:
        budgets = ",".join(str(number) for number in range(1, 400))
        grid = ("--policies", "lru,fifo", "--budgets", budgets, "--out", str(tmp_path / "out.jsonl"))
        return subprocess.Popen(
            [sys.executable, "-m", "memview", "evaluate", str(path), "session_01", *grid, *more],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=streams.get("stdout", subprocess.PIPE),
            stderr=streams.get("stderr", subprocess.PIPE),
            start_new_session=True,
        )

    return start


def wait_for_lines(process: subprocess.Popen[bytes], path: Path, count: int) -> None:
    while not (path.exists() and path.read_bytes().count(b"\n") >= count):
        assert process.poll() is None, process.communicate()


@needs_posix
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_leaves_with_130_and_keeps_what_is_finished(
    busy: Callable[..., subprocess.Popen[bytes]], tmp_path: Path, workers: str
) -> None:
    out = tmp_path / "out.jsonl"
    with busy("--workers", workers) as process:
        wait_for_lines(process, out, 3)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the whole group
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (130, b"")
    assert stderr.decode().strip() == f"[NOTE] interrupted; what is done is in {out}; run it again to go on"
    assert out.read_bytes().endswith(b"\n")
    assert len([json.loads(line) for line in out.read_bytes().splitlines()]) >= 3


@needs_posix
def test_when_it_is_killed_its_workers_end_and_the_file_is_good(
    busy: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    with busy("--workers", "2") as process:
        wait_for_lines(process, out, 3)
        process.kill()
        # Its pipes are closed only when the last of its workers has gone.
        process.communicate(timeout=60)
    complete = out.read_bytes().rpartition(b"\n")[0].splitlines()
    assert len({json.dumps(json.loads(line)["identity"]) for line in complete}) == len(complete) >= 3


@needs_posix
def test_a_terminal_gets_a_bar_with_the_time_that_is_left(
    busy: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    import pty

    master, slave = pty.openpty()
    seen = b""
    with busy("--workers", "1", stderr=slave) as process:
        os.close(slave)
        while b"left" not in seen or b"/1596" not in seen:
            seen += os.read(master, 4096)
        os.killpg(process.pid, signal.SIGINT)
        while True:
            try:
                if not (more := os.read(master, 4096)):
                    break
            except OSError:  # the other end is closed
                break
            seen += more
        assert process.communicate(timeout=60)[0] == b""
    os.close(master)
    assert process.returncode == 130
    assert b"Traceback" not in seen
