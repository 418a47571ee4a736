"""The part of the inspector that leads to the prompt as it was sent."""

from __future__ import annotations

from memview.tui.position import Position
from memview.tui.screens.deciding import Deciding


class Prompting(Deciding):
    """Opens the prompt of the turn on screen."""

    def action_prompt_open(self) -> None:
        """The assembled prompt with sections and texts, against the turn before or another loaded policy."""
        lane = self.lanes.active
        if lane is None or lane.replay.computed < 1:
            self.notify("Nothing is computed yet; try again in a moment.", markup=False)
            return
        from memview.tui.screens.prompt import PromptScreen

        lanes = [lane, *(each for each in self.lanes if each is not lane)]
        labelled = [(each.label, each.replay) for each in lanes]
        self.app.push_screen(PromptScreen(labelled, self.here, self.masks), self._back_from_prompt)

    def _back_from_prompt(self, position: Position | None) -> None:
        # The masks may have been lifted meanwhile.
        self.refresh_soon()
        if position is not None and (position.event is not None or position.turn != self.position.turn):
            self.move_to(position)
