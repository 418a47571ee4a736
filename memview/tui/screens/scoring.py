"""The part of the inspector that leads to the scoreboard, and comes back with a policy and a turn to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.tui.position import Position
from memview.tui.screens.deciding import Deciding

if TYPE_CHECKING:
    from memview.model import PolicySpec
    from memview.tui.screens.scoreboard_stage import Choice


class Scoring(Deciding):
    """Opens the scoreboard over the loaded lanes."""

    def action_scoreboard_show(self) -> None:
        """Every policy on this session: metrics, curve over budgets, accesses, probes."""
        if self.opened is None or self.replay is None:
            return
        from memview.tui.screens.scoreboard import ScoreboardScreen

        screen = ScoreboardScreen(
            tuple(self.lanes), self.lanes.index, self.opened.workload, self.budgets, self.here.turn, self.masks
        )
        self.app.push_screen(screen, self._back_from_scoreboard)

    def _back_from_scoreboard(self, choice: Choice | None) -> None:
        # The masks may have been lifted meanwhile.
        self.refresh_soon()
        if choice is None:
            return
        self.move_to(Position(choice.turn))
        if choice.lane is None:
            self.choose_policy(choice.policy)
        else:
            self._switch_to(choice.lane)

    def choose_policy(self, policy: PolicySpec) -> None:
        """Show this turn under `policy`."""
        raise NotImplementedError

    def _switch_to(self, index: int) -> None:
        """Put the lane at `index` on screen."""
        raise NotImplementedError
