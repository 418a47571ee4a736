"""Sweeps: every cell once, in order, the same from any number of workers."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from evaluating import as_json, locomo_file, story

from memview.evaluate import Evaluation, evaluate, grid_of, sessions_of
from memview.evaluate.grid import Cell
from memview.evaluate.results_file import ResultsFileError
from memview.evaluate.work import Finished, packed
from memview.evaluate.workers import _Waiting
from memview.model.errors import PolicyError, TokenizerError
from memview.model.memory import Memory
from memview.model.session import Arrival
from memview.policies import load_policy, policy_catalogue
from memview.replay import Replay, Workload

GRID = grid_of(["lru", "fifo", "random"], [20, 40])


def order(evaluation: Evaluation) -> list[tuple[str, str, int | None]]:
    return [(result.session, result.policy, result.budget) for result in evaluation.results]


def test_every_cell_in_the_order_of_the_sweep() -> None:
    evaluation = evaluate([story("b"), story("a", step=2)], GRID, workers=1)
    assert order(evaluation) == [
        (name, policy, budget)
        for name in ("b", "a")
        for policy in ("lru@1", "fifo@1", "random@1")
        for budget in (20, 40)
    ]
    assert evaluation.sessions == ["b", "a"]


def test_metrics_are_those_of_a_replay() -> None:
    session = story()
    result = evaluate([session], grid_of(["lru"], [20], window=1_000, seed=3), workers=1).results[0]
    replay = Replay(Workload(session), load_policy("lru"), 20, 1_000, None, 3).run()
    assert {name: result.metrics[name] for name in replay.metrics} == replay.metrics
    assert (result.budget, result.core_budget, result.retrieval_budget) == (20, 20, 30)


@pytest.mark.parametrize("workers", [2, 3])
def test_the_number_of_workers_changes_nothing(tmp_path: Path, workers: int) -> None:
    sessions = [story(f"s{number}", turns=6 + number, step=number + 1) for number in range(4)]
    alone = evaluate(sessions, GRID, workers=1, out=tmp_path / "alone.jsonl")
    together = evaluate(sessions, GRID, workers=workers, out=tmp_path / "together.jsonl")
    assert as_json(alone) == as_json(together)
    assert (tmp_path / "alone.jsonl").read_bytes() == (tmp_path / "together.jsonl").read_bytes()


def test_progress_counts_every_cell_once() -> None:
    told: list[tuple[int, int]] = []
    evaluate(
        [story("a"), story("b", step=2)], GRID, workers=1, on_progress=lambda done, total: told.append((done, total))
    )
    assert told == [(done, 12) for done in range(13)]


def test_a_session_that_comes_twice_counts_once_and_names_are_kept_apart() -> None:
    evaluation = evaluate([story(), story(), story(step=2), story(step=5)], grid_of(["lru"]), workers=1)
    assert evaluation.sessions == ["s", "s#2", "s#3"]


def test_the_retrieved_budget_is_the_budget_where_it_alone_is_varied() -> None:
    evaluation = evaluate([story()], grid_of(["lru"], (), [10, 20], core=0), workers=1)
    assert [(each.budget, each.core_budget, each.retrieval_budget) for each in evaluation.results] == [
        (10, 0, 10), (20, 0, 20),
    ]  # fmt: skip
    crossed = evaluate([story()], grid_of(["lru"], [20, 40], [10, 20]), workers=1)
    assert [(each.budget, each.retrieval_budget) for each in crossed.results] == [
        (20, 10),
        (20, 20),
        (40, 10),
        (40, 20),
    ]


def test_recall_grows_with_the_retrieved_budget() -> None:
    results = evaluate([story()], grid_of(["lru"], (), [0, 10], core=0), workers=1).results
    # One probe in three words: nothing fits into 0 tokens, the memory itself into 10.
    assert [result.metrics["probe_recall"] for result in results] == [0.0, 1.0]


def test_categories() -> None:
    everything, some, none = (
        evaluate([story()], grid_of(["lru"], [40], categories=chosen), workers=1).results[0]
        for chosen in (None, ["a"], ["z"])
    )
    assert everything.metrics["probes_by_category"] == {"a": 2, "b": 1}
    assert set(everything.named("probe_recall_by_category")) == {"a", "b"}
    assert (some.metrics["probes"], some.metrics["probes_by_category"]) == (2, {"a": 2})
    assert (none.metrics["probes"], none.metrics["probe_recall"]) == (0, None)


def test_recall_by_category_adds_up_to_recall() -> None:
    session = story(probes=6)
    vain = tuple(replace(probe, question="nothing alike") for probe in session.probes[:3])
    result = evaluate(
        [replace(session, probes=vain + session.probes[3:])], grid_of(["lru"], core=0), workers=1
    ).results[0]
    recalls, counts = result.named("probe_recall_by_category"), result.named("probes_by_category")
    total = sum((recalls[name] or 0) * (counts[name] or 0) for name in recalls)
    assert total / 6 == pytest.approx(result.number("probe_recall"))
    assert (total, recalls) == (3, {"a": 1 / 3, "b": 2 / 3})


def test_recall_at_10_of_both_plain_retrievers() -> None:
    result = evaluate([story()], grid_of(["lru"], [40]), workers=1).results[0]
    assert result.metrics["recall_at_10"] == {"bm25": 1.0, "overlap": 1.0}
    lost = replace(story(), probes=(replace(story().probes[0], question="something else entirely"),))
    assert evaluate([lost], grid_of(["lru"]), workers=1).results[0].metrics["recall_at_10"] == {
        "bm25": 0.0,
        "overlap": 0.0,
    }


def test_without_probes_nothing_is_zero_that_does_not_apply() -> None:
    metrics = evaluate([story(probes=0)], grid_of(["lru"]), workers=1).results[0].metrics
    assert (metrics["probe_recall"], metrics["probe_recall_covered"]) == (None, None)
    assert (metrics["probes"], metrics["probe_recall_by_category"]) == (0, {})
    assert metrics["recall_at_10"] == {"bm25": None, "overlap": None}


def test_a_cell_that_cannot_work_is_a_problem_and_the_others_go_on() -> None:
    pinned = Arrival(0, Memory("rule", "never", tokens=30, tier="core", pinned=True))
    tight = replace(story("tight"), arrivals=(pinned, *story().arrivals))
    evaluation = evaluate([story("free"), tight], grid_of(["lru"], [20, 40]), workers=1)
    assert order(evaluation) == [("free", "lru@1", 20), ("free", "lru@1", 40), ("tight", "lru@1", 40)]
    assert len(evaluation.problems) == 1
    assert evaluation.problems[0].startswith("tight, lru@1: core budget 20: below the pinned core")
    assert evaluate([story("free"), tight], grid_of(["lru"], [20, 40]), workers=2) == evaluation


def test_pooling_weighs_probes_alike_and_other_metrics_by_session() -> None:
    one = replace(story("one", probes=1), probes=(replace(story().probes[0], question="nothing alike"),))
    many = story("many", turns=24, probes=3)
    evaluation = evaluate([one, many, story("none", probes=0)], grid_of(["lru"], core=0), workers=1)
    first, second, third = evaluation.results
    (pooled,) = evaluation.pooled()
    assert (first.number("probe_recall"), second.number("probe_recall")) == (0.0, 1.0)
    assert pooled.number("probe_recall") == 0.75
    assert pooled.number("probes") == 4
    faults = [each.number("faults") or 0 for each in (first, second, third)]
    assert pooled.number("faults") == pytest.approx(sum(faults) / 3)
    assert pooled.named("recall_at_10") == {"bm25": 0.75, "overlap": 0.75}
    assert pooled.named("probe_recall_by_category") == {"a": pytest.approx(2 / 3), "b": 1.0}
    assert pooled.budget == 0


def test_pooling_of_budgets_of_their_own() -> None:
    roomy = replace(story("roomy"), budgets=replace(story().budgets, core=60))
    (pooled,) = evaluate([story(), roomy], grid_of(["lru"]), workers=1).pooled()
    assert pooled.budget is None


def test_all_stands_for_every_policy_and_doubles_count_once() -> None:
    assert [spec.label for spec in grid_of(["lru", "all", "LRU@1"]).specs] == list(
        dict.fromkeys(["lru@1", *(spec.label for spec in policy_catalogue())])
    )
    assert len(grid_of(["lru"], [20, 20, 40]).points) == 2


def test_a_policy_file_is_a_policy(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("policy: {eviction: lru, top_k: 1, parameters: {}}")
    assert order(evaluate([story()], grid_of([str(path)], [40]), workers=2)) == [("s", "mine@1", 40)]


@pytest.mark.parametrize(
    ("policies", "options", "told"),
    [
        ([], {}, "no policy is named"),
        (["lruu"], {}, "unknown policy 'lruu'"),
        (["lru"], {"budgets": [1], "core": 2}, "a core fixed at 2 beside core budgets"),
        (["lru", replace(load_policy("lru"), top_k=1)], {}, "two different policies are called lru@1"),
    ],
)
def test_a_bad_grid_is_one_line(policies: list[str], options: dict[str, int], told: str) -> None:
    with pytest.raises(PolicyError, match=told) as caught:
        grid_of(policies, **options)
    assert str(caught.value).isprintable()


def test_an_unknown_tokenizer_is_told_before_anything_is_computed() -> None:
    with pytest.raises(TokenizerError):
        evaluate([replace(story(), tokenizer="nonsense")], GRID, workers=1)


def test_a_programming_error_in_a_worker_is_loud() -> None:
    broken = replace(load_policy("lru"), promote_if=7)
    with pytest.raises(RuntimeError, match=r"a worker failed(.|\n)*Error"):
        evaluate([story()], replace(grid_of(["lru"], [20, 40]), specs=(broken,)), workers=2)


def test_a_worker_keeps_its_session_and_helps_with_another_ones_when_it_is_done() -> None:
    waiting = _Waiting([Cell(session, policy, 0) for session in (0, 1) for policy in (0, 1, 2)])
    first, second = waiting.take(-1), waiting.take(-1)
    assert (first, second) == ((0, 0, 0), (1, 0, 0))
    assert [waiting.take(0), waiting.take(0)] == [(0, 1, 0), (0, 2, 0)]
    assert waiting.take(0) == (1, 1, 0)
    assert [waiting.take(1), waiting.take(1)] == [(1, 2, 0), None]


def test_read_only_mappings_survive_the_way_to_a_worker() -> None:
    session = story()
    assert pickle.loads(packed(session)) == session
    assert pickle.loads(packed(GRID)) == GRID
    assert pickle.loads(pickle.dumps(Finished(Cell(0, 0, 0), None, "why"))).problem == "why"


def test_the_sessions_that_are_named(tmp_path: Path) -> None:
    locomo_file(tmp_path / "two.json")
    (tmp_path / "broken.jsonl").write_text('{"type":"turn"}\n')
    (tmp_path / "notes.txt").write_text("no session")
    problems: list[str] = []
    named = [str(tmp_path / "two.json"), str(tmp_path), "nowhere", "SESSION_01", str(tmp_path / "two.json")]
    found = [session.session_id for session, _ in sessions_of(named, problems.append)]
    assert found == ["conv-1", "conv-2", "session_01"]
    assert [problem.split(": ")[0].split(";")[0] for problem in problems] == [
        f"{tmp_path / 'broken.jsonl'}:1", "no session 'nowhere'",
    ]  # fmt: skip


def test_the_results_are_no_session_although_they_lie_among_them(tmp_path: Path) -> None:
    locomo_file(tmp_path / "two.json")
    out = tmp_path / "results.jsonl"
    evaluate([story()], grid_of(["lru"]), workers=1, out=out)
    problems: list[str] = []
    found = [session.session_id for session, _ in sessions_of([str(tmp_path)], problems.append, out)]
    assert (found, problems) == (["conv-1", "conv-2"], [])


@pytest.mark.parametrize("name", ["", "a\0b", "~nobody-has-this-name/x", "x" * 5000])
def test_a_name_that_no_file_can_have_is_one_line(name: str) -> None:
    problems: list[str] = []
    assert list(sessions_of([name], problems.append)) == []
    assert len(problems) == 1
    assert problems[0].isprintable()


def test_an_empty_directory_is_one_line(tmp_path: Path) -> None:
    problems: list[str] = []
    assert list(sessions_of([str(tmp_path)], problems.append)) == []
    assert "is a directory without session files" in problems[0]


def test_a_results_file_that_is_something_else_stops_everything(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("buy milk\nno newline")
    with pytest.raises(ResultsFileError, match=r"notes\.txt:1: not a line"):
        evaluate([story()], GRID, workers=1, out=notes)
    assert notes.read_text() == "buy milk\nno newline"
