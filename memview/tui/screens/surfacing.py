"""The part of the inspector that leads to the MemGPT surface: blocks of core memory and tool calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.tui.screens.deciding import Deciding

if TYPE_CHECKING:
    from memview.tui.position import Position


class Surfacing(Deciding):
    """Opens the screen of blocks and tools at the turn on screen."""

    def action_blocks_open(self) -> None:
        """What core memory says at this turn, and what the tool calls of the turn did."""
        if self.replay is None:
            return
        from memview.tui.screens.blocks import BlocksScreen

        self.app.push_screen(BlocksScreen(self.replay, self.here, self.masks), self._back_from_blocks)

    def _back_from_blocks(self, position: Position | None) -> None:
        # The masks may have been lifted meanwhile.
        self.refresh_soon()
        if position is not None:
            self.move_to(position)
