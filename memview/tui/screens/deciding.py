"""The part of the inspector that governs: quarantine, decisions as what-ifs, masks over what is sensitive."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from memview.tui.position import Position
from memview.tui.screens.traveller import Traveller

if TYPE_CHECKING:
    from memview.replay.governance import Decision
    from memview.tui.dialogs.dialog import Dialog

Answer = TypeVar("Answer")


class Deciding(Traveller):
    """Asks a person, and shows what would follow from their decision in a lane beside the recording."""

    def ask(self, dialog: Dialog[Answer], act: Callable[[Answer], object]) -> None:
        """Put a question; `act` gets the answer, if there is one."""

        def answered(answer: Answer | None) -> None:
            if answer is not None:
                act(answer)

        self.app.push_screen(dialog, answered)

    def action_quarantine_open(self) -> None:
        """What waits for an approval, was refused or is withheld at this turn."""
        if self.replay is None:
            return
        from memview.tui.screens.quarantine import QuarantineScreen

        lane = self.lanes.active
        what_if = lane.what_if if lane else ""
        self.app.push_screen(QuarantineScreen(self.replay, self.here, what_if, self.masks), self._decided)

    def _decided(self, decision: Decision | None) -> None:
        """The what-if in a lane beside the one on screen, at the turn of the decision."""
        self.refresh_soon()
        if decision is None or self.lanes.active is None:
            return
        self.move_to(Position(decision.after_turn))
        self.fork_in_thread([decision])

    def action_masks_toggle(self) -> None:
        """Reveal what is sensitive on every screen, or mask it again."""
        self.masks.toggle()
        self.refresh_soon()
