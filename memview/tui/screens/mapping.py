"""The part of the inspector that leads to the map of all memories."""

from __future__ import annotations

from memview.tui.position import Position
from memview.tui.screens.deciding import Deciding


class Mapping(Deciding):
    """Opens the Map screen on the lane on screen."""

    def action_map_open(self) -> None:
        """Every item a tile coloured by where it is, and the page table of the core."""
        replay = self.replay
        if replay is None:
            self.notify("Nothing is computed yet; try again in a moment.", markup=False)
            return
        from memview.tui.screens.map import MapScreen

        screen = MapScreen(replay, self.here, self.masks, self.pane.target, self.settings.play_speed)
        self.app.push_screen(screen, self._back_from_map)

    def _back_from_map(self, position: Position | None) -> None:
        # The masks may have been lifted meanwhile.
        self.refresh_soon()
        if position is not None:
            self.move_to(position)
