"""Lifecycle as data: how often an agent's memory is consolidated, and by which rules and numbers."""

from __future__ import annotations

from dataclasses import dataclass

RESOLUTIONS = ("invalidate", "replace", "keep")
"""What becomes of the one that loses a conflict: it gets an end, it is deleted, or nothing."""

FORGET_RULES = ("never-retrieved", "retention", "expired", "superseded")
FORGET_TO = ("cold", "nowhere")
"""Cold: out of every search, kept. Nowhere: true loss."""


@dataclass(frozen=True, slots=True)
class ForgetRule:
    """One rule of forgetting, a name of FORGET_RULES, and its numbers; what a rule does not look at is ignored.

    `never-retrieved`: not asked for in `turns` turns since it came, and importance under `below`. `retention`: under
    `below` (0..1) on the curve of MemoryBank, whose day is `turns_per_day` turns and whose strength ends at `levels`.
    `expired`: its validity ended. `superseded`: something newer took its place `turns` turns ago.
    """

    rule: str
    turns: int = 0
    below: float = 0.0
    to: str = "cold"
    levels: int = 3
    turns_per_day: float = 50.0


DEFAULT_FORGET = (
    ForgetRule("expired"),
    ForgetRule("superseded", turns=50),
    ForgetRule("never-retrieved", turns=200, below=0.4),
)


@dataclass(frozen=True, slots=True)
class LifecycleSpec:
    """Consolidation every `every_turns` turns (0: never).

    Near duplicates share `merge_threshold` of their words (1: exact ones only). `resolve` is one of RESOLUTIONS. The
    first rule of `forget` that applies decides. What `cluster_size` memories (0: no summaries) that are alike by
    `cluster_threshold` and were not used for `cluster_idle_turns` say is summarised in `summary_words` words.
    """

    every_turns: int = 20
    merge_threshold: float = 0.8
    resolve: str = "invalidate"
    forget: tuple[ForgetRule, ...] = DEFAULT_FORGET
    cluster_size: int = 5
    cluster_threshold: float = 0.3
    cluster_idle_turns: int = 50
    summary_words: int = 60

    def is_due(self, turn: int) -> bool:
        """Whether memory is consolidated at the end of `turn` (1-based)."""
        return self.every_turns > 0 and turn > 0 and turn % self.every_turns == 0
