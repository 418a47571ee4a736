"""One row of a scoreboard: every metric of a policy on a session, landfill included, and what became of each probe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from memview.evaluate.contender import Contender, OnTurn
from memview.model.policy_spec import PolicySpec
from memview.replay.probes import ProbeResult

Verdict = Literal["pass", "covered", "fail"]

SHIPPED_FAMILIES = ("eviction", "memory")
"""Families of the policies that a running agent could use and that are no emulation of a product."""


@dataclass(frozen=True, slots=True)
class Score:
    """`metrics` by published name, None where one does not apply; `core` is the core budget in force, in tokens."""

    label: str
    core: int
    metrics: Mapping[str, float | int | None]
    probes: tuple[ProbeResult, ...]

    @property
    def by_probe(self) -> dict[str, ProbeResult]:
        """The probes that have evidence, by id."""
        return {probe.probe_id: probe for probe in self.probes}


def score_of(contender: Contender, on_turn: OnTurn | None = None) -> Score:
    """The row of one contender. Raises PolicyError for budgets that cannot work, and what `on_turn` raises."""
    trial = contender.trial(on_turn)
    return Score(
        contender.spec.label, trial.budgets.core, {**trial.metrics, **trial.landfill}, tuple(trial.probe_results)
    )  # fmt: skip


def verdict_of(probe: ProbeResult) -> Verdict:
    """`pass`: all evidence was in the prompt. `covered`: what was not, something in the prompt stood for."""
    if probe.visible >= probe.evidence:
        return "pass"
    return "covered" if probe.visible + probe.covered >= probe.evidence else "fail"


def disputed(scores: Sequence[Score]) -> frozenset[str]:
    """Ids of the probes that not all policies answer alike."""
    verdicts: dict[str, set[Verdict]] = {}
    for score in scores:
        for probe in score.probes:
            verdicts.setdefault(probe.probe_id, set()).add(verdict_of(probe))
    return frozenset(name for name, found in verdicts.items() if len(found) > 1)


def group_of(spec: PolicySpec) -> str:
    """`shipped` for a policy that decides by itself, `preset` for an emulation, `offline` for what knows the future."""
    from memview.policies import knows_the_future

    if knows_the_future(spec):
        return "offline"
    return "shipped" if spec.family in SHIPPED_FAMILIES else "preset"
