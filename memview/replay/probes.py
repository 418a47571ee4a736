"""Probes: questions with known evidence, asked through the same pipeline as any turn, without an LLM or a trace."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.kernel import Kernel
from memview.model.session import Probe
from memview.replay.batch_log import UnreadLog


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


def ask_probes(kernel: Kernel, after_turn: int) -> list[ProbeResult]:
    """Ask every probe that is due after `after_turn`, at which `kernel` stands; those without evidence have no result.

    A probe is asked by the agent and at the recorded time of that turn.
    """
    turn = kernel.workload.session.turns[after_turn - 1] if after_turn else None
    at, agent = (turn.at, turn.agent) if turn else (None, None)
    results = (ask_probe(kernel, probe, at, agent) for probe in kernel.workload.probes_after(after_turn))
    return [result for result in results if result is not None]


def ask_probe(kernel: Kernel, probe: Probe, at: str | None, agent: str | None) -> ProbeResult | None:
    """Ask `probe` of a fork of `kernel` as the next turn would; None for a probe without evidence."""
    wanted = [kernel.items.find(name) for name in dict.fromkeys(probe.evidence)]
    if not wanted:
        return None
    fork = kernel.fork()
    fork.recorder.log = UnreadLog()
    fork.ask(probe.question, kernel.demand.of_probe(probe.probe_id), agent, at)
    context = fork.recorder.context
    sections = (context.core, context.summary, context.retrieved, context.window)
    missing = [item for item in wanted if not any(item in section for section in sections)]
    covered: set[int | None] = set()
    if missing:
        sources = kernel.items.sources
        standing = [sources[item] for section in sections for item in section if item in sources]
        covered = {item for item in missing for named in standing if item in named}
    return ProbeResult(probe.probe_id, len(wanted), len(wanted) - len(missing), len(covered))
