"""Files of results: nothing lost, nothing counted twice, nothing mixed, wherever the one before stopped."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from evaluating import as_json, story

import memview.evaluate.identity as identity_module
import memview.evaluate.sweep as sweep_module
from memview.evaluate import Grid, evaluate, grid_of
from memview.evaluate.identity import identities, key_of, policy_digest, session_digest
from memview.evaluate.results_file import ResultsFileError, open_results
from memview.model.session import Session
from memview.policies import load_policy

SESSIONS = (story("one"), story("two", step=5))
GRID = grid_of(["lru", "random"], [20, 40])


class Counted:
    """A sweep into a file, with how many cells it computed and what it said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, out: Path) -> None:
        self.out = out
        self.computed = 0
        self.notes: list[str] = []
        here = sweep_module.measure_here

        def counting(*arguments):
            for batch in here(*arguments):
                self.computed += len(batch)
                yield batch

        monkeypatch.setattr(sweep_module, "measure_here", counting)

    def __call__(self, grid: Grid = GRID, sessions: tuple[Session, ...] = SESSIONS) -> str:
        self.computed = 0
        self.notes = []
        return as_json(evaluate(sessions, grid, workers=1, out=self.out, on_note=self.notes.append))


@pytest.fixture
def sweep(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Counted:
    return Counted(monkeypatch, tmp_path / "results.jsonl")


def test_one_line_a_cell_in_the_published_shape(sweep: Counted) -> None:
    results = json.loads(sweep())
    lines = [json.loads(line) for line in sweep.out.read_bytes().splitlines()]
    assert [{name: line[name] for name in results[0]} for line in lines] == results
    assert lines[0].keys() - results[0].keys() == {"identity"}
    assert sweep.out.read_bytes().endswith(b"\n")


def test_a_second_run_computes_nothing_and_says_the_same(sweep: Counted) -> None:
    first = sweep()
    assert sweep.computed == 8
    before = sweep.out.read_bytes()
    assert sweep() == first
    assert sweep.computed == 0
    assert sweep.out.read_bytes() == before
    assert sweep.notes == [f"{sweep.out}: 8 of 8 cells are there already"]


def test_it_goes_on_wherever_it_stopped(sweep: Counted) -> None:
    whole = sweep()
    file = sweep.out.read_bytes()
    ends = [place + 1 for place, byte in enumerate(file) if byte == ord("\n")]
    for place in sorted(
        {0, 1, 5, *ends, *(end - 1 for end in ends), *(end + 30 for end in ends), *range(0, len(file), 997)}
    ):
        sweep.out.write_bytes(file[:place])
        assert sweep() == whole
        assert sweep.out.read_bytes() == file
        assert sweep.computed == 8 - sum(end <= place for end in ends)
        is_torn = bool(file[:place]) and not file[:place].endswith(b"\n")
        assert any("a torn last line was taken off" in note for note in sweep.notes) is is_torn


def test_whatever_order_the_lines_are_in(sweep: Counted) -> None:
    whole = sweep()
    lines = sweep.out.read_bytes().splitlines(keepends=True)
    sweep.out.write_bytes(b"".join(reversed(lines[:5])))
    assert sweep() == whole
    assert sweep.computed == 3
    assert sweep.out.read_bytes() == b"".join(lines)


def test_a_line_that_is_there_twice_counts_once(sweep: Counted) -> None:
    whole = sweep()
    lines = sweep.out.read_bytes().splitlines(keepends=True)
    sweep.out.write_bytes(lines[0] * 3 + lines[1] + lines[0])
    assert sweep() == whole
    assert sweep.computed == 6


def test_a_wider_sweep_takes_what_is_there(sweep: Counted) -> None:
    sweep(grid_of(["lru"], [20]))
    assert sweep.computed == 2
    whole = sweep()
    assert sweep.computed == 6
    assert whole == as_json(evaluate(SESSIONS, GRID, workers=1))


def changed_text(session: Session) -> Session:
    turn = session.turns[3]
    return replace(session, turns=(*session.turns[:3], replace(turn, text="another violin"), *session.turns[4:]))


@pytest.mark.parametrize(
    ("grid", "sessions"),
    [
        (replace(GRID, seed=1), SESSIONS),
        (replace(GRID, window=1_000), SESSIONS),
        (replace(GRID, categories=("a",)), SESSIONS),
        (replace(GRID, specs=tuple(replace(spec, top_k=3) for spec in GRID.specs)), SESSIONS),
        (replace(GRID, specs=tuple(replace(spec, version="2") for spec in GRID.specs)), SESSIONS),
        (grid_of(["lru", "random"], [20, 40], [15]), SESSIONS),
        (GRID, tuple(changed_text(session) for session in SESSIONS)),
        (GRID, tuple(replace(session, budgets=replace(session.budgets, reserve=7)) for session in SESSIONS)),
    ],
    ids=["seed", "window", "categories", "parameters", "version", "retrieval", "content", "budgets"],
)
def test_what_was_made_otherwise_is_not_mixed_in(sweep: Counted, grid: Grid, sessions: tuple[Session, ...]) -> None:
    first = sweep()
    others = sweep.out.read_bytes()
    assert sweep(grid, sessions) == as_json(evaluate(sessions, grid, workers=1))
    assert sweep.computed == 8 + 8  # those of the sweep into the file, and those of the one beside it
    assert [note for note in sweep.notes if "8 lines of other sweeps" in note]
    assert sweep.out.read_bytes().startswith(others)
    assert sweep() == first


def test_another_memview_starts_again(sweep: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep()
    monkeypatch.setattr(identity_module, "__version__", "99.0")
    sweep()
    assert sweep.computed == 8


def test_names_do_not_matter_but_content_does(sweep: Counted) -> None:
    sweep()
    spec = replace(GRID.specs[0], summary="in other words", provenance="elsewhere", family="friends")
    sweep(replace(GRID, specs=(spec, GRID.specs[1])))
    assert sweep.computed == 0


@pytest.mark.parametrize(
    "content",
    [
        b"notes\n",
        b"{}\n",
        b"[]\n",
        b'{"session":"s","policy":"p","budget":1,"core_budget":1,"retrieval_budget":1,"metrics":{}}\n',
        b'{"session":"s","budget":1,"core_budget":1.5,"retrieval_budget":1,"metrics":{},"identity":{}}\n',
        b'{"session":"s","budget":1,"core_budget":1,"retrieval_budget":1,"metrics":{"a":NaN},"identity":{}}\n',
        b'{"session":"s","budget":1,"core_budget":1,"retrieval_budget":1,"metrics":{"a":1e999},"identity":{}}\n',
        b'{"session":"s","budget":1,"core_budget":1,"retrieval_budget":1,"metrics":{"a":"x"},"identity":{}}\n',
        b"[" * 100_000 + b"\n",
        b"\xff\xfe\n",
        b"\n",
        b"half a line of something else",
        b"\0",
    ],
)
def test_another_file_is_refused_and_left_alone(sweep: Counted, content: bytes) -> None:
    sweep.out.write_bytes(content)
    with pytest.raises(ResultsFileError, match=":1: not a line of `evaluate --out`") as caught:
        sweep()
    assert str(caught.value).isprintable()
    assert sweep.out.read_bytes() == content


def test_a_damaged_line_in_the_middle_is_named(sweep: Counted) -> None:
    sweep()
    lines = sweep.out.read_bytes().splitlines(keepends=True)
    sweep.out.write_bytes(b"".join([*lines[:3], lines[3][:50] + b"\n", *lines[4:]]))
    with pytest.raises(ResultsFileError, match=":4: not a line"):
        sweep()


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing" / "results.jsonl", Path("a\0b"), Path("/dev/null")):
        with pytest.raises(ResultsFileError) as caught, open_results(path):
            pass
        assert str(caught.value).isprintable()


def test_an_interrupt_keeps_what_is_finished(sweep: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(SESSIONS, GRID, workers=1, out=sweep.out, on_progress=stop)
    assert sweep.out.read_bytes().count(b"\n") == 3
    assert sweep() == as_json(evaluate(SESSIONS, GRID, workers=1))
    assert sweep.computed == 5 + 8


def test_a_result_survives_the_file_to_the_last_bit(sweep: Counted) -> None:
    fresh = as_json(evaluate(SESSIONS, GRID, workers=1))
    sweep()
    assert sweep() == fresh


def test_identities_are_keys_whatever_the_order() -> None:
    cells = [identity for row in identities(GRID, "sha256:x", "words") for identity in row]
    assert len({key_of(identity) for identity in cells}) == len(cells) == 4
    assert key_of(cells[0]) == key_of(dict(reversed(list(cells[0].items()))))


def test_a_session_in_memory_may_hold_half_characters() -> None:
    assert session_digest(replace(story(), title="\ud800")) != session_digest(story())


def test_digests_are_the_same_everywhere() -> None:
    assert policy_digest(load_policy("lru")) == policy_digest(replace(load_policy("LRU"), summary=""))
    assert len({policy_digest(load_policy(name)) for name in ("lru", "fifo", "random")}) == 3
