"""Compactions one after the other: the next sees the window as the one before has left it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from memview.kernel.window import Compaction, CompactionOutcome, WindowView
from memview.tokens import load_counter


@dataclass(slots=True)
class Chain:
    """Only the last of `stages` may evict; those before it replace texts or change facts."""

    stages: tuple[Compaction, ...]

    def compact(self, view: WindowView) -> list[CompactionOutcome]:
        """What all stages do, in order; what a later one evicts no earlier one replaces."""
        outcomes: list[CompactionOutcome] = []
        for stage in self.stages:
            for outcome in stage.compact(view):
                outcomes.append(outcome)
                view = _after(view, outcome)
        evicted = {index for outcome in outcomes for index in outcome.evicted}
        return [kept for outcome in outcomes if (kept := _without(outcome, evicted)) is not None]


def _after(view: WindowView, outcome: CompactionOutcome) -> WindowView:
    if not outcome.replaced:
        return view
    messages = list(view.messages)
    for index, text in outcome.replaced:
        tokens = min(messages[index].tokens, load_counter("estimate").count(text))
        messages[index] = messages[index]._replace(text=text, tokens=tokens)
    return replace(view, messages=tuple(messages))


def _without(outcome: CompactionOutcome, evicted: set[int]) -> CompactionOutcome | None:
    """`outcome` without replacing what leaves anyway; None when that was all it did."""
    left: Sequence[tuple[int, str]] = tuple(pair for pair in outcome.replaced if pair[0] not in evicted)
    if len(left) == len(outcome.replaced):
        return outcome
    if not left and not outcome.evicted and not outcome.facts:
        return None
    return replace(outcome, replaced=tuple(left))
