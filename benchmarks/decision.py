"""One paging decision (retrieval, guard, pager, assembly of a turn) over two archives; BM25 beside rank-bm25."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.scale import Scale
from benchmarks.synthetic import archive_session
from benchmarks.table import Row, Target
from benchmarks.timing import milliseconds, percentile
from memview.kernel.retrieval.analysis import english
from memview.kernel.retrieval.bm25 import Bm25Index
from memview.kernel.retrieval.rank_bm25_reference import RankBm25Index
from memview.model.policy_spec import POOL
from memview.policies import load_policy
from memview.replay import Replay, Workload

_POLICY = "importance-recency"
_SMALL_LIMIT_MS, _LARGE_LIMIT_MS = 5.0, 50.0
_INDEXED, _ASKED = 1_000, 60
_SPEED_UP = 50.0


def rows(scale: Scale, directory: Path) -> list[Row]:  # noqa: ARG001
    """Percentiles of the time of a decision, and how much faster the incremental index answers."""
    result = [_retrieval_row()]
    for size in scale.archives:
        result += _decision_rows(size, scale.decisions)
        gc.collect()
    return result


def _decision_rows(memories: int, decisions: int) -> list[Row]:
    session = archive_session(memories, decisions + 1)
    workload = Workload(session)
    replay = Replay(workload, load_policy(_POLICY))
    # As the inspector does once a session is open: what stays for good is no work for the collector.
    gc.freeze()
    try:
        replay.advance(1)  # imports numpy
        taken = [milliseconds(lambda: replay.advance(1)) for _ in range(decisions)]
    finally:
        gc.unfreeze()
    limit = _SMALL_LIMIT_MS if memories <= 10_000 else _LARGE_LIMIT_MS
    name = f"{memories:,} memories: a decision"
    return [
        Row("decision", f"{name}, p50", percentile(taken, 0.5), "ms"),
        Row("decision", f"{name}, p99", percentile(taken, 0.99), "ms", target=Target("ours", limit)),
    ]


def _turn(index: Bm25Index | RankBm25Index, question: Sequence[str], ids: Sequence[str]) -> None:
    index.top(question, POOL, ids)
    index.add(question)


def _retrieval_row() -> Row:
    """A turn's retrieval over 1,000 memories: index what is new, rank. Both indexes get the same words."""
    session = archive_session(_INDEXED, _ASKED)
    texts = [english(arrival.memory.text) for arrival in session.arrivals]
    questions = [english(turn.text) for turn in session.turns]
    ids = [arrival.memory.memory_id for arrival in session.arrivals] + [turn.turn_id for turn in session.turns]
    medians = []
    for index in (Bm25Index(), RankBm25Index()):
        for text in texts:
            index.add(text)
        index.top(questions[0], POOL, ids)
        taken = []
        for question in questions:
            taken.append(milliseconds(partial(_turn, index, question, ids)))
        medians.append(percentile(taken, 0.5))
    ours, rebuilt = medians
    what = f"{_INDEXED:,} memories: BM25 of a turn, median"
    return Row("decision", what, ours, "ms", rebuilt, "rank-bm25 rebuilt", Target("speed-up", _SPEED_UP))
