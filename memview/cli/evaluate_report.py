"""The results of a sweep for people, as tables, and for spreadsheets, as CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from memview.cli.text_table import BEST, NOT_APPLICABLE, figure, table_lines
from memview.evaluate.results import BY_CATEGORY, PROBES, PROBES_BY_CATEGORY, RETRIEVAL_RECALL
from memview.model.display import printable
from memview.replay.ranking import best_of

if TYPE_CHECKING:
    from memview.evaluate import Evaluation, Result

_SHOWN = {
    "probe_recall": "recall",
    "probe_recall_covered": "or covered",
    "resident_hit_ratio": "hits",
    "token_hit_ratio": "hit tokens",
    "faults": "faults",
    "thrash": "thrash",
    "prefix_reuse": "prefix reuse",
    "prompt_tokens_mean": "prompt",
    "lost": "lost",
    "regret": "regret",
}
"""Columns of the table; JSON and CSV have every metric."""

_BY_NAME = {
    BY_CATEGORY: "probe_recall_category",
    PROBES_BY_CATEGORY: "probes_category",
    RETRIEVAL_RECALL: RETRIEVAL_RECALL,
}
_MOST_SESSIONS = 10


def report(evaluation: Evaluation) -> Iterator[str]:
    """Tables of each session, when they are not too many, and of all together."""
    sessions = evaluation.sessions
    shown = sessions if len(sessions) <= _MOST_SESSIONS else []
    for name in shown:
        yield f"Session {printable(name)}"
        yield from _tables([result for result in evaluation.results if result.session == name])
        yield ""
    if len(sessions) > 1:
        yield f"All {len(sessions)} sessions: probe metrics over all their probes, the others as means over sessions"
        yield from _tables(evaluation.pooled())
        yield ""
    if not shown:
        yield "Figures of single sessions: --json or --csv"
    yield f"{BEST} best of its budget; hits, hit tokens: ratios; prompt: mean tokens; n/a: does not apply"


def csv_lines(evaluation: Evaluation) -> list[str]:
    """A heading and one line a result; what does not apply is empty."""
    columns = _csv_columns(evaluation.results)
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for result in evaluation.results:
        writer.writerow([_text(value(result)) for value in columns.values()])
    return stream.getvalue().splitlines()


_Column = Callable[["Result"], object]


def _csv_columns(results: Sequence[Result]) -> dict[str, _Column]:
    columns: dict[str, _Column] = {
        "session": lambda result: printable(result.session),
        "policy": lambda result: result.policy,
        "budget": lambda result: result.budget,
        "core_budget": lambda result: result.core_budget,
        "retrieval_budget": lambda result: result.retrieval_budget,
    }
    for metric in dict.fromkeys(name for result in results for name in result.metrics):
        if metric not in _BY_NAME:
            columns[metric] = _number_column(metric)
            continue
        for key in sorted({key for result in results for key in result.named(metric)}):
            columns[f"{_BY_NAME[metric]}_{printable(key)}"] = _named_column(metric, key)
    return columns


def _number_column(metric: str) -> _Column:
    return lambda result: result.number(metric)


def _named_column(metric: str, key: str) -> _Column:
    return lambda result: result.named(metric).get(key)


def _text(value: object) -> str:
    return NOT_APPLICABLE if value is None else str(value)


def _tables(results: Sequence[Result]) -> Iterator[str]:
    """What each policy comes to; recall by category where there are any; how the plain retrievers do."""
    names = list(_SHOWN)
    best = {name: _best(results, [result.number(name) for result in results], name) for name in names}
    yield from table_lines(
        ["policy", "budget", *(_SHOWN[name] for name in names)],
        [
            [result.policy, _budget(result), *(figure(result.number(name), place in best[name]) for name in names)]
            for place, result in enumerate(results)
        ],
        texts=2,
    )
    if len({key for result in results for key in result.named(BY_CATEGORY)}) > 1:
        yield ""
        yield from _categories(results)
    first = results[0]
    recalls = [f"{name} {value:.4f}" for name, value in first.named(RETRIEVAL_RECALL).items() if value is not None]
    if recalls:
        yield ""
        yield f"Recall@10 of the plain retrievers over {first.number(PROBES)} probes: {', '.join(recalls)}"


def _categories(results: Sequence[Result]) -> list[str]:
    counts: dict[str, float | int | None] = {}
    for result in results:
        counts |= result.named(PROBES_BY_CATEGORY)
    names = sorted(counts)
    best = {name: _best(results, [result.named(BY_CATEGORY).get(name) for result in results], "probe_recall")
            for name in names}  # fmt: skip
    return table_lines(
        ["recall by category", "budget", *(f"{printable(name)} ({counts[name]})" for name in names)],
        [
            [
                result.policy,
                _budget(result),
                *(figure(result.named(BY_CATEGORY).get(name), place in best[name]) for name in names),
            ]
            for place, result in enumerate(results)
        ],
        texts=2,
    )


def _best(results: Sequence[Result], values: Sequence[float | int | None], metric: str) -> frozenset[int]:
    """Places of the best of each budget."""
    found: set[int] = set()
    for point in {result.point for result in results}:
        places = [place for place, result in enumerate(results) if result.point == point]
        found.update(places[each] for each in best_of([values[place] for place in places], metric))
    return frozenset(found)


def _budget(result: Result) -> str:
    return f"{'own' if result.budget is None else result.budget:>6}"
