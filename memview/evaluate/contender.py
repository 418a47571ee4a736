"""A contender: one policy on one session under budgets and a seed, and all that its results depend on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from memview import __version__
from memview.evaluate.identity import Identity, policy_digest
from memview.kernel.workload import Workload
from memview.model.policy_spec import PolicySpec
from memview.policies.registry import EVICTION
from memview.replay.budgets import BudgetOverrides
from memview.replay.trial import PagingTrial, Trial

OnTurn = Callable[[int], object]
"""Told how many turns are done; what it raises ends the work."""

_OWN_BUDGETS = BudgetOverrides()
_TURNS_AT_ONCE = 32
_DECIDING = ("model", "tokens", "expressions", "kernel", "guard", "policies", "replay", "optimum", "evaluate")


@dataclass(frozen=True, slots=True)
class Contender:
    """What is measured. `overrides` are the budgets asked for, which a policy without a limit does not heed."""

    workload: Workload
    spec: PolicySpec
    overrides: BudgetOverrides = _OWN_BUDGETS
    seed: int = 0

    @property
    def is_shipped(self) -> bool:
        """Whether nothing but memview and the policy's own settings decides: no plugin has a say."""
        compaction = self.spec.compaction
        return self.spec.eviction in EVICTION and (compaction is None or "@" not in compaction.algorithm)

    def at(self, budget: int) -> Contender:
        """The same with a core of `budget` tokens."""
        return replace(self, overrides=replace(self.overrides, core=budget))

    def trial(self, on_turn: OnTurn | None = None) -> Trial:
        """Its trial, probes asked. Raises PolicyError for budgets that cannot work, and what `on_turn` raises."""
        self._prepare(on_turn)
        return Trial(self.workload, self.spec, self.overrides, self.seed, on_turn)

    def paging(self, on_turn: OnTurn | None = None) -> PagingTrial:
        """Its trial without probes. Raises as `trial` does."""
        self._prepare(on_turn)
        return PagingTrial(self.workload, self.spec, self.overrides, self.seed, on_turn)

    def _prepare(self, on_turn: OnTurn | None) -> None:
        """Rank for all turns, where a policy with these retrieval settings is the first to ask for it."""
        turns, demand = len(self.workload.session.turns), self.workload.demand(self.spec)
        while demand.turns < turns:
            self.workload.ensure(demand, min(turns, demand.turns + _TURNS_AT_ONCE))
            if on_turn is not None:
                on_turn(0)

    def identity(self, session: str) -> Identity:
        """All that its results depend on; `session` is the digest of the workload's session."""
        return {
            "memview": __version__,
            "engine": engine_digest(),
            "session": session,
            "tokens": self.workload.tokenizer.name,
            "policy": policy_digest(self.spec),
            "core": self.overrides.core,
            "window": self.overrides.window,
            "retrieval": self.overrides.retrieval,
            "seed": self.seed,
        }


@cache
def engine_digest() -> str:
    """`sha256:` of the modules that decide: two copies of one version that differ do not share results."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for room in _DECIDING:
        for path in sorted((root / room).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"sha256:{digest.hexdigest()}"
