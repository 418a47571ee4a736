"""The part of the inspector that remembers the way: positions back and forward, as in a browser."""

from __future__ import annotations

from memview.tui.position import Position
from memview.tui.screens.note_keeping import NoteKeeping
from memview.tui.widgets.timeline import Scrubbed


class Trailing(NoteKeeping):
    """Notes where jumps began. A jump is any move beyond the neighbouring turn."""

    _awaited_run = 0
    """Runs that still wait for the search: how many, below 0 for those back. No key is lost, no search is queued."""
    _retracing = False
    _scrubbed_to: Position | None = None

    def move_to(self, position: Position) -> None:
        replay, before = self.replay, self.here
        super().move_to(position)
        if position == before or replay is None:
            return
        self._awaited_run = 0
        if self._notebook is not None and not self._retracing and abs(position.turn - before.turn) > 1:
            self._jumped(before)

    def _jumped(self, origin: Position) -> None:
        from memview.tui.notebook import place_of

        if self._notebook is not None and self.replay is not None:
            self._notebook.trail.jumped(place_of(self.replay, origin))

    def _jump(self, position: Position) -> None:
        """As `move_to`, for a move of any size that one may want to take back."""
        before, self._retracing = self.here, True
        self.move_to(position)
        self._retracing = False
        if position != before:
            self._jumped(before)

    def on_scrubbed(self, message: Scrubbed) -> None:  # noqa: ARG002 - the inspector has moved there by now
        """A drag along the timeline is one jump, from where it began."""
        from memview.tui.notebook import place_of

        book, replay = self._notebook, self.replay
        if book is None or replay is None:
            return
        before, self._scrubbed_to = self._scrubbed_to, self.here
        if before is not None and book.trail.behind and book.trail.behind[-1] == place_of(replay, before):
            book.trail.behind.pop()

    def action_trail_back(self) -> None:
        """Where the last jump came from."""
        self._retrace(-1)

    def action_trail_forward(self) -> None:
        """Where the last step back along the way came from."""
        self._retrace(1)

    def _retrace(self, step: int) -> None:
        from memview.tui.notebook import place_of, position_of

        notebook, replay = self._notebook, self.replay
        if notebook is None or replay is None:
            return
        here = place_of(replay, self.here)
        place = notebook.trail.back(here) if step < 0 else notebook.trail.forward(here)
        if place is None:
            self._say("No position further back." if step < 0 else "No position further on.")
            return
        self._retracing = True
        self.move_to(position_of(replay, place))
        self._retracing = False
