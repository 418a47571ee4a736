"""What the Compare screen has worked out in threads: divergences in slices, metrics replay by replay."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from memview.replay import Replay
    from memview.replay.divergence import Divergences
    from memview.tui.views.metrics_view import MetricValues

_SLICE_SECONDS = 0.002
_BREATH_SECONDS = 0.001
_REPORT_SECONDS = 0.25
_LARGEST_BATCH = 512
_QUIET_SECONDS = 0.3
HOLD_SECONDS = 0.03
"""How long after a key nothing is worked out, so that its frame is painted at once."""


class Compared(Message):
    """More turns are compared."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Compared)


class Measured(Message):
    """The metrics of a complete replay."""

    def __init__(self, replay: Replay, metrics: MetricValues) -> None:
        super().__init__()
        self.replay = replay
        self.metrics = metrics


def compare_turns(
    divergences: Divergences,
    is_cancelled: Callable[[], bool],
    held_until: Callable[[], float],
    report: Callable[[Message], object],
) -> None:
    """Compare all turns that are computed, and leave the processor to the screen in between."""
    batch = 8
    reported = time.monotonic()
    while not is_cancelled() and divergences.compared < divergences.ready:
        wait = held_until() - time.monotonic()
        if wait > 0:
            time.sleep(min(wait, HOLD_SECONDS))
            continue
        started = time.monotonic()
        divergences.advance(batch)
        now = time.monotonic()
        batch = max(1, min(_LARGEST_BATCH, round(batch * _SLICE_SECONDS / max(now - started, 1e-6)), 2 * batch))
        if now - reported > _REPORT_SECONDS:
            reported = now
            report(Compared())
        time.sleep(_BREATH_SECONDS)
    report(Compared())


def measure(
    replays: Sequence[Replay],
    is_cancelled: Callable[[], bool],
    held_until: Callable[[], float],
    report: Callable[[Message], object],
) -> None:
    """Measure complete replays, one after the other, each once no key was pressed for a while: it cannot be paused."""
    for replay in replays:
        while not is_cancelled() and time.monotonic() < held_until() + _QUIET_SECONDS:
            time.sleep(HOLD_SECONDS)
        if is_cancelled():
            return
        report(Measured(replay, replay.metrics))
