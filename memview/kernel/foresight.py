"""Foresight: which turns will refer to an item. Only offline policies, the yardsticks of all others, may ask."""

from __future__ import annotations

from bisect import bisect_right

from memview.kernel.lookup import share_of_best
from memview.kernel.workload import Demand, Workload
from memview.model.policy_spec import PolicySpec


class Foresight:
    """Implements `memview.kernel.protocols.Future`. Ranks the whole session when it is first asked."""

    def __init__(self, workload: Workload, spec: PolicySpec) -> None:
        self._workload = workload
        self._spec = spec
        self._turns: dict[int, list[int]] | None = None

    def next_reference(self, item: int, turn: int) -> int | None:
        """The first turn after `turn` whose retrieval or recording refers to `item`, or None."""
        if self._turns is None:
            self._turns = self._references()
        turns = self._turns.get(item, [])
        place = bisect_right(turns, turn)
        return turns[place] if place < len(turns) else None

    def _references(self) -> dict[int, list[int]]:
        workload = self._workload
        demand = workload.demand(self._spec)
        workload.ensure(demand, len(workload.session.turns))
        found: dict[int, list[int]] = {}
        for number, turn in enumerate(workload.session.turns, start=1):
            used = (workload.items.find(name) for name in turn.used)
            asked = [*self._asked(demand, number), *(item for item in used if item is not None)]
            for item in dict.fromkeys(asked):
                found.setdefault(item, []).append(number)
        return found

    def _asked(self, demand: Demand, turn: int) -> list[int]:
        candidates = demand.of_turn(turn)
        if not candidates:
            return []
        best, spec = candidates[0][1], self._spec
        return [item for item, score in candidates[: spec.top_k] if share_of_best(score, best) >= spec.min_score_ratio]
