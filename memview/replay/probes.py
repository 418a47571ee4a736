"""Probes: questions with known evidence, asked through the same pipeline as any turn, without an LLM or a trace."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.kernel import Kernel
from memview.model.session import Probe


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """How much of a probe's evidence was in the prompt when asked: itself (`visible`) or stood for (`covered`)."""

    probe_id: str
    evidence: int
    visible: int
    covered: int

    @property
    def recall(self) -> float:
        """Share of the evidence that was visible, 0..1."""
        return self.visible / self.evidence


def ask_probe(kernel: Kernel, probe: Probe, at: str | None, agent: str | None) -> ProbeResult | None:
    """Ask `probe` of a fork of `kernel` as the next turn would; None for a probe without evidence."""
    wanted = [kernel.items.find(name) for name in dict.fromkeys(probe.evidence)]
    if not wanted:
        return None
    fork = kernel.fork()
    fork.ask(probe.question, kernel.demand.of_probe(probe.probe_id), agent, at)
    context = fork.recorder.context
    visible = context.visible()
    covered = context.covered(kernel.items, visible)
    return ProbeResult(
        probe.probe_id,
        len(wanted),
        sum(1 for item in wanted if item in visible),
        sum(1 for item in wanted if item in covered),
    )
