"""Measuring one cell: a trial, its metrics, recall by category, and how well the plain retrievers rank the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memview.evaluate.grid import Grid, Point
from memview.evaluate.results import (
    BY_CATEGORY,
    PROBES,
    PROBES_BY_CATEGORY,
    RETRIEVAL_RECALL,
    ByName,
    Metrics,
    Result,
)
from memview.kernel.retrieval.recall import recall_at
from memview.kernel.workload import Workload
from memview.model.policy_spec import PolicySpec
from memview.model.session import Session
from memview.replay.budgets import BudgetOverrides
from memview.replay.trial import Trial

RETRIEVERS = ("bm25", "overlap")
RECALL_DEPTH = 10

_WITHOUT_CATEGORY = "none"


class Bench:
    """One session, loaded for measuring: its workload is shared by every policy and budget."""

    def __init__(self, session: Session, name: str, grid: Grid) -> None:
        self._grid = grid
        self._name = name
        self._workload = Workload(_with_probes_of(session, grid.categories))
        self._retrieval_recall: ByName | None = None

    def measure(self, policy: int, point: int) -> Result:
        """The result of one cell. Raises PolicyError for budgets that cannot work in this session."""
        spec, budgets = self._grid.specs[policy], self._grid.points[point]
        trial = self._trial(spec, budgets)
        varied = trial.budgets.retrieval if self._grid.is_of_retrieval else trial.budgets.core
        return Result(
            session=self._name,
            policy=spec.label,
            point=point,
            budget=varied,
            core_budget=trial.budgets.core,
            retrieval_budget=trial.budgets.retrieval,
            metrics=self._metrics(trial),
        )

    def _trial(self, spec: PolicySpec, budgets: Point) -> Trial:
        overrides = BudgetOverrides(budgets.core, self._grid.window, budgets.retrieval)
        return Trial(self._workload, spec, overrides, self._grid.seed)

    def _metrics(self, trial: Trial) -> Metrics:
        recalls: dict[str, list[float]] = {}
        category = {probe.probe_id: probe.category for probe in self._workload.session.probes}
        for result in trial.probe_results:
            recalls.setdefault(category[result.probe_id] or _WITHOUT_CATEGORY, []).append(result.recall)
        names = sorted(recalls)
        if self._retrieval_recall is None:
            self._retrieval_recall = {
                name: recall_at(self._workload, PolicySpec(name, retriever=name), RECALL_DEPTH) for name in RETRIEVERS
            }
        return {
            **trial.metrics,
            PROBES: len(trial.probe_results),
            BY_CATEGORY: {name: sum(recalls[name]) / len(recalls[name]) for name in names},
            PROBES_BY_CATEGORY: {name: len(recalls[name]) for name in names},
            RETRIEVAL_RECALL: self._retrieval_recall,
        }


def _with_probes_of(session: Session, categories: Sequence[str] | None) -> Session:
    if categories is None:
        return session
    return replace(session, probes=tuple(probe for probe in session.probes if probe.category in categories))
