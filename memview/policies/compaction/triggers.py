"""Triggers: when a window is compacted."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.absolute import scale_for
from memview.policies.compaction.parts import Fired, Measure, total_tokens
from memview.policies.compaction.settings import number, whole


@dataclass(frozen=True, slots=True)
class OverShare:
    """More than a share of the window. 1 is the overflow that a provider would refuse."""

    trigger_share: float = number(1.0, 0, 10)

    def fired(self, view: WindowView, measure: Measure) -> Fired | None:
        value, threshold = measure.read(view), self.trigger_share * view.window
        if value <= threshold:
            return None
        return Fired(measure.signal, value, threshold, measure.words + " {value:.0f} > {threshold:.0f}")


@dataclass(frozen=True, slots=True)
class AtShare:
    """As much as a share of the window, rounded down to whole tokens, or more."""

    trigger_share: float = number(1.0, 0, 10)

    def fired(self, view: WindowView, measure: Measure) -> Fired | None:
        value, threshold = measure.read(view), int(self.trigger_share * view.window)
        if value < threshold:
            return None
        return Fired(measure.signal, value, threshold, measure.words + " {value:.0f} >= {threshold:.0f}")


@dataclass(frozen=True, slots=True)
class OverTokens:
    """More than an absolute number of tokens."""

    trigger_tokens: int = whole(100_000, 1)
    reference_window: int = whole(200_000, 1)

    def fired(self, view: WindowView, measure: Measure) -> Fired | None:
        scale = scale_for(self.trigger_tokens, view.window, self.reference_window)
        value, threshold = measure.read(view), scale.tokens(self.trigger_tokens)
        if value <= threshold:
            return None
        note = f" ({scale.note})" if scale.note else ""
        return Fired(measure.signal, value, threshold, measure.words + " {value:.0f} > {threshold:.0f}" + note)


@dataclass(frozen=True, slots=True)
class AllButBuffer:
    """All of the window but a buffer of an absolute number of tokens, or more."""

    trigger_buffer: int = whole(45_000, 1)
    reference_window: int = whole(200_000, 1)

    def fired(self, view: WindowView, measure: Measure) -> Fired | None:
        scale = scale_for(self.trigger_buffer, view.window, self.reference_window)
        value, threshold = measure.read(view), view.window - scale.tokens(self.trigger_buffer)
        if value < threshold:
            return None
        note = f" ({scale.note})" if scale.note else ""
        return Fired(measure.signal, value, threshold, measure.words + " {value:.0f} >= {threshold:.0f}" + note)


@dataclass(frozen=True, slots=True)
class OverCount:
    """More than a number of what is measured."""

    trigger_count: int = whole(60, 0)

    def fired(self, view: WindowView, measure: Measure) -> Fired | None:
        value = measure.read(view)
        if value <= self.trigger_count:
            return None
        return Fired(measure.signal, value, self.trigger_count, measure.words + " {value:.0f} > {threshold:.0f}")


OVERFLOW = "prompt_tokens"
"""The signal of `OverCountOrWindow` when it is the window that is too small."""


@dataclass(frozen=True, slots=True)
class OverCountOrWindow:
    """More than a number of what is measured, or more tokens than the window has, which is told first."""

    trigger_count: int = whole(60, 0)

    def fired(self, view: WindowView, measure: Measure) -> Fired | None:
        tokens = total_tokens(view)
        if tokens > view.window:
            return Fired(OVERFLOW, tokens, view.window, "prompt tokens {value:.0f} > {threshold:.0f}")
        return OverCount(self.trigger_count).fired(view, measure)
