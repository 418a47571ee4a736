"""One session under several policies, aligned by turn: at which turns their prompts differ, and in what.

What counts as a difference is said in `replay.divergence`.
"""

from __future__ import annotations

from collections.abc import Sequence

from memview.kernel.workload import Workload
from memview.model.errors import PolicyError
from memview.model.event import PagingEvent
from memview.model.frame import Frame
from memview.model.policy_spec import PolicySpec
from memview.model.session import Session
from memview.policies import load_policy
from memview.replay.divergence import (
    COMPARED_SECTIONS,
    Divergence,
    Divergences,
    SectionDifference,
    decisions_on,
    distinct_labels,
    divergence_at,
    divergences_in,
)
from memview.replay.metrics import Metrics
from memview.replay.replay import Replay

__all__ = ["COMPARED_SECTIONS", "Comparison", "Divergence", "SectionDifference", "compare"]


class Comparison:
    """Replays of one session, all of them complete. `labels` names them: `name@version`, with `#2` for a second one."""

    def __init__(self, session: Session, replays: Sequence[Replay]) -> None:
        self.session = session
        self.replays = tuple(replays)
        self.labels = distinct_labels([replay.spec.label for replay in replays])
        divergences = Divergences(self.replays)
        divergences.advance(self.turn_count)
        self.diverging_turns = tuple(divergences.turns)

    @property
    def turn_count(self) -> int:
        """Turns in the session."""
        return len(self.session.turns)

    @property
    def first_divergence(self) -> int | None:
        """The first turn (from 1) whose prompts differ; None when all prompts hold the same."""
        return self.diverging_turns[0] if self.diverging_turns else None

    @property
    def divergences(self) -> list[Divergence]:
        """Every turn whose prompts differ, with what differs, in order of time. Computed in one pass when asked for."""
        return list(divergences_in(self.replays, self.diverging_turns))

    def divergence(self, turn: int) -> Divergence:
        """What differs between the prompts of `turn`; without sections where nothing does. Raises IndexError."""
        if not 1 <= turn <= self.turn_count:
            raise IndexError(f"turn {turn} of {self.turn_count}")
        return divergence_at(self.replays, turn)

    def frames(self, turn: int) -> tuple[Frame, ...]:
        """The frame of `turn` under each policy: which items are in which section of the prompt. Raises IndexError."""
        return tuple(replay.frame(turn) for replay in self.replays)

    def decisions(self, divergence: Divergence) -> tuple[list[PagingEvent], ...]:
        """Under each policy the events of that turn that moved, or refused to move, what differs."""
        return decisions_on(self.replays, divergence)

    @property
    def metrics(self) -> dict[str, Metrics]:
        """Metrics by label and published name; None where one does not apply."""
        return {label: replay.metrics for label, replay in zip(self.labels, self.replays, strict=True)}


def compare(
    session: Session,
    policies: Sequence[str | PolicySpec],
    *,
    core_budget: int | None = None,
    window: int | None = None,
    retrieval_budget: int | None = None,
    seed: int = 0,
) -> Comparison:
    """`session` replayed under each of `policies` (names, name@version, policy files, specs), retrieval done only once.

    Budgets are tokens; None leaves each policy's or the session's own. Raises PolicyError for fewer than two policies,
    an unknown one or budgets that cannot work, TokenizerError for an unknown tokenizer.
    """
    if len(policies) < 2:
        raise PolicyError(f"{len(policies)} policies: a comparison needs two or more; name them as A,B")
    specs = [load_policy(policy) if isinstance(policy, str) else policy for policy in policies]
    workload = Workload(session)
    return Comparison(
        session,
        [Replay(workload, spec, core_budget, window, retrieval_budget, seed).run() for spec in specs],
    )
