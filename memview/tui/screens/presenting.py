"""The part of the inspector that speaks to a room: presenter mode, in type that is read from the last bench."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.tui.screens.deciding import Deciding

if TYPE_CHECKING:
    from memview.tui.scene import Scene
    from memview.tui.views.lesson_view import Told


class Presenting(Deciding):
    """What is presented is the inspector's own position: closing presenter mode leaves one where it went."""

    def action_presenter_toggle(self) -> None:
        """Show few things, large."""
        if self.replay is None or self.replay.computed < 1:
            self._say("Nothing to present yet: the session is still being opened.")
            return
        from memview.tui.screens.presenter import PresenterScreen

        self.app.push_screen(PresenterScreen(self))

    @property
    def presented(self) -> Scene | None:
        """The scene here; None before anything is computed."""
        replay = self.replay
        return None if replay is None or self._waits_for_turn_1(replay) else self._scene_of(replay)

    @property
    def spoken(self) -> Told | None:
        """What a lesson says here; None where there is no lesson."""
        return None

    def present_on(self) -> None:
        """On: a turn, or in a lesson a stop."""
        self.action_step_forward()

    def present_back(self) -> None:
        """Back: a turn, or in a lesson a stop."""
        self.action_step_back()

    def present_choice(self, option: int) -> None:
        """Choose an option, from 1, where a question is open; elsewhere nothing."""

    def present_answer(self) -> None:
        """Show the answer where a question is open; elsewhere nothing."""
