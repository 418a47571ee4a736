"""The metrics of every loaded policy side by side, in a box over the inspector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import work

from memview.tui.lines import Line, wrap
from memview.tui.screens.help import HelpBox, HelpPage
from memview.tui.views.metrics_view import Measured, metric_lines

if TYPE_CHECKING:
    from memview.replay import Replay


class MetricsBox(HelpBox):
    """Measures in a thread: the offline optimum behind `regret` takes its time on a long log."""

    DEFAULT_CSS = """
    MetricsBox { align: center middle; }
    MetricsBox > VerticalScroll { width: 124; }
    """

    def __init__(self, lanes: Sequence[tuple[str, Replay]]) -> None:
        super().__init__("Metrics", _waiting)
        self._lanes = lanes

    def on_mount(self) -> None:
        self._measure()

    @work(thread=True, exclusive=True)
    def _measure(self) -> None:
        measured = [Measured(label, replay.metrics, replay.computed) for label, replay in self._lanes]
        self.app.call_from_thread(self._show, measured)

    def _show(self, measured: Sequence[Measured]) -> None:
        turns = self._lanes[0][1].turn_count
        self.query_one(HelpPage).turn_to(lambda width: metric_lines(measured, turns, width))


def _waiting(width: int) -> list[Line]:
    return [((piece, "muted"),) for piece in wrap("Measuring…", width)]
