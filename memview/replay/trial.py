"""A replay that is only measured: the same kernel, events, probes and metrics, without frames to step through.

A sweep runs thousands of these. What a person looks at (the forecast of the next victim, custody and tallies of every
turn, checkpoints to jump to) costs as much as the turns themselves, and no metric asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from memview.expressions import parse_expression
from memview.kernel.foresight import Foresight
from memview.kernel.kernel import Kernel
from memview.kernel.protocols import PROMOTION_SIGNALS
from memview.kernel.workload import Workload
from memview.model.frame import SectionTokens
from memview.model.policy_spec import PolicySpec
from memview.policies import create_compaction, create_eviction, create_lifecycle, create_write_rule
from memview.replay.batch_log import BatchLog
from memview.replay.budgets import BudgetOverrides, budgets_in_force
from memview.replay.columns import common_prefix
from memview.replay.metrics import Metrics, all_metrics
from memview.replay.probes import ProbeResult, ask_probes

_OWN_BUDGETS = BudgetOverrides()


class Trial:
    """One session under one policy, run to its end at once; `metrics` are those of a `Replay` of the same.

    `on_turn` is told the number of each turn that is done; what it raises ends the trial. Raises PolicyError when the
    budgets or the policy cannot work.
    """

    def __init__(
        self,
        workload: Workload,
        spec: PolicySpec,
        overrides: BudgetOverrides = _OWN_BUDGETS,
        seed: int = 0,
        on_turn: Callable[[int], object] | None = None,
    ) -> None:
        self.workload = workload
        self.spec = spec
        self.budgets = budgets_in_force(workload, spec, overrides)
        self.events = BatchLog(workload.items.ids, spec.label)
        self.probe_results: list[ProbeResult] = []
        eviction = create_eviction(spec, seed, self.budgets.core, Foresight(workload, spec))
        promote_if = parse_expression(spec.promote_if, PROMOTION_SIGNALS)
        self._caretaker = create_lifecycle(spec)
        self._kernel = Kernel(
            workload,
            spec,
            eviction,
            promote_if,
            self.budgets,
            self.events,
            create_compaction(spec),
            self._caretaker,
            create_write_rule(spec),
        )
        self._on_turn = on_turn
        self._totals: list[int] = []
        self._prefixes: list[int] = []
        self._order: list[Sequence[int]] = []
        self._run()

    def _run(self) -> None:
        turns = self.workload.session.turns
        self.workload.ensure(self._kernel.demand, len(turns))
        self._finish(0, self._kernel.load())
        for number in range(1, len(turns) + 1):
            self._finish(number, self._kernel.run_turn(number))
            if self._on_turn is not None:
                self._on_turn(number)
        self.events.settle()

    def _finish(self, number: int, tokens: SectionTokens) -> None:
        context, items = self._kernel.recorder.context, self.workload.items
        order: list[Sequence[int]] = [
            list(context.core),
            list(context.summary),
            list(context.retrieved),
            context.in_window(items),
        ]
        if number:
            self._totals.append(tokens.total)
            self._prefixes.append(tokens.system + common_prefix(self._order, order, items.tokens))
        self._order = order
        self._ask(number)

    def _ask(self, number: int) -> None:
        self.probe_results += ask_probes(self._kernel, number)

    @property
    def metrics(self) -> Metrics:
        """Metrics by published name; None where one does not apply."""
        items = self.workload.items
        return all_metrics(
            self.events,
            items,
            self.workload.session,
            self.probe_results,
            self._totals,
            self._prefixes,
            self._kernel.recorder.context,
            self.budgets.core,
        )

    @property
    def landfill(self) -> Metrics:
        """As `Replay.landfill`, after the last turn."""
        from memview.replay.landfill_metrics import landfill_metrics

        turns = self.workload.session.turns
        return landfill_metrics(self._kernel.household(turns[-1].at if turns else None), self._caretaker)


class PagingTrial(Trial):
    """A trial that asks no probe: for what paging alone tells, at many budgets."""

    def _ask(self, number: int) -> None:
        pass
