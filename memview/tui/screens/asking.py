"""The part of the inspector that asks why: the explanation of a memory at this turn, and what it proposes to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.tui.position import Position
from memview.tui.screens.deciding import Deciding

if TYPE_CHECKING:
    from memview.model import PolicySpec
    from memview.tui.screens.why import WhyAnswer


class Asking(Deciding):
    """`w` on the inspector; what the why screen proposes becomes a lane beside the one on screen."""

    def action_why_open(self) -> None:
        """Why the memory under the cursor, or else the last one that moved, is or is not in the prompt."""
        if self.replay is None:
            return
        target = self.pane.target or self._last_mover()
        if target is None:
            self.notify("No memory is under the cursor, and none has moved in this turn.", markup=False)
            return
        from memview.tui.screens.why import WhyScreen

        self.app.push_screen(WhyScreen(self.replay, target, self.here, self.masks), self.follow_why)

    def _last_mover(self) -> str | None:
        happened = () if self.scene is None else self.scene.happened
        return next((event.memory_id for event in reversed(happened) if event.memory_id is not None), None)

    def follow_why(self, answer: WhyAnswer | None) -> None:
        """Go where the answer points, or try what it proposes."""
        # The masks may have been lifted meanwhile.
        self.refresh_soon()
        if isinstance(answer, Position):
            self.move_to(answer)
        elif isinstance(answer, tuple):
            self.fork_in_thread(answer)
        elif answer is not None:
            self.choose_policy(answer)

    def choose_policy(self, policy: PolicySpec) -> None:
        """Show this turn under `policy`."""
        raise NotImplementedError
