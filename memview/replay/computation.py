"""The computing side of a replay: turn after turn through the kernel, and what every turn leaves behind."""

from __future__ import annotations

import time
from array import array
from collections.abc import Sequence
from typing import Self

from memview.expressions import parse_expression
from memview.kernel.context import Context
from memview.kernel.event_log import EventLog
from memview.kernel.foresight import Foresight
from memview.kernel.kernel import Kernel
from memview.kernel.protocols import PROMOTION_SIGNALS
from memview.kernel.workload import Workload
from memview.model.frame import SectionTokens
from memview.model.policy_spec import PolicySpec
from memview.model.session import Session
from memview.policies import create_compaction, create_eviction, create_lifecycle, create_write_rule
from memview.replay.budgets import BudgetOverrides, budgets_in_force
from memview.replay.columns import TurnColumns
from memview.replay.frames import Checkpoints
from memview.replay.probes import ProbeResult, ask_probes


class Computation:
    """Computed in slices (`advance`) or at once (`run`); turns up to `computed` can be read at any time.

    Turns are numbered from 1; 0 is the state after loading. One thread may advance while another one reads.
    Raises PolicyError when the budgets or the policy cannot work.
    """

    def __init__(
        self,
        workload: Workload,
        spec: PolicySpec,
        core_budget: int | None = None,
        window_budget: int | None = None,
        retrieval_budget: int | None = None,
        seed: int = 0,
    ) -> None:
        self.workload = workload
        self.spec = spec
        self.seed = seed
        self.budgets = budgets_in_force(workload, spec, BudgetOverrides(core_budget, window_budget, retrieval_budget))
        self.events = EventLog(workload.items.ids, spec.label)
        promote_if = parse_expression(spec.promote_if, PROMOTION_SIGNALS)
        eviction = create_eviction(spec, seed, self.budgets.core, Foresight(workload, spec))
        compaction = create_compaction(spec)
        self._caretaker = create_lifecycle(spec)
        self._kernel = Kernel(
            workload, spec, eviction, promote_if, self.budgets, self.events, compaction, self._caretaker,
            create_write_rule(spec),
        )  # fmt: skip
        self._columns = TurnColumns()
        self._checkpoints = Checkpoints(self.events)
        self._probe_results: list[ProbeResult] = []
        self._durations = array("d")
        self.computed = -1
        self._finish_turn(0, self._kernel.load())

    @property
    def session(self) -> Session:
        return self.workload.session

    @property
    def turn_count(self) -> int:
        """Turns in the session."""
        return len(self.session.turns)

    @property
    def is_complete(self) -> bool:
        return self.computed >= self.turn_count

    def advance(self, turns: int = 64) -> int:
        """Compute up to `turns` more turns; returns the number of turns computed so far."""
        for number in range(self.computed + 1, min(self.computed + turns, self.turn_count) + 1):
            # Durations are a measurement beside the replay: they go into no event and no digest.
            started = time.perf_counter()
            self.workload.ensure(self._kernel.demand, number)
            tokens = self._kernel.run_turn(number)
            self._durations.append(time.perf_counter() - started)
            self._finish_turn(number, tokens)
        return self.computed

    def run(self) -> Self:
        """Compute all turns; returns itself."""
        self.advance(self.turn_count)
        return self

    def _finish_turn(self, number: int, tokens: SectionTokens) -> None:
        context = self._kernel.recorder.context
        self._columns.append(
            self.events, tokens, context.custody(self.workload.items), self._prompt_order(context), self._forecast(),
            self.workload.items.tokens,
        )  # fmt: skip
        self._checkpoints.offer(context)
        self._probe_results += ask_probes(self._kernel, number)
        self.computed = number

    def _prompt_order(self, context: Context) -> list[Sequence[int]]:
        window = context.in_window(self.workload.items)
        return [list(context.core), list(context.summary), list(context.retrieved), window]

    def _forecast(self) -> int:
        pager = self._kernel.pager
        victim = pager.eviction.victim(lambda page: not page.pinned, self._kernel.recorder.turn + 1)
        return -1 if victim is None else victim.page.item

    @property
    def timings(self) -> dict[str, dict[str, float | None]]:
        """Milliseconds per turn (retrieval, guard, pager, assembly): p50, p95, p99, max."""
        taken = sorted(self._durations)
        at = {
            name: taken[min(len(taken) - 1, int(len(taken) * share))] * 1e3 if taken else None
            for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
        }
        return {"decision_ms": at}

    def fork_kernel(self) -> Kernel:
        """The kernel after the last computed turn, forked: to ask one more question without a trace."""
        return self._kernel.fork()
